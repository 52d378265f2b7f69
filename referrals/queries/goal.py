"""What do the goals of a referral say, who has agreed to them, and where on the ladder is the child?"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext

from referrals.act import ACTS, Act
from referrals.clinical.gas import LEVELS
from referrals.clinical.goal_bank import BankEntry
from referrals.clinical.knowledge import DOMAINS
from referrals.clinical.ladder import EXPECTED, FAMILY, signed
from referrals.models import Goal, GoalVersion, Position, Referral
from referrals.models.goal import PARTIES, awaited, by_party
from referrals.models.person import named
from referrals.models.shelf import goals_at
from referrals.pathway import Party, State
from referrals.prepared import Asked, prepared
from referrals.remembered import Later
from referrals.wording import days, spoken, typed_by, worded
from referrals.wording import later as _

from .progress import (
    Chart,
    Mark,
    Score,
    Told,
    Track,
    chart,
    marks_in,
    marks_of,
    rater,
    ratings,
    scores,
    told,
    tracks,
)
from .version import differences, fields_of

_THE: Final = {
    Party.PEDIATRICIAN: _("the pediatrician"),
    Party.THERAPIST: _("the therapist"),
    Party.FAMILY: _("the family"),
}
_TONES: Final = {"proposed": "info", "active": "good", "met": "good", "retired": "neutral"}
_ANSWERS: Final = {
    "agree": ("good", "circle-check"),
    "change": ("warn", "pencil"),
    "decline": ("bad", "circle-x"),
}


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder; `here` are those who see the child on it now."""

    sign: str
    label: str
    words: str
    is_start: bool
    is_goal: bool
    here: list[str]


@dataclass(frozen=True, slots=True)
class Stand:
    """What one of the three says to the version that stands."""

    party: Party
    label: str
    answer: str
    tone: str
    icon: str
    words: str = ""
    who: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class ShownGoal:
    """A goal as pages show it."""

    goal: Goal
    version: GoalVersion
    stands: list[Stand]
    tracks: list[Track]
    rungs: list[Rung]
    marks: list[Mark]
    waits_for: list[Party]
    #: Whether who reads this has not answered yet, and is asked to.
    asks_you: bool
    domain: str
    tone: str

    @property
    def url(self) -> str:
        return reverse("goal_detail", args=[self.goal.referral_id, self.goal.pk])

    @property
    def awaited(self) -> str:
        """“The pediatrician and the family”; empty where nobody is waited for."""
        return gettext(" and ").join(str(_THE[party]) for party in self.waits_for)

    @property
    def silent(self) -> bool:
        """Whether it waits only for somebody's first word: nobody disagrees."""
        return bool(self.waits_for) and all(s.answer in ("", "agree") for s in self.stands)

    @property
    def stand_still(self) -> list[str]:
        """The raters for whom a goal at work has not risen for long."""
        if not self.goal.is_open:
            return []
        return [track.label.lower() for track in self.tracks if track.stands_still]

    @property
    def now(self) -> list[tuple[str, str]]:
        return seen_on(self.rungs)


def seen_on(rungs: Iterable[Rung]) -> list[tuple[str, str]]:
    """Where the child is, in the words of the step: (who sees it there, words)."""
    return [(_listed(rung.here), rung.words) for rung in rungs if rung.here]


def _listed(raters: Sequence[str]) -> str:
    """“Pediatrician, therapist and family”."""
    *most, last = raters
    return f"{', '.join(most)}{gettext(' and ')}{last}".capitalize() if most else last


def goals_of(
    referrals: Iterable[UUID],
    *,
    for_family: bool,
    sides: Collection[Party] = (),
    open_only: bool = False,
) -> dict[UUID, list[ShownGoal]]:
    """The goals of some referrals, those at work first. Three queries, one where there are none.

    `sides` are those on which the reader answers.
    """
    found: dict[UUID, list[ShownGoal]] = defaultdict(list)
    wanted = Q(goal__referral__in=list(referrals))
    if open_only:
        wanted &= Q(goal__status__in=[Goal.Status.PROPOSED, Goal.Status.ACTIVE])
    at_work = Case(When(goal__status__in=["proposed", "active"], then=Value(0)), default=Value(1))
    versions = list(
        GoalVersion.objects.filter(wanted, number=F("goal__number"))
        .select_related("goal__referral", "written_by")
        .order_by(at_work, "goal__proposed_at", "goal_id")
    )  # fmt: skip
    if not versions:
        return found
    keys = [version.goal_id for version in versions]
    said: dict[UUID, list[Position]] = defaultdict(list)
    positions = Position.objects.filter(version__in=[version.pk for version in versions])
    for position in positions.select_related("by").order_by("at", "id"):
        said[position.version_id].append(position)
    marks: dict[UUID, list[Mark]] = defaultdict(list)
    for mark in marks_of(keys):
        marks[mark.goal].append(mark)
    for version in versions:
        found[version.goal.referral_id].append(
            _shown(version, said[version.pk], marks[version.goal_id], for_family, sides)
        )
    return found


def _shown(
    version: GoalVersion,
    said: Sequence[Position],
    marks: list[Mark],
    for_family: bool,
    sides: Collection[Party] = (),
) -> ShownGoal:
    by_rater = tracks(marks)
    by_side = by_party(said)
    domain = DOMAINS[version.domain]
    waits_for = awaited(by_side) if _is_asked(version.goal) else []
    return ShownGoal(
        goal=version.goal,
        version=version,
        stands=[_stand(party, position) for party, position in by_side.items()],
        tracks=by_rater,
        rungs=rungs(version, by_rater, for_family=for_family),
        marks=marks,
        waits_for=waits_for,
        asks_you=any(side in waits_for and by_side[side] is None for side in sides),
        domain=spoken(domain.family_label) if for_family else domain.label,
        tone=_TONES[version.goal.status],
    )


def _is_asked(goal: Goal) -> bool:
    """Whether anybody is asked about it: of a referral that has ended nobody is."""
    proposed = goal.status == Goal.Status.PROPOSED
    return proposed and State(goal.referral.state) in ACTS[Act.ANSWER_GOAL].during


def rungs(version: GoalVersion, found: Iterable[Track], *, for_family: bool) -> list[Rung]:
    """The ladder from the top down: +2 stands above -2."""
    family = FAMILY[version.convention]
    here: dict[int, list[str]] = defaultdict(list)
    for track in found:
        here[track.latest].append(track.label)
    return [
        Rung(
            sign="" if for_family else signed(level),
            label=spoken(family[level]) if for_family else gettext(EXPECTED[level]),
            words=typed_by(str(version.levels[LEVELS.index(level)]["words"]), version),
            is_start=level == version.baseline_level,
            is_goal=level == 0,
            here=here[level],
        )
        for level in reversed(LEVELS)
    ]


def _stand(party: Party, position: Position | None) -> Stand:
    if position is None:
        return Stand(party, rater(party), "", "neutral", "hourglass")
    tone, icon = _ANSWERS[position.answer]
    return Stand(
        party, rater(party), position.answer, tone, icon,
        typed_by(position.words, position.by), position.by.name,
        localtime(position.at).date(),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listing:
    """The page of a referral's goals."""

    goals: list[ShownGoal]
    scores: list[Score]
    told: Told | None

    @property
    def waiting(self) -> int:
        return sum(bool(goal.waits_for) for goal in self.goals)


def listing(referral: Referral, *, for_family: bool, sides: Collection[Party]) -> Listing:
    """Three queries, however many goals there are."""
    goals = goals_of([referral.pk], for_family=for_family, sides=sides).get(referral.pk, [])
    return Listing(
        goals=goals,
        scores=[] if for_family else scores([(one.version, one.tracks) for one in goals]),
        told=told((typed_by(one.version.wish, one.version), one.marks) for one in goals),
    )


# --- One goal ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Written:
    """One version: who wrote it, why, what it changed, and what each of the three said to it."""

    version: GoalVersion
    changes: list[tuple[str, str, str]]
    stands: list[Stand]
    who: str


@dataclass(frozen=True, slots=True)
class Page:
    shown: ShownGoal
    serves: str
    written: list[Written]
    chart: Chart | None
    told: Told | None
    score: list[Score]
    fields: list[tuple[str, Any]]
    rows: list[tuple[str, str, str, str]]


def page(
    referral: Referral, goal_id: UUID, *, for_family: bool, sides: Collection[Party]
) -> Later[Page] | None:
    """Two queries: what was said about each version, and the ratings. None where there is no such goal."""
    said = _said_of.asked(referral.pk, goal_id)
    if not said:
        return None
    marks = ratings.asked([goal_id])
    return Later(_page, said, marks, for_family, sorted(sides))


def _page(asked: Asked, rated: Asked, for_family: bool, sides: Sequence[Party]) -> Page:
    said, marks = asked.read(), marks_in(rated.read())
    by_version: dict[int, list[Position]] = defaultdict(list)
    for position in said:
        by_version[position.version.number].append(position)
    numbers = sorted(by_version)
    versions = [by_version[number][0].version for number in numbers]
    shown = _shown(versions[-1], by_version[numbers[-1]], marks, for_family, sides)
    written = [
        Written(
            version=version,
            changes=differences(before, version) if before else [],
            stands=[_stand(p, at) for p, at in by_party(by_version[version.number]).items()],
            who=version.written_by.name,
        )
        for before, version in zip([None, *versions], versions, strict=False)
    ]
    return Page(
        shown=shown,
        serves=worded(said[0].serves or "", said[0].serves_spanish or {}),
        written=written[::-1],
        chart=None if for_family else chart(shown.tracks, shown.version.baseline_level),
        told=told([(typed_by(shown.version.wish, shown.version), marks)]),
        score=[] if for_family else scores([(shown.version, shown.tracks)]),
        fields=fields_of(shown.version, for_family=for_family),
        rows=_rows(marks[::-1], shown.version, for_family),
    )


@prepared
def _said_of(referral: UUID, goal: UUID) -> QuerySet[Position]:
    """What was said of every version, each with its version, the oldest first."""
    served = GoalVersion.objects.filter(
        goal=OuterRef("version__goal__serves"), number=F("goal__number")
    )
    said = Position.objects.filter(version__goal=goal, version__goal__referral=referral)
    return (
        named(said, "by", "version__written_by", "version__goal__ended_by")
        .select_related("version__goal__referral")
        .annotate(
            serves=Subquery(served.values("statement")[:1]),
            serves_spanish=Subquery(served.values("spanish")[:1]),
        )
        .order_by("version__number", "at", "id")
    )


def _rows(
    marks: Sequence[Mark], version: GoalVersion, for_family: bool
) -> list[tuple[str, str, str, str]]:
    """The ratings as lines of a table: day, rater, rating, note. What many share is said once."""
    family, goes = FAMILY[version.convention], gettext("goes {value}, happy {satisfaction} (of 10)")
    steps = {level: spoken(family[level]) if for_family else signed(level) for level in LEVELS}
    raters = {party: rater(party) for party in PARTIES}
    return [
        (
            on,
            raters[mark.party],
            goes.format(value=mark.value, satisfaction=mark.satisfaction)
            if mark.kind == "performance"
            else steps[mark.value],
            mark.note,
        )
        for mark, on in zip(marks, days(mark.on for mark in marks), strict=True)
    ]


def shown_goal(goal: Goal, *, for_family: bool, number: int | None = None) -> ShownGoal | None:
    """One goal with the version that stands, or an earlier one; without its ratings."""
    version = (
        goal.versions.select_related("goal__referral", "written_by")
        .filter(number=number or goal.number)
        .first()
    )
    if version is None:
        return None
    said = version.positions.select_related("by").order_by("at", "id")
    return _shown(version, list(said), [], for_family)


def open_goals(referral: Referral) -> list[tuple[str, str]]:
    """The goals that another may serve, as choices: (id, statement). One query."""
    standing = GoalVersion.objects.filter(goal__referral=referral, number=F("goal__number"))
    rows = standing.exclude(goal__status=Goal.Status.RETIRED).order_by("goal__proposed_at")
    said = rows.values_list("goal_id", "statement", "spanish")
    return [(str(pk), worded(text, spanish)) for pk, text, spanish in said]


def entries_at(referral: Referral) -> dict[str, BankEntry]:
    """What a goal for this referral can start from, by code: ours and the clinic's own. One query."""
    return goals_at(referral.clinic_id)
