"""Is whatever goes wrong under `/fhir/` told to another computer system in its own words?"""

from pathlib import Path
from typing import Any

import fhirkit
import pytest
from django.test import Client

from referrals.models import Attachment, Referral

from .conftest import Caller

GONE = "00000000-0000-7000-8000-000000000000"


def told(answer: Any) -> tuple[int, str]:
    """The status and the code of FHIR's IssueType; the answer is one valid OperationOutcome."""
    assert answer["Content-Type"].startswith("application/fhir+json")
    body = answer.json()
    assert body["resourceType"] == "OperationOutcome"
    assert [str(issue) for issue in fhirkit.validate(body)] == []
    return answer.status_code, body["issue"][0]["code"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/fhir", "not-supported"),
        ("/fhir/", "not-supported"),
        ("/fhir/R5/Patient", "not-supported"),
        ("/fhir/DSTU2/metadata", "not-supported"),
        ("Nonsense", "not-supported"),
        (f"Nonsense/{GONE}", "not-supported"),
        ("$convert", "not-supported"),
        ("Patient/$match", "not-supported"),
        (f"Patient/{GONE}/$summary", "not-found"),
        ("Patient/", "not-found"),
        ("metadata/", "not-found"),
        (f"Patient/{GONE}/", "not-found"),
        (f"Patient/{GONE}/_history/1/2", "not-found"),
        (f"Task/{GONE}/$everything", "not-found"),
    ],
)
def test_what_is_not_there_is_no_page(
    method: str, path: str, code: str, clinic_system: Caller
) -> None:
    assert told(clinic_system.ask(path, method)) == (404, code)


def test_what_is_not_there_is_told_behind_the_check_of_forms_too(clinic_system: Caller) -> None:
    clinic_system.client = Client(enforce_csrf_checks=True)
    assert told(clinic_system.ask("/fhir/R5/Task", "POST")) == (404, "not-supported")
    assert told(clinic_system.ask("metadata", "POST")) == (405, "not-supported")
    assert told(clinic_system.ask("Task", "PUT")) == (405, "not-supported")


@pytest.mark.parametrize("path", ["", "Task", f"Task/{GONE}", f"Binary/{GONE}", "metadata",
                                  ".well-known/smart-configuration"])  # fmt: skip
def test_a_method_that_is_not_offered_is_told_with_those_that_are(
    path: str, clinic_system: Caller
) -> None:
    answer = clinic_system.ask(f"/fhir/R4/{path}", "PATCH")
    assert told(answer) == (405, "not-supported")
    assert answer["Allow"] in ("POST", "GET, HEAD")


def test_without_a_token_it_says_how_to_bring_one(client: Client, db: None) -> None:
    for path in ("Task", f"Task/{GONE}", "Task/_search", f"Patient/{GONE}/$everything",
                 f"Binary/{GONE}", ""):  # fmt: skip
        answer = client.get(f"/fhir/R4/{path}")
        assert told(answer) == (401, "login")
        assert answer["WWW-Authenticate"] == "Bearer"


def test_what_breaks_is_no_page_either(record: Referral, clinic_system: Caller) -> None:
    kept = Attachment.objects.filter(referral=record).get()
    Path(kept.file.path).unlink()
    clinic_system.client = Client(raise_request_exception=False)
    assert told(clinic_system.ask(f"Binary/{kept.pk}")) == (500, "exception")


def test_a_form_that_cannot_be_read_is_no_page_either(clinic_system: Caller) -> None:
    words = "&".join(f"a{number}=1" for number in range(2000))
    assert told(clinic_system.form("Task/_search", words)) == (400, "invalid")
