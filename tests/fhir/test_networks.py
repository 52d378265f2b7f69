"""Is an e-referral taken in, or put to a person, in the shape in which each family of systems writes it?"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from referrals.actions.arrival import decide_arrival
from referrals.fhir.arriving import read_bundle
from referrals.models import Arrival, Child, Organization, Prescription, Referral, System, User
from referrals.pathway import State
from tests.conftest import Cast
from tests.factories.system import NPI, foreign, part, send

from .test_arriving import codes, of_order

PUT_TO_A_PERSON = {
    "draft_message": Arrival.Reason.NO_ORDER,
    "unnamed_collection": Arrival.Reason.NO_AUTHOR,
}


def told_of(answer: dict[str, Any]) -> dict[str, Any]:
    """The words by element, whether it came as a message or not."""
    if answer["type"] == "message":
        return codes(answer["entry"][2]["resource"])
    return codes(of_order(answer))


@pytest.mark.parametrize("name", PUT_TO_A_PERSON)
def test_it_waits_for_a_person_and_becomes_one_by_their_word(
    name: str, gateway: System, cast: Cast, now: datetime
) -> None:
    body = foreign(name)
    assert send(gateway, body, now)[0] == 202
    arrival = Arrival.objects.get()
    assert (arrival.reason, Referral.objects.count()) == (PUT_TO_A_PERSON[name], 0)
    decide_arrival(
        arrival=arrival, arriving=read_bundle(body), child=None, by=cast.coordinator,
        at=arrival.received_at,
    )  # fmt: skip
    referral = Referral.objects.get()
    assert (referral.state, referral.author) == (State.RECEIVED, arrival.author)


def test_a_plan_that_was_sent_is_an_order_whatever_else_in_it_leads_nowhere(
    gateway: System, now: datetime
) -> None:
    told = told_of(send(gateway, foreign("plan_message"), now)[1])
    referral = Referral.objects.get()
    assert (referral.author.name, referral.practice.name) == ("Ruth ADEYEMI", "Quayside Surgery")
    assert referral.child.guardians.get().name == "Orla Hale"
    assert "covers his ears" in referral.question
    assert "Reason as coded: Sensory difficulties" in referral.question
    nowhere = "This reference leads to nothing in the Bundle."
    assert told["Bundle.entry[1].resource.performer[0]"] == nowhere
    assert told["Bundle.entry[9].resource.organization"] == nowhere
    assert told["Bundle.entry[1].resource.intent"].startswith("This says “plan”")


def test_a_plan_that_nobody_asks_to_do_waits(gateway: System, now: datetime) -> None:
    body = foreign("order_set_transaction")
    body["entry"] = [e for e in body["entry"] if e["resource"]["resourceType"] != "Task"][:-2]
    part(body, "ServiceRequest")["intent"] = "proposal"
    assert send(gateway, body, now)[0] == 202
    assert Arrival.objects.get().reason == Arrival.Reason.NO_ORDER


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("response", {"identifier": "m-1", "code": "ok"}),
        ("eventCoding", {"system": "http://terminology.hl7.org/CodeSystem/v2-0003", "code": "I14"}),
    ],
)
def test_an_answer_or_a_cancellation_is_no_new_referral(
    name: str, said: dict[str, str], gateway: System, now: datetime
) -> None:
    body = foreign("plan_message")
    part(body, "MessageHeader")[name] = said
    status, answer = send(gateway, body, now)
    assert (status, list(codes(answer))) == (422, [f"Bundle.entry[0].resource.{name}"])


@pytest.mark.parametrize("intent", ["option", "wish"])
def test_what_is_neither_order_nor_plan_is_refused(
    intent: str, gateway: System, now: datetime
) -> None:
    body = foreign("plan_message")
    part(body, "ServiceRequest")["intent"] = intent
    status, answer = send(gateway, body, now)
    assert (status, list(codes(answer))) == (422, ["Bundle.entry[1].resource.intent"])


def test_of_several_orders_those_for_this_child_become_one_referral(
    gateway: System, now: datetime
) -> None:
    body = foreign("order_set_transaction")
    told = told_of(send(gateway, body, now)[1])
    referral = Referral.objects.get()
    assert "Handwriting assessment" in referral.question
    assert "Tires after two lines." in referral.question
    assert "Slow and painful writing" in referral.question
    assert "Speech therapy" not in referral.question
    numbers = Arrival.objects.get().numbers.filter(of="order").values_list("value", flat=True)
    assert set(numbers) == {"MC-77-01", "MC-77-02"}
    assert told["Bundle.entry[7].resource"] == "What this asks was written into the same referral."
    assert told["Bundle.entry[9].resource"] == "This orders another service: it was left alone."
    body["entry"][7:10] = body["entry"][9:6:-1]
    assert send(gateway, body, now)[0] == 200


def test_orders_for_two_children_are_two_referrals(gateway: System, now: datetime) -> None:
    body = foreign("order_set_transaction")
    twin = {**part(body, "Patient"), "name": [{"family": "Lindqvist", "given": ["Ebba"]}]}
    body["entry"].append({"fullUrl": "urn:uuid:twin", "resource": twin})
    part(body, "ServiceRequest", 1)["subject"] = {"reference": "urn:uuid:twin"}
    status, answer = send(gateway, body, now)
    assert (status, Arrival.objects.count()) == (422, 0)
    assert "for somebody else" in str(answer)


def test_a_number_of_a_network_makes_no_two_places_one(gateway: System, now: datetime) -> None:
    body = foreign("facility_transaction")
    send(gateway, body, now)
    assert [one.practice.name for one in Child.objects.filter(family_name="Magsino")] == [
        "Sampaguita Health Center"
    ]
    second = foreign("facility_transaction")
    part(second, "Organization")["identifier"][0]["value"] = "042-0099"
    part(second, "Organization")["name"] = "Rosal Health Center"
    part(second, "Patient")["name"] = [{"family": "Abad", "given": ["Sol"]}]
    part(second, "Patient")["identifier"] = []
    assert send(gateway, second, now)[0] == 201
    assert Child.objects.get(family_name="Abad").practice.name == "Rosal Health Center"
    third = foreign("facility_transaction")
    part(third, "Organization")["identifier"] = part(second, "Organization")["identifier"]
    part(third, "Patient")["name"] = [{"family": "Cruz", "given": ["Mila"]}]
    part(third, "Patient")["identifier"] = []
    send(gateway, third, now)
    assert Child.objects.get(family_name="Cruz").practice.name == "Rosal Health Center"


def test_a_number_without_a_system_is_one_of_the_place_that_refers(
    gateway: System, now: datetime
) -> None:
    first = foreign("draft_message")
    assert send(gateway, first, now)[0] == 202
    other = foreign("draft_message")
    part(other, "Organization")["identifier"][0]["value"] = "120999"
    part(other, "Organization")["name"] = "Consultorio El Roble"
    part(other, "Patient")["name"][0]["family"] = "Soto"
    assert send(gateway, other, now)[0] == 202
    assert Arrival.objects.count() == 2
    part(first, "ServiceRequest")["priority"] = "urgent"
    assert send(gateway, first, now)[0] == 409


def test_a_letter_inside_the_message_is_read_with_it(
    gateway: System, cast: Cast, now: datetime
) -> None:
    told = told_of(send(gateway, foreign("letter_in_message"), now)[1])
    referral = Referral.objects.get()
    assert (referral.child.given_name, referral.clinic) == ("Adaeze N", cast.clinic)
    assert (referral.author.name, referral.author.npi) == ("Ines Duarte", "")
    assert Organization.objects.get(name="Hill Street Pediatrics").npi == "1999999950"
    assert "Writes slowly" in referral.question
    at = "Bundle.entry[4].resource.entry[4].resource.identifier"
    assert told[at] == "This is no valid NPI."


def test_a_number_that_is_no_npi_stands_in_the_way_where_nothing_else_names_them(
    gateway: System, now: datetime
) -> None:
    body = foreign("logical_transaction")
    npi = {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1111111111"}
    part(body, "ServiceRequest")["requester"] = {"identifier": npi}
    status, answer = send(gateway, body, now)
    assert status == 422
    assert "This is no valid NPI." in str(answer)


def test_an_order_for_another_clinic_is_not_taken_whatever_its_shape(
    gateway: System, cast: Cast, now: datetime
) -> None:
    Organization.objects.filter(pk=cast.other_clinic.pk).update(npi="1999999943")
    body = foreign("letter_in_message")
    letter = body["entry"][4]["resource"]
    part(letter, "Organization", 1)["identifier"][0]["value"] = "1999999943"
    status, answer = send(gateway, body, now)
    assert (status, Referral.objects.count()) == (403, 0)
    assert f"{cast.clinic} alone" in str(answer)


def test_where_nobody_is_named_no_name_is_made_up(gateway: System, now: datetime) -> None:
    send(gateway, foreign("unnamed_collection"), now)
    author = Arrival.objects.get().author
    assert (author.given_name, author.family_name) == ("Someone at", "מרפאת הגפן")
    assert (author.has_usable_password(), Prescription.objects.count()) == (False, 0)


def test_a_draft_for_a_child_with_an_open_referral_says_both(
    records: System,
    sent: Referral,
    cast: Cast,
    coordinator: User,
    client_of: Callable[[User], Client],
    now: datetime,
) -> None:
    body = foreign("draft_message")
    patient, order = part(body, "Patient"), part(body, "ServiceRequest")
    patient["name"] = [{"family": cast.child.family_name, "given": [cast.child.given_name]}]
    patient["birthDate"] = cast.child.date_of_birth.isoformat()
    npi = "http://hl7.org/fhir/sid/us-npi"
    part(body, "Organization")["identifier"] = [{"system": npi, "value": NPI["practice"]}]
    order["performer"] = [{"identifier": {"system": npi, "value": NPI["clinic"]}}]
    assert send(records, body, now)[0] == 202
    arrival = Arrival.objects.get()
    page = client_of(coordinator).get(reverse("arrival_decide", args=[arrival.pk]))
    assert arrival.reason == Arrival.Reason.SECOND
    assert "The child already has an open referral" in page.content.decode()
    assert "A plan or a draft, not an order" in page.content.decode()


def test_a_practices_own_system_need_not_name_who_orders(
    records: System, cast: Cast, now: datetime
) -> None:
    body = foreign("unnamed_collection")
    order = part(body, "ServiceRequest")
    del order["requester"]
    npi = {"system": "http://hl7.org/fhir/sid/us-npi", "value": NPI["clinic"]}
    order["performer"] = [{"identifier": npi}]
    assert send(records, body, now)[0] == 202
    arrival = Arrival.objects.get()
    assert (arrival.reason, arrival.practice) == (Arrival.Reason.NO_AUTHOR, cast.practice)
    body["entry"].pop()
    assert send(records, body, now)[0] == 422
