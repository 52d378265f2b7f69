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
    Aggregate,
    CharField,
    Count,
    DateField,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, TruncDate

from referrals.clinical.adherence import practice
from referrals.clinical.practice_total import WEEK, Counted, counted_weeks
from referrals.clinical.practice_weeks import Dosed, monday_of
from referrals.models import Appointment, Discharge, Dose, Goal, Pause, Practice, Treated
from referrals.models.signing import Signed
from referrals.prepared import prepared

from .cohort import Places, Together, counted, moments

RETIRED: Final = "retired"
#: What became of a goal, in the order in which it is read.
OUTCOMES: Final = {**dict(Discharge.Outcome.choices), RETIRED: "Changed or given up on the way"}
_ENDED_GOALS: Final = Q(status=Goal.Status.MET) | Q(
    status=Goal.Status.RETIRED, agreed_at__isnull=False
)


class _Row(NamedTuple):
    """`key` is what it is about, `of` the referral: told as text, for they are only compared."""

    kind: str
    key: str
    of: str
    on: date
    until: date
    n: int
    word: str
    more: str


_NAMES: Final = tuple(f"o_{name}" for name in _Row._fields)


_Days = tuple[date, date]
_Moments = tuple[datetime, datetime]


class _WeeksAfter(Func):
    """How many weeks after a Monday the week of a day begins."""

    template = "((%(expressions)s) / 7)"
    arg_joiner = " - "
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "CAST((%(expressions)s) / 7 AS integer)"
        days = self.copy()
        days.set_source_expressions(
            [Func(one, function="JULIANDAY") for one in self.get_source_expressions()]
        )
        return days.as_sql(compiler, connection, template=template, **more)


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
    return brought_by(brought(places, first, last, zone), first, last)


@prepared
def brought(places: Places, first: date, last: date, zone: ZoneInfo) -> QuerySet[Any]:
    """The days stand in its text, as in that of `cohort`."""
    days, at = (first, last), moments(first, last, zone)
    # Of the few only of which there is anything, of all that were sent.
    treated = Treated.objects.filter(counted(places)).values("referral")
    of, of_activity = Q(referral__in=treated), Q(activity__referral__in=treated)
    head, *others = [
        _goals(of, at, days), _summaries(of, days), _doses(of_activity, days, zone),
        _practice(of_activity, days), _pauses(of, days), _visits(of, at, days),
    ]  # fmt: skip
    return head.union(*others, all=True)


def brought_by(told: Iterable[tuple[Any, ...]], first: date, last: date) -> Outcome:
    """Of what `brought` tells."""
    rows = [_Row(*row) for row in told]
    found = Outcome()
    goals: dict[str, str] = {}
    of_goals: set[str] = set()
    of_visits: set[str] = set()
    activities: dict[str, Counted] = defaultdict(Counted)
    of_activity: dict[str, str] = {}
    pauses: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for row in sorted(rows, key=_in_order):
        match row.kind:
            case "goal":
                goals[str(UUID(row.key))] = row.word
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
                activities[row.key].done = {
                    row.on + int(week) * WEEK: times
                    for week, times in Counter(row.word.split("|")).items()
                }
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


def _in_order(row: _Row) -> tuple[str, date, str, str]:
    """A summary says more than the goals before it; of doses and summaries of a day the later one counts."""
    return row.kind, row.on, row.key, row.word


def _rows(table: QuerySet[Any], kind: str, /, **said: Any) -> QuerySet[Any, Any]:
    """The same columns of whatever table; `n` may count its rows, `word` put theirs together."""
    columns = {
        "kind": Value(kind, CharField()), "key": F("id"), "of": F("referral_id"),
        "word": Value("", CharField()), "more": Value("", CharField()),
        "n": Value(1, IntegerField()),
    } | said  # fmt: skip
    columns.setdefault("until", columns["on"])
    for key in ("key", "of"):
        columns[key] = Cast(columns[key], TextField())
    told = {f"o_{name}": columns[name] for name in _Row._fields}
    over = {name: column for name, column in told.items() if isinstance(column, Aggregate)}
    alike = {name: column for name, column in told.items() if name not in over}
    rows: Any = table.order_by().annotate(**alike)
    if over:
        rows = rows.values(*alike).annotate(**over)
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
        word=Cast("id", TextField()),
        until=Coalesce(closed, _day(days[1])), n=Cast("times_a_week", IntegerField()),
    )  # fmt: skip


def _practice(of: Q, days: _Days) -> QuerySet[Any, Any]:
    """Of each activity in which weeks it was done, as many times as it was; “not today” is an answer
    and counts nothing."""
    monday = _day(monday_of(days[0]))
    week = Cast(_WeeksAfter("done_on", monday), TextField())
    done = Practice.objects.filter(
        of, done_on__gte=days[0], done_on__lte=days[1], undone_at__isnull=True, after_retired=False,
        result__in=[Practice.Result.DID, Practice.Result.PARTLY],
    )  # fmt: skip
    return _rows(
        done, "practice", key=F("activity_id"), of=F("activity__referral_id"),
        on=monday, word=Together(week),
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
