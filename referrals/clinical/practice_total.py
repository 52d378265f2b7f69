"""How much of the practice asked for over some time was done, by many families together?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from referrals.clinical.adherence import DAYS_A_WEEK, part_week
from referrals.clinical.practice_weeks import Dosed, Homework, dose_on, monday_of, weeks_of

WEEK = timedelta(days=DAYS_A_WEEK)
_SIX_DAYS = timedelta(days=DAYS_A_WEEK - 1)


@dataclass(slots=True)
class Counted:
    """One activity: its doses, oldest first, and how often it was done in the week of each Monday.

    From `ended_on` on, if there is such a day, nothing is asked: therapy is over.
    """

    doses: list[Dosed] = field(default_factory=list)
    done: dict[date, int] = field(default_factory=dict)
    pauses: Collection[tuple[date, date]] = ()
    ended_on: date | None = None


def counted_weeks(one: Counted, first: date, last: date) -> list[tuple[int, float | None]]:
    """(done, asked for) of each week from `first` to `last`, as `adherence.practice` takes it.

    The same rule as `practice_weeks.practised`: each week of each activity counts for itself.
    Weeks of one dose without a pause are reckoned without looking at their days.
    """
    asked = asked_by_week(one, first, last)
    return [(one.done.get(monday, 0), times) for monday, times in asked.items()]


def asked_by_week(one: Counted, first: date, last: date) -> Mapping[date, float | None]:
    """How often each week asked for it, by its Monday; None for a week that was all pause."""
    if not one.doses:
        return {}
    begins = max(first, one.doses[0].from_on)
    if one.ended_on is not None:
        last = min(last, one.ended_on)
    if not one.doses[-1].times:
        last = min(last, one.doses[-1].from_on)
    asked: dict[date, float | None] = {}
    if last < begins:
        return asked
    special = _special(one, begins, last)
    monday, usual = monday_of(begins), None
    while monday <= last:
        if monday in special:
            opens, ends = max(monday, begins), min(monday + _SIX_DAYS, last)
            asked[monday], usual = _asked(one.doses, one.pauses, opens, ends), None
        else:
            if usual is None:
                usual = _asked(one.doses, (), monday, monday + _SIX_DAYS)
            asked[monday] = usual
        monday += WEEK
    return asked


def _special(one: Counted, first: date, last: date) -> set[date]:
    """The Mondays of weeks that are cut short, or in which a dose begins or a pause lies."""
    found = {monday_of(day) for day in (first, last, *(dose.from_on for dose in one.doses))}
    for begins, until in one.pauses:
        monday = monday_of(max(begins, first))
        while monday <= min(until, last):
            found.add(monday)
            monday += WEEK
    return found


def _asked(
    doses: Sequence[Dosed], pauses: Collection[tuple[date, date]], opens: date, ends: date
) -> float | None:
    changes = any(opens < dose.from_on <= ends for dose in doses)
    paused = any(begins <= ends and opens <= until for begins, until in pauses)
    if not changes and not paused:
        dose = dose_on(doses, opens)
        return part_week(dose.times, (ends - opens).days + 1) if dose else 0.0
    [week] = weeks_of(Homework(doses, ()), pauses, opens, ends)
    return week.asked
