"""Is a search in the administration a range of an index, at any size?"""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from referrals.admin.search import find_people
from referrals.models import ChildToken, User
from tests.conftest import Cast


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("THEA", ["thea@example.org"]), ("mars", ["thea@example.org"]),
        ("thea@ex", ["thea@example.org"]), ("marsh thea", ["thea@example.org"]),
        ("thea okafor", []), ("arsh", []), ("1245319599", ["ada@example.org"]), ("124531959", []),
    ],
)  # fmt: skip
def test_a_person_is_found_by(said: str, found: list[str], site: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.pediatrician.pk).update(npi="1245319599")
    shown = site.get(reverse("admin:referrals_user_changelist"), {"q": said}).context["cl"]
    assert [person.email for person in shown.result_list] == found


@pytest.mark.parametrize("room", ["referrals_notice", "admin_logentry", "referrals_invitation"])
def test_what_is_somebody_s_is_found_by_them(room: str, site: Client, every_room: None) -> None:
    page = reverse(f"admin:{room}_changelist")
    everything = site.get(page).context["cl"].result_list
    whose = {"referrals_notice": "to", "admin_logentry": "user"}.get(room, "person")
    one = getattr(everything[0], whose)
    found = site.get(page, {"q": one.email}).context["cl"].result_list
    assert {getattr(row, whose) for row in found} == {one}
    assert list(site.get(page, {"q": "zzz"}).context["cl"].result_list) == []


def explained(rows: Any) -> str:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # a table of ten rows is read whole, else
            cursor.execute("SET LOCAL enable_seqscan = off")
    return str(rows.explain())


def test_people_are_ranges_of_three_indexes(cast: Cast) -> None:
    how = explained(find_people("mar").order_by())
    for index in ("one_person_per_email", "person_by_family_name", "person_by_given_name"):
        assert index in how


def test_children_are_a_range_of_one(cast: Cast) -> None:
    rows = ChildToken.objects.filter(
        organization=cast.practice, token__gte="fon", token__lt="fon\U0010ffff"
    ).values_list("child", flat=True)
    how = explained(rows.order_by())
    assert "one_row_per_token" in how or "sqlite_autoindex_referrals_childtoken" in how
