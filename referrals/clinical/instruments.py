"""Which evaluation instruments exist, and what do their scores look like?

Shapes only: items and norm tables are copyrighted and never part of the product.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

from referrals.clinical import tables
from referrals.clinical.ages import Age
from referrals.clinical.scores import BY_HUNDRED, USUAL, WORDS, Direction, ScoreType

ScaleKind = Literal["subtest", "composite", "total"]

#: 25;11 in completed months: no test for children and youths goes on longer.
_OLDEST: Final = 311


@dataclass(frozen=True)
class Category:
    """A named range of scores, both ends included."""

    label: str
    low: float
    high: float


@dataclass(frozen=True)
class Metric:
    """How one kind of score of a scale is read; None where the publisher's manual must be asked."""

    score_type: ScoreType
    direction: Direction
    mean: float | None = None
    sd: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    categories: tuple[Category, ...] = ()

    def category_for(self, score: float) -> Category | None:
        """The named range a score falls in, or None."""
        return next((each for each in self.categories if each.low <= score <= each.high), None)


@dataclass(frozen=True)
class Scale:
    """A part of an instrument that gets a score."""

    code: str
    label: str
    kind: ScaleKind
    metrics: tuple[Metric, ...]


@dataclass(frozen=True)
class Instrument:
    """A published test; ages in completed months, both ends included, None where no limit is known.

    `adjust_until_month` is the test's own limit for adjusted age; None leaves the usual one.
    `measures` says in a few words what it is for, where its name does not.
    """

    code: str
    name: str
    edition: str
    from_month: int | None
    to_month: int | None
    adjust_until_month: int | None
    scales: tuple[Scale, ...]
    source: str
    measures: str = ""


def age_in_range(from_month: int | None, to_month: int | None, age: Age) -> bool:
    """Whether a test from one month to another is meant for this age; False warns, never blocks.

    Completed months decide, so a range to 5;11 holds until the day before the sixth birthday.
    """
    months = age.total_months
    return (from_month is None or from_month <= months) and (to_month is None or months <= to_month)


def faults(instrument: Instrument) -> Iterator[tuple[str, str]]:
    """What keeps an instrument out of the table, its scales left aside: (field, sentence)."""
    for name in ("from_month", "to_month"):
        month = getattr(instrument, name)
        if month is not None and not 0 <= month <= _OLDEST:
            yield name, f"Write completed months, from 0 to {_OLDEST}."
    first, last = instrument.from_month, instrument.to_month
    if first is not None and last is not None and last < first:
        yield "to_month", "The last month lies before the first."


def metric_faults(metric: Metric) -> Iterator[tuple[str, str]]:
    """What keeps a kind of score from being read as it is told: (field, sentence).

    A mean and SD are for scores that compare a child with others of its age, and are given both or
    not at all; a category and an age equivalent are words and have no limits.
    """
    told = {name: getattr(metric, name) for name in ("mean", "sd", "minimum", "maximum")}
    numbers = {name: value for name, value in told.items() if value is not None}
    for name, value in numbers.items():
        if not math.isfinite(value):
            yield name, "Write a number."
            return
    if metric.score_type in WORDS:
        for name in numbers:
            yield name, "This kind of score is words: leave it empty."
        return
    if metric.score_type not in USUAL:
        for name in ("mean", "sd"):
            if name in numbers:
                yield (
                    name,
                    "Only a standard, T or scaled score has a mean and an SD: leave it empty.",
                )
    elif (metric.mean is None) != (metric.sd is None):
        yield ("sd" if metric.sd is None else "mean"), "Write the mean and the SD, or neither."
    if metric.sd is not None and metric.sd <= 0:
        yield "sd", "The standard deviation is above 0."
    low, high = _ends(metric)
    if high is not None and high <= low:
        yield "maximum", "The largest score is above the smallest."
    elif metric.mean is not None and not (
        low <= metric.mean and (high is None or metric.mean <= high)
    ):
        yield "mean", "The mean lies between the smallest and the largest score."
    if metric.score_type in BY_HUNDRED and not (low >= 0 and high is not None and high <= 100):
        yield "maximum", "A percentile or a percent goes from 0 to 100."


def _ends(metric: Metric) -> tuple[float, float | None]:
    """The smallest and the largest score; what starts nowhere starts at 0."""
    top = 100.0 if metric.score_type in BY_HUNDRED else None
    low = 0.0 if metric.minimum is None else metric.minimum
    return low, top if metric.maximum is None else metric.maximum


def _metric(entry: Mapping[str, Any]) -> Metric:
    categories = tuple(Category(**each) for each in entry.get("categories", ()))
    return Metric(**{**entry, "categories": categories})


def _scale(entry: Mapping[str, Any]) -> Scale:
    return Scale(**{**entry, "metrics": tuple(_metric(each) for each in entry["metrics"])})


def _instrument(entry: Mapping[str, Any]) -> Instrument:
    # TOML has no null: a limit that is not known is left out of the file.
    unknown = {"from_month": None, "to_month": None, "adjust_until_month": None}
    scales = tuple(_scale(each) for each in entry["scales"])
    return Instrument(**{**unknown, **entry, "scales": scales})


INSTRUMENTS: Mapping[str, Instrument] = MappingProxyType(
    {entry["code"]: _instrument(entry) for entry in tables.read("instruments")["instrument"]}
)
