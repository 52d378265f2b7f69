"""What does the prescription say?"""

from typing import Final
from uuid import UUID

from referrals.models import Prescription, Referral

from .document import Document, Fields, Section, said
from .head import Sort, day, diagnoses, document, signature, signed_on, signed_one, signs

ORDER: Final = Sort("Prescription for occupational therapy", "replaces")


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
        on_label="Date of the order",
        sections=(
            Section("Reason", (_reason(referral),)),
            Section("Order", (_order(prescription),)),
        ),
        signatures=(signature(prescription, "Prescriber", practice),),
    )  # fmt: skip


def _reason(referral: Referral) -> Fields:
    return said({
        "Diagnoses": diagnoses(referral),
        "Reason": signs(referral),
        "Clinical question": referral.question,
        "Intent": referral.get_intent_display(),
        "Last developmental screening": referral.screening,
    })  # fmt: skip


def _order(prescription: Prescription) -> Fields:
    referral = prescription.referral
    return said({
        "Service": prescription.get_service_display(),
        "Urgency": referral.get_urgency_display(),
        "Frequency and duration": prescription.frequency or "As the therapist finds after the evaluation",
        "Precautions": prescription.precautions,
        "Valid": f"{day(prescription.valid_from)} to {day(prescription.valid_until)}",
        "Note": prescription.note,
    })  # fmt: skip
