"""Where does a test score stand among children of the same age?"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

ScoreType = Literal[
    "raw",
    "scaled",
    "standard",
    "t",
    "percentile",
    "age_equivalent",
    "category",
    "percent",
    "criterion",
]
Direction = Literal["higher_is_better", "higher_is_worse", "neither"]

# (mean, sd) where a test states nothing else; each stored score keeps its own.
USUAL: Mapping[ScoreType, tuple[float, float]] = MappingProxyType(
    {"standard": (100.0, 15.0), "t": (50.0, 10.0), "scaled": (10.0, 3.0)}
)

# Kinds that are written in words and never reckoned with, and those that go from 0 to 100.
WORDS: frozenset[ScoreType] = frozenset({"category", "age_equivalent"})
BY_HUNDRED: frozenset[ScoreType] = frozenset({"percentile", "percent"})

_PUBLISHED = re.compile(r"[<>]?[0-9]{1,2}(\.[0-9]+)?")


@dataclass(frozen=True)
class Percentile:
    """A percentile as printed; `computed` tells it from one typed in from the test's table."""

    text: str
    computed: bool

    def __str__(self) -> str:
        return f"{self.text} (computed)" if self.computed else self.text


def z_score(score: float, mean: float, sd: float) -> float:
    """How many standard deviations above the mean: (score - mean) / sd.

    Raises ValueError when sd is not above 0 or a value is not a finite number.
    """
    if not all(math.isfinite(value) for value in (score, mean, sd)) or sd <= 0:
        raise ValueError("Score, mean and sd must be numbers, and sd above 0.")
    return (score - mean) / sd


def percentile(score: float, mean: float, sd: float) -> str:
    """The share of children who score lower, as a whole number from "1" to "99".

    What would print as 0 is "<1" and as 100 is ">99". Direction changes nothing here: a high T
    for difficulty has a high percentile.
    Source: 100 * Phi(z), the cumulative normal distribution.
    Raises ValueError when sd is not above 0 or a value is not a finite number.
    """
    share = 50 * math.erfc(-z_score(score, mean, sd) / math.sqrt(2))
    whole = math.floor(share + 0.5)
    if whole < 1:
        return "<1"
    if whole > 99:
        return ">99"
    return str(whole)


def percentile_to_print(
    score_type: ScoreType,
    score: float,
    mean: float | None,
    sd: float | None,
    published: str = "",
) -> Percentile | None:
    """The percentile a document shows: the published one where typed in, else a computed one.

    None where none can be computed honestly: age equivalents, raw scores, categories, percents
    and criteria are never converted, nor is any score without a mean and sd.
    Raises ValueError for a published percentile that is not a number, "<1" or ">99" alike.
    """
    published = published.strip()
    if published:
        if not _PUBLISHED.fullmatch(published):
            raise ValueError('A percentile is a number from 1 to 99, or like "<1" or ">99".')
        return Percentile(published, computed=False)
    if score_type not in USUAL or mean is None or sd is None:
        return None
    return Percentile(percentile(score, mean, sd), computed=True)
