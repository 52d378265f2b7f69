"""Does a token find what FHIR says it means, whichever parameter it stands in?"""

import pytest

from referrals.fhir.token import Token, parts, token
from referrals.models import ChildIdentifier, Referral, System
from tests.conftest import Cast
from tests.factories.system import NPI, foreign, send

from .conftest import Caller, called

NPIS = "http://hl7.org/fhir/sid/us-npi"
CHARTS = "https://elm.example/charts"


@pytest.mark.parametrize(
    ("part", "means"),
    [
        ("7", Token(None, "7")),
        ("urn:x|7", Token("urn:x", "7")),
        ("|7", Token("", "7")),
        ("urn:x|", Token("urn:x", "")),
        ("urn:x|7|8", Token("urn:x", "7|8")),
        (r"7\|8", Token(None, "7|8")),
        (r"urn:x\|y|7\,8\\\$", Token("urn:x|y", "7,8\\$")),
        ("7\\", Token(None, "7\\")),
    ],
)
def test_a_token_is_read_as_the_standard_says(part: str, means: Token) -> None:
    assert token(part) == means


def test_commas_part_values_but_for_those_behind_a_backslash() -> None:
    assert parts(r"a|1, b ,,b,c\,d") == ["a|1", "b", r"c\,d"]


def test_a_system_narrows_and_none_does_not() -> None:
    asked = {word: token(word) for word in ("7", "urn:x|7", "|7", "urn:x|")}
    assert [word for word, one in asked.items() if one.fits("urn:x", "7")] == [
        "7", "urn:x|7", "urn:x|",
    ]  # fmt: skip
    assert [word for word, one in asked.items() if one.fits("", "7")] == ["7", "|7"]
    assert [word for word, one in asked.items() if one.fits("urn:x", "8")] == ["urn:x|"]


@pytest.fixture
def found(clinic_system: Caller, cast: Cast, sent: Referral, numbered: Cast) -> Caller:
    """The clinic's system, where a child, its practice and its pediatrician have numbers."""
    known = {"child": cast.child, "organization": cast.clinic}
    ChildIdentifier.objects.create(value="MRN-7", **known)
    ChildIdentifier.objects.create(value="C-9", system=CHARTS, **known)
    return clinic_system


def test_a_number_is_found_as_it_is_told(found: Caller, cast: Cast) -> None:
    own = f"urn:uuid:{cast.clinic.pk}"
    told = found.all("Patient")[0]["identifier"]
    assert {(one["system"], one["value"]) for one in told} == {(own, "MRN-7"), (CHARTS, "C-9")}
    finding = ("MRN-7", f"{own}|MRN-7", f"{own}|", "C-9", f"{CHARTS}|C-9", f"{CHARTS}|", "x,C-9")
    other = (f"{CHARTS}|MRN-7", f"{own}|C-9", "|C-9", "|MRN-7", "urn:other|", "x", f"{own}|x")
    for words in finding:
        assert len(found.all(f"Patient?identifier={words}")) == 1, words
    for words in other:
        assert found.all(f"Patient?identifier={words}") == [], words


@pytest.mark.parametrize(
    ("kind", "number"), [("Organization", NPI["clinic"]), ("Practitioner", NPI["pediatrician"])]
)
def test_an_npi_is_found_under_its_system_alone(kind: str, number: str, found: Caller) -> None:
    for words in (number, f"{NPIS}|{number}", f"x,{NPIS}|{number}"):
        assert len(found.all(f"{kind}?identifier={words}")) == 1, words
    numbered = [one for one in found.all(kind) if "identifier" in one]
    assert found.all(f"{kind}?identifier={NPIS}|") == numbered
    for words in (f"|{number}", f"urn:oid:1.2|{number}", f"{NPIS}|1"):
        assert found.all(f"{kind}?identifier={words}") == [], words


@pytest.mark.parametrize(
    ("kind", "name", "system", "code"),
    [
        ("Task", "status", "http://hl7.org/fhir/task-status", "requested"),
        ("ServiceRequest", "status", "http://hl7.org/fhir/request-status", "active"),
        (
            "Condition", "clinical-status",
            "http://terminology.hl7.org/CodeSystem/condition-clinical", "active",
        ),
    ],
)  # fmt: skip
def test_a_status_may_be_asked_with_the_system_of_its_codes(
    kind: str, name: str, system: str, code: str, record: Referral, clinic_system: Caller
) -> None:
    Referral.objects.filter(pk=record.pk).update(state="sent")
    whole = clinic_system.all(f"{kind}?{name}={code}")
    assert whole != []
    for words in (f"{system}|{code}", f"draft,{system}|{code}"):
        assert clinic_system.all(f"{kind}?{name}={words}") == whole, words
    assert {one["id"] for one in clinic_system.all(f"{kind}?{name}={system}|")} >= {
        one["id"] for one in whole
    }
    for words in (f"urn:other|{code}", f"|{code}", "urn:other|", f"{system}|nonsense"):
        assert clinic_system.all(f"{kind}?{name}={words}") == [], words


@pytest.mark.parametrize("path", ["Task?status=|", "Patient?identifier=x,|"])
def test_a_token_that_says_nothing_is_refused(path: str, clinic_system: Caller) -> None:
    answer = clinic_system.ask(path)
    assert answer.status_code == 400
    assert "|code or system|" in answer.json()["issue"][0]["diagnostics"]


def test_a_number_that_was_sent_is_found_by_its_system(
    records: System, cast: Cast, practice_system: Caller, now: object
) -> None:
    send(records, foreign("ehr_transaction"), now)  # type: ignore[arg-type]
    (sent,) = [one["identifier"][0] for one in practice_system.all("Patient?family=valdes")]
    asked = f"{sent['system']}|{sent['value']}"
    assert sent["value"] == "E-20417"
    assert not sent["system"].startswith("urn:uuid:")
    assert len(practice_system.all(f"Patient?identifier={asked}")) == 1
    assert called(cast.clinic, cast.admin, now).all(f"Patient?identifier={asked}") == []  # type: ignore[arg-type]
