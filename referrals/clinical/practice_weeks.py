"""How much practice at home was asked for, week by week, and how much of it was done?"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from referrals.clinical.adherence import coverage, dose, part_week, practice

#: So many weeks are looked back on.
WEEKS: Final = 12
#: What one entry counts: done in part is done, as the family sees it; "not today" is an answer.
COUNTS: Final = {"did": 1, "partly": 1, "not_today": 0}


@dataclass(frozen=True, slots=True)
class Dosed:
    """What is asked from this day on, until the next dose begins; no times a week ends it."""

    from_on: date
    times: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the family. `late`: its activity had been retired, it was asked for by nobody."""

    on: date
    result: str
    minutes: int | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Homework:
    """One activity: its doses and what the family said, both oldest first."""

    doses: Sequence[Dosed]
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Week:
    """One activity in the week that begins on `monday`; `asked` is None where all of it was paused."""

    monday: date
    done: int
    asked: float | None
    minutes_done: int
    minutes_asked: float


@dataclass(frozen=True, slots=True)
class Practised:
    """Practice in some time: the shares are None where nothing was asked for.

    `days` are those on which something was asked, `days_practised` and `days_told` those of them
    with practice and with any entry.
    """

    weeks: tuple[Week, ...]
    adherence: float | None
    dose: float | None
    coverage: float | None
    days: int
    days_practised: int
    days_told: int

    @property
    def done(self) -> int:
        return sum(week.done for week in self.weeks)

    @property
    def asked(self) -> float | None:
        """Times asked for; None where all was paused."""
        told = [week.asked for week in self.weeks if week.asked is not None]
        return sum(told) if told else None


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def first_day(today: date, weeks: int = WEEKS) -> date:
    """The Monday from which so many weeks, with this one, are looked back on."""
    return monday_of(today) - timedelta(weeks=weeks - 1)


def days_between(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)


def paused_days(pauses: Iterable[tuple[date, date]], first: date, last: date) -> set[date]:
    """The days between `first` and `last` on which a pause holds; its last day is one of them."""
    return {
        day for begins, ends in pauses for day in days_between(max(begins, first), min(ends, last))
    }


def dose_on(doses: Iterable[Dosed], day: date) -> Dosed | None:
    """What was asked on that day; of two doses that begin on one day the later one counts."""
    begun = [one for one in doses if one.from_on <= day]
    if not begun or not begun[-1].times:
        return None
    return begun[-1]


def minutes_of(entry: Entry, doses: Iterable[Dosed]) -> int:
    """The family's own minutes; else those of the dose, half of them (rounded down) for a part."""
    if not COUNTS[entry.result]:
        return 0
    if entry.minutes is not None:
        return entry.minutes
    asked = dose_on(doses, entry.on)
    usual = asked.minutes if asked is not None else 0
    return usual if entry.result == "did" else usual // 2


def weeks_of(
    homework: Homework, pauses: Iterable[tuple[date, date]], first: date, last: date
) -> list[Week]:
    """The weeks of one activity from `first` to `last`, each with what its days asked for.

    A part week, a dose that changed and a pause of some days count by days; a week paused on
    every day that asked for something is (done, None), as `adherence.practice` takes it.
    """
    paused = paused_days(pauses, first, last)
    asked: dict[date, dict[Dosed, int]] = {}
    left_out: set[date] = set()
    for day in days_between(first, last):
        monday = monday_of(day)
        segments = asked.setdefault(monday, {})
        one = dose_on(homework.doses, day)
        if one is None:
            continue
        if day in paused:
            left_out.add(monday)
        else:
            segments[one] = segments.get(one, 0) + 1
    inside = [one for one in homework.entries if first <= one.on <= last and not one.late]
    found = []
    for monday, segments in asked.items():
        told = [one for one in inside if monday_of(one.on) == monday]
        whole = monday in left_out and not segments
        found.append(
            Week(
                monday=monday,
                done=sum(COUNTS[one.result] for one in told),
                asked=None if whole else sum(part_week(d.times, n) for d, n in segments.items()),
                minutes_done=sum(minutes_of(one, homework.doses) for one in told),
                minutes_asked=sum(part_week(d.times * d.minutes, n) for d, n in segments.items()),
            )
        )
    return found


def practised(
    activities: Iterable[Homework], pauses: Collection[tuple[date, date]], first: date, last: date
) -> Practised:
    """What was practised of these activities from `first` to `last`, both days with it.

    Much of one activity never makes up for another: each week of each activity counts for itself.
    """
    activities = list(activities)
    weeks = [week for one in activities for week in weeks_of(one, pauses, first, last)]
    paused = paused_days(pauses, first, last)
    asking = {
        day
        for day in days_between(first, last)
        if day not in paused and any(dose_on(one.doses, day) for one in activities)
    }
    told = {entry.on: 0 for one in activities for entry in one.entries if entry.on in asking}
    for one in activities:
        for entry in one.entries:
            if entry.on in told:
                told[entry.on] += COUNTS[entry.result]
    counted = [week for week in weeks if week.asked is not None]
    return Practised(
        weeks=tuple(weeks),
        adherence=practice((week.done, week.asked) for week in weeks),
        dose=dose(
            sum(week.minutes_done for week in counted), sum(week.minutes_asked for week in counted)
        ),
        coverage=coverage(len(told), len(asking)),
        days=len(asking),
        days_practised=sum(bool(times) for times in told.values()),
        days_told=len(told),
    )
