"""What happened in a therapy visit, and how many visits has the payer authorised?"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .appointment import Appointment
from .person import User
from .plan import Plan
from .record import Record, both_or_neither
from .referral import Referral
from .signing import Signed, alone


class Session(Signed):  # a Signed says what it is
    """The note of one therapy visit. FHIR: Encounter.

    `worked_on` is a list of {"goal": id, "level": -2 to +2}: signing it makes each level a rating.
    `plan` is the plan of care under which the visit took place.
    """

    class Mood(models.TextChoices):
        EAGER = "eager", _("Joined in eagerly")
        STEADY = "steady", _("Joined in with help")
        TIRED = "tired", _("Tired early")
        UPSET = "upset", _("Upset")
        UNWELL = "unwell", _("Unwell")

    CONTENT = ("worked_on", "done", "child_was", "practise")
    FAMILY_READS = Signed.FAMILY_READS & (
        models.Q(needs_cosign=False) | models.Q(cosigned_at__isnull=False)
    )

    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="notes")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="sessions")
    worked_on = models.JSONField(default=list, blank=True)
    done = models.TextField("What was done", max_length=2000, blank=True)
    child_was = models.CharField("How the child was", max_length=8, choices=Mood, blank=True)
    practise = models.TextField("What to practise at home", max_length=2000, blank=True)
    #: An assistant wrote it: a therapist co-signs.
    needs_cosign = models.BooleanField(default=False)
    cosigned_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    cosigned_at = models.DateTimeField(null=True, blank=True)
    cosignature = models.CharField(max_length=240, blank=True)

    class Meta(Signed.Meta):
        constraints = [
            *alone("appointment"),
            *Signed.Meta.constraints,
            models.CheckConstraint(
                name="session_cosigning_is_whole",
                condition=both_or_neither("cosigned_by", "cosigned_at")
                & (models.Q(cosigned_at__isnull=True) | ~models.Q(cosignature="")),
            ),
            models.CheckConstraint(
                name="only_a_signed_session_is_cosigned",
                condition=models.Q(cosigned_at__isnull=True)
                | models.Q(needs_cosign=True) & ~models.Q(status="draft"),
            ),
        ]


class Authorisation(Record):
    """So many visits that the payer pays for, from when until when."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="authorisations")
    visits = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    reference = models.CharField("The payer’s number", max_length=60, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-valid_until", "-id"]
        constraints = [
            models.CheckConstraint(
                name="authorisation_in_order",
                condition=models.Q(valid_until__gte=models.F("valid_from")),
                violation_error_message="It ends before it begins.",
            ),
            models.CheckConstraint(
                name="authorisation_of_some_visits",
                condition=models.Q(visits__gte=1, visits__lte=366),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visits} visits until {self.valid_until}"
