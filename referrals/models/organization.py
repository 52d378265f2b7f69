"""Which places take part in a child's care, and which clocks have they set for themselves?"""

from typing import Final
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from referrals.clinical.clocks import CLOCKS
from referrals.clinical.identifiers import npi_is_valid

from .record import ChangingRecord, Record


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(f"“{name}” is not a time zone. Write one such as America/New_York.")


def validate_npi(npi: str) -> None:
    if not npi_is_valid(npi):
        raise ValidationError(
            "This is not a valid NPI: ten digits, the last of which is a check digit."
        )


class Organization(ChangingRecord):
    class Kind(models.TextChoices):
        PEDIATRIC_PRACTICE = "pediatric_practice", _("Pediatric practice")
        THERAPY_CLINIC = "therapy_clinic", _("Therapy clinic")
        SCHOOL = "school", _("School")
        EARLY_INTERVENTION = "early_intervention", _("Early-intervention programme")
        COMMUNITY = "community", _("Community service")

    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=160)
    time_zone = models.CharField(
        max_length=64, default="America/New_York", validators=[validate_time_zone]
    )
    npi = models.CharField("NPI", max_length=10, blank=True, validators=[validate_npi])
    phone = models.CharField(max_length=32, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=240, blank=True)
    takes_referrals = models.BooleanField(
        default=False, help_text="Shown to pediatricians as a clinic to refer to."
    )
    is_active = models.BooleanField(default=True)
    mfa_required = models.BooleanField(
        "second factor required", default=True, db_default=True,
        help_text="Who works here signs in with an authenticator app or a passkey beside the password.",
    )  # fmt: skip

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            # Those that a pediatrician is offered, in the order in which they are.
            models.Index(
                fields=["name", "id"],
                name="clinic_by_name",
                condition=models.Q(takes_referrals=True, is_active=True),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="only_clinics_take_referrals",
                condition=models.Q(takes_referrals=False) | models.Q(kind="therapy_clinic"),
                violation_error_message="Only a therapy clinic takes referrals.",
            )
        ]

    def __str__(self) -> str:
        return self.name


CLOCK_CHOICES: Final = [(clock.code, clock.label) for clock in CLOCKS.values()]


class ClockSetting(Record):
    """An organisation's own number of days for one clock, in place of the published default."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="clocks")
    clock = models.CharField(max_length=40, choices=CLOCK_CHOICES)
    days = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["organization", "clock"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "clock"], name="one_setting_per_clock"),
            models.CheckConstraint(
                name="clock_within_a_year", condition=models.Q(days__gte=1, days__lte=366)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_clock_display()}: {self.days} days"


class ClosedDays(Record):
    """Days on which an organisation sees nobody: holidays, a training week."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="closed_days")
    first_on = models.DateField("First day")
    last_on = models.DateField("Last day")
    label = models.CharField("Why", max_length=80)

    class Meta:
        ordering = ["first_on", "id"]
        verbose_name_plural = "closed days"
        constraints = [
            models.CheckConstraint(
                name="closed_days_in_order",
                condition=models.Q(last_on__gte=models.F("first_on")),
                violation_error_message="The last day comes before the first.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.first_on} to {self.last_on}"
