"""Does each of the three rate for itself, on a day that can be, and once?"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from referrals.actions.goal import change_goal, end_goal
from referrals.actions.rating import rate_goal, rate_performance
from referrals.models import Goal, Performance, Rating, Referral
from referrals.models.record import new_id
from tests.factories.goal import agreed, proposed

from .outcome import kinds, outrun, refused, told


@pytest.fixture
def at(later: datetime) -> datetime:
    return later + timedelta(days=1)


@pytest.fixture
def goal(cast: Any, evaluated: Referral, at: datetime) -> Goal:
    return agreed(evaluated, [cast.therapist, cast.family, cast.pediatrician], at=at)


def rate(goal: Goal, by: Any, at: datetime, **changes: Any) -> Rating:
    said = {"id": new_id(), "level": -1, "rated_on": at.date(), "note": ""} | changes
    return rate_goal(goal=goal, by=by, at=at, **said)


def tell(goal: Goal, by: Any, at: datetime, **changes: Any) -> Performance:
    said = {"id": new_id(), "performance": 3, "satisfaction": 4, "rated_on": at.date()} | changes
    return rate_performance(goal=goal, by=by, at=at, **said)


def test_each_of_the_three_rates_for_itself(cast: Any, goal: Goal, at: datetime) -> None:
    for person, level in ((cast.therapist, 1), (cast.pediatrician, 0), (cast.family, -1)):
        rate(goal, person, at, level=level)
    assert dict(goal.ratings.values_list("party", "level")) == {
        "therapist": 1, "pediatrician": 0, "family": -1,
    }  # fmt: skip
    assert kinds(goal.referral_id)[-3:] == ["goal_rated"] * 3
    assert told("goal_rated") == []


@pytest.mark.parametrize("level", [-3, 3, 0.5, True, None])
def test_a_level_is_one_of_the_five(level: Any, cast: Any, goal: Goal, at: datetime) -> None:
    with refused("level", "Choose a level from −2 to +2."):
        rate(goal, cast.therapist, at, level=level)


@pytest.mark.parametrize(
    ("days", "sentence"),
    [(1, "This day lies in the future."), (-1, "This day lies before the goal.")],
)
def test_a_goal_is_rated_on_a_day_of_its_life(
    days: int, sentence: str, cast: Any, goal: Goal, at: datetime
) -> None:
    on = at.date() + timedelta(days=days)
    with refused("rated_on", sentence):
        rate(goal, cast.therapist, at, rated_on=on)
    with refused("rated_on", sentence):
        tell(goal, cast.family, at, rated_on=on)


def test_a_goal_is_rated_once_it_is_agreed_and_until_it_ends(
    cast: Any, goal: Goal, evaluated: Referral, at: datetime
) -> None:
    new = proposed(evaluated, by=cast.family, at=at)
    with refused(None, "A goal is rated once it is agreed."):
        rate(new, cast.family, at)
    reworded = change_goal(
        goal=goal, number=1, reason="New coat.", who="Mina F.", by=cast.family, at=at
    )
    assert rate(reworded, cast.therapist, at).level == -1
    ended = end_goal(
        goal=reworded, edition=reworded.edition, outcome="met", reason="Yes.", by=cast.therapist,
        at=at,
    )  # fmt: skip
    with outrun("it is no longer rated"):
        rate(ended, cast.therapist, at)
    with outrun("it is no longer rated"):
        tell(ended, cast.family, at)


@pytest.mark.parametrize("who", ["coordinator", "stranger", "other_family", "partner"])
def test_nobody_else_rates(who: str, cast: Any, goal: Goal, at: datetime) -> None:
    with refused(None, "Only the"):
        rate(goal, getattr(cast, who), at)
    with refused(None, "Only the"):
        tell(goal, getattr(cast, who), at)


def test_only_the_family_says_how_it_goes(cast: Any, goal: Goal, at: datetime) -> None:
    with refused("party"):
        tell(goal, cast.therapist, at)
    assert tell(goal, cast.family, at).performance == 3
    assert told("goal_performance_rated") == ["Thea"]


@pytest.mark.parametrize("field", ["performance", "satisfaction"])
@pytest.mark.parametrize("value", [0, 11, 5.5, True])
def test_both_numbers_are_whole_and_from_one_to_ten(
    field: str, value: Any, cast: Any, goal: Goal, at: datetime
) -> None:
    with refused(field, "Choose a whole number from 1 to 10."):
        tell(goal, cast.family, at, **{field: value})


def test_five_goals_are_rated_by_the_family_and_no_sixth(
    cast: Any, evaluated: Referral, at: datetime
) -> None:
    goals = [proposed(evaluated, by=cast.family, at=at) for _ in range(6)]
    for goal in goals[:5]:
        tell(goal, cast.family, at)
    tell(goals[0], cast.family, at)
    with refused(None, "5 goals are rated in this way already"):
        tell(goals[5], cast.family, at)


def test_two_clicks_are_one_rating_and_a_form_is_nobody_elses(
    cast: Any, goal: Goal, at: datetime
) -> None:
    one, two = new_id(), new_id()
    for _ in range(2):
        rate(goal, cast.family, at, id=one)
        tell(goal, cast.family, at, id=two)
    assert (goal.ratings.count(), goal.performances.count()) == (1, 1)
    with outrun("This form was already used."):
        rate(goal, cast.therapist, at, id=one)
