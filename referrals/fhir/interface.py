"""What may another computer system ask for, and by which parameters is it found?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from referrals.models import ChildIdentifier

from .source import Source
from .table import SOURCES


@dataclass(frozen=True)
class Kind:
    """By which parameters a type is searched, beside `_id`: the names for its date and its status."""

    dates: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    patient: bool = True
    own: tuple[str, ...] = ()


_STATUS: Final = ("status",)
KINDS: Final[Mapping[str, Kind]] = {
    "Patient": Kind(own=("identifier", "family", "given", "name", "birthdate")),
    "RelatedPerson": Kind(),
    "Practitioner": Kind(patient=False, own=("identifier",)),
    "PractitionerRole": Kind(patient=False),
    "Organization": Kind(patient=False, own=("identifier",)),
    "CareTeam": Kind((), _STATUS),
    "Condition": Kind(("recorded-date", "date"), ("clinical-status", "status")),
    "ServiceRequest": Kind(("authored", "date"), _STATUS),
    "Task": Kind(("authored-on", "date"), _STATUS, own=("modified",)),
    "Appointment": Kind(("date",), _STATUS),
    "Encounter": Kind(("date",), _STATUS),
    "Observation": Kind(("date",), _STATUS),
    "DiagnosticReport": Kind(("date",), _STATUS),
    "QuestionnaireResponse": Kind(("authored", "date"), _STATUS),
    "CarePlan": Kind(("date",), _STATUS),
    "Goal": Kind(("start-date", "date"), ("lifecycle-status", "status")),
    "Communication": Kind(("sent", "date"), _STATUS),
    "Consent": Kind(("date",), _STATUS),
    "DocumentReference": Kind(("date",), _STATUS),
    "Provenance": Kind(("recorded", "date")),
    "AuditEvent": Kind(("date",)),
}


def sources_of(kind: str) -> list[Source]:
    return [source for source in SOURCES if kind in source.tells]


def parameters(kind: str) -> list[str]:
    """Every parameter by which resources of this type are found."""
    rule = KINDS[kind]
    patient = ("patient", "subject") if rule.patient and kind != "Patient" else ()
    return ["_id", "_lastUpdated", *patient, *rule.dates, *rule.statuses, *rule.own]


def identified(value: str, place: UUID) -> QuerySet[Any, Any]:
    """The children whom the organisation knows by this number."""
    return ChildIdentifier.objects.filter(organization=place, value=value).values("child")
