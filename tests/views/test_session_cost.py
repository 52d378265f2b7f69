"""How many queries do the pages of therapy visits cost? The same with one visit as with sixty."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from referrals.actions.attendance import miss_session
from tests.session_stages import attended, noted, planned_series, visits_of
from tests.stages import fresh


@pytest.fixture
def now():
    then = timezone.localtime() - timedelta(days=45)
    return then.replace(hour=10, minute=0, second=0, microsecond=0)


def fill(cast, referral, rows, later):
    """So many visits of every kind: noted, missed, waiting for a note, to come."""
    planned_series(
        referral, weekdays=range(7), visits=rows * 2, by=cast.coordinator, beyond_reason="x",
        at=later + timedelta(hours=7),
    )  # fmt: skip
    visits = visits_of(referral)[: rows if rows == 1 else 30]
    for n, visit in enumerate(visits):
        if n % 3 == 0:
            noted(visit, by=cast.therapist)
        elif n % 3 == 1:
            miss_session(appointment=visit, by=cast.therapist, at=visit.ends_at)
        else:
            attended(visit, cast.therapist)
    return fresh(referral)


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(("who", "queries"), [("therapist", 15), ("coordinator", 15), ("family", 10)])  # fmt: skip
def test_session_list(
    who, queries, rows, cast, in_therapy, later, client_of, django_assert_num_queries
):
    referral = fill(cast, in_therapy, rows, later)
    door = client_of(getattr(cast, who))
    with django_assert_num_queries(queries):
        page = door.get(reverse("session_list", args=[referral.pk]))
    assert len(page.content) < 100_000


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(("who", "queries"), [("therapist", 14), ("family", 8)])
def test_session_detail(
    who, queries, rows, cast, in_therapy, later, client_of, django_assert_num_queries
):
    referral = fill(cast, in_therapy, rows, later)
    visit = visits_of(referral)[0]
    door = client_of(getattr(cast, who))
    with django_assert_num_queries(queries):
        door.get(reverse("session_detail", args=[referral.pk, visit.pk]))


@pytest.mark.parametrize(("who", "queries"), [("therapist", 5), ("coordinator", 5), ("family", 7)])
@pytest.mark.parametrize("rows", [1, 30])
def test_homes_with_visits(
    who, queries, rows, cast, in_therapy, later, client_of, django_assert_num_queries
):
    fill(cast, in_therapy, rows, later)
    door = client_of(getattr(cast, who))
    with django_assert_num_queries(queries):
        door.get(reverse("home"))
