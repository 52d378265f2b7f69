"""Is a search in the administration a range of an index, at any size?"""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from referrals.admin import search
from referrals.admin.search import find_children, find_people
from referrals.models import Child, ChildToken, Referral, User
from tests.conftest import Cast
from tests.factories.child import ChildFactory


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


def test_children_of_any_place_are_a_range_of_one_index_each(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert find_children("fontaine mina") == [cast.child.pk]
        assert cast.child.pk in find_children(cast.child.date_of_birth.isoformat())
    assert len(asked) == 2
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        for one, index in zip(
            asked, ("token_of_any_place", "child_birthday_anywhere"), strict=True
        ):
            how = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
            cursor.execute(how + one["sql"])
            assert index in str(cursor.fetchall())


def test_a_child_is_found_once_however_many_places_know_it(cast: Cast, sent: Referral) -> None:
    assert ChildToken.objects.filter(child=cast.child, token="mina").count() > 1
    assert find_children("min") == [cast.child.pk]


def test_of_many_who_are_called_so_the_page_says_that_there_are_more(
    site: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "The search took the first 1 that it means."
    page = reverse("admin:referrals_child_changelist")
    assert said not in site.get(page, {"q": "mina"}).content.decode()
    monkeypatch.setattr(search, "MOST", 1)
    assert said in site.get(page, {"q": "mina"}).content.decode()
    assert said not in site.get(page).content.decode()
    seats = reverse("admin:referrals_seat_changelist")
    assert said in site.get(seats, {"q": "mina"}).content.decode()


def test_who_is_called_exactly_so_is_among_the_first(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"practice": cast.practice, "by": cast.pediatrician, "at": now, "guardian": None}
    ChildFactory(given_name="Minadora", family_name="Ash", **told)
    ChildFactory(given_name="Min", family_name="Birch", **told)
    monkeypatch.setattr(search, "MOST", 1)
    (found,) = find_children("min")
    assert Child.objects.get(pk=found).given_name == "Min"


def test_the_newest_children_are_not_looked_for_among_all_that_were_never_merged(
    site: Client, cast: Cast
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL knows how many there are.")
    with CaptureQueriesContext(connection) as asked:
        shown = site.get(reverse("admin:referrals_child_changelist")).context["cl"].result_list
    assert cast.child in shown
    of_children = [one["sql"] for one in asked if 'FROM "referrals_child"' in one["sql"]]
    assert len(of_children) == 2
    with connection.cursor() as cursor:
        for sql in of_children:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            how = str(cursor.fetchall())
            assert "merged_into" not in how
            assert "TEMP B-TREE" not in how
