"""What is a sender told of its e-referral: taken in, waiting, refused, or wrong, and where?"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db.models import Prefetch, Q
from django.db.models.functions import Coalesce

from referrals import access
from referrals.arriving import INFORMATION, Problem
from referrals.models import Arrival

from . import numbers
from . import referral as referrals
from .element import OURS, Resource, concept, instant, reference, resource
from .source import Source, Told

_TASK_CODE: Final = "http://hl7.org/fhir/CodeSystem/task-code"
_WAITS: Final = "A person at the clinic is looking at this: it waits for an answer there."
_STATUS: Final = {
    Arrival.Outcome.WAITING: ("received", _WAITS),
    Arrival.Outcome.REFUSED: ("rejected", ""),
}  # fmt: skip


def task(arrival: Arrival) -> Resource:
    """The Task of an e-referral: of the referral, once there is one; it has the same id."""
    if arrival.referral is not None:
        return referrals.task(arrival.referral)
    order = numbers.of_order(arrival)
    status, why = _STATUS[Arrival.Outcome(arrival.outcome)]
    return resource(
        "Task",
        arrival.pk,
        identifier=numbers.of_task(arrival),
        status=status,
        statusReason=concept(why or arrival.refusal),
        businessStatus=concept(
            arrival.get_outcome_display(), (f"{OURS}arrival-outcome", arrival.outcome)
        ),
        intent="order",
        code=concept("", (_TASK_CODE, "fulfill", "Fulfill the focal request")),
        focus={"type": "ServiceRequest", "identifier": order[0]} if order else None,
        authoredOn=instant(arrival.received_at),
        lastModified=instant(arrival.decided_at or arrival.received_at),
        requester=reference("Organization", arrival.practice_id),
        owner=reference("Organization", arrival.clinic_id),
    )


#: An e-referral that is no referral yet, as its sender reads it meanwhile.
WAITING: Final = Source(
    lambda r: (
        access.arrivals_visible_to(r.user)
        .filter(referral__isnull=True)
        .annotate(settled_at=Coalesce("decided_at", "received_at"))
    ),
    {
        "Task": Told(
            lambda row, reader: [task(row)],
            "received_at",
            {status: Q(outcome=which) for which, (status, _) in _STATUS.items()},
            {"modified": "settled_at"},
            numbers.with_task,
            along=(Prefetch("numbers"),),
        )
    },
    child="",
    changed="settled_at",
)


def remarks(arrival: Arrival) -> list[Problem]:
    return [Problem(*row) for row in arrival.remarks]


def outcome(problems: Iterable[Problem]) -> Resource:
    """An OperationOutcome with an issue for each; where there is none it says that all is well."""
    issues = [
        {
            "severity": one.severity,
            "code": one.code,
            "diagnostics": one.words,
            **({"expression": [one.at]} if one.at else {}),
        }
        for one in problems
    ]
    well = {"severity": INFORMATION, "code": "informational", "diagnostics": "Taken in as it is."}
    return {"resourceType": "OperationOutcome", "issue": issues or [well]}


def answer(arrival: Arrival, body: dict[str, Any], at: datetime) -> Resource:
    """What a Bundle is answered with: as a transaction or as a message, as it came."""
    if body.get("type") == "message":
        return _message(arrival, body, at)
    return _transaction(arrival, body)


def _transaction(arrival: Arrival, body: dict[str, Any]) -> Resource:
    """An entry for each that came, in the same order; behind them the Task, where none was sent."""
    told = task(arrival)
    status = "201 Created" if arrival.referral else "202 Accepted"
    order = {
        "status": status,
        **({"location": f"ServiceRequest/{arrival.pk}"} if arrival.referral else {}),
        "lastModified": instant(arrival.decided_at or arrival.received_at),
        "outcome": outcome(remarks(arrival)),
    }
    of_task = {
        "resource": told,
        "response": {"status": status, "location": f"Task/{arrival.pk}"},
    }
    entries: list[Resource] = []
    has_task = False
    for entry in body["entry"]:
        kind = entry["resource"]["resourceType"]
        if kind == "ServiceRequest":
            entries.append({"response": order})
        elif kind == "Task" and not has_task:
            entries.append(of_task)
            has_task = True
        else:
            entries.append({"response": {"status": "200 OK"}})
    if not has_task:
        entries.append(of_task)
    if not any(one["response"] is order for one in entries):
        of_task["response"]["outcome"] = order["outcome"]
    return {"resourceType": "Bundle", "type": "transaction-response", "entry": entries}


def _message(arrival: Arrival, body: dict[str, Any], at: datetime) -> Resource:
    came = body["entry"][0]["resource"]
    event = {name: came[name] for name in ("eventCoding", "eventUri") if name in came}
    key = f"urn:uuid:{arrival.pk}"
    header = resource(
        "MessageHeader",
        arrival.pk,
        **event,
        source={"name": settings.SITE_NAME, "endpoint": f"{settings.SITE_URL}/fhir/R4"},
        response={
            "identifier": str(came.get("id") or "unknown"),
            "code": "ok",
            "details": {"reference": f"{key}-outcome"},
        },
        focus=[{"reference": f"{settings.SITE_URL}/fhir/R4/Task/{arrival.pk}"}],
    )
    return {
        "resourceType": "Bundle",
        "type": "message",
        "timestamp": instant(at),
        "entry": [
            {"fullUrl": key, "resource": header},
            {
                "fullUrl": f"{settings.SITE_URL}/fhir/R4/Task/{arrival.pk}",
                "resource": task(arrival),
            },
            {"fullUrl": f"{key}-outcome", "resource": outcome(remarks(arrival))},
        ],
    }
