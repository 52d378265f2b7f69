"""How old is this child, and which of the two ages counts?"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

TERM_WEEKS = 40
PREMATURE_BEFORE_WEEKS = 37
ADJUST_UNTIL_MONTHS = 24
GESTATION_WEEKS = range(20, 46)  # outside this it is a typing error, not a birth


@dataclass(frozen=True, order=True)
class Age:
    """A span of whole years, months (0 to 11) and days (0 to 30); prints as `y;m;d`.

    Raises ValueError for a negative part, 12 or more months, or 31 or more days.
    """

    years: int
    months: int
    days: int

    def __post_init__(self) -> None:
        if self.years < 0 or not 0 <= self.months <= 11 or not 0 <= self.days <= 30:
            raise ValueError(
                f"Not an age: {self.years} years, {self.months} months, {self.days} days."
            )

    @property
    def total_months(self) -> int:
        """Completed months, days left out."""
        return self.years * 12 + self.months

    def __str__(self) -> str:
        return f"{self.years};{self.months};{self.days}"


@dataclass(frozen=True)
class Ages:
    """Both ages of a child on one day; documents print both and say which one was used."""

    chronological: Age
    adjusted: Age | None

    @property
    def used(self) -> Literal["adjusted", "chronological"]:
        """Which of the two decides bands and score tables."""
        return "chronological" if self.adjusted is None else "adjusted"

    @property
    def for_bands(self) -> Age:
        """The age that decides: adjusted where an adjustment applies, else chronological."""
        return self.chronological if self.adjusted is None else self.adjusted


def add_months(day: date, months: int) -> date:
    """The same day `months` later; 31 January plus one month is the last day of February."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    month = month0 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def chronological_age(born: date, on: date) -> Age:
    """Age on a day, in completed years, months and days.

    Anchor method: add whole months to the birth date, clamp to the end of the month, count the
    days left. Borrowing days from the calendar instead gives negative days at month ends.
    Source: the way therapists write ages (`y;m;d`); same results as dateutil's relativedelta.
    Raises ValueError when `on` lies before `born`.
    """
    if on < born:
        raise ValueError("The day lies before the date of birth.")
    months = (on.year - born.year) * 12 + on.month - born.month
    if add_months(born, months) > on:
        months -= 1
    return Age(months // 12, months % 12, (on - add_months(born, months)).days)


def adjusted_age(
    born: date,
    on: date,
    gestation_weeks: int,
    gestation_days: int = 0,
    *,
    until_months: int = ADJUST_UNTIL_MONTHS,
) -> Age | None:
    """Age counted from the day 40 weeks of pregnancy would have been complete.

    None where no adjustment applies: born at 37 completed weeks or later, or already
    `until_months` old by chronological age. Only completed weeks count (25 weeks and 5 days is
    25), so `gestation_days` (0 to 6) is checked but changes nothing. Before the day 40 weeks
    would have been complete the age is `0;0;0`.
    Source: corrected age, 40 weeks minus gestational age at birth, in completed weeks.
    Raises ValueError when `on` lies before `born`, and for a gestation outside 20 to 45 weeks.
    """
    if gestation_weeks not in GESTATION_WEEKS:
        raise ValueError("Gestation must be 20 to 45 completed weeks.")
    if gestation_days not in range(7):
        raise ValueError("Days of gestation must be 0 to 6.")
    chronological = chronological_age(born, on)
    if gestation_weeks >= PREMATURE_BEFORE_WEEKS or chronological.total_months >= until_months:
        return None
    full_term = born + timedelta(weeks=TERM_WEEKS - gestation_weeks)
    return chronological_age(full_term, max(on, full_term))


def ages(
    born: date,
    on: date,
    gestation_weeks: int | None,
    gestation_days: int | None,
    *,
    until_months: int = ADJUST_UNTIL_MONTHS,
) -> Ages:
    """Both ages on a day; an unknown gestation (None) means no adjustment.

    Raises ValueError as `chronological_age` and `adjusted_age` do.
    """
    adjusted = (
        None
        if gestation_weeks is None
        else adjusted_age(born, on, gestation_weeks, gestation_days or 0, until_months=until_months)
    )
    return Ages(chronological_age(born, on), adjusted)
