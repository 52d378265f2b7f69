"""Which tests does an organisation keep of its own, and which are on offer there?

Shapes of scores only, as the shipped table has them: no items, no norm tables. A score takes its
test's words, metric and ages along into the evaluation, so what changes here changes no record.
"""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models

from referrals.clinical import instruments
from referrals.clinical.instruments import INSTRUMENTS, Instrument, Metric, Scale
from referrals.clinical.scoring import OTHER

from .record import Record
from .shelf import CODE, Shelved, found_in


class OwnInstrument(Shelved):
    """A test that is an organisation's own, or that the product does not ship."""

    #: “Another test” has its code too.
    SHIPPED = MappingProxyType({**INSTRUMENTS, OTHER: None})

    name = models.CharField(max_length=80)
    edition = models.CharField(max_length=16, blank=True)
    measures = models.CharField(
        "What it measures", max_length=80, help_text="In a few words, such as: grip and release."
    )
    from_month = models.PositiveSmallIntegerField(
        "From month", null=True, blank=True,
        help_text="Age in completed months, this one included. Empty: no limit is known.",
    )  # fmt: skip
    to_month = models.PositiveSmallIntegerField(
        "To month", null=True, blank=True,
        help_text="This one included: up to 5 years and 11 months is 71. Another age warns, and "
        "keeps nobody from scoring.",
    )  # fmt: skip

    class Meta(Shelved.Meta):
        verbose_name = "own instrument"
        verbose_name_plural = "own instruments"

    def __str__(self) -> str:
        return self.name

    def entry(self, *scales: "OwnScale") -> Instrument:
        """As the shipped table gives one, with these of its scales."""
        return Instrument(
            code=self.code, name=self.name, edition=self.edition, measures=self.measures,
            from_month=self.from_month, to_month=self.to_month, adjust_until_month=None,
            scales=tuple(scale.entry for scale in scales), source=self.source,
        )  # fmt: skip

    def clean(self) -> None:
        super().clean()
        if found := found_in(self, instruments.faults(self.entry())):
            raise ValidationError(found)


class OwnScale(Record):
    """A part of an own instrument that gets a score, of one kind: two kinds are two scales."""

    class Kind(models.TextChoices):
        RAW = "raw", "Raw"
        SCALED = "scaled", "Scaled"
        STANDARD = "standard", "Standard"
        T = "t", "T"
        PERCENTILE = "percentile", "Percentile"
        AGE_EQUIVALENT = "age_equivalent", "Age equivalent"
        CATEGORY = "category", "Category"
        PERCENT = "percent", "Percent"
        CRITERION = "criterion", "Criterion"

    class Direction(models.TextChoices):
        BETTER = "higher_is_better", "High is good"
        WORSE = "higher_is_worse", "High is difficulty"
        NEITHER = "neither", "Neither"

    instrument = models.ForeignKey(OwnInstrument, models.PROTECT, related_name="scales")
    code = models.CharField(
        max_length=24, validators=[CODE], help_text="It stays, as does the kind of score."
    )
    label = models.CharField(
        "Name of the scale", max_length=80, help_text="Two kinds of score are two scales."
    )
    score_type = models.CharField("Kind of score", max_length=16, choices=Kind)
    direction = models.CharField(
        "A high score is", max_length=16, choices=Direction, default=Direction.BETTER
    )
    mean = models.FloatField(
        null=True, blank=True,
        help_text="Of a standard, T or scaled score. Empty: no percentile is computed.",
    )  # fmt: skip
    sd = models.FloatField("SD", null=True, blank=True)
    minimum = models.FloatField("Smallest", null=True, blank=True)
    maximum = models.FloatField(
        "Largest", null=True, blank=True, help_text="What lies outside cannot be a score."
    )
    is_active = models.BooleanField("offered", default=True)

    class Meta:
        ordering = ["instrument", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "code"], name="own_scale_code_once",
                violation_error_message="This instrument has a scale of this code.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.label

    @property
    def entry(self) -> Scale:
        metric = Metric(
            self.score_type, self.direction, self.mean, self.sd, self.minimum, self.maximum  # type: ignore[arg-type]
        )  # fmt: skip
        return Scale(code=self.code, label=self.label, kind="total", metrics=(metric,))

    def clean(self) -> None:
        super().clean()
        if found := found_in(self, instruments.metric_faults(self.entry.metrics[0])):
            raise ValidationError(found)


# --- What is on offer at a place, and what a code that was chosen there means --------------------


def instruments_at(
    place: UUID | None, kept: Iterable[Mapping[str, Any]] = ()
) -> dict[str, Instrument]:
    """The shipped tests, and after them the place's own; what `kept` scores name stays, though retired.

    Two queries, one where the place keeps none of its own.
    """
    named = {(str(score["instrument"]), str(score["scale"])) for score in kept}
    own: Any = OwnInstrument.objects.at(place)
    own = own.order_by("name", "code").prefetch_related("scales")
    found = ((one, _scales(one, named)) for one in own)
    return {**INSTRUMENTS, **{one.code: one.entry(*scales) for one, scales in found if scales}}


def _scales(one: OwnInstrument, named: Collection[tuple[str, str]]) -> list[OwnScale]:
    return [
        scale
        for scale in one.scales.all()
        if (one.is_active and scale.is_active) or (one.code, scale.code) in named
    ]
