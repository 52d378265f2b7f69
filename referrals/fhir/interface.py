"""What may another computer system ask for, and by which parameters is it found?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .referral import CLINICAL
from .source import Source
from .table import SOURCES


@dataclass(frozen=True)
class Kind:
    """By which parameters a type is searched, beside `_id`: the names for its date and its status.

    `codes` is the system that the codes of its status are of, though a resource does not say it.
    """

    dates: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    patient: bool = True
    own: tuple[str, ...] = ()
    codes: str = ""


_STATUS: Final = ("status",)
_HL7: Final = "http://hl7.org/fhir/"
KINDS: Final[Mapping[str, Kind]] = {
    "Patient": Kind(own=("identifier", "family", "given", "name", "birthdate")),
    "RelatedPerson": Kind(),
    "Practitioner": Kind(patient=False, own=("identifier",)),
    "PractitionerRole": Kind(patient=False),
    "Organization": Kind(patient=False, own=("identifier",)),
    "CareTeam": Kind((), _STATUS, codes=f"{_HL7}care-team-status"),
    "Condition": Kind(("recorded-date", "date"), ("clinical-status", "status"), codes=CLINICAL),
    "ServiceRequest": Kind(
        ("authored", "date"), _STATUS, own=("identifier",), codes=f"{_HL7}request-status"
    ),
    "Task": Kind(
        ("authored-on", "date"), _STATUS, own=("identifier", "modified"), codes=f"{_HL7}task-status"
    ),
    "Appointment": Kind(("date",), _STATUS, codes=f"{_HL7}appointmentstatus"),
    "Encounter": Kind(("date",), _STATUS, codes=f"{_HL7}encounter-status"),
    "Observation": Kind(("date",), _STATUS, codes=f"{_HL7}observation-status"),
    "DiagnosticReport": Kind(("date",), _STATUS, codes=f"{_HL7}diagnostic-report-status"),
    "QuestionnaireResponse": Kind(
        ("authored", "date"), _STATUS, codes=f"{_HL7}questionnaire-answers-status"
    ),
    "CarePlan": Kind(("date",), _STATUS, codes=f"{_HL7}request-status"),
    "Goal": Kind(
        ("start-date", "date"), ("lifecycle-status", "status"), codes=f"{_HL7}goal-status"
    ),
    "Communication": Kind(("sent", "date"), _STATUS, codes=f"{_HL7}event-status"),
    "Consent": Kind(("date",), _STATUS, codes=f"{_HL7}consent-state-codes"),
    "DocumentReference": Kind(("date",), _STATUS, codes=f"{_HL7}document-reference-status"),
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
