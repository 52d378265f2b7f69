"""How far have a child's goals moved, taken together? (Goal Attainment Scaling)"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

LEVELS = range(-2, 3)
RHO = 0.3  # the correlation between goals that Kiresuk and Sherman assumed

# Which level is "today" when the scale is written; stored with every goal.
BaselineConvention = Literal["minus_two", "minus_one"]
BASELINE_LEVEL: dict[BaselineConvention, int] = {"minus_two": -2, "minus_one": -1}


@dataclass(frozen=True)
class Progress:
    """Baseline T, current T and their change, over the goals rated at both times.

    The three values are None where nothing can be compared. `rated` of `goals` are rated now.
    """

    baseline: float | None
    current: float | None
    change: float | None
    rated: int
    goals: int


def weight(importance: int, difficulty: int) -> int:
    """Importance (1 to 3) times difficulty (1 to 3): 1 to 9. Raises ValueError outside 1 to 3."""
    if importance not in range(1, 4) or difficulty not in range(1, 4):
        raise ValueError("Importance and difficulty must each be 1, 2 or 3.")
    return importance * difficulty


def t_score(
    levels: Sequence[int | None],
    weights: Sequence[float] | None = None,
    *,
    rho: float = RHO,
) -> float | None:
    """The GAS T-score: 50 when goals are met as expected on the whole, 10 is one sd.

    `levels` are -2 to +2; None is an unrated goal and leaves both sums, weight and all. No rated
    goal gives None, not 50. `weights` are above 0, equal when left out.
    T = 50 + 10 * sum(w*x) / sqrt((1 - rho) * sum(w^2) + rho * sum(w)^2)
    Source: Kiresuk and Sherman 1968.
    Raises ValueError for a level that is not a whole number from -2 to +2, a weight that is not
    a number above 0, lists of different length, or rho outside 0 to 1.
    """
    for level in levels:
        if level is not None and (isinstance(level, bool) or level not in LEVELS):
            raise ValueError(f"A level must be a whole number from -2 to +2, not {level!r}.")
    if weights is None:
        weights = [1] * len(levels)
    if len(weights) != len(levels):
        raise ValueError("There must be one weight for every goal.")
    for value in weights:
        if not math.isfinite(value) or value <= 0:
            raise ValueError(f"A weight must be a number above 0, not {value!r}.")
    if not 0 <= rho <= 1:
        raise ValueError("Rho must lie between 0 and 1.")

    # Fractions keep the worked cases exact: 55 is 55.0, and scaling every weight changes nothing.
    rated = [(Fraction(w), int(x)) for w, x in zip(weights, levels, strict=True) if x is not None]
    if not rated:
        return None
    correlation = Fraction(str(rho))
    weighted = sum((w * x for w, x in rated), Fraction(0))
    squares = sum((w * w for w, _ in rated), Fraction(0))
    total = sum((w for w, _ in rated), Fraction(0))
    variance = (1 - correlation) * squares + correlation * total * total
    distance = 10 * math.sqrt(weighted * weighted / variance)
    return 50 + math.copysign(distance, weighted)


def progress(
    baseline: Sequence[int | None],
    current: Sequence[int | None],
    weights: Sequence[float] | None = None,
) -> Progress:
    """Baseline T, current T and change over the same goals, so that like is compared with like.

    A goal rated at only one of the two times leaves all three values.
    Raises ValueError as `t_score` does, and for lists of different length.
    """
    if len(baseline) != len(current):
        raise ValueError("Baseline and current must list the same goals.")
    both = [b is not None and c is not None for b, c in zip(baseline, current, strict=True)]
    before = t_score([x if kept else None for x, kept in zip(baseline, both, strict=True)], weights)
    now = t_score([x if kept else None for x, kept in zip(current, both, strict=True)], weights)
    return Progress(
        baseline=before,
        current=now,
        change=None if before is None or now is None else now - before,
        rated=sum(level is not None for level in current),
        goals=len(current),
    )
