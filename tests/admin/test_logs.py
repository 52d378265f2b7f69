"""Can who looked and what happened be read by child and by person, by time, and changed by nobody?"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from referrals.actions.recording import record, record_view
from referrals.admin.event import first_id
from referrals.models import Event, RecordView, User
from referrals.models.record import new_id
from tests.conftest import Cast

EVENTS = "admin:referrals_event_changelist"
VIEWS = "admin:referrals_recordview_changelist"


def shown(site: Client, name: str, **asked: Any) -> list[Any]:
    return list(site.get(reverse(name), asked).context["cl"].result_list)


@pytest.fixture
def looked(cast: Cast) -> Cast:
    """Looks of today, of last week and of last month, by two people at two children."""
    now = timezone.now()
    for days in (0, 5, 20):
        at = now - timedelta(days=days, minutes=1)
        record_view(
            child=cast.child, by=cast.therapist, at=at, role="therapist", page="child_detail"
        )
        record_view(child=cast.other_child, by=cast.stranger, at=at, role="therapist", page="x")
        record("child_changed", child=cast.child, about=cast.child.pk, by=cast.coordinator, at=at)
    return cast


@pytest.mark.parametrize(("since", "number"), [("1", 1), ("7", 2), ("30", 3), ("366", 3), ("x", 3)])
def test_a_log_of_one_child_or_person_is_narrowed_by_time(
    since: str, number: int, looked: Cast, site: Client
) -> None:
    child, person = looked.child.pk, looked.therapist.pk
    assert len(shown(site, VIEWS, child__id__exact=child, since=since)) == number
    assert len(shown(site, VIEWS, user__id__exact=person, since=since)) == number
    did = shown(site, EVENTS, by__id__exact=looked.coordinator.pk, since=since)
    assert len(did) == number
    assert did == sorted(did, key=lambda event: event.at, reverse=True)


def test_of_all_the_ids_tell_the_time(looked: Cast, site: Client) -> None:
    assert len(shown(site, VIEWS, since="1")) == 6
    assert (
        first_id(timezone.now() + timedelta(seconds=1))
        > new_id()
        > first_id(timezone.now() - timedelta(seconds=1))
    )


def test_kinds_are_offered_where_the_log_is_of_one_and_nowhere_else(
    looked: Cast, site: Client
) -> None:
    of_one = {"child__id__exact": looked.child.pk}
    assert "?kind=child_changed" not in site.get(reverse(EVENTS)).content.decode()
    found = shown(site, EVENTS, **of_one, kind="child_changed")
    assert {event.kind for event in found} == {"child_changed"}


def test_the_page_of_a_person_leads_to_what_they_saw_did_and_changed(
    site: Client, therapist: User
) -> None:
    words = site.get(reverse("admin:referrals_user_change", args=[therapist.pk])).content.decode()
    for room, name in (
        ("referrals_recordview", "user"), ("referrals_event", "by"), ("admin_logentry", "user"),
    ):  # fmt: skip
        address = reverse(f"admin:{room}_changelist") + f"?{name}__id__exact={therapist.pk}"
        assert address in words
        assert site.get(address).status_code == 200


@pytest.mark.parametrize("name", [EVENTS, VIEWS])
def test_it_costs_the_same_with_one_row_and_with_three(
    name: str, site: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    now = timezone.now()
    of_one = {"child__id__exact": str(cast.child.pk), "since": "1"}
    for _ in range(2):
        record_view(child=cast.child, by=cast.therapist, at=now, role="therapist", page="x")
        record("child_changed", child=cast.child, about=cast.child.pk, by=cast.admin, at=now)
        with django_assert_num_queries(4):
            assert site.get(reverse(name), of_one).status_code == 200


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (lambda cast: RecordView.objects.filter(child=cast.child), "view_of_child"),
        (lambda cast: RecordView.objects.filter(user=cast.family), "view_by_user"),
        (lambda cast: Event.objects.filter(child=cast.child), "event_timeline"),
        (lambda cast: Event.objects.filter(by=cast.family), "event_by_person"),
    ],
)
def test_an_index_holds_the_rows_of_one(rows: Any, index: str, cast: Cast) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # a table of ten rows is read whole, else
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    assert index in rows(cast).order_by("-at", "-pk")[:50].explain()


def test_what_every_place_starts_with_is_shown_with_its_sources(site: Client) -> None:
    words = site.get(reverse("admin:referrals_organization_shipped")).content.decode()
    for said in ("42 CFR 424.24(c)", "Peabody Developmental Motor Scales", "Tear and stick", "Builds with blocks"):  # fmt: skip
        assert said in words
