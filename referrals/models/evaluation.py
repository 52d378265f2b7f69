"""What did the family tell, what did the therapist find, and what is recommended?"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .appointment import Appointment
from .person import User
from .record import Record
from .referral import Referral
from .signing import SignedOnce
from .timing import Timing


class Profile(models.Model):
    """The occupational profile: what child and family want and need to do, in their own words."""

    PROFILE = ("wants", "supports", "barriers", "routines", "priorities")

    wants = models.TextField(
        _("What child and family want and need to do"), max_length=4000, blank=True
    )
    supports = models.TextField(_("What helps"), max_length=4000, blank=True)
    barriers = models.TextField(_("What gets in the way"), max_length=4000, blank=True)
    routines = models.TextField(_("A usual day"), max_length=4000, blank=True)
    priorities = models.TextField(_("What matters most to the family"), max_length=4000, blank=True)

    class Meta:
        abstract = True


class FamilyProfile(Record, Profile):
    """The family's part of the evaluation, told on the phone before the visit."""

    referral = models.OneToOneField(Referral, models.PROTECT, related_name="family_profile")
    language = models.CharField(max_length=40, blank=True)
    edition = models.PositiveIntegerField(default=1)
    told_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    told_at = models.DateTimeField()

    class Meta:
        ordering = ["told_at", "id"]

    def __str__(self) -> str:
        return f"Family's part of {self.told_at:%Y-%m-%d}"


class Evaluation(SignedOnce, Profile, Timing):  # noqa: DJ008  # a Signed says what it is
    """The OT evaluation. Its report is what the pediatrician and the family read.

    `findings` is a list of {"area", "method", "level", "words"}; `scores` a list of
    {"instrument", "edition", "scale", "score_type", "score", "mean", "sd", "minimum",
    "maximum", "direction", "percentile", "category", "age_used", "note", "from_month",
    "to_month"}: each score keeps its own metric and the ages of its test, as they were on the day.
    Codes are those of `clinical`; a test can be the clinic's own (`instrument.instruments_at`).
    """

    class Recommendation(models.TextChoices):
        OT = "ot", _("Occupational therapy")
        NO_OT = "no_ot", _("No occupational therapy")
        OTHER = "other", _("Another service")

    CONTENT = (
        "evaluated_on", "language", "interpreter", "informants", *Profile.PROFILE,
        "history", "other_services", "findings", "conditions", "scores", "strengths",
        "interpretation", "recommendation", *Timing.TIMING, "other_service", "hand_over",
        "not_done",
    )  # fmt: skip

    appointment = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="evaluations"
    )
    evaluated_on = models.DateField(_("Date of the evaluation"), null=True, blank=True)
    language = models.CharField(_("Language spoken at the evaluation"), max_length=40, blank=True)
    interpreter = models.BooleanField(_("An interpreter was there"), default=False)
    informants = models.CharField(_("Who answered questions"), max_length=240, blank=True)
    history = models.TextField(_("Medical and developmental history"), max_length=8000, blank=True)
    other_services = models.TextField(_("Other services"), max_length=4000, blank=True)
    findings = models.JSONField(default=list, blank=True)
    conditions = models.TextField(_("Conditions of testing"), max_length=2000, blank=True)
    scores = models.JSONField(default=list, blank=True)
    strengths = models.TextField(_("Strengths"), max_length=4000, blank=True)
    interpretation = models.TextField(_("Interpretation"), max_length=8000, blank=True)
    recommendation = models.CharField(max_length=8, choices=Recommendation, blank=True)
    other_service = models.CharField(_("Which other service"), max_length=240, blank=True)
    hand_over = models.TextField(_("Hand-over to the other service"), max_length=4000, blank=True)
    not_done = models.TextField(_("What could not be done, and why"), max_length=2000, blank=True)

    class Meta(SignedOnce.Meta):
        pass
