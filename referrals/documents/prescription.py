"""What does the prescription say?"""

from typing import Final
from uuid import UUID

from django.utils.translation import gettext

from referrals.models import Prescription, Referral
from referrals.wording import later as _
from referrals.wording import typed_by

from .document import Document, Fields, Section, said
from .head import Sort, day, diagnoses, document, signature, signed_on, signed_one, signs

ORDER: Final = Sort(_("Prescription for occupational therapy"), _("replaces"))


def prescription_order(referral: Referral, key: UUID) -> Document | None:
    """The order of the signed prescription with this key; None for a draft. Two queries."""
    prescription = signed_one(referral.prescriptions, key)
    return order_of(prescription) if prescription else None


def order_of(prescription: Prescription) -> Document:
    """What the clinic and a payer read of a prescription."""
    referral = prescription.referral
    practice = referral.practice
    return document(
        prescription, ORDER, place=practice, on=signed_on(prescription, practice),
        on_label=gettext("Date of the order"),
        sections=(
            Section(gettext("Reason"), (_reason(referral),)),
            Section(gettext("Order"), (_order(prescription),)),
        ),
        signatures=(signature(prescription, gettext("Prescriber"), practice),),
    )  # fmt: skip


def _reason(referral: Referral) -> Fields:
    return said({
        gettext("Diagnoses"): diagnoses(referral),
        gettext("Reason"): signs(referral),
        gettext("Clinical question"): typed_by(referral.question, referral.sent_by or referral.author),
        gettext("Intent"): referral.get_intent_display(),
        gettext("Last developmental screening"): typed_by(referral.screening, referral.sent_by or referral.author),
    })  # fmt: skip


def _order(prescription: Prescription) -> Fields:
    referral = prescription.referral
    return said({
        gettext("Service"): prescription.get_service_display(),
        gettext("Urgency"): referral.get_urgency_display(),
        gettext("Frequency and duration"): prescription.frequency or gettext("As the therapist finds after the evaluation"),
        gettext("Precautions"): typed_by(prescription.precautions, prescription.author),
        gettext("Valid"): gettext("{valid_from} to {valid_until}").format(valid_from=day(prescription.valid_from), valid_until=day(prescription.valid_until)),
        gettext("Note"): typed_by(prescription.note, prescription.author),
    })  # fmt: skip
