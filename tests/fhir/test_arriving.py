"""Do bundles that no one here wrote become referrals, and is their sender told so?"""

from datetime import datetime
from typing import Any

import fhirkit
import pytest

from referrals.access import children_visible_to
from referrals.actions.referral import ask_referral
from referrals.models import (
    Arrival,
    Attachment,
    Child,
    Event,
    Notice,
    Organization,
    Prescription,
    RecordView,
    Referral,
    ReferralDiagnosis,
    Seat,
    System,
    User,
)
from referrals.pathway import State, Step
from tests.conftest import Cast
from tests.factories.system import FOREIGN, NPI, foreign, part, send

ALL = [
    "ehr_transaction", "exchange_message", "contained_transaction", "logical_transaction",
    # In the shapes of networks, of which `test_networks` tells more.
    "plan_message", "order_set_transaction", "facility_transaction", "letter_in_message",
]  # fmt: skip
EVERY = sorted(path.stem for path in FOREIGN.glob("*.json"))


def codes(answer: dict[str, Any]) -> dict[str, Any]:
    """The words of each issue of an outcome, by its element."""
    return {(one.get("expression") or [""])[0]: one["diagnostics"] for one in answer["issue"]}


def of_order(answer: dict[str, Any]) -> dict[str, Any]:
    """The outcome inside the answer to a transaction."""
    found = [e["response"]["outcome"] for e in answer["entry"] if "outcome" in e["response"]]
    outcome: dict[str, Any] = found[0]
    return outcome


@pytest.mark.parametrize("name", EVERY)
def test_a_foreign_bundle_is_what_its_writer_claims(name: str) -> None:
    assert [str(issue) for issue in fhirkit.validate(foreign(name))] == []


@pytest.mark.parametrize("name", ALL)
def test_it_becomes_a_received_referral(name: str, gateway: System, now: datetime) -> None:
    status, answer = send(gateway, foreign(name), now)
    referral = Referral.objects.get()
    assert (status, answer["resourceType"]) == (201, "Bundle")
    assert (referral.state, referral.next_step) == (State.RECEIVED, Step.TRIAGE)
    assert referral.clinic == gateway.organization
    assert Arrival.objects.get().referral == referral
    assert [str(issue) for issue in fhirkit.validate(answer)] == []
    assert send(gateway, foreign(name), now)[0] == 200
    assert Referral.objects.count() == 1


def test_nothing_that_was_said_is_lost(
    records: System, cast: Cast, now: datetime, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    status, answer = send(records, foreign("ehr_transaction"), now)
    child, referral = Child.objects.get(family_name="Valdés"), Referral.objects.get()
    assert status == 201
    assert (child.given_name, str(child.date_of_birth)) == ("Inés", "2022-08-17")
    assert (child.practice, child.pediatrician) == (cast.practice, cast.pediatrician)
    assert [one.value for one in child.identifiers.all()] == ["E-20417"]
    adult = child.guardians.get()
    assert (adult.name, adult.relationship, adult.user) == ("Carmen Valdés", "mother", None)
    assert (adult.phone, adult.email) == ("555-010-2201", "carmen.valdes@family.example")
    assert child.language_spoken == "Spanish"
    named = ReferralDiagnosis.objects.filter(referral=referral)
    assert [one.diagnosis_id for one in named] == ["F82"]
    assert "Drops things, cannot manage buttons" in referral.question
    assert "Mother worries about preschool in autumn." in referral.question
    assert "Wanted: 2026-03-09" in referral.question
    assert (referral.urgency, str(referral.identified_on)) == ("urgent", "2026-03-02")
    assert referral.service == "evaluate_and_treat"
    assert Attachment.objects.get().name == "Visit note.pdf"
    assert Prescription.objects.get().referral == referral
    left = codes(of_order(answer))
    assert "Coverage, Encounter, Immunization, Observation" in left["Bundle.entry"]


def test_it_is_ordered_by_the_practitioner_and_brought_by_the_system(
    records: System, cast: Cast, now: datetime
) -> None:
    send(records, foreign("ehr_transaction"), now)
    referral = Referral.objects.get()
    arrived = Event.objects.get(kind="referral_arrived")
    assert (referral.author, referral.sent_by) == (cast.pediatrician, cast.pediatrician)
    assert (arrived.by, arrived.data) == (records.user, {"system": "Records of Elm"})
    assert referral.owner in (cast.therapist, cast.colleague)
    told = Notice.objects.filter(kind="referral_arrived").values_list("to", flat=True)
    assert set(told) == {referral.owner_id, cast.pediatrician.pk}
    seats = Seat.objects.filter(child=referral.child).values_list("organization", "role")
    assert set(seats) == {(cast.practice.pk, "practice"), (cast.clinic.pk, "clinic")}
    assert children_visible_to(cast.stranger).filter(pk=referral.child_id).count() == 0


def test_a_message_is_answered_with_a_message(gateway: System, now: datetime) -> None:
    status, answer = send(gateway, foreign("exchange_message"), now, "/fhir/R4/$process-message")
    header, task, outcome = (entry["resource"] for entry in answer["entry"])
    assert (status, answer["type"]) == (201, "message")
    assert header["response"]["identifier"] == "hdr-501"
    assert (task["resourceType"], task["id"]) == ("Task", str(Referral.objects.get().pk))
    assert outcome["resourceType"] == "OperationOutcome"


def test_a_practice_that_nobody_knew_is_known_from_now_on_and_cannot_sign_in(
    gateway: System, now: datetime
) -> None:
    send(gateway, foreign("exchange_message"), now)
    practice = Organization.objects.get(name="Meadow Family Medicine")
    author = User.objects.get(family_name="Marlow")
    assert (practice.kind, practice.npi) == ("pediatric_practice", "1999999950")
    assert author.has_usable_password() is False
    assert author.memberships.get().organization == practice
    assert Child.objects.get(family_name="Brook").practice == practice
    again = foreign("exchange_message")
    part(again, "ServiceRequest")["identifier"][0]["value"] = "502"
    part(again, "Patient")["name"][0] = {"family": "Winter", "given": ["Zora"]}
    part(again, "Patient")["identifier"][0]["value"] = "MPI-3391"
    part(again, "Patient")["birthDate"] = "2021-01-09"
    assert send(gateway, again, now)[0] == 201
    assert Organization.objects.filter(name="Meadow Family Medicine").count() == 1
    assert User.objects.filter(family_name="Marlow").count() == 1


def test_who_cannot_be_written_to_is_sent_no_notice(
    gateway: System, cast: Cast, now: datetime
) -> None:
    send(gateway, foreign("exchange_message"), now)
    referral = Referral.objects.get()
    at = referral.state_since
    ask_referral(referral=referral, question="Glasses?", by=referral.owner, at=at)
    assert referral.owner == referral.author
    assert referral.author.email.endswith(".invalid")
    assert Notice.objects.filter(to=referral.author).count() == 0


def test_a_code_that_is_not_in_the_list_stays_as_words(records: System, now: datetime) -> None:
    answer = send(records, foreign("contained_transaction"), now)[1]
    referral = Referral.objects.get()
    named = ReferralDiagnosis.objects.filter(referral=referral)
    assert [one.diagnosis_id for one in named] == ["F84.0"]
    assert "A code that is not in the list (F99.77)" in referral.question
    at = "Bundle.entry[0].resource.contained[0].reasonCode[1]"
    assert codes(of_order(answer))[at].startswith("This code is not in the list of ICD-10-CM here")


def test_a_child_who_is_known_by_name_and_day_is_not_registered_again(
    records: System, cast: Cast, now: datetime
) -> None:
    body = foreign("ehr_transaction")
    part(body, "Patient")["name"][0] = {"family": "FONTAINE", "given": ["Mína"]}
    part(body, "Patient")["birthDate"] = cast.child.date_of_birth.isoformat()
    before = Child.objects.count()
    status, answer = send(records, body, now)
    assert (status, Child.objects.count()) == (201, before)
    assert Referral.objects.get().child == cast.child
    assert cast.child.guardians.count() == 1
    assert "its adults were left as they are" in str(of_order(answer))
    look = RecordView.objects.get(child=cast.child)
    assert (look.user, look.role, look.page) == (records.user, "system", "arrival_take")


def test_the_clinic_of_a_practice_is_asked_for(records: System, now: datetime) -> None:
    body = foreign("ehr_transaction")
    part(body, "Organization", 1)["identifier"][0]["value"] = NPI["pediatrician"]
    status, answer = send(records, body, now)
    assert (status, Referral.objects.count()) == (422, 0)
    assert list(codes(answer)) == ["Bundle.entry[11].resource.performer[0]"]


def test_a_practice_refers_for_itself_alone(records: System, now: datetime) -> None:
    body = foreign("ehr_transaction")
    part(body, "Organization")["identifier"][0]["value"] = "1999999950"
    status, answer = send(records, body, now)
    assert (status, Referral.objects.count()) == (403, 0)
    assert list(codes(answer)) == ["Bundle.entry[1].resource"]


def test_a_clinic_brings_what_is_for_itself_alone(
    cast: Cast, gateway: System, now: datetime
) -> None:
    Organization.objects.filter(pk=cast.other_clinic.pk).update(npi="1999999943")
    body = foreign("ehr_transaction")
    part(body, "Organization", 1)["identifier"][0]["value"] = "1999999943"
    status, answer = send(gateway, body, now)
    assert (status, Referral.objects.count()) == (403, 0)
    assert "Harbor Therapy alone" in str(answer)


def test_another_service_is_named(records: System, now: datetime) -> None:
    body = foreign("ehr_transaction")
    order = part(body, "ServiceRequest")
    del order["category"]
    order["code"]["coding"][0] = {"system": "http://snomed.info/sct", "code": "91251008"}
    status, answer = send(records, body, now)
    assert status == 422
    at = "Bundle.entry[11].resource.code"
    assert codes(answer)[at].startswith("This orders physical therapy")


def test_all_that_is_wrong_is_told_at_once(records: System, now: datetime) -> None:
    body = foreign("ehr_transaction")
    part(body, "Patient")["birthDate"] = "2022-13-01"
    part(body, "ServiceRequest")["status"] = "draft"
    part(body, "Condition")["subject"] = {"reference": "urn:uuid:nowhere"}
    part(body, "Task")["modifierExtension"] = [{"url": "https://x.example", "valueBoolean": True}]
    status, answer = send(records, body, now)
    assert status == 422
    assert set(codes(answer)) == {
        "Bundle.entry[0].resource.birthDate",
        "Bundle.entry[11].resource.status",
        "Bundle.entry[7].resource.subject",
        "Bundle.entry[12].resource.modifierExtension",
    }


def test_the_same_again_is_answered_alike_and_changes_nothing(
    records: System, now: datetime
) -> None:
    body = foreign("ehr_transaction")
    first = send(records, body, now)
    body["timestamp"], body["id"] = "2026-03-02T15:00:00Z", "another-sending"
    second = send(records, body, now)
    assert (first[0], second[0]) == (201, 200)
    tasks = [answer[1]["entry"][12]["response"]["location"] for answer in (first, second)]
    assert tasks[0] == tasks[1] == f"Task/{Referral.objects.get().pk}"


def test_the_same_number_with_other_content_is_a_conflict(records: System, now: datetime) -> None:
    body = foreign("ehr_transaction")
    send(records, body, now)
    part(body, "ServiceRequest")["priority"] = "routine"
    status, answer = send(records, body, now)
    assert (status, Referral.objects.get().urgency) == (409, "urgent")
    assert "an identifier of its own" in str(answer)


def test_two_senders_may_use_the_same_number(
    records: System, gateway: System, now: datetime
) -> None:
    assert send(records, foreign("ehr_transaction"), now)[0] == 201
    status, _ = send(gateway, foreign("ehr_transaction"), now)
    assert status == 202  # the child has an open referral: a person looks at the second
    assert Referral.objects.count() == 1
