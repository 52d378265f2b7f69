"""How many visits does a frequency ask for, in all and up to today?"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from referrals.clinical.adherence import prescribed_to_date

#: Visits a week that one visit in the time named makes; a month is the twelfth part of 52 weeks.
A_WEEK: Final[Mapping[str, float]] = MappingProxyType(
    {"week": 1.0, "fortnight": 1 / 2, "month": 12 / 52}
)
DAYS: Final = 7


def in_all(visits: int, per: str, weeks: int) -> float:
    """Visits asked for over all the weeks. Raises ValueError for a time that is not known."""
    return visits * _a_week(per) * weeks


def to_date(visits: int, per: str, weeks: int | None, start: date, today: date) -> float:
    """Visits asked for in the weeks since `start` that are over on `today`; 0 before the first is.

    A week counts once it is over; after the last of `weeks` nothing more is asked for, and
    without `weeks` it goes on. Raises ValueError for a time that is not known.
    """
    over = max((today - start).days, 0) // DAYS
    return prescribed_to_date(visits * _a_week(per), over if weeks is None else weeks, over)


def _a_week(per: str) -> float:
    try:
        return A_WEEK[per]
    except KeyError:
        raise ValueError(f"There is no frequency per {per!r}.") from None
