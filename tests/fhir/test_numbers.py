"""Does the sender of an e-referral find its order again by the number that it gave it?"""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from referrals.models import Arrival, OrderNumber, Referral, System
from tests.conftest import Cast
from tests.factories.system import alike, foreign, part, send, token_of

from .conftest import Caller, called, ids, resources
from .test_interface import faults

ORDERS, TASKS = "https://elm.example/orders", "https://elm.example/tasks"


def numbered_order(body: dict[str, Any]) -> dict[str, Any]:
    """With two numbers for the order, one of them of no system, and one for the task."""
    part(body, "ServiceRequest")["identifier"] = [
        {"system": ORDERS, "value": "O-1"}, {"value": "4711", "use": "secondary"},
    ]  # fmt: skip
    part(body, "Task")["identifier"] = [{"system": TASKS, "value": "T-1"}]
    return body


@pytest.fixture
def taken(records: System, now: datetime) -> Referral:
    send(records, numbered_order(foreign("ehr_transaction")), now)
    return Referral.objects.get()


def test_the_order_and_its_task_have_the_numbers_that_were_sent(
    taken: Referral, practice_system: Caller
) -> None:
    order = [{"system": ORDERS, "value": "O-1"}, {"value": "4711"}]
    told = practice_system.get(f"ServiceRequest/{taken.pk}")
    assert (told["identifier"], faults(told)) == (order, [])
    told = practice_system.get(f"Task/{taken.pk}")
    assert (told["identifier"], faults(told)) == ([{"system": TASKS, "value": "T-1"}, *order], [])


def test_it_is_found_by_each_of_them(taken: Referral, practice_system: Caller) -> None:
    for words in (f"{ORDERS}|O-1", "O-1", f"{ORDERS}|", "4711", "|4711", "x,O-1"):
        for kind in ("ServiceRequest", "Task"):
            found = practice_system.all(f"{kind}?identifier={words}")
            assert ids(found) == [f"{kind}/{taken.pk}"], words
    for words in (f"{TASKS}|O-1", f"{ORDERS}|4711", "|O-1", "o-1", "O"):
        assert practice_system.all(f"ServiceRequest?identifier={words}") == [], words
    assert ids(practice_system.all(f"Task?identifier={TASKS}|T-1")) == [f"Task/{taken.pk}"]
    assert practice_system.all("ServiceRequest?identifier=T-1") == []


def test_who_does_not_see_the_referral_finds_nothing_by_its_number(
    taken: Referral, stranger_system: Caller
) -> None:
    assert stranger_system.all("Task?identifier=O-1") == []
    assert stranger_system.all("ServiceRequest?identifier=O-1") == []


def test_while_it_waits_its_task_says_which_order_it_is_about(
    records: System, cast: Cast, now: datetime
) -> None:
    send(records, numbered_order(alike(cast.child)), now)
    headers = {"Authorization": f"Bearer {token_of(records, now, 'system/Task.read')}"}
    answer = Client().get(f"/fhir/R4/Task?identifier={ORDERS}|O-1", headers=headers).json()
    (task,) = resources(answer)
    assert task["id"] == str(Arrival.objects.get().pk)
    asked = {"type": "ServiceRequest", "identifier": {"system": ORDERS, "value": "O-1"}}
    assert (task["focus"], faults(task)) == (asked, [])


def test_numbers_are_of_no_use_when_they_are_too_long_or_tell_who_somebody_is(
    records: System, cast: Cast, now: datetime
) -> None:
    body = foreign("ehr_transaction")
    part(body, "ServiceRequest")["identifier"] += [
        {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "078-05-1120"},
        {"system": "urn:x", "value": "9" * 201},
        {"system": "urn:" + "x" * 201, "value": "kept"},
    ]
    assert send(records, body, now)[0] == 201
    kept = set(OrderNumber.objects.filter(of="order").values_list("system", "value"))
    first = foreign("ehr_transaction")["entry"][11]["resource"]["identifier"][0]
    assert kept == {(first["system"], first["value"]), ("", "kept")}


def test_a_referral_of_a_person_has_no_number(sent: Referral, clinic_system: Caller) -> None:
    for kind in ("ServiceRequest", "Task"):
        assert "identifier" not in clinic_system.get(f"{kind}/{sent.pk}")


def test_the_cost_of_a_page_does_not_grow_with_the_numbers(
    taken: Referral, cast: Cast, now: datetime, django_assert_num_queries: Any
) -> None:
    system = called(cast.practice, cast.admin, now)
    for number in range(4):
        with django_assert_num_queries(7):
            told = system.get("Task")["entry"][0]["resource"]
        assert len(told["identifier"]) == 3 + number
        OrderNumber.objects.create(arrival_id=taken.pk, of="order", value=f"{number}")
