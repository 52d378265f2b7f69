"""By when must the next thing have happened?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal

from referrals.clinical import tables

Unit = Literal["calendar", "working"]


class UnknownClock(ValueError):
    """No clock has this code."""


@dataclass(frozen=True)
class Clock:
    """A time limit: `days` is the default, which settings may override, counted in `unit` days.

    Raises ValueError for negative days, another unit or an empty source.
    """

    code: str
    label: str
    days: int
    unit: Unit
    source: str

    def __post_init__(self) -> None:
        if self.days < 0 or self.unit not in ("calendar", "working") or not self.source:
            raise ValueError(f"The clock {self.code!r} is not complete.")


CLOCKS: Mapping[str, Clock] = MappingProxyType(
    {entry["code"]: Clock(**entry) for entry in tables.read("clocks")["clock"]}
)


def due(received: date, days: int) -> date:
    """The day `days` calendar days after `received`, which is day 0.

    Raises ValueError for negative days.
    """
    if days < 0:
        raise ValueError("A due date cannot lie before its start.")
    return received + timedelta(days=days)


def due_working(start: date, days: int) -> date:
    """The day `days` working days (Monday to Friday) after `start`, which is day 0.

    A start on a weekend counts from the next Monday. Public holidays are not known here and
    count as working days. Raises ValueError for negative days.
    """
    if days < 0:
        raise ValueError("A due date cannot lie before its start.")
    if start.weekday() > 4:
        start += timedelta(days=7 - start.weekday())
    weeks, rest = divmod(days, 5)
    over_weekend = 2 if start.weekday() + rest > 4 else 0
    return start + timedelta(weeks=weeks, days=rest + over_weekend)


def due_by(clock_code: str, start: date, days: int | None = None) -> date:
    """When the clock that began on `start` runs out; `days` overrides the clock's default.

    Raises UnknownClock for a code that is not in CLOCKS and ValueError for negative days.
    """
    try:
        clock = CLOCKS[clock_code]
    except KeyError:
        raise UnknownClock(f"There is no clock {clock_code!r}.") from None
    length = clock.days if days is None else days
    return due_working(start, length) if clock.unit == "working" else due(start, length)
