"""How far has the child come, as each of the three sees it, kept apart and never changed?"""

from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from referrals.act import Act
from referrals.clinical.gas import LEVELS
from referrals.clinical.performance import MOST_PROBLEMS, RATINGS
from referrals.models import Goal, Performance, Rating, Referral, User
from referrals.pathway import Party

from .clock import local_date
from .goal import side_of
from .moving import check_act
from .recording import record
from .refusal import Outrun, Refused

R = TypeVar("R", Rating, Performance)


@transaction.atomic
def rate_goal(
    *,
    id: UUID,
    goal: Goal,
    level: int,
    rated_on: date,
    note: str = "",
    party: str = "",
    by: User,
    at: datetime,
) -> Rating:
    """Say which level the child is on, as this side sees it."""
    referral = goal.referral
    check_act(referral, Act.RATE_GOAL, by=by)
    side = side_of(referral, Act.RATE_GOAL, party, by=by)
    known = Rating.objects.filter(pk=id).first()
    if known is not None:
        return _once(known, goal, by)
    if not goal.is_open:
        raise Outrun(gettext("This goal has ended: it is no longer rated."))
    if not goal.is_locked:
        raise Refused(gettext("A goal is rated once it is agreed."))
    if isinstance(level, bool) or level not in LEVELS:
        raise Refused("Choose a level from −2 to +2.", "level")
    _check_day(goal, rated_on, at)
    rating = Rating.objects.create(
        id=id, goal=goal, party=side, level=level, rated_on=rated_on, note=note.strip(),
        by=by, at=at,
    )  # fmt: skip
    record(
        "goal_rated", child=referral.child, about=referral.pk, by=by, at=at, referral=referral,
        goal=str(goal.pk), party=side,
    )  # fmt: skip
    return rating


@transaction.atomic
def rate_performance(
    *,
    id: UUID,
    goal: Goal,
    performance: int,
    satisfaction: int,
    rated_on: date,
    by: User,
    at: datetime,
) -> Performance:
    """The family says how well it goes and how content they are with that, 1 to 10 each."""
    referral = goal.referral
    check_act(referral, Act.RATE_GOAL, by=by)
    side_of(referral, Act.RATE_GOAL, Party.FAMILY, by=by)
    known = Performance.objects.filter(pk=id).first()
    if known is not None:
        return _once(known, goal, by)
    if not goal.is_open:
        raise Outrun(gettext("This goal has ended: it is no longer rated."))
    for name, value in (("performance", performance), ("satisfaction", satisfaction)):
        if isinstance(value, bool) or value not in RATINGS:
            raise Refused(gettext("Choose a whole number from 1 to 10."), name)
    _check_day(goal, rated_on, at)
    _check_room(referral, goal)
    rating = Performance.objects.create(
        id=id, goal=goal, performance=performance, satisfaction=satisfaction, rated_on=rated_on,
        by=by, at=at,
    )  # fmt: skip
    record(
        "goal_performance_rated", child=referral.child, about=referral.pk, by=by, at=at,
        referral=referral, goal=str(goal.pk),
    )  # fmt: skip
    return rating


def _once(known: R, goal: Goal, by: User) -> R:
    """The second click of one form gets what the first one made."""
    if known.by_id != by.pk or known.goal_id != goal.pk:
        raise Outrun(gettext("This form was already used. Please start again."))
    return known


def _check_day(goal: Goal, rated_on: date, at: datetime) -> None:
    place = goal.referral.clinic or goal.referral.practice
    if rated_on > local_date(at, place):
        raise Refused(gettext("This day lies in the future."), "rated_on")
    if rated_on < local_date(goal.proposed_at, place):
        raise Refused(gettext("This day lies before the goal."), "rated_on")


def _check_room(referral: Referral, goal: Goal) -> None:
    others = Performance.objects.filter(goal__referral=referral).exclude(goal=goal)
    if others.values("goal").distinct().order_by().count() >= MOST_PROBLEMS:
        raise Refused(
            gettext(
                "{MOST_PROBLEMS} goals are rated in this way already, which is the most."
            ).format(MOST_PROBLEMS=MOST_PROBLEMS)
        )
