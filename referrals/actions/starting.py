"""When may therapy begin, and what if one of the three has not said a word about a goal?"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import F

from referrals.act import Act, Duty
from referrals.models import Goal, GoalVersion, Position, Referral, Task, User
from referrals.models.goal import PARTIES
from referrals.pathway import Move, Party
from referrals.wording import day

from .clock import local_date
from .goal import ask_for_answers, check_number, held, keep_goal, positions_of
from .moving import check_act, check_move, move_referral
from .plan import goals_at_work
from .recording import record
from .refusal import Outrun, Refused
from .signing import standing
from .task import close_task


@transaction.atomic
def start_therapy(
    *,
    referral: Referral,
    reasons: Mapping[str, str] | None = None,
    by: User,
    at: datetime,
    version: int | None = None,
) -> Referral:
    """Begin therapy under the certified plan, with every goal agreed.

    `reasons` says, by party, why it begins without the word of one who let the time to answer
    pass; who said no or wants a change is never passed over.
    """
    check_move(referral, Move.START_THERAPY, by=by, version=version)
    assert referral.clinic is not None
    today = local_date(at, referral.clinic)
    plan = standing(referral.plans)
    if plan is None or plan.certified_at is None:
        raise Refused("Therapy starts under a plan that the pediatrician has signed.")
    if plan.valid_until < today:
        raise Refused(f"The plan’s certification ended on {day(plan.valid_until)}.")
    goals = list(goals_at_work(referral))
    if not goals:
        raise Refused("Therapy needs at least one goal.")
    without = {goal.pk: _without(referral, goal, reasons or {}, today) for goal in goals}
    for goal in goals:
        Goal.objects.filter(pk=goal.pk).update(
            status=Goal.Status.ACTIVE, started_without=without[goal.pk], edition=F("edition") + 1
        )
    for party in {party for told in without.values() for party in told}:
        close_task(referral, Duty.ANSWER_GOALS, party=Party(party), by=by, at=at)
    return move_referral(referral, Move.START_THERAPY, by=by, at=at, version=version)


@transaction.atomic
def begin_goal(*, goal: Goal, number: int, reason: str, by: User, at: datetime) -> Goal:
    """During therapy, begin with a goal without the word of who let the time to answer pass."""
    referral = goal.referral
    check_act(referral, Act.BEGIN_GOAL, by=by)
    goal = held(goal)
    if goal.status == Goal.Status.ACTIVE and reason.strip() in goal.started_without.values():
        return goal  # the second click
    check_number(goal, number)
    if goal.status == Goal.Status.ACTIVE:
        raise Outrun("All three have agreed meanwhile: the goal has begun.")
    assert referral.clinic is not None
    reasons = dict.fromkeys((str(party) for party in PARTIES), reason)
    without = _without(referral, goal, reasons, local_date(at, referral.clinic))
    keep_goal(goal, status=Goal.Status.ACTIVE, started_without=goal.started_without | without)
    ask_for_answers(goal, by=by, at=at)
    record(
        "goal_begun", child=referral.child, about=referral.pk, by=by, at=at, referral=referral,
        goal=str(goal.pk), without=sorted(without),
    )  # fmt: skip
    return goal


def positions(referral: Referral) -> list[tuple[GoalVersion, list[tuple[Party, Position | None]]]]:
    """Each goal as it is worded now, with what each of the three says to it."""
    named = GoalVersion.objects.filter(
        goal__in=goals_at_work(referral).values("pk"), number=F("goal__number")
    )
    return [
        (version, list(positions_of(version.goal).items()))
        for version in named.select_related("goal")
    ]


def silent_parties(referral: Referral, today: date) -> list[Party]:
    """Who let the time to answer the goals pass: without them therapy may begin, with a reason."""
    late = Task.objects.filter(
        referral=referral, duty=Duty.ANSWER_GOALS, is_open=True, due_on__lt=today
    )
    return [Party(party) for party in late.values_list("party", flat=True)]


def _without(
    referral: Referral, goal: Goal, reasons: Mapping[str, str], today: date
) -> dict[str, str]:
    """Whose word on this goal is missing, and why therapy begins all the same."""
    told = {}
    for party, position in positions_of(goal).items():
        if position is None and goal.status == Goal.Status.ACTIVE and party in goal.started_without:
            # Therapy had begun with it before, and is taken up again: the reason still holds.
            told[str(party)] = goal.started_without[party]
        elif position is None:
            told[str(party)] = _excused(referral, Party(party), reasons, today)
        elif position.answer != position.Answer.AGREE:
            raise Refused(
                f"“{position.version}”: {_THE[Party(party)]} {position.get_answer_display().lower()}. "
                "Change the goal or retire it first."
            )
    return told


_THE: Final[Mapping[Party, str]] = {
    Party.PEDIATRICIAN: "the pediatrician",
    Party.THERAPIST: "the therapist",
    Party.FAMILY: "the family",
}


def _excused(referral: Referral, party: Party, reasons: Mapping[str, str], today: date) -> str:
    field = f"without_{party}"
    awaited = Task.objects.filter(
        referral=referral, duty=Duty.ANSWER_GOALS, party=party, is_open=True
    ).first()
    if awaited is None:
        raise Refused(f"Ask {_THE[party]} about every goal first.", field)
    if awaited.due_on >= today:
        raise Refused(f"{_THE[party].capitalize()} can answer until {day(awaited.due_on)}.", field)
    reason = reasons.get(party, "").strip()
    if not reason:
        raise Refused(f"Say why therapy starts without the word of {_THE[party]}.", field)
    return reason
