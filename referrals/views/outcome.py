"""How is another computer system told that something did not work? In an OperationOutcome."""

import json
from collections.abc import Iterable
from typing import Any, Final

from django.http import HttpResponse

FHIR_JSON: Final = "application/fhir+json; charset=utf-8"


def fhir_answer(resource: dict[str, Any], status: int = 200) -> HttpResponse:
    """A resource as the answer; it is kept by nobody on the way."""
    answer = HttpResponse(
        json.dumps(resource, ensure_ascii=False), content_type=FHIR_JSON, status=status
    )
    answer["Cache-Control"] = "no-store"
    return answer


def outcome(status: int, code: str, words: str, at: Iterable[str] = ()) -> HttpResponse:
    """One issue: its code of FHIR's IssueType, what to do, and the elements (FHIRPath) it is about."""
    issue: dict[str, Any] = {"severity": "error", "code": code, "diagnostics": words}
    if elements := list(at):
        issue["expression"] = elements
    return fhir_answer({"resourceType": "OperationOutcome", "issue": [issue]}, status)
