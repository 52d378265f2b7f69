"""Does the prescription say all that an order must hold?"""

from datetime import timedelta

from referrals.documents.document import Document
from referrals.documents.prescription import prescription_order
from referrals.models import Prescription, Referral
from tests.factories.document import signed_prescription

from .conftest import VISIT
from .reading import block, rows


def read(prescription: Prescription) -> Document:
    found = prescription_order(Referral.objects.get(pk=prescription.referral_id), prescription.pk)
    assert found is not None
    return found


def test_the_order_says_for_whom_why_and_what(prescription, diagnoses):
    referral = prescription.referral
    Referral.objects.filter(pk=referral.pk).update(screening="ASQ-3, 12 Feb 2026: fine motor low")
    referral.diagnoses.through.objects.create(referral=referral, diagnosis_id="F82")
    document = read(prescription)
    assert document.title == "Prescription for occupational therapy"
    facts = rows(document.facts)
    assert (facts["Child"], facts["Date of birth"]) == ("Mina Fontaine", "2 Dec 2023")
    assert facts["Date of the order"] == "9 Mar 2026"
    assert rows(block(document, "Reason")) == {
        "Diagnoses": "F82 Specific developmental disorder of motor function",
        "Reason": "Self-feeding, dressing or toileting stays behind age\n"
        "Marked sensitivity to, or seeking of, texture, sound or movement",
        "Clinical question": "Does she need help with dressing and with textures?",
        "Intent": "Habilitation: gain a new skill",
        "Last developmental screening": "ASQ-3, 12 Feb 2026: fine motor low",
    }
    assert rows(block(document, "Order")) == {
        "Service": "Evaluate and treat",
        "Urgency": "Routine",
        "Frequency and duration": "2 visits a week, for 12 weeks",
        "Precautions": "Latex.",
        "Valid": "2 Mar 2026 to 1 Mar 2027",
        "Note": "Please call first.",
    }


def test_without_a_dose_it_is_left_to_the_therapist(sent, pediatrician):
    order = signed_prescription(
        sent, by=pediatrician, at=VISIT, service="evaluate", visits=None, per="", weeks=None
    )
    told = rows(block(read(order), "Order"))
    assert told["Service"] == "Evaluate"
    assert told["Frequency and duration"] == "As the therapist finds after the evaluation"


def test_the_prescriber_signs_with_credentials_and_number(sent, pediatrician):
    pediatrician.npi = "1234567893"
    order = signed_prescription(sent, by=pediatrician, at=VISIT)
    assert [(s.role, s.name, s.on) for s in read(order).signatures] == [
        ("Prescriber", "Ada Okafor, MD, NPI 1234567893", "9 Mar 2026")
    ]


def test_a_renewal_names_what_it_replaces(prescription, pediatrician):
    later = signed_prescription(
        prescription.referral, by=pediatrician, at=VISIT + timedelta(days=7)
    )
    number = prescription.number
    assert read(prescription).marks == (
        f"Amended: replaced by version {number + 1} on 16 Mar 2026.",
    )
    assert read(later).version == (
        f"Version {number + 1}, replaces version {number} of 9 Mar 2026, because: More visits."
    )


def test_a_draft_is_none(prescription):
    draft = Prescription.objects.create(
        referral=prescription.referral, number=9, service="evaluate", author=prescription.author,
        created_at=VISIT, saved_at=VISIT, valid_from=VISIT.date(), valid_until=VISIT.date(),
    )  # fmt: skip
    assert prescription_order(prescription.referral, draft.pk) is None
