"""How does therapy go: goals, practice at home and visits of one referral, on one page?"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Case, F, Value, When
from django.urls import reverse

from referrals.clinical.adherence import percent
from referrals.clinical.practice_weeks import first_day
from referrals.models import Goal, GoalVersion, Referral
from referrals.models.course import Course, Delivered, Kept, course_of
from referrals.pathway import Party
from referrals.wording import typed_by, worded

from .goal import Rung, rungs, seen_on
from .practice import Shown, shown
from .progress import Chart, Mark, Score, Told, Track, chart, scores, told, tracks

#: So many goals are drawn in full; of more, a page says where each stands.
IN_FULL: Final = 8


@dataclass(frozen=True, slots=True)
class Followed:
    """One goal: its ladder, and its ratings drawn over time."""

    statement: str
    wish: str
    url: str
    is_met: bool
    target_on: date
    rungs: list[Rung]
    chart: Chart | None
    stand_still: list[str]
    in_full: bool

    @property
    def now(self) -> list[tuple[str, str]]:
        return seen_on(self.rungs)


@dataclass(frozen=True, slots=True)
class Visits:
    """The visits so far, with both shares as they are printed."""

    kept: Kept
    attendance: str
    delivered: Delivered | None
    delivery: str


@dataclass(frozen=True, slots=True)
class Page:
    goals: list[Followed]
    scores: list[Score]
    told: Told | None
    practice: Shown | None
    visits: Visits | None

    @property
    def is_empty(self) -> bool:
        return not (self.goals or self.practice or self.visits)


def page(referral: Referral, today: date, *, for_family: bool) -> Page:
    """Two queries: the goals as they are worded, and all that happened."""
    if referral.clinic_id is None:
        return Page([], [], None, None, None)
    course = course_of(referral, since=first_day(today))
    marks = marks_of(course)
    versions = followed(referral)
    by_goal = [(version, tracks(marks[version.goal_id])) for version in versions]
    return Page(
        goals=[
            _followed(version, found, n < IN_FULL, for_family)
            for n, (version, found) in enumerate(by_goal)
        ],
        scores=[] if for_family else scores(by_goal),
        told=told(
            (typed_by(version.wish, version), marks[version.goal_id]) for version in versions
        ),
        practice=shown(course, today),
        visits=visits_of(course, today),
    )


def followed(referral: Referral) -> list[GoalVersion]:
    """The goals that are worked on or were reached, those at work first. One query."""
    at_work = Case(When(goal__status=Goal.Status.ACTIVE, then=Value(0)), default=Value(1))
    named = GoalVersion.objects.filter(
        goal__referral=referral, number=F("goal__number"),
        goal__status__in=[Goal.Status.ACTIVE, Goal.Status.MET],
    )  # fmt: skip
    return list(
        named.select_related("goal", "written_by").order_by(at_work, "goal__proposed_at", "goal_id")
    )


def marks_of(course: Course) -> dict[UUID, list[Mark]]:
    """The ratings of each goal, as the ladder, the drawing and the scores take them."""
    found: dict[UUID, list[Mark]] = defaultdict(list)
    for one in course.levels:
        found[one.goal].append(Mark(one.goal, "level", one.party, one.level, 0, one.on, one.note))
    for said in course.numbers:
        found[said.goal].append(
            Mark(
                said.goal, "performance", Party.FAMILY, said.performance, said.satisfaction,
                said.on, "",
            )
        )  # fmt: skip
    return found


def _followed(
    version: GoalVersion, found: list[Track], in_full: bool, for_family: bool
) -> Followed:
    draws = in_full and not for_family
    return Followed(
        statement=worded(version.statement, version.spanish),
        wish=typed_by(version.wish, version),
        url=reverse("goal_detail", args=[version.goal.referral_id, version.goal_id]),
        is_met=version.goal.status == Goal.Status.MET,
        target_on=version.target_on,
        rungs=rungs(version, found, for_family=for_family),
        chart=chart(found, version.baseline_level) if draws else None,
        stand_still=[
            track.label.lower() for track in found if track.stands_still and version.goal.is_open
        ],
        in_full=in_full,
    )


def visits_of(course: Course, today: date) -> Visits | None:
    """None before the first therapy visit is over."""
    kept = course.kept(date.min, today)
    if not kept.scheduled:
        return None
    delivered = course.delivered(today)
    return Visits(
        kept=kept,
        attendance=percent(kept.attendance),
        delivered=delivered,
        delivery=percent(delivered.share) if delivered else "",
    )
