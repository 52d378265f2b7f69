"""On which days do the visits of a series fall?"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Final

DAYS_A_WEEK: Final = 7
#: A series lies within so many days from its first day on.
HORIZON: Final = 366
MOST_VISITS: Final = 104


class DoesNotFit(ValueError):
    """Within the horizon there are fewer days than visits; `days` are those there are."""

    def __init__(self, days: list[date], visits: int) -> None:
        super().__init__(f"Only {len(days)} of {visits} visits find a day within a year.")
        self.days = days


def days_of(
    first_on: date,
    weekdays: Collection[int],
    visits: int,
    *,
    every_weeks: int = 1,
    block_weeks: int | None = None,
    rest_weeks: int | None = None,
    closed: Iterable[tuple[date, date]] = (),
) -> list[date]:
    """The days of `visits` visits, in order, from `first_on` on, each within 366 days of it.

    `weekdays` are 0 (Monday) to 6; weeks run from Monday, and the week of `first_on` is the
    first. Of these every `every_weeks`-th has visits. With `block_weeks` and `rest_weeks` so
    many weeks are on and so many off, and each block counts its weeks anew. A visit that would
    fall on a `closed` day (first to last, both closed) is made up at the end.
    Raises DoesNotFit where a year is too short and ValueError for what makes no timetable.
    """
    _check(weekdays, visits, every_weeks, block_weeks, rest_weeks)
    shut = tuple(closed)
    monday = first_on - timedelta(days=first_on.weekday())
    found: list[date] = []
    for offset in range(HORIZON + 1):
        day = first_on + timedelta(days=offset)
        week = (day - monday).days // DAYS_A_WEEK
        if block_weeks and rest_weeks is not None:
            week %= block_weeks + rest_weeks
            if week >= block_weeks:
                continue
        if week % every_weeks or day.weekday() not in weekdays:
            continue
        if any(first <= day <= last for first, last in shut):
            continue
        found.append(day)
        if len(found) == visits:
            return found
    raise DoesNotFit(found, visits)


def _check(
    weekdays: Collection[int], visits: int, every_weeks: int, block: int | None, rest: int | None
) -> None:
    if not weekdays or any(day not in range(DAYS_A_WEEK) for day in weekdays):
        raise ValueError("Choose at least one day of the week.")
    if not 1 <= visits <= MOST_VISITS:
        raise ValueError(f"A series has 1 to {MOST_VISITS} visits.")
    if every_weeks < 1:
        raise ValueError("Visits are every week or every so many weeks.")
    if (block is None) != (rest is None):
        raise ValueError("A block has weeks on and weeks off: say both.")
    if block is not None and rest is not None and (block < 1 or rest < 1):
        raise ValueError("A block has at least one week on and one off.")
