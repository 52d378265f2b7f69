"""What did therapy bring in some time: goals, how it ended, practice at home, and visits?"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import (
    CharField,
    Count,
    DateField,
    F,
    IntegerField,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, TruncDate, TruncWeek

from referrals.clinical.adherence import practice
from referrals.clinical.practice_total import Counted, counted_weeks
from referrals.clinical.practice_weeks import Dosed
from referrals.models import Appointment, Discharge, Dose, Goal, Pause, Practice, Referral
from referrals.models.signing import Signed
from referrals.prepared import prepared

from .cohort import Places, counted, moments

RETIRED: Final = "retired"
#: What became of a goal, in the order in which it is read.
OUTCOMES: Final = {**dict(Discharge.Outcome.choices), RETIRED: "Changed or given up on the way"}
_ENDED_GOALS: Final = Q(status=Goal.Status.MET) | Q(
    status=Goal.Status.RETIRED, agreed_at__isnull=False
)


class _Row(NamedTuple):
    """`key` is what it is about, `of` the referral."""

    kind: str
    key: UUID
    of: UUID
    on: date
    until: date
    n: int
    word: str
    more: str
    id: UUID


_NAMES: Final = tuple(f"o_{name}" for name in _Row._fields)


_Days = tuple[date, date]
_Moments = tuple[datetime, datetime]


class _Monday(TruncWeek):
    """Of the week of a day; SQLite reckons it itself, and need not ask Python of each row."""

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        sql, params = compiler.compile(self.lhs)
        return f"date({sql}, 'weekday 0', '-6 days')", params


@dataclass(slots=True)
class Outcome:
    """Goals and therapies that ended in the time, practice and visits of its days."""

    goals: Counter[str] = field(default_factory=Counter)
    children_with_goals: int = 0
    endings: Counter[str] = field(default_factory=Counter)
    adherence: float | None = None
    children_practising: int = 0
    #: Visits by what became of them: `fulfilled`, `noshow`, or by whom they were cancelled.
    visits: Counter[str] = field(default_factory=Counter)
    children_with_visits: int = 0


def outcome(places: Places, first: date, last: date, zone: ZoneInfo) -> Outcome:
    """One query, whose rows are as many as goals, doses, and weeks of practice."""
    rows = (_Row(*row) for row in _brought(places, first, last, zone))
    return _counted(rows, first, last)


@prepared
def _brought(places: Places, first: date, last: date, zone: ZoneInfo) -> QuerySet[Any]:
    """The days stand in its text, as in that of `cohort`."""
    days, at = (first, last), moments(first, last, zone)
    # Joined, and not looked up in a list of all that is counted: each part would make one.
    of = counted(places, "referral__")
    of_activity = counted(places, "activity__referral__")
    # But the visits: of a region SQLite would walk all of these days.
    listed = Q(referral__in=Referral.objects.filter(counted(places)).values("pk"))
    head, *others = [
        _goals(of, at, days), _summaries(of, days), _doses(of_activity, days, zone),
        _practice(of_activity, days), _pauses(of, days), _visits(listed, at, days),
    ]  # fmt: skip
    return head.union(*others, all=True).order_by("o_kind", "o_on", "o_id")


def _counted(rows: Iterable[_Row], first: date, last: date) -> Outcome:
    found = Outcome()
    goals: dict[str, str] = {}
    of_goals: set[UUID] = set()
    of_visits: set[UUID] = set()
    activities: dict[UUID, Counted] = defaultdict(Counted)
    of_activity: dict[UUID, UUID] = {}
    pauses: dict[UUID, list[tuple[date, date]]] = defaultdict(list)
    for row in rows:
        match row.kind:
            case "goal":
                goals.setdefault(str(row.key), row.word)
                of_goals.add(row.of)
            case "summary":
                found.endings[row.more] += 1
                said = [one for one in json.loads(row.word) if not one.get("ended_on")]
                goals |= {one["goal"]: one["outcome"] for one in said}
                of_goals |= {row.of} if said else set()
            case "dose":
                activities[row.key].doses.append(Dosed(row.on, row.n, 0))
                activities[row.key].ended_on = row.until
                of_activity[row.key] = row.of
            case "practice":
                activities[row.key].done[row.on] = row.n
            case "pause":
                pauses[row.of].append((row.on, row.until))
            case "visit":
                found.visits[row.more or row.word] += row.n
                of_visits.add(row.of)
    found.goals = Counter(goals.values())
    found.children_with_goals, found.children_with_visits = len(of_goals), len(of_visits)
    weeks = []
    practising = set()
    for key, referral in of_activity.items():
        activities[key].pauses = pauses[referral]
        of_one = counted_weeks(activities[key], first, last)
        weeks += of_one
        if any(asked for _, asked in of_one):
            practising.add(referral)
    found.adherence, found.children_practising = practice(weeks), len(practising)
    return found


def _rows(table: QuerySet[Any], kind: str, /, **said: Any) -> QuerySet[Any, Any]:
    """The same columns of whatever table; `n` may count its rows."""
    columns = {
        "kind": Value(kind, CharField()), "key": F("id"), "of": F("referral_id"),
        "word": Value("", CharField()), "more": Value("", CharField()),
        "n": Value(1, IntegerField()), "id": F("id"),
    } | said  # fmt: skip
    columns.setdefault("until", columns["on"])
    if isinstance(columns["n"], Count):
        columns["id"] = columns["key"]
    renamed = {f"o_{name}": columns[name] for name in _Row._fields}
    count = {"o_n": renamed.pop("o_n")} if isinstance(columns["n"], Count) else {}
    rows: Any = table.order_by().annotate(**renamed)
    if count:
        rows = rows.values(*renamed).annotate(**count)
    found: QuerySet[Any, Any] = rows.values_list(*_NAMES)
    return found


def _day(on: date) -> Value:
    return Value(on, DateField())


def _goals(of: Q, at: _Moments, days: _Days) -> QuerySet[Any, Any]:
    ended = Goal.objects.filter(of & _ENDED_GOALS, ended_at__gte=at[0], ended_at__lt=at[1])
    return _rows(ended, "goal", on=_day(days[0]), word=F("status"))


def _summaries(of: Q, days: _Days) -> QuerySet[Any, Any]:
    """The summaries that stand; a goal that was met earlier counts on the day it was met."""
    signed = Discharge.objects.filter(
        of, status=Signed.Status.FINAL, ended_on__gte=days[0], ended_on__lte=days[1]
    )
    said = Cast("outcomes", TextField())
    return _rows(signed, "summary", on=Cast("ended_on", DateField()), word=said, more=F("why"))


def _doses(of: Q, days: _Days, zone: ZoneInfo) -> QuerySet[Any, Any]:
    asked = Dose.objects.filter(
        of & (Q(activity__retired_on__isnull=True) | Q(activity__retired_on__gte=days[0])),
        from_on__lte=days[1],
    )
    closed = TruncDate("activity__referral__closed_at", tzinfo=zone)
    return _rows(
        asked, "dose", key=F("activity_id"), of=F("activity__referral_id"), on=F("from_on"),
        until=Coalesce(closed, _day(days[1])), n=Cast("times_a_week", IntegerField()),
    )  # fmt: skip


def _practice(of: Q, days: _Days) -> QuerySet[Any, Any]:
    """How often each activity was done in each week; “not today” is an answer and counts nothing."""
    done = Practice.objects.filter(
        of, done_on__gte=days[0], done_on__lte=days[1], undone_at__isnull=True, after_retired=False,
        result__in=[Practice.Result.DID, Practice.Result.PARTLY],
    )  # fmt: skip
    return _rows(
        done, "practice", key=F("activity_id"), of=F("activity__referral_id"),
        on=Cast(_Monday("done_on"), DateField()), until=_day(days[0]), n=Count("pk"),
    )  # fmt: skip


def _pauses(of: Q, days: _Days) -> QuerySet[Any, Any]:
    agreed = Pause.objects.filter(
        of, status=Pause.Status.AGREED, first_on__lte=days[1], last_on__gte=days[0]
    )
    return _rows(agreed, "pause", on=F("first_on"), until=F("last_on"))


def _visits(of: Q, at: _Moments, days: _Days) -> QuerySet[Any, Any]:
    """Therapy visits of which it is known what became of them; one only offered was never a visit."""
    told = Appointment.objects.filter(
        of, purpose=Appointment.Purpose.THERAPY, booked_at__isnull=False,
        starts_at__gte=at[0], starts_at__lt=at[1],
        status__in=[
            Appointment.Status.FULFILLED, Appointment.Status.NOSHOW, Appointment.Status.CANCELLED,
        ],
    )  # fmt: skip
    return _rows(
        told, "visit", key=F("referral_id"), on=_day(days[0]), word=F("status"),
        more=F("cancelled_by"), n=Count("pk"),
    )  # fmt: skip
