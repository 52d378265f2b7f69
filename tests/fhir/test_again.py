"""Is what is sent again known again, whatever its parts are called this time, and nothing else?"""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from referrals.fhir.digest import digest
from referrals.models import Arrival, Referral, System
from tests.conftest import Cast
from tests.factories.system import alike, foreign, part, send

NAMES = ("ehr_transaction", "exchange_message", "contained_transaction", "logical_transaction")
Body = dict[str, Any]


def named_anew(body: Body) -> Body:
    """The same with a fresh `urn:uuid` for each entry, as a client that builds it anew writes it."""
    fresh: dict[str, str] = {}

    def other(found: re.Match[str]) -> str:
        return fresh.setdefault(found[0], f"urn:uuid:1c7d1a52-6b0e-4f4e-8e0c-{len(fresh):012}")

    return json.loads(re.sub(r"urn:uuid:[0-9a-f-]{36}", other, json.dumps(body)))  # type: ignore[no-any-return]


def with_other_ids(body: Body) -> Body:
    text = json.dumps(body)
    for entry in body["entry"]:
        one = entry["resource"]
        if "id" in one:
            text = text.replace(f'/{one["id"]}"', f'/{one["id"]}-b"')
    for entry in (told := json.loads(text))["entry"]:
        if "id" in entry["resource"]:
            entry["resource"]["id"] += "-b"
    return told  # type: ignore[no-any-return]


def sent_later(body: Body) -> Body:
    body |= {"id": "again", "timestamp": "2026-03-02T15:00:00Z"}
    body["meta"] = {"lastUpdated": "2026-03-02T15:00:00Z"}
    body["identifier"] = {"system": "urn:sendings", "value": "2"}
    for entry in body["entry"]:
        meta = entry["resource"].setdefault("meta", {})
        meta |= {"versionId": "2", "lastUpdated": "2026-03-02T15:00:00Z"}
    return body


def turned_round(body: Body) -> Body:
    first = body["type"] == "message"
    body["entry"][first:] = body["entry"][first:][::-1]
    return body


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("again", [named_anew, with_other_ids, sent_later, turned_round])
def test_names_order_and_time_of_sending_are_no_content(
    name: str, again: Callable[[Body], Body]
) -> None:
    assert digest(again(foreign(name))) == digest(foreign(name))


def test_what_leads_elsewhere_is_other_content() -> None:
    body = foreign("ehr_transaction")
    patient = body["entry"][0]
    twin = {
        "fullUrl": "urn:uuid:twin",
        "resource": dict(patient["resource"], birthDate="2022-08-18"),
    }
    body["entry"].append(twin)
    before = digest(body)
    part(body, "Condition")["subject"] = {"reference": "urn:uuid:twin"}
    assert digest(body) != before
    # Two that say the same are told apart by what leads to them.
    observations = [
        {"fullUrl": f"urn:uuid:{key}", "resource": {"resourceType": "Observation"}} for key in "ab"
    ]
    panel = {
        "resource": {"resourceType": "DiagnosticReport", "result": [{"reference": "urn:uuid:a"}]}
    }
    for key, same in (("a", True), ("b", True), ("c", False)):
        other = json.loads(json.dumps(panel).replace("urn:uuid:a", f"urn:uuid:{key}"))
        told = {"resourceType": "Bundle", "entry": [*observations, other]}
        first = {"resourceType": "Bundle", "entry": [*observations, panel]}
        assert (digest(told) == digest(first)) is same


@pytest.mark.parametrize("name", NAMES)
def test_a_retry_with_new_names_is_answered_as_the_first_time(
    name: str, gateway: System, now: datetime
) -> None:
    first = send(gateway, foreign(name), now)
    second = send(gateway, named_anew(foreign(name)), now + timedelta(hours=1))
    assert (first[0], second[0]) == (201, 200)
    for answer in (first[1], second[1]):
        answer.pop("timestamp", None)
    assert second[1] == first[1]
    assert (Referral.objects.count(), Arrival.objects.count()) == (1, 1)


def test_a_retry_of_what_waits_waits(records: System, cast: Cast, now: datetime) -> None:
    first = send(records, alike(cast.child), now)
    second = send(records, named_anew(alike(cast.child)), now)
    assert first == second
    assert (first[0], Arrival.objects.count()) == (202, 1)


def test_what_came_in_when_its_content_was_summed_otherwise_is_known_again(
    records: System, now: datetime
) -> None:
    send(records, foreign("ehr_transaction"), now)
    Arrival.objects.update(sha256="0" * 64)
    assert send(records, named_anew(foreign("ehr_transaction")), now)[0] == 200
    body = foreign("ehr_transaction")
    part(body, "Condition")["code"] = {"text": "Something else"}
    assert send(records, body, now)[0] == 409
    assert Arrival.objects.count() == 1


def test_new_names_do_not_hide_other_content(records: System, now: datetime) -> None:
    send(records, foreign("ehr_transaction"), now)
    body = named_anew(foreign("ehr_transaction"))
    part(body, "Condition")["code"] = {"text": "Something else"}
    status, answer = send(records, body, now)
    assert (status, Referral.objects.count()) == (409, 1)
    (issue,) = answer["issue"]
    assert issue["code"] == "conflict"
    assert issue["expression"] == ["Bundle.entry[11].resource.identifier"]


def test_without_any_number_the_content_is_the_number(records: System, now: datetime) -> None:
    body = foreign("ehr_transaction")
    body.pop("identifier", None)
    del part(body, "ServiceRequest")["identifier"]
    assert send(records, body, now)[0] == 201
    assert send(records, named_anew(body), now)[0] == 200
    assert Arrival.objects.count() == 1
