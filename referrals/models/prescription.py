"""What has the pediatrician ordered, from when until when, and what does it replace?"""

from datetime import date

from django.db import models

from .referral import Referral
from .signing import SignedOnce
from .timing import Timing


class Prescription(SignedOnce, Timing):
    """An order for therapy. Sending the referral writes the first; each renewal names what it replaces."""

    CONTENT = ("service", *Timing.TIMING, "valid_from", "valid_until", "precautions", "note")

    service = models.CharField(max_length=20, choices=Referral.Service)
    valid_from = models.DateField()
    valid_until = models.DateField()
    precautions = models.CharField(max_length=500, blank=True)
    note = models.TextField(max_length=2000, blank=True)

    class Meta(SignedOnce.Meta):
        constraints = [
            *SignedOnce.Meta.constraints,
            models.CheckConstraint(
                name="prescription_validity_in_order",
                condition=models.Q(valid_until__gte=models.F("valid_from")),
                violation_error_message="It ends before it begins.",
            ),
        ]


def covers(prescription: Prescription | None, on: date, *, treatment: bool) -> bool:
    """Whether a visit on this day is ordered: in its validity and, for treatment, in its service."""
    return (
        prescription is not None
        and prescription.valid_from <= on <= prescription.valid_until
        and (not treatment or prescription.service == Referral.Service.EVALUATE_AND_TREAT)
    )
