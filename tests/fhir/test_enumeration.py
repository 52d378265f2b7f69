"""Does a system of strangers learn from any answer, or the work behind it, which ids are in use?"""

from typing import Any

import time_machine
from django.utils import timezone

from referrals.fhir.interface import KINDS
from referrals.models import Referral
from referrals.models.record import new_id
from tests.conftest import Cast
from tests.telling_apart import differences, shown

from .conftest import Caller

FORM = "application/x-www-form-urlencoded"
#: The others are told to every system: who works where, and which clinics take referrals.
OF_A_PATIENT = [kind for kind, rule in KINDS.items() if rule.patient]


def seen(system: Caller, path: str, key: str, form: str = "") -> dict[str, Any]:
    asked: dict[str, Any] = {"headers": {"Authorization": f"Bearer {system.token}"}}
    if form:
        asked |= {"data": form, "content_type": FORM}
    return shown(system.client, f"/fhir/R4/{path}", [key], "POST" if form else "GET", **asked)


def asked_for(kind: str, key: str, system: Caller) -> list[dict[str, Any]]:
    """What is answered to every way of asking for one resource by its id."""
    answers = [
        seen(system, f"{kind}/{key}", key),
        seen(system, f"{kind}?_id={key}", key),
    ]
    if kind == "DocumentReference":
        answers.append(seen(system, f"Binary/{key}", key))
    return answers


def of_patient(kind: str, key: str, system: Caller) -> list[dict[str, Any]]:
    if kind == "Patient":
        return [seen(system, f"Patient/{key}/$everything", key)]
    return [
        seen(system, f"{kind}/_search", key, f"patient={key}"),
    ]


def test_what_is_not_theirs_is_answered_as_what_is_not_there(
    record: Referral, cast: Cast, clinic_system: Caller, stranger_system: Caller
) -> None:
    patient = [str(one) for one in (cast.child.pk, new_id())]
    with time_machine.travel(timezone.now(), tick=False):  # answers tell when they were made
        for kind in OF_A_PATIENT:
            real = clinic_system.get(kind)["entry"][0]["resource"]["id"]
            resource = [real, f"{new_id()}{real[36:]}"]
            assert len(real) >= 36, kind  # opaque
            asked_for(kind, real, stranger_system)  # what is read once a process is read
            told, other = (
                asked_for(kind, one, stranger_system) + of_patient(kind, whose, stranger_system)
                for one, whose in zip(resource, patient, strict=True)
            )
            assert told[0]["status"] == 404, kind
            for one, another in zip(told, other, strict=True):
                assert differences(one, another) == {}, kind
