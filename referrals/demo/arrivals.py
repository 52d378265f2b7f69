"""What does the story tell of other computer systems? Two e-referrals: one is clear, one is not."""

import json
from datetime import date, datetime
from typing import Any, Final

from referrals.actions.arrival import take_arrival
from referrals.actions.system import open_system
from referrals.fhir.arriving import read_bundle
from referrals.fhir.digest import digest
from referrals.fhir.element import ICD10, NPI
from referrals.models import Child
from referrals.models.system import WRITE

from .stage import Stage

_NAME: Final = "Lindenfield records"
#: Whom both are about: the first is written as he is known here, the second is not.
_KNOWN, _LIKE, _WRITTEN = "Oscar", "Freya", "Freja"


def play_arrivals(stage: Stage) -> None:
    """The practice's own records send both: of a child known by name and day, and of one like another."""
    opened = stage.opening(-30)
    system, _ = open_system(
        organization=stage.places["practice"], name=_NAME, scopes=[WRITE], by=stage.people["admin"],
        at=opened,
    )  # fmt: skip
    known = Child.objects.get(given_name=_KNOWN)
    like = Child.objects.get(given_name=_LIKE)
    told = (
        ("order-1", known.given_name, known, "Holding a crayon tires him; he avoids drawing.", -3),
        ("order-2", _WRITTEN, like, "Trips often, and cannot use scissors.", -1),
    )
    for number, given, child, words, day in told:
        at = stage.when({"day": day, "at": "11:20"})
        body = _bundle(stage, number, given, child.family_name, child.date_of_birth, words, at)
        take_arrival(
            system=system, arriving=read_bundle(body), sha256=digest(body),
            original=json.dumps(body).encode(), by=system.user, at=at,
        )  # fmt: skip


def _bundle(
    stage: Stage, number: str, given: str, family: str, born: date, words: str, at: datetime
) -> dict[str, Any]:
    author = stage.people["pediatrician"]
    resources: list[dict[str, Any]] = [
        {
            "resourceType": "Patient",
            "name": [{"given": [given], "family": family}],
            "birthDate": born.isoformat(),
        },
        {
            "resourceType": "Practitioner",
            "identifier": [{"system": NPI, "value": author.npi}],
            "name": [{"given": [author.given_name], "family": author.family_name}],
        },
        {
            "resourceType": "ServiceRequest",
            "identifier": [{"system": "https://records.lindenfield.example", "value": number}],
            "status": "active",
            "intent": "order",
            "subject": {"reference": f"urn:{number}:0"},
            "requester": {"reference": f"urn:{number}:1"},
            "performer": [{"reference": f"Organization/{stage.places['clinic'].pk}"}],
            "authoredOn": at.date().isoformat(),
            "reasonCode": [{"coding": [{"system": ICD10, "code": "F82"}]}],
            "note": [{"text": words}],
        },
    ]
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "fullUrl": f"urn:{number}:{n}",
                "resource": resource,
                "request": {"method": "POST", "url": resource["resourceType"]},
            }
            for n, resource in enumerate(resources)
        ],
    }
