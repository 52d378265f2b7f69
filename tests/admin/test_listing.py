"""Does every list of the administration, with every filter and search of it, read a range of an index?"""

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse

from referrals.admin.listing import BoundedList
from referrals.models import (
    Child,
    ClosedDays,
    Diagnosis,
    Organization,
    OwnActivity,
    OwnGoal,
    OwnInstrument,
    OwnPayer,
    Referral,
    System,
    User,
)
from tests.conftest import Cast

#: As many rows as there are codes, or a few for a place: they do not grow with the children.
SMALL = {
    ClosedDays, Diagnosis, Organization, OwnActivity, OwnGoal, OwnInstrument, OwnPayer, System,
}  # fmt: skip
GROWING = [room for model, room in admin.site._registry.items() if model not in SMALL]


def read(room: Any, by: User, **asked: str) -> tuple[BoundedList, str]:
    """The list, and how the database comes by its rows."""
    request = RequestFactory().get("/", asked)
    request.user = by
    shown = room.get_changelist_instance(request)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # a table of ten rows is read whole, else
            cursor.execute("SET LOCAL enable_seqscan = off")
    return shown, str(shown.queryset.order_by().select_related(None).explain())


def read_whole(room: Any, how: str) -> bool:
    table = room.model._meta.db_table
    if connection.vendor == "postgresql":
        return f"Seq Scan on {table}" in how  # an index of these rows alone has no condition
    return f"SCAN {table}" in how


def asked_of(room: Any, by: User) -> list[dict[str, str]]:
    """Each choice of each filter."""
    shown, _ = read(room, by)
    found = []
    for one in shown.filter_specs:
        chosen = [choice["query_string"] for choice in one.choices(shown)]
        found += [dict([pair.split("=") for pair in q[1:].split("&")]) for q in chosen if "=" in q]
    return found


@pytest.mark.parametrize("room", GROWING, ids=lambda room: room.opts.model_name)
def test_no_filter_and_no_search_reads_a_table_to_its_end(
    room: Any, cast: Cast, every_room: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BoundedList, "NEWEST", 1)
    searches = [{"q": words} for words in ("zzz", "7d4f1bb2-0b0a-7c1e-8d55-0242ac120002")]
    slow = [
        asked for asked in (*asked_of(room, cast.admin), *searches)
        if read_whole(room, read(room, cast.admin, **asked)[1])
    ]  # fmt: skip
    assert slow == []


@pytest.mark.parametrize("room", GROWING, ids=lambda room: room.opts.model_name)
def test_no_list_is_sorted_and_counted_whole(room: Any, db: None) -> None:
    first = room.get_ordering(RequestFactory().get("/"))[0].lstrip("-")
    field = room.opts.pk if first == "pk" else room.opts.get_field(first)
    assert field.unique
    assert (room.paginator.MOST, room.show_full_result_count) == (1000, False)
    assert (room.show_facets, room.date_hierarchy) == (admin.ShowFacets.NEVER, None)
    assert not [one for one in room.list_filter if relation(room, one)]


def relation(room: Any, filtered: Any) -> bool:
    """A filter that would offer every row of another table."""
    if not isinstance(filtered, str) or "__" in filtered:
        return False
    return bool(room.opts.get_field(filtered).is_relation)


def test_a_filter_looks_through_the_newest_and_says_so(
    site: Client, cast: Cast, every_room: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BoundedList, "NEWEST", 1)
    Child.objects.exclude(pk=cast.child.pk).order_by("-pk")[:1].get()  # there is a newer one
    page, asked = reverse("admin:referrals_child_changelist"), {"interpreter_needed__exact": "0"}
    answer = site.get(page, asked)
    assert cast.child not in answer.context["cl"].result_list
    assert "looked through the newest 1 rows" in answer.content.decode()
    found = site.get(page, asked | {"q": cast.child.family_name})
    assert cast.child in found.context["cl"].result_list
    saved = b"".join(site.get(reverse("admin:referrals_child_save", args=["csv"]), asked))  # type: ignore[arg-type]
    assert cast.child.family_name in saved.decode()


def test_of_one_child_it_looks_through_all(
    site: Client, every_room: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BoundedList, "NEWEST", 1)
    oldest = Referral.objects.order_by("pk")[0]
    page = reverse("admin:referrals_referral_changelist")
    asked = {"child__id__exact": str(oldest.child_id), "state__exact": oldest.state}
    shown = site.get(page, asked).context["cl"]
    assert oldest in shown.result_list
    assert shown.looks_through == 0


def test_no_list_shows_more_at_once_than_a_page_of_a_hundred_kilobytes_holds() -> None:
    assert {room.list_max_show_all for room in admin.site._registry.values()} == {100}
