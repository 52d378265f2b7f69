"""How does practice at home look: as a heat map, week by week, and in a sentence?"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext, ngettext

from referrals.clinical.adherence import percent
from referrals.clinical.practice_weeks import (
    COUNTS,
    Homework,
    Practised,
    days_between,
    dose_on,
    first_day,
    minutes_of,
    paused_days,
    practised,
)
from referrals.models.course import Activity, Course
from referrals.wording import later as _

#: Minutes of a day up to which each shade goes; above the last one is the darkest.
SHADES: Final = (5, 10, 20)
_LEGEND: Final = (
    ("shade-1", "5", _("up to 5 minutes")), ("shade-2", "10", _("up to 10")),
    ("shade-3", "20", _("up to 20")), ("shade-4", "21", _("more than 20")),
    ("is-not", "–", _("not today")), ("is-empty", "", _("no entry")),
    ("is-paused", "P", _("pause")), ("is-off", "", _("nothing planned")),
)  # fmt: skip
#: Said of what was asked for where nothing was: pages look for it, and say it in their language.
PAUSE: Final = "pause"
#: A family is told of the last two weeks: near enough to remember.
RECENT_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class Cell:
    """One day: its shade, the figure in it, and the same in words."""

    css: str
    figure: str
    words: str


@dataclass(frozen=True, slots=True)
class WeekRow:
    monday: date
    cells: list[Cell]
    done: int
    asked: str


@dataclass(frozen=True, slots=True)
class Line:
    """One activity: how often it was done of what was asked, and its shares in whole per cent."""

    title: str
    is_active: bool
    done: int
    asked: str
    adherence: str
    dose: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Practice as a page shows it."""

    weeks: list[WeekRow]
    legend: Sequence[tuple[str, str, str]]
    lines: list[Line]
    all: Line
    coverage: str
    days_told: int
    days: int
    recent: Practised
    first: date


def shown(course: Course, today: date) -> Shown | None:
    """The last twelve weeks, this one among them; None where nothing was ever asked for."""
    if not course.activities:
        return None
    first = first_day(today)
    whole = practised(course.homework, course.pauses, first, today)
    lines = [_line(one, course.pauses, first, today) for one in course.activities.values()]
    recent = today - timedelta(days=RECENT_DAYS - 1)
    return Shown(
        weeks=heat(course.homework, course.pauses, first, today),
        legend=_LEGEND,
        # What had ended before these weeks, and was not practised in them, says nothing about them.
        lines=[line for line in lines if line.done or line.asked not in ("0", "")],
        all=_numbers(gettext("All activities"), True, whole),
        coverage=percent(whole.coverage),
        days_told=whole.days_told,
        days=whole.days,
        recent=practised(course.homework, course.pauses, recent, today),
        first=first,
    )


def _line(one: Activity, pauses: Collection[tuple[date, date]], first: date, today: date) -> Line:
    return _numbers(one.title, one.is_active, practised([one.homework], pauses, first, today))


def _numbers(title: str, is_active: bool, of: Practised) -> Line:
    return Line(title, is_active, of.done, times(of.asked), percent(of.adherence), percent(of.dose))


def times(asked: float | None) -> str:
    """How often something was asked for: part weeks make it a broken number, people say whole ones."""
    return PAUSE if asked is None else f"{asked:.0f}"


def heat(
    activities: Collection[Homework],
    pauses: Collection[tuple[date, date]],
    first: date,
    today: date,
) -> list[WeekRow]:
    """The days of each week from `first`, a Monday, to the Sunday after `today`; the newest week first."""
    told: dict[date, list[tuple[int, int]]] = defaultdict(list)
    for one in activities:
        for entry in one.entries:
            told[entry.on].append((COUNTS[entry.result], minutes_of(entry, one.doses)))
    paused = paused_days(pauses, first, today)
    asking = {
        day
        for day in days_between(first, today)
        if any(dose_on(one.doses, day) for one in activities)
    }
    weeks = practised(activities, pauses, first, today).weeks
    rows = []
    for monday in days_between(first, today):
        if monday.weekday():
            continue
        days = list(days_between(monday, monday + timedelta(days=6)))
        of_week = [week for week in weeks if week.monday == monday]
        asked = [week.asked for week in of_week if week.asked is not None]
        is_paused = any(week.asked is None for week in of_week) and not sum(asked)
        rows.append(
            WeekRow(
                monday=monday,
                cells=[
                    _cell(day, told[day], day in asking, day in paused, day > today) for day in days
                ],
                done=sum(week.done for week in of_week),
                asked=PAUSE if is_paused else times(sum(asked)),
            )
        )
    return rows[::-1]


def _cell(
    day: date, told: Sequence[tuple[int, int]], asked: bool, paused: bool, ahead: bool
) -> Cell:
    if told:
        count = sum(n for n, _ in told)
        minutes = sum(n for _, n in told)
        if not count:
            return Cell("is-not", "–", gettext("not today"))
        shade = sum(minutes > most for most in SHADES) + 1
        words = ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
        if count != 1:
            words += ", " + gettext("{n} times").format(n=count)
        return Cell(f"shade-{shade}", str(minutes), words)
    if ahead:
        return Cell("is-off", "", gettext("still to come"))
    if paused:
        return Cell("is-paused", "P", gettext("pause"))
    return (
        Cell("is-empty", "", gettext("no entry"))
        if asked
        else Cell("is-off", "", gettext("nothing planned"))
    )
