"""When and where does the therapist see the child? Statuses are FHIR's Appointment.status."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from .organization import Organization
from .person import User
from .record import Record, both_or_neither
from .referral import Referral


class Series(Record):
    """Therapy visits planned in one go: on these weekdays, for so many visits, leaving out closed days.

    With `block_weeks` and `rest_weeks` therapy comes in blocks: so many weeks on, so many off.
    """

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="series")
    therapist = models.ForeignKey(User, models.PROTECT, related_name="+")
    first_on = models.DateField()
    #: 0 is Monday, 6 is Sunday.
    weekdays = models.JSONField()
    every_weeks = models.PositiveSmallIntegerField(default=1)
    block_weeks = models.PositiveSmallIntegerField(null=True, blank=True)
    rest_weeks = models.PositiveSmallIntegerField(null=True, blank=True)
    visits = models.PositiveSmallIntegerField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["first_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="series_blocks_are_whole",
                condition=both_or_neither("block_weeks", "rest_weeks"),
            ),
            models.CheckConstraint(
                name="series_of_plausible_length",
                condition=models.Q(visits__gte=1, visits__lte=104, every_weeks__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visits} visits from {self.first_on}"


class Appointment(Record):
    """A time offered to a family, or booked with it: to evaluate the child, or to treat it."""

    class Purpose(models.TextChoices):
        EVALUATION = "evaluation", _("Evaluation")
        THERAPY = "therapy", _("Therapy")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Offered")
        BOOKED = "booked", _("Booked")
        FULFILLED = "fulfilled", _("Attended")
        NOSHOW = "noshow", _("Missed")
        CANCELLED = "cancelled", _("Cancelled")

    class Place(models.TextChoices):
        CLINIC = "clinic", _("At the clinic")
        HOME = "home", _("At the child's home")
        SCHOOL = "school", _("At school or childcare")
        TELEHEALTH = "telehealth", _("By video")

    class CancelledBy(models.TextChoices):
        FAMILY = "family", _("The family")
        CLINIC = "clinic", _("The clinic")
        PRACTICE = "practice", _("The pediatrician")

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="appointments")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    therapist = models.ForeignKey(User, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=12, choices=Purpose, default=Purpose.EVALUATION)
    series = models.ForeignKey(
        Series, models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=60)
    place = models.CharField(max_length=12, choices=Place, default=Place.CLINIC)
    address = models.CharField("Address or video link", max_length=240, blank=True)
    status = models.CharField(max_length=12, choices=Status)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    booked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    booked_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.CharField(max_length=8, choices=CancelledBy, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    beyond_reason = models.CharField(
        "Why the visit lies beyond the prescription", max_length=500, blank=True
    )

    #: Rises with each change after the booking, and when that was: calendars elsewhere ask.
    revision = models.PositiveSmallIntegerField(default=0, db_default=0)
    revised_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(
                fields=["therapist", "starts_at"],
                condition=models.Q(status="booked"),
                name="booked_of_therapist",
            ),
            models.Index(fields=["referral", "starts_at"], name="visit_of_referral"),
            # The day of a therapist, and of a clinic: what took place stands on it too.
            models.Index(fields=["therapist", "starts_at"], name="visit_of_therapist"),
            models.Index(fields=["organization", "starts_at"], name="visit_of_clinic"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["referral"],
                condition=models.Q(status="booked", purpose="evaluation"),
                name="one_booked_evaluation_per_referral",
            ),
            models.UniqueConstraint(
                fields=["therapist", "starts_at"],
                condition=models.Q(status="booked"),
                name="therapist_at_one_place",
            ),
            models.CheckConstraint(
                name="appointment_status_known",
                condition=models.Q(
                    status__in=["proposed", "booked", "fulfilled", "noshow", "cancelled"]
                ),
            ),
            models.CheckConstraint(
                name="appointment_purpose_known",
                condition=models.Q(purpose__in=["evaluation", "therapy"]),
            ),
            models.CheckConstraint(
                name="appointment_length_plausible",
                condition=models.Q(minutes__gte=15, minutes__lte=240),
            ),
            models.CheckConstraint(
                name="appointment_booking_is_whole",
                condition=both_or_neither("booked_by", "booked_at"),
            ),
            models.CheckConstraint(
                name="appointment_ending_is_whole",
                condition=both_or_neither("ended_by", "ended_at"),
            ),
            models.CheckConstraint(
                name="booked_appointment_was_booked",
                condition=~models.Q(status__in=["booked", "fulfilled", "noshow"])
                | models.Q(booked_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def local_start(self) -> datetime:
        """The time on the clock of the place where it happens, whoever reads it."""
        return self.starts_at.astimezone(ZoneInfo(self.organization.time_zone))

    @property
    def link(self) -> str:
        """The address of the video room; empty where the visit is no telehealth visit."""
        is_link = self.place == self.Place.TELEHEALTH and self.address.startswith("https://")
        return self.address if is_link else ""

    @property
    def family_address(self) -> str:
        """Where to come. Of a visit at home nothing: of two homes one may be hidden from the other."""
        return "" if self.place == self.Place.HOME else self.address

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)
