"""Which evaluation instruments exist, and what do their scores look like?

Shapes only: items and norm tables are copyrighted and never part of the product.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from referrals.clinical import tables
from referrals.clinical.ages import Age
from referrals.clinical.scores import Direction, ScoreType

ScaleKind = Literal["subtest", "composite", "total"]


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
    """

    code: str
    name: str
    edition: str
    from_month: int | None
    to_month: int | None
    adjust_until_month: int | None
    scales: tuple[Scale, ...]
    source: str


def age_in_range(instrument: Instrument, age: Age) -> bool:
    """Whether the instrument is meant for this age; False is a reason to warn, never to block.

    Completed months decide, so a range to 5;11 holds until the day before the sixth birthday.
    """
    months = age.total_months
    return (instrument.from_month is None or instrument.from_month <= months) and (
        instrument.to_month is None or months <= instrument.to_month
    )


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
