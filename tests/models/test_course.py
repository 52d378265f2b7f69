"""Is a course of therapy read whole, in one query, and nothing in it counted that should not be?"""

from datetime import date, timedelta

import pytest

from referrals.models import Goal, Practice, Rating
from referrals.models.course import course_of
from tests.factories import practice_rows as made
from tests.stages import fresh

DAY = timedelta(days=1)


@pytest.fixture
def today(reporting):
    return reporting.date()


def read(referral, since=date(2020, 1, 1)):
    return course_of(fresh(referral), since=since)


def test_of_two_ratings_from_one_visit_the_later_counts(cast, in_therapy, reporting, today):
    goal = Goal.objects.get()
    visit = made.visit(in_therapy, reporting, "fulfilled", by=cast.therapist)
    said = {"goal": goal, "party": "therapist", "by": cast.therapist, "rated_on": today}
    for n, level in enumerate((-1, 0)):
        Rating.objects.create(**said, level=level, visit=visit, at=reporting + n * DAY)
    Rating.objects.create(**said, level=2, at=reporting + 3 * DAY)
    assert [one.level for one in read(in_therapy).levels] == [0, 2]


def test_what_was_undone_or_came_too_late_counts_for_nothing(cast, in_therapy, reporting, today):
    game = made.activity(in_therapy, by=cast.therapist, from_on=today, at=reporting)
    made.practised(game, [today], by=cast.family, at=reporting, minutes=4, word="Fun.")
    (undone,) = made.practised(game, [today], by=cast.family, at=reporting)
    Practice.objects.filter(pk=undone.pk).update(undone_at=reporting, undone_by=cast.family)
    made.practised(game, [today], by=cast.family, at=reporting, after_retired=True)
    made.practised(game, [today - DAY], by=cast.family, at=reporting)
    found = read(in_therapy, since=today)
    (one,) = found.activities.values()
    assert [(entry.minutes, entry.late) for entry in one.homework.entries] == [
        (4, False), (None, True),
    ]  # fmt: skip
    assert (one.title, one.is_active, found.words) == ("Coat game", True, [(today, "Fun.")])


def test_only_an_agreed_pause_is_one(cast, in_therapy, reporting, today):
    for n, status in enumerate(("asked", "agreed", "declined")):
        day = today + n * DAY
        made.paused(in_therapy, day, day + DAY, by=cast.family, at=reporting, status=status)
    assert read(in_therapy).pauses == [(today + DAY, today + 2 * DAY)]


def test_evaluations_and_offers_are_no_visits(cast, in_therapy, reporting):
    made.visits(in_therapy, reporting, by=cast.therapist, attended=2, by_clinic=1)
    offer = made.visit(in_therapy, reporting + 9 * DAY, "cancelled", by=cast.therapist)
    type(offer).objects.filter(pk=offer.pk).update(booked_at=None, booked_by=None)
    kept = read(in_therapy).kept(date.min, date.max)
    assert (kept.attended, kept.by_clinic, kept.scheduled) == (2, 1, 3)


def test_ten_of_twelve_visits_are_83_percent(cast, in_therapy, reporting):
    """Two a week for 12 weeks, six weeks over, ten delivered."""
    starts_on = read(in_therapy).plan.starts_on
    last = reporting + (starts_on - reporting.date()) + 40 * DAY
    made.visits(in_therapy, last, by=cast.therapist, attended=10)
    found = read(in_therapy).delivered(starts_on + 42 * DAY)
    assert (found.visits, found.due, round(100 * found.share, 1)) == (10, 12, 83.3)
    assert read(in_therapy).delivered(starts_on + 6 * DAY) is None


def test_it_is_one_query(cast, in_therapy, reporting, django_assert_num_queries):
    referral = type(in_therapy).objects.select_related("clinic").get(pk=in_therapy.pk)
    with django_assert_num_queries(1):
        course_of(referral, since=date(2026, 1, 1))
