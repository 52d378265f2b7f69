"""How are the small parts of a FHIR resource written: references, codes, times?

R4 (4.0.1). A resource is a dict; what is empty is left out, for FHIR knows no empty values.
"""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

Resource = dict[str, Any]

LOINC: Final = "http://loinc.org"
ICD10: Final = "http://hl7.org/fhir/sid/icd-10-cm"
SSN: Final = "http://hl7.org/fhir/sid/us-ssn"
SCT: Final = "http://snomed.info/sct"
CPT: Final = "http://www.ama-assn.org/go/cpt"
NUCC: Final = "http://nucc.org/provider-taxonomy"
NPI: Final = "http://hl7.org/fhir/sid/us-npi"
OCCUPATIONAL_THERAPY: Final = (SCT, "410155007", "Occupational therapy")
V3: Final = "http://terminology.hl7.org/CodeSystem/v3-"
OURS: Final = "https://ferry.example/fhir/CodeSystem/"


def resource(kind: str, key: UUID | str | int, **elements: Any) -> Resource:
    """A resource with its id, without what is empty. A trailing underscore frees a Python word."""
    told: Resource = {"resourceType": kind, "id": str(key)}
    for name, kept in (filled_in(elements) or {}).items():
        told[name.rstrip("_")] = kept
    return told


def filled_in(value: Any) -> Any:
    """The value without empty parts; None where nothing is left. False and 0 say something."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, dict):
        kept_of: Resource = {}
        for name, part in value.items():
            # Most parts are words: asking of each by a call takes longer than all else that is told.
            if part.__class__ is str:
                if part:
                    kept_of[name] = part
            elif part is not None and (kept := filled_in(part)) is not None:
                kept_of[name] = kept
        return kept_of or None
    if isinstance(value, list):
        return [kept for part in value if (kept := filled_in(part)) is not None] or None
    # What is translated as late as it is told is a word too.
    return None if value == "" else value


def reference(kind: str, key: UUID | str | None, display: str = "") -> Resource | None:
    return {"reference": f"{kind}/{key}", "display": display} if key else None


def concept(text: str, *codings: tuple[str, str] | tuple[str, str, str]) -> Resource:
    """A CodeableConcept: the words, and each (system, code) or (system, code, display)."""
    return {
        "coding": [dict(zip(("system", "code", "display"), one, strict=False)) for one in codings],
        "text": text,
    }


def category(system: str, code: str) -> list[Resource]:
    return [concept("", (system, code))]


def instant(at: datetime | None) -> str | None:
    """`2026-04-14T09:30:00+00:00`, to the second."""
    return at.isoformat(timespec="seconds") if at else None


def day(on: date | None) -> str | None:
    return on.isoformat() if on else None


def period(start: datetime | date | None, end: datetime | date | None) -> Resource:
    def said(when: datetime | date | None) -> str | None:
        if when is None or when.year >= 9000:
            return None
        return instant(when) if isinstance(when, datetime) else day(when)

    return {"start": said(start), "end": said(end)}


def note(*texts: str) -> list[Resource]:
    return [{"text": text} for text in texts if text]


def name(given: str, family: str, use: str = "official") -> Resource:
    return {"use": use, "family": family, "given": [given] if given else []}


def telecom(phone: str, email: str) -> list[Resource]:
    found = (("phone", phone), ("email", email))
    return [{"system": system, "value": value} for system, value in found if value]
