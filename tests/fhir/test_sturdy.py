"""Does the interface stand what is far too much, and what has changed since it was asked before?"""

import json
from datetime import datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from referrals.fhir.arriving import Unfit, read_bundle
from referrals.fhir.body import MOST_PARTS, Unreadable, read_json
from referrals.fhir.bundle import entries_of
from referrals.models import (
    Arrival,
    Membership,
    Organization,
    RecordView,
    Referral,
    Seat,
    System,
    User,
)
from tests.factories.system import foreign, part, send

from .conftest import Caller


def told(answer: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Each issue of an outcome: where, of what sort, in which words."""
    return [
        (one["expression"][0], one["code"], one["diagnostics"])
        for one in answer["issue"]
        if one["severity"] == "error"
    ]


def another(name: str = "exchange_message") -> dict[str, Any]:
    """A second order of the same sender, for another child."""
    body = foreign(name)
    part(body, "ServiceRequest")["identifier"][0]["value"] = "502"
    part(body, "Patient")["name"][0] = {"family": "Winter", "given": ["Zora"]}
    part(body, "Patient")["identifier"][0]["value"] = "MPI-3391"
    part(body, "Patient")["birthDate"] = "2021-01-09"
    return body


# --- Too much -----------------------------------------------------------------------------------


def test_of_many_names_the_one_that_stands_twice_is_named() -> None:
    names = [f'"n{number}": 1' for number in range(20_000)]
    with pytest.raises(Unreadable, match="“n19999” stands twice"):
        read_json(("{" + ", ".join([*names, names[-1]]) + "}").encode())


def test_elements_are_counted_and_commas_in_a_text_are_not() -> None:
    text = 'a, "b" {[,\\' * MOST_PARTS
    assert read_json(json.dumps({"a": text}).encode()) == {"a": text}
    with pytest.raises(Unreadable, match=f"more than {MOST_PARTS} parts"):
        read_json(json.dumps({"a": [0] * (MOST_PARTS + 1)}).encode())


def test_every_reference_to_nothing_is_found_once() -> None:
    nowhere = [{"reference": f"urn:uuid:{number}"} for number in range(5_000)]
    resource = {"resourceType": "ServiceRequest", "supportingInfo": nowhere}
    body = {
        "resourceType": "Bundle", "type": "transaction", "entry": [{"resource": resource}],
    }  # fmt: skip
    found = entries_of(body).found
    assert len(found) == len(set(found)) == 5_000


def test_a_reference_by_number_leads_to_the_first_of_a_fitting_kind() -> None:
    number = {"system": "urn:x", "value": "7"}
    kinds = ("Location", "Patient", "Patient")
    listed: list[dict[str, Any]] = [
        {"resource": {"resourceType": kind, "id": f"{place}", "identifier": [number]}}
        for place, kind in enumerate(kinds)
    ]
    order = {"resourceType": "ServiceRequest", "subject": {"identifier": number}}
    body = {
        "resourceType": "Bundle", "type": "transaction", "entry": [*listed, {"resource": order}],
    }  # fmt: skip
    entries = entries_of(body)
    holder = entries.of("ServiceRequest")[0]
    found = entries.follow(holder.one("subject"), holder, "Patient", "Group")
    assert (found, entries.found) == (entries.of("Patient")[0], [])


def test_a_bundle_of_too_many_entries_is_refused_by_name(records: System, now: datetime) -> None:
    body = foreign("ehr_transaction")
    extra = {"resource": {"resourceType": "Observation"}}
    body["entry"] += [extra] * (500 - len(body["entry"]))
    assert read_bundle(body).patient.family == "Valdés"
    body["entry"].append(extra)
    status, answer = send(records, body, now)
    words = "The Bundle has more than 500 entries."
    assert (status, told(answer)) == (422, [("Bundle.entry", "too-costly", words)])


def numbers(times: int) -> list[dict[str, str]]:
    return [{"system": "urn:x", "value": f"{number}"} for number in range(times)]


def contacts(times: int) -> list[dict[str, Any]]:
    return [{"name": {"family": f"F{n}", "given": ["G"]}} for n in range(times)]


def reasons(times: int) -> list[dict[str, str]]:
    return [{"text": f"reason {number}"} for number in range(times)]


TOO_MANY = {
    "Bundle.entry[0].resource.identifier": ("Patient", "identifier", numbers, 20),
    "Bundle.entry[0].resource.contact[20]": ("Patient", "contact", contacts, 20),
    # One more is the Condition that the order names.
    "Bundle.entry[11].resource.reasonCode[50]": ("ServiceRequest", "reasonCode", reasons, 49),
}


@pytest.mark.parametrize("at", TOO_MANY)
def test_more_of_a_child_than_anybody_has_is_refused_by_name(at: str) -> None:
    kind, name, made, most = TOO_MANY[at]
    body = foreign("ehr_transaction")
    part(body, kind)[name] = made(most)
    assert read_bundle(body).patient.family == "Valdés"
    part(body, kind)[name] = made(most + 2)
    with pytest.raises(Unfit) as unfit:
        read_bundle(body)
    assert [(one.at, one.code) for one in unfit.value.problems] == [(at, "too-long")]


MANY = [f"{number}" for number in range(201)]
SEARCHES = [
    (f"Organization?identifier={','.join(MANY)}", 400),
    (f"Organization?identifier={','.join(MANY[:200])}", 200),
    (f"Organization?identifier={','.join(['1'] * 1_001)}", 400),
    (f"Patient?identifier={','.join(MANY[:100])}&identifier={','.join(MANY[100:])}", 400),
    ("Patient?family=a,b,c,d,e,f,g,h,i,j", 200),
    ("Patient?family=a,b,c,d,e,f,g,h,i,j&given=k", 400),
]


@pytest.mark.parametrize(("path", "status"), SEARCHES)
def test_a_search_takes_so_many_values(path: str, status: int, clinic_system: Caller) -> None:
    answer = clinic_system.ask(path)
    assert answer.status_code == status
    assert ("too many values" in str(answer.json())) is (status == 400)


def test_a_page_of_one_type_is_no_page_of_another(record: Referral, clinic_system: Caller) -> None:
    call_command("createcachetable", verbosity=0)
    first = clinic_system.form("Observation/_search", "status=final&_count=1").json()
    (following,) = [one["url"] for one in first["link"] if one["relation"] == "next"]
    assert clinic_system.ask(following).status_code == 200
    answer = clinic_system.ask(following.replace("Observation", "Organization"))
    assert answer.status_code == 400
    assert answer.json()["issue"][0]["diagnostics"].startswith("_page:")


# --- Changed since ------------------------------------------------------------------------------


def test_an_order_of_who_no_longer_works_there_is_refused(gateway: System, now: datetime) -> None:
    assert send(gateway, foreign("exchange_message"), now)[0] == 201
    author = User.objects.get(family_name="Marlow")
    Membership.objects.filter(user=author).update(until=timezone.now())
    status, answer = send(gateway, another(), now)
    assert (status, [one[1:] for one in told(answer)]) == (
        422, [("business-rule", "This person no longer works there.")],
    )  # fmt: skip
    assert (Arrival.objects.count(), Referral.objects.count()) == (1, 1)


def test_an_order_of_a_practice_that_closed_is_refused(gateway: System, now: datetime) -> None:
    assert send(gateway, foreign("exchange_message"), now)[0] == 201
    Organization.objects.filter(name="Meadow Family Medicine").update(is_active=False)
    status, answer = send(gateway, another(), now)
    assert (status, [one[1:] for one in told(answer)]) == (
        422, [("business-rule", "This practice is closed here.")],
    )  # fmt: skip
    assert (Arrival.objects.count(), Referral.objects.count()) == (1, 1)


def test_numbers_that_are_alike_in_all_that_is_kept_are_one(gateway: System, now: datetime) -> None:
    body = foreign("exchange_message")
    for kind in ("Practitioner", "Organization"):
        long = [{"system": "urn:x", "value": "9" * 400 + end} for end in "ab"]
        part(body, kind)["identifier"] += long
    status, answer = send(gateway, body, now)
    assert (status, answer["resourceType"]) == (201, "Bundle")


def test_the_same_again_is_a_look_and_tells_nothing_once_the_child_is_not_seen(
    gateway: System, now: datetime
) -> None:
    body = foreign("exchange_message")
    assert send(gateway, body, now)[0] == 201
    child = Referral.objects.get().child
    looks = RecordView.objects.filter(child=child, user=gateway.user, role="system")
    before = looks.count()
    assert (send(gateway, body, now)[0], looks.count()) == (200, before + 1)
    Seat.objects.filter(child=child, role=Seat.Role.CLINIC).update(until=timezone.now())
    status, answer = send(gateway, body, now)
    words, at = "This was taken in before.", "Bundle.entry[2].resource.identifier"
    assert (status, told(answer)) == (409, [(at, "duplicate", words)])
    assert looks.count() == before + 1
