"""How often, how long, and for how long: the dose of therapy, said alike wherever it is written."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _


class Timing(models.Model):
    """`visits` per `per`, each of `minutes`, for `weeks` weeks. FHIR: Timing.repeat.

    All may be empty, where the dose is left to the therapist.
    """

    class Per(models.TextChoices):
        WEEK = "week", _("a week")
        FORTNIGHT = "fortnight", _("every two weeks")
        MONTH = "month", _("a month")

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
        visits = ngettext("%(n)d visit", "%(n)d visits", self.visits) % {"n": self.visits}
        words = f"{visits} {self.get_per_display()}"
        if self.minutes:
            words += " " + gettext("of {n} minutes").format(n=self.minutes)
        if self.weeks:
            words += ngettext(", for %(n)d week", ", for %(n)d weeks", self.weeks) % {
                "n": self.weeks
            }
        return words
