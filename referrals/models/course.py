"""What happened in the course of a therapy: ratings, practice at home, pauses and visits, in one reading?"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import (
    Case,
    CharField,
    DateField,
    F,
    IntegerField,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, TruncDate

from referrals.clinical import dosage
from referrals.clinical.adherence import attendance, delivery
from referrals.clinical.practice_weeks import Dosed, Entry, Homework
from referrals.pathway import Party

from .activity import Dose, Pause, Practice
from .appointment import Appointment
from .goal import Performance, Rating
from .plan import Plan
from .referral import Referral


class Level(NamedTuple):
    """A rating of a goal by one of the three."""

    goal: UUID
    party: Party
    on: date
    level: int
    note: str


class Numbers(NamedTuple):
    """How well it goes with a goal and how content the family is, 1 to 10 each."""

    goal: UUID
    on: date
    performance: int
    satisfaction: int


class Visit(NamedTuple):
    """A therapy visit that was booked: on which day, and what became of it."""

    on: date
    status: str
    cancelled_by: str


class Planned(NamedTuple):
    """How often the plan that stands asks for visits."""

    starts_on: date
    visits: int
    per: str
    weeks: int | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of the visits of some time, and the share of those kept open that were attended."""

    attended: int
    missed: int
    by_family: int
    by_clinic: int
    by_practice: int

    @property
    def scheduled(self) -> int:
        return self.attended + self.missed + self.by_family + self.by_clinic + self.by_practice

    @property
    def attendance(self) -> float | None:
        return attendance(self.scheduled, self.attended, self.by_clinic)


@dataclass(frozen=True, slots=True)
class Delivered:
    """The visits of the plan that took place, of those that it asked for up to a day."""

    visits: int
    due: float
    share: float | None


@dataclass(slots=True)
class Activity:
    """A home activity with its doses and entries."""

    title: str
    is_active: bool
    homework: Homework


@dataclass(slots=True)
class Course:
    """All of it, oldest first."""

    levels: list[Level] = field(default_factory=list)
    numbers: list[Numbers] = field(default_factory=list)
    activities: dict[UUID, Activity] = field(default_factory=dict)
    pauses: list[tuple[date, date]] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    plan: Planned | None = None
    #: What the family wrote beside an entry.
    words: list[tuple[date, str]] = field(default_factory=list)

    @property
    def homework(self) -> list[Homework]:
        return [one.homework for one in self.activities.values()]

    def kept(self, first: date, last: date) -> Kept:
        """The visits from `first` to `last` of which it is known what became of them."""
        told = [visit for visit in self.visits if first <= visit.on <= last]
        by = [visit.cancelled_by for visit in told if visit.status == "cancelled"]
        return Kept(
            attended=sum(visit.status == "fulfilled" for visit in told),
            missed=sum(visit.status == "noshow" for visit in told),
            by_family=by.count("family"),
            by_clinic=by.count("clinic"),
            by_practice=by.count("practice"),
        )

    def delivered(self, today: date) -> Delivered | None:
        """None where no plan stands, and before its first week is over: nothing is due yet."""
        plan = self.plan
        if plan is None or plan.starts_on > today or not plan.per:
            return None
        due = dosage.to_date(plan.visits, plan.per, plan.weeks, plan.starts_on, today)
        if not due:
            return None
        took_place = sum(
            visit.status == "fulfilled" and plan.starts_on <= visit.on <= today
            for visit in self.visits
        )
        return Delivered(took_place, due, delivery(took_place, due))


class _Row(NamedTuple):
    """`key` is what the row is about, `of` what makes a later row take the place of an earlier."""

    kind: str
    key: UUID
    of: UUID
    on: date
    until: date
    one: int
    other: int
    word: str
    more: str
    at: datetime
    id: UUID


_NAMES: Final = tuple(f"c_{name}" for name in _Row._fields)
_UNSAID: Final = -1


def course_of(referral: Referral, *, since: date, levels: bool = True) -> Course:
    """Read it all in one query; practice from `since` on, all else from the start."""
    clinic = referral.clinic
    assert clinic is not None, "therapy is at a clinic"
    parts = [
        _ratings(referral), _numbers(referral), _doses(referral), _practice(referral, since),
        _pauses(referral), _visits(referral, ZoneInfo(clinic.time_zone)), _plan(referral),
    ]  # fmt: skip
    if not levels:
        parts = parts[2:]
    first, *others = parts
    rows = first.union(*others, all=True).order_by("c_on", "c_at", "c_id")
    return _sorted(_Row(*row) for row in rows)


def _sorted(rows: Iterable[_Row]) -> Course:
    found = Course()
    latest: dict[tuple[UUID, UUID], _Row] = {}
    for row in rows:
        match row.kind:
            case "level":
                # Of two ratings from one visit the later one counts: its note was amended.
                latest[row.key, row.of] = row
            case "numbers":
                found.numbers.append(Numbers(row.key, row.on, row.one, row.other))
            case "pause":
                found.pauses.append((row.on, row.until))
            case "visit":
                found.visits.append(Visit(row.on, row.word, row.more))
            case "plan":
                weeks = row.other if row.other != _UNSAID else None
                found.plan = Planned(row.on, row.one, row.word, weeks)
            case _:
                _practised(found, row)
    found.levels = [
        Level(row.key, Party(row.word), row.on, row.one, row.more)
        for row in sorted(latest.values(), key=lambda row: (row.on, row.at, row.id))
    ]
    found.activities = {
        key: one for key, one in found.activities.items() if one.homework.doses or one.title
    }
    return found


def _practised(found: Course, row: _Row) -> None:
    empty = Activity("", False, Homework([], []))
    one = found.activities.setdefault(row.key, empty)
    doses: Any = one.homework.doses
    entries: Any = one.homework.entries
    if row.kind == "dose":
        doses.append(Dosed(row.on, row.one, row.other))
        one.title, one.is_active = row.word, row.more == "active"
        return
    minutes = row.one if row.one != _UNSAID else None
    entries.append(Entry(row.on, row.word, minutes, late=bool(row.other)))
    if row.more:
        found.words.append((row.on, row.more))


def _text(value: str) -> Value:
    return Value(value, CharField())


def _number(value: int) -> Value:
    return Value(value, IntegerField())


def _rows(table: QuerySet[Any], kind: str, /, **said: Any) -> QuerySet[Any, Any]:
    """The same eleven columns of whatever table."""
    columns = {
        "kind": _text(kind), "key": F("id"), "of": F("id"), "one": _number(0), "other": _number(0),
        "word": _text(""), "more": _text(""), "id": F("id"),
    } | said  # fmt: skip
    columns.setdefault("until", columns["on"])
    renamed = {f"c_{name}": columns[name] for name in _Row._fields}
    rows: QuerySet[Any, Any] = table.order_by().annotate(**renamed).values_list(*_NAMES)
    return rows


def _int(name: str) -> Cast:
    # Small and large whole numbers meet in one column.
    return Cast(name, IntegerField())


def _ratings(referral: Referral) -> QuerySet[Any, Any]:
    return _rows(
        Rating.objects.filter(goal__referral=referral), "level", key=F("goal_id"),
        of=Coalesce("visit_id", "id"), on=F("rated_on"), one=_int("level"), word=F("party"),
        more=F("note"), at=F("at"),
    )  # fmt: skip


def _numbers(referral: Referral) -> QuerySet[Any, Any]:
    return _rows(
        Performance.objects.filter(goal__referral=referral), "numbers", key=F("goal_id"),
        on=F("rated_on"), one=_int("performance"), other=_int("satisfaction"), at=F("at"),
    )  # fmt: skip


def _doses(referral: Referral) -> QuerySet[Any, Any]:
    return _rows(
        Dose.objects.filter(activity__referral=referral), "dose", key=F("activity_id"),
        on=F("from_on"), one=_int("times_a_week"), other=_int("minutes"),
        word=F("activity__title"), more=F("activity__status"), at=F("at"),
    )  # fmt: skip


def _practice(referral: Referral, since: date) -> QuerySet[Any, Any]:
    late = Case(When(after_retired=True, then=1), default=0, output_field=IntegerField())
    return _rows(
        Practice.objects.filter(
            activity__referral=referral, done_on__gte=since, undone_at__isnull=True
        ),
        "practice", key=F("activity_id"), on=F("done_on"),
        one=Coalesce(_int("minutes"), _number(_UNSAID)), other=late, word=F("result"),
        more=F("word"), at=F("told_at"),
    )  # fmt: skip


def _pauses(referral: Referral) -> QuerySet[Any, Any]:
    agreed = Pause.objects.filter(referral=referral, status=Pause.Status.AGREED)
    return _rows(agreed, "pause", on=F("first_on"), until=F("last_on"), at=F("asked_at"))


def _visits(referral: Referral, zone: ZoneInfo) -> QuerySet[Any, Any]:
    """What was only offered, and not taken, was never a visit."""
    booked = Appointment.objects.filter(
        referral=referral, purpose=Appointment.Purpose.THERAPY, booked_at__isnull=False
    )
    day = TruncDate("starts_at", tzinfo=zone)
    return _rows(
        booked, "visit", on=day, word=F("status"), more=F("cancelled_by"), at=F("starts_at")
    )


def _plan(referral: Referral) -> QuerySet[Any, Any]:
    standing = Plan.objects.filter(
        referral=referral, status=Plan.Status.FINAL, starts_on__isnull=False, visits__isnull=False
    )
    return _rows(
        standing, "plan", on=Cast("starts_on", DateField()), one=_int("visits"),
        other=Coalesce(_int("weeks"), _number(_UNSAID)), word=F("per"), at=F("signed_at"),
    )  # fmt: skip
