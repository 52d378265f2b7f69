"""Is counted what therapy brought: goals, its ending, practice at home, and visits?"""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from referrals.actions.discharge import discharge_referral, draft_discharge
from referrals.actions.goal import end_goal
from referrals.models import Goal, Referral
from referrals.models.record import new_id
from referrals.queries.outcome import Outcome, outcome
from tests.discharge_stages import a_summary, said_of
from tests.factories import practice_rows as made
from tests.factories.goal import agreed
from tests.stages import day_of, fresh

ZONE = ZoneInfo("America/New_York")
MONDAY = date(2026, 3, 2)
FOUR_WEEKS = MONDAY + timedelta(days=27)


def found(first: date = MONDAY, last: date = FOUR_WEEKS) -> Outcome:
    return outcome([], first, last, ZONE)


def on(day: date, hour: int = 12) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=ZONE)


# --- Practice -------------------------------------------------------------------------------------


@pytest.fixture
def coat(cast: Any, in_therapy: Referral, now: datetime) -> Any:
    """Five times a week from the Monday on, done five, four, three and two times."""
    one = made.activity(in_therapy, by=cast.therapist, from_on=MONDAY, at=now)
    days = [
        MONDAY + timedelta(weeks=week, days=day)
        for week, times in enumerate((5, 4, 3, 2))
        for day in range(times)
    ]
    made.practised(one, days, by=cast.family, at=now)
    return one


def test_five_four_three_and_two_of_five_are_seventy_per_cent(coat: Any) -> None:
    counted = found()
    assert (counted.adherence, counted.children_practising) == (pytest.approx(0.7), 1)


def test_not_today_and_what_was_taken_back_count_for_nothing(
    cast: Any, coat: Any, now: datetime
) -> None:
    made.practised(coat, [FOUR_WEEKS], by=cast.family, at=now, result="not_today")
    made.practised(coat, [FOUR_WEEKS], by=cast.family, at=now, undone_by=cast.family, undone_at=now)
    made.practised(coat, [FOUR_WEEKS], by=cast.family, at=now, after_retired=True)
    assert found().adherence == pytest.approx(0.7)
    made.practised(coat, [FOUR_WEEKS], by=cast.family, at=now, result="partly")
    assert found().adherence == pytest.approx(15 / 20)


def test_a_pause_that_was_agreed_is_left_out_and_one_asked_for_is_not(
    cast: Any, coat: Any, now: datetime
) -> None:
    last_week = MONDAY + timedelta(weeks=3)
    made.paused(coat.referral, last_week, FOUR_WEEKS, by=cast.family, at=now, status="asked")
    assert found().adherence == pytest.approx(0.7)
    coat.referral.pauses.update(status="agreed", answered_by=cast.therapist, answered_at=now)
    assert found().adherence == pytest.approx(12 / 15)


def test_of_two_doses_on_one_day_the_later_one_counts(cast: Any, coat: Any, now: datetime) -> None:
    for times in (7, 2):
        made.dose(coat, by=cast.therapist, from_on=MONDAY + timedelta(weeks=3), at=now, times=times)
    assert found().adherence == pytest.approx(14 / 17)


def test_the_time_looked_at_cuts_weeks_by_days(coat: Any) -> None:
    """The last two days of the first week ask for 10/7; they fell on a Saturday and a Sunday."""
    counted = found(MONDAY + timedelta(days=5), MONDAY + timedelta(days=13))
    assert counted.adherence == pytest.approx(4 / (5 + 10 / 7))


def test_before_anything_was_asked_nobody_practises(coat: Any) -> None:
    counted = found(MONDAY - timedelta(days=30), MONDAY - timedelta(days=1))
    assert (counted.adherence, counted.children_practising) == (None, 0)


# --- Visits ---------------------------------------------------------------------------------------


def test_visits_count_by_what_became_of_them(cast: Any, in_therapy: Referral) -> None:
    made.visits(
        in_therapy, on(FOUR_WEEKS, 23), by=cast.therapist, attended=6, missed=2, by_family=3,
        by_clinic=1, by_practice=1,
    )  # fmt: skip
    for start in (on(FOUR_WEEKS, 23) + timedelta(hours=1), on(MONDAY, 0) - timedelta(minutes=1)):
        made.visit(in_therapy, start, "fulfilled", by=cast.therapist)
    made.visit(in_therapy, on(MONDAY, 8), "booked", by=cast.therapist)
    counted = found()
    assert counted.visits == {
        "fulfilled": 6, "noshow": 2, "family": 3, "clinic": 1, "practice": 1,
    }  # fmt: skip
    assert counted.children_with_visits == 1


# --- Goals and endings ----------------------------------------------------------------------------


@pytest.fixture
def span(later: datetime, ending: datetime) -> tuple[date, date]:
    return later.date(), ending.date() + timedelta(days=3)


def test_goals_count_as_the_summary_says_and_therapy_as_why_it_ended(
    discharged: Referral, span: tuple[date, date]
) -> None:
    counted = found(*span)
    assert (counted.goals, counted.children_with_goals) == ({"partly": 1}, 1)
    assert counted.endings == {"enough": 1}


def test_an_amended_summary_takes_the_place_of_the_one_before(
    amended_discharge: Referral, span: tuple[date, date]
) -> None:
    assert (found(*span).goals, found(*span).endings) == ({"met": 1}, {"enough": 1})


def test_a_goal_met_on_the_way_counts_on_its_day_and_not_again_at_the_end(
    cast: Any, treated: Referral, later: datetime, ending: datetime
) -> None:
    at = later + timedelta(days=15)
    goal = treated.goals.get()
    end_goal(
        goal=goal, edition=goal.edition, outcome="met", reason="Three.", by=cast.therapist, at=at
    )
    three = (cast.therapist, cast.family, cast.pediatrician)
    agreed(fresh(treated), three, at=at + timedelta(hours=1), wish="Zips.")
    draft_discharge(
        id=new_id(), referral=fresh(treated), by=cast.therapist, at=ending,
        **a_summary(outcomes=[
            one | {"outcome": "met" if one["goal"] == str(goal.pk) else "not_met"}
            for one in said_of(treated, "met")
        ]),
    )  # fmt: skip
    discharge_referral(referral=fresh(treated), by=cast.therapist, at=ending + timedelta(hours=1))
    day = day_of(at, treated)
    assert found(day, day).goals == {"met": 1}
    last_visit = day - timedelta(days=1)  # the last day of therapy, on which the summary counts
    assert found(last_visit, last_visit).goals == {"not_met": 1}
    assert found(last_visit, day).goals == {"met": 1, "not_met": 1}
    assert found(day + timedelta(days=1), ending.date() + timedelta(days=3)).goals == {}


def test_an_agreed_goal_that_was_given_up_is_told_and_a_mere_wish_is_not(
    cast: Any, treated: Referral, later: datetime, span: tuple[date, date]
) -> None:
    Goal.objects.update(
        status="retired", ended_at=later, ended_by=cast.therapist, ended_reason="She lost interest."
    )
    assert found(*span).goals == {"retired": 1}
    Goal.objects.update(agreed_at=None)
    assert found(*span).goals == {}


def test_after_therapy_has_ended_no_practice_is_asked_for(
    cast: Any, discharged: Referral, later: datetime, ending: datetime
) -> None:
    day = day_of(ending, discharged)
    made.activity(discharged, by=cast.therapist, from_on=day - timedelta(days=7), at=later)
    assert found(day + timedelta(days=1), day + timedelta(days=30)).children_practising == 0
    assert found(day - timedelta(days=7), day).children_practising == 1


def test_it_is_one_query(coat: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        found()


def test_nothing_is_nothing(db: None) -> None:
    assert found() == Outcome()
