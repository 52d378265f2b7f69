"""Do two who send the same at one moment make one referral, and two of one child one child?"""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from referrals.models import Arrival, Child, Referral, System
from referrals.views.arrival import receive
from tests.factories.system import foreign, part

TOGETHER = 4


def at_once(system: System, bodies: list[dict[str, Any]], now: datetime) -> list[int]:
    """What each is answered, all of them sent at one moment on connections of their own."""
    gate = Barrier(len(bodies))

    def one(body: dict[str, Any]) -> int:
        try:
            mine = System.objects.select_related("user", "organization").get(pk=system.pk)
            gate.wait()
            return receive(mine, json.dumps(body).encode(), now)[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(one, bodies))


@pytest.mark.django_db(transaction=True)
def test_the_same_at_one_moment_is_one_referral(
    transactional_db: Any, records: System, now: datetime
) -> None:
    answers = at_once(records, [foreign("ehr_transaction")] * TOGETHER, now)
    assert sorted(answers) == [200] * (TOGETHER - 1) + [201]
    assert (Referral.objects.count(), Arrival.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_orders_of_a_new_child_register_one_child(
    transactional_db: Any, records: System, now: datetime
) -> None:
    bodies = []
    for number in range(TOGETHER):
        body = foreign("ehr_transaction")
        part(body, "ServiceRequest")["identifier"][0]["value"] = f"ORD-{number}"
        bodies.append(body)
    answers = at_once(records, bodies, now)
    assert sorted(answers) == [201] + [202] * (TOGETHER - 1)
    assert Child.objects.filter(family_name="Valdés").count() == 1
