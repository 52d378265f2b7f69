"""How long does it take: for half of the children, and for nine in ten?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from referrals.clinical.small_numbers import FEWEST

#: Of fewer than ten, nine in ten is next to the longest wait of one single child.
FEWEST_FOR_NINETIETH: Final = 10
MEDIAN: Final = 0.5
NINETIETH: Final = 0.9


@dataclass(frozen=True, slots=True)
class Spread:
    """Days between two steps: over `count` children, half within `median`, nine in ten within `ninetieth`.

    Each is None where so few children cannot be told of without pointing to one of them.
    """

    count: int
    median: float | None
    ninetieth: float | None


def spread(days: Iterable[int]) -> Spread:
    """Median from five children on, 90th percentile from ten on. Raises ValueError for negative days."""
    ordered = sorted(days)
    if ordered and ordered[0] < 0:
        raise ValueError("A step cannot come before the one before it.")
    many = len(ordered)
    return Spread(
        count=many,
        median=percentile(ordered, MEDIAN) if many >= FEWEST else None,
        ninetieth=percentile(ordered, NINETIETH) if many >= FEWEST_FOR_NINETIETH else None,
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which the `share` (0 to 1) of the values lies, by linear interpolation.

    Between the values at the places (n - 1) * share below and above: as a spreadsheet's
    PERCENTILE.INC and PostgreSQL's percentile_cont do it, so that anybody can check it.
    Source: Hyndman and Fan 1996, definition 7.
    Raises ValueError for no values, values out of order, or another share.
    """
    if not ordered or not 0 <= share <= 1 or list(ordered) != sorted(ordered):
        raise ValueError("A percentile needs values in their order and a share from 0 to 1.")
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
