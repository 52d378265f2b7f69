"""Does the way into a public programme say of each step whether it is late?"""

from datetime import UTC, date, datetime, timedelta

import pytest

from referrals.actions.programme import except_programme, note_programme
from referrals.models import Organization
from referrals.queries.programme import one
from tests.factories.programme import referred

MONDAY = date(2026, 3, 2)
#: Received on that Monday, and 45 days.
LAWFUL = date(2026, 4, 16)
LATER = date(2026, 5, 20)


@pytest.fixture
def now():
    return datetime(2026, 3, 2, 15, tzinfo=UTC)


@pytest.fixture
def programme(cast, now):
    place = Organization.objects.create(kind="early_intervention", name="Early Steps")
    programme = referred(cast.child, place, by=cast.pediatrician, at=now)
    note_programme(programme=programme, step="receive", on=MONDAY, by=cast.pediatrician, at=now)
    return programme


def late(programme, on):
    way = one(programme.child, programme.pk, on)
    return [line.code for line in way.lines if line.late]


def test_what_the_law_wants_by_a_day_is_late_on_the_day_after(programme):
    assert late(programme, LAWFUL) == []
    assert late(programme, LAWFUL + timedelta(days=1)) == ["evaluate", "decide", "meet"]


def test_with_an_exception_it_is_late_after_the_day_that_was_named(cast, programme, now):
    except_programme(
        programme=programme, reason="In hospital.", due_on=LATER, by=cast.pediatrician, at=now
    )
    assert late(programme, LATER) == []
    assert late(programme, LATER + timedelta(days=1)) == ["evaluate", "decide", "meet"]
