"""What therapy is planned, was it explained, and has the pediatrician certified it?"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .appointment import Appointment
from .evaluation import Evaluation
from .person import User
from .record import both_or_neither
from .signing import SignedOnce
from .timing import Timing


class Plan(SignedOnce, Timing):
    """A plan of care, from the evaluation. Signed it stands; certified it may be treated under."""

    class Therapy(models.TextChoices):
        INDIVIDUAL = "individual", _("Individual")
        GROUP = "group", _("Group")
        CONSULTATION = "consultation", _("Consultation and coaching")

    CONTENT = (
        "therapy", *Timing.TIMING, "starts_on", "setting", "approaches", "precautions",
        "equipment", "accommodations", "home_programme", "discharge_plan", "review_on", "payer",
    )  # fmt: skip

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="plans")
    therapy = models.CharField(max_length=12, choices=Therapy, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    setting = models.CharField(max_length=12, choices=Appointment.Place, blank=True)
    approaches = models.TextField(max_length=4000, blank=True)
    precautions = models.CharField(max_length=500, blank=True)
    equipment = models.TextField(_("Adaptive equipment"), max_length=2000, blank=True)
    accommodations = models.TextField(max_length=2000, blank=True)
    home_programme = models.TextField(_("Home programme"), max_length=4000, blank=True)
    discharge_plan = models.TextField(_("Discharge plan"), max_length=2000, blank=True)
    review_on = models.DateField(_("Review date"), null=True, blank=True)
    #: The code of a shipped profile or of one of the clinic's own: `shelf.payer_at` knows it.
    payer = models.CharField(max_length=24, blank=True)

    # Explained to the family.
    explained_at = models.DateTimeField(null=True, blank=True)
    explained_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    explained_to = models.CharField(max_length=240, blank=True)
    explained_language = models.CharField(max_length=40, blank=True)
    interpreter = models.BooleanField("An interpreter helped", default=False)
    teach_back = models.TextField("What the family said back", max_length=2000, blank=True)

    # Sent to the pediatrician, who signs it or returns it.
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answer_due_on = models.DateField(null=True, blank=True)
    certified_at = models.DateTimeField(null=True, blank=True)
    certified_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    certified_signature = models.CharField(max_length=240, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    changes_wanted = models.TextField(max_length=2000, blank=True)

    class Meta(SignedOnce.Meta):
        constraints = [
            *SignedOnce.Meta.constraints,
            models.CheckConstraint(
                name="plan_explaining_is_whole",
                condition=both_or_neither("explained_at", "explained_by"),
            ),
            models.CheckConstraint(
                name="plan_sending_is_whole",
                condition=both_or_neither("sent_at", "sent_by", "answer_due_on"),
            ),
            models.CheckConstraint(
                name="plan_certification_is_whole",
                condition=both_or_neither(
                    "certified_at", "certified_by", "valid_from", "valid_until"
                ),
            ),
            models.CheckConstraint(
                name="plan_return_is_whole",
                condition=both_or_neither("returned_at", "returned_by")
                & (models.Q(returned_at__isnull=True) | ~models.Q(changes_wanted="")),
            ),
            models.CheckConstraint(
                name="plan_is_certified_or_returned",
                condition=models.Q(certified_at__isnull=True) | models.Q(returned_at__isnull=True),
            ),
            models.CheckConstraint(
                name="plan_validity_in_order",
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
            ),
        ]
