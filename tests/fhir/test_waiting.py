"""What does the sender of an e-referral read of its Task, before and after a person has decided?"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from referrals.actions.arrival import refuse_arrival
from referrals.models import Arrival, System
from tests.conftest import Cast
from tests.factories.system import alike, foreign, send, token_of

from .conftest import ids, resources


@pytest.fixture
def asks(records: System, now: datetime) -> Any:
    def of(path: str, system: System = records) -> tuple[int, dict[str, Any]]:
        token = token_of(system, now, "system/Task.read")
        headers = {"Authorization": f"Bearer {token}"}
        answer = Client().get(f"/fhir/R4/{path}", headers=headers)
        return answer.status_code, answer.json()

    return of


def test_it_waits_and_then_says_why_it_was_not_taken(
    records: System, cast: Cast, now: datetime, asks: Any
) -> None:
    send(records, alike(cast.child), now)
    arrival = Arrival.objects.get()
    status, told = asks(f"Task/{arrival.pk}")
    assert (status, told["status"]) == (200, "received")
    refuse_arrival(arrival=arrival, reason="Sent twice.", by=cast.coordinator, at=now)
    status, told = asks(f"Task/{arrival.pk}")
    assert (told["status"], told["statusReason"]["text"]) == ("rejected", "Sent twice.")


def test_it_is_found_by_state_and_by_when_it_changed_but_under_no_child(
    records: System, cast: Cast, now: datetime, asks: Any
) -> None:
    send(records, alike(cast.child), now - timedelta(days=3))
    arrival = Arrival.objects.get()
    task = f"Task/{arrival.pk}"
    assert task in ids(resources(asks("Task?status=received")[1]))
    refuse_arrival(arrival=arrival, reason="Sent twice.", by=cast.coordinator, at=now)
    since = (now - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert task in ids(resources(asks(f"Task?modified=ge{since}&status=rejected")[1]))
    assert task not in ids(resources(asks(f"Task?patient={cast.child.pk}")[1]))


def test_nobody_elses_system_knows_of_it(
    records: System, gateway: System, cast: Cast, now: datetime, asks: Any
) -> None:
    send(records, alike(cast.child), now)
    assert asks(f"Task/{Arrival.objects.get().pk}", gateway)[0] == 404


def test_once_it_is_a_referral_the_task_is_that_of_the_referral(
    records: System, now: datetime, asks: Any
) -> None:
    send(records, foreign("ehr_transaction"), now)
    arrival = Arrival.objects.get()
    assert arrival.referral is not None
    status, told = asks(f"Task/{arrival.pk}")
    assert (status, told["status"]) == (200, "received")
    assert told["focus"]["reference"] == f"ServiceRequest/{arrival.pk}"
