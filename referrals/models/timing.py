"""How often, how long, and for how long: the dose of therapy, said alike wherever it is written."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models


class Timing(models.Model):
    """`visits` per `per`, each of `minutes`, for `weeks` weeks. FHIR: Timing.repeat.

    All may be empty, where the dose is left to the therapist.
    """

    class Per(models.TextChoices):
        WEEK = "week", "a week"
        FORTNIGHT = "fortnight", "every two weeks"
        MONTH = "month", "a month"

    TIMING = ("visits", "per", "minutes", "weeks")

    visits = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(14)]
    )
    per = models.CharField(max_length=9, choices=Per, blank=True)
    minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(15), MaxValueValidator(240)]
    )
    weeks = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(104)]
    )

    class Meta:
        abstract = True

    @property
    def frequency(self) -> str:
        """“2 visits a week of 45 minutes, for 12 weeks”; empty where none is set."""
        if not self.visits:
            return ""
        words = f"{self.visits} visit{'s' if self.visits > 1 else ''} {self.get_per_display()}"
        if self.minutes:
            words += f" of {self.minutes} minutes"
        if self.weeks:
            words += f", for {self.weeks} week{'s' if self.weeks > 1 else ''}"
        return words
