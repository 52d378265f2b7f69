"""Does every way in which a foreign Bundle names a person or a place lead there, or is it told why not?"""

from datetime import datetime
from typing import Any

import pytest

from referrals.models import Arrival, Child, ChildIdentifier, Referral, System
from tests.conftest import Cast
from tests.factories.system import NPI, foreign, part, send

from .test_arriving import codes

NPIS = "http://hl7.org/fhir/sid/us-npi"
CHARTS = "https://office.example/charts"
AT = "Bundle.entry[2].resource"


def order(name: str, said: dict[str, Any]) -> dict[str, Any]:
    """A Bundle whose order names the patient, the requester or the performer so."""
    body = foreign("logical_transaction")
    part(body, "ServiceRequest")[name] = [said] if name == "performer" else said
    return body


LEADING = [
    ("subject", "Patient?identifier=https://office.example/charts|C-31"),
    ("subject", "Patient?identifier=https%3A%2F%2Foffice.example%2Fcharts%7CC-31"),
    ("subject", "Patient?identifier=C-31"),
    ("requester", f"Practitioner?identifier={NPIS}|{NPI['pediatrician']}"),
    ("requester", f"Practitioner?identifier={NPI['pediatrician']}"),
    ("performer", f"Organization?identifier={NPIS}|{NPI['clinic']}"),
    ("performer", f"Organization?identifier={NPI['clinic']}"),
]


@pytest.mark.parametrize(("name", "said"), LEADING)
def test_a_condition_leads_into_the_bundle_or_to_whom_we_know(
    name: str, said: str, records: System, cast: Cast, now: datetime
) -> None:
    status, answer = send(records, order(name, {"reference": said}), now)
    assert status == 201, answer
    referral = Referral.objects.get()
    assert (referral.author, referral.clinic) == (cast.pediatrician, cast.clinic)
    assert referral.child.family_name == "Ortiz"


LOST = [
    ("subject", "Patient?identifier=urn:other|C-31", "not-found"),
    ("subject", "Patient?identifier=|C-31", "not-found"),
    ("subject", "Patient?name=Ortiz", "not-supported"),
    ("subject", "Patient?identifier=", "not-supported"),
    ("subject", "Patient?identifier=a|1,b|2", "not-supported"),
    ("subject", "Practitioner?identifier=C-31", "value"),
    ("subject", "https://elsewhere.example/fhir/Patient/77", "not-found"),
    ("subject", "Patient/77", "not-found"),
    ("subject", "#patient", "not-found"),
    ("requester", f"Practitioner?identifier={NPIS}|1999999943", "not-found"),
    ("requester", "https://elsewhere.example/fhir/Practitioner/77", "not-found"),
    ("performer", f"Organization?identifier={NPIS}|1999999943", "not-found"),
    ("performer", "Organization?identifier=urn:x|7", "not-found"),
]


@pytest.mark.parametrize(("name", "said", "code"), LOST)
def test_what_leads_nowhere_is_told_at_its_element(
    name: str, said: str, code: str, records: System, now: datetime
) -> None:
    status, answer = send(records, order(name, {"reference": said}), now)
    assert (status, Arrival.objects.count()) == (422, 0)
    at = f"{AT}.{name}[0]" if name == "performer" else f"{AT}.{name}"
    assert at in codes(answer), answer
    assert code in {one["code"] for one in answer["issue"]}


def test_a_number_that_two_entries_carry_tells_nobody(records: System, now: datetime) -> None:
    body = order("subject", {"reference": f"Patient?identifier={CHARTS}|C-31"})
    body["entry"].append({"resource": dict(part(body, "Patient"))})
    status, answer = send(records, body, now)
    assert (status, answer["issue"][0]["code"]) == (422, "multiple-matches")


def test_a_child_whom_we_know_is_not_found_by_number_alone(
    records: System, cast: Cast, now: datetime
) -> None:
    known = {"child": cast.child, "organization": cast.practice}
    ChildIdentifier.objects.create(value="K-1", system=CHARTS, **known)
    said = {"reference": f"Patient?identifier={CHARTS}|K-1"}
    status, answer = send(records, order("subject", said), now)
    assert (status, Arrival.objects.count()) == (422, 0)
    assert codes(answer)[f"{AT}.subject"] == "The Patient must be in the Bundle."


@pytest.mark.parametrize(
    "request_", [
        {"method": "PUT", "url": "Patient?identifier=urn:store|P-9"},
        {"method": "POST", "url": "Patient", "ifNoneExist": "identifier=urn:store|P-9"},
    ],
)  # fmt: skip
def test_an_entry_is_known_by_the_condition_it_is_stored_under(
    request_: dict[str, str], records: System, now: datetime
) -> None:
    body = order("subject", {"reference": "Patient?identifier=urn:store|P-9"})
    body["entry"][0]["request"] = request_
    assert send(records, body, now)[0] == 201
    assert Child.objects.filter(family_name="Ortiz").count() == 1


def test_what_is_relative_begins_at_the_server_of_its_holder(
    records: System, now: datetime
) -> None:
    body = order("subject", {"reference": "Patient/1/_history/4"})
    twin = {"resourceType": "Patient", "id": "1", "birthDate": "2019-01-01",
            "name": [{"family": "Wrong", "given": ["One"]}]}  # fmt: skip
    body["entry"].insert(0, {"fullUrl": "https://a.example/fhir/Patient/1", "resource": twin})
    body["entry"][1]["fullUrl"] = "https://b.example/fhir/Patient/1"
    body["entry"][3]["fullUrl"] = "https://b.example/fhir/ServiceRequest/5"
    assert send(records, body, now)[0] == 201
    assert Referral.objects.get().child.family_name == "Ortiz"


def test_a_uuid_is_the_same_in_capitals(records: System, now: datetime) -> None:
    key = "0f0e5c4a-8d1b-4b7e-9d3a-0000000000aa"
    body = order("subject", {"reference": f"urn:uuid:{key.upper()}"})
    body["entry"][0]["fullUrl"] = f"urn:uuid:{key}"
    assert send(records, body, now)[0] == 201


@pytest.mark.parametrize(
    "number", [
        {"system": "urn:oid:2.16.840.1.113883.4.6", "value": NPI["pediatrician"]},
        {"type": {"coding": [{"code": "NPI"}]}, "value": NPI["pediatrician"]},
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["Okafor, Ada", "Dr. Ada Okafor, MD", "Ada Okafor"])
def test_an_npi_and_a_name_are_read_as_older_systems_write_them(
    number: dict[str, Any], name: str, records: System, cast: Cast, now: datetime
) -> None:
    body = order("requester", {"identifier": number, "display": name, "type": "Practitioner"})
    assert send(records, body, now)[0] == 201
    assert Referral.objects.get().author == cast.pediatrician
