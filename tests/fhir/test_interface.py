"""Is every type read and searched as valid FHIR, and does no system read what is not its own?"""

import json
from datetime import datetime
from importlib import import_module
from typing import Any

import fhirkit
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from referrals.fhir.everything import references
from referrals.fhir.interface import KINDS
from referrals.fhir.table import SOURCES
from referrals.models import Child, RecordView, Referral, User
from referrals.models.system import TYPES
from referrals.pathway import State
from tests.clinicians_only import NOBODY
from tests.conftest import Cast

from .conftest import Caller, called, ids, resources
from .test_unknown import GONE

#: What is between clinicians, and no part of the way of a referral: told to no system.
UNTOLD = (
    "Checkasked", "Checkanswered", "Threadsubject", "Threadwords", "Threadfile", "Evaluationdraft",
    "Evaluationreason", "Plandraft", "Planreason", "Reportunsent", "Dischargedraft", "Sessiondraft",
    "Referraldraft", "Draftfile", "Attemptnote", "Attemptwhom", "Postponedwhy", *NOBODY,
)  # fmt: skip


def faults(told: dict[str, Any]) -> list[str]:
    """What two validators that know nothing of each other find."""
    found = [str(issue) for issue in fhirkit.validate(json.loads(json.dumps(told)))]
    kind = told["resourceType"]
    model = getattr(import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
    try:
        model.model_validate(told)
    except ValueError as error:
        found.append(f"{kind}: {error}")
    return found


# --- Every type -------------------------------------------------------------------------------


def test_the_table_holds_every_type_that_a_scope_can_name() -> None:
    assert set(KINDS) == set(TYPES)
    assert {kind for source in SOURCES for kind in source.tells} == set(KINDS)


def test_every_type_is_found_read_and_valid(record: Referral, clinic_system: Caller) -> None:
    for kind in KINDS:
        told = clinic_system.all(kind)
        assert told, kind
        assert len(set(ids(told))) == len(told), kind
        for one in told:
            assert faults(one) == []
            assert clinic_system.get(f"{kind}/{one['id']}") == one
        assert faults(clinic_system.get(kind)) == []


def test_the_second_validator_does_find_faults(record: Referral, clinic_system: Caller) -> None:
    task = clinic_system.get(f"Task/{record.pk}")
    assert faults({**task, "status": ["requested"]}) != []


def test_every_status_finds_what_has_it_and_nothing_else(
    record: Referral, clinic_system: Caller
) -> None:
    where = {"Goal": "lifecycleStatus", "Condition": "clinicalStatus"}
    for kind, rule in KINDS.items():
        if not rule.statuses:
            continue
        by_status: dict[str, list[str]] = {}
        for one in clinic_system.all(kind):
            status = one[where.get(kind, "status")]
            status = status if isinstance(status, str) else status["coding"][0]["code"]
            by_status.setdefault(status, []).append(one["id"])
        for status, keys in by_status.items():
            found = clinic_system.all(f"{kind}?{rule.statuses[0]}={status}")
            assert sorted(one["id"] for one in found) == sorted(keys), (kind, status)
        assert clinic_system.all(f"{kind}?status=no-such") == []


def test_every_type_is_searched_by_its_patient(
    record: Referral, cast: Cast, clinic_system: Caller
) -> None:
    for kind, rule in KINDS.items():
        if not rule.patient or kind == "Patient":
            continue
        for words in (f"patient={cast.child.pk}", f"subject=Patient/{cast.child.pk}"):
            assert len(clinic_system.all(f"{kind}?{words}")) >= len(clinic_system.all(kind))
        assert clinic_system.all(f"{kind}?patient={cast.other_child.pk}") == []


def test_a_child_is_found_by_names_birthday_and_its_number(
    record: Referral, cast: Cast, clinic_system: Caller
) -> None:
    born = cast.child.date_of_birth
    mina = [f"Patient/{cast.child.pk}"]
    for words in (
        "family=fontaine", "given=MIN", "name=mina fon", "identifier=MRN-7", f"birthdate={born}",
        f"birthdate={born:%Y-%m}", f"birthdate=lt{born.year + 1}", f"_id={cast.child.pk}",
        f"family=Fontaine&given=Mina&birthdate={born}",
    ):  # fmt: skip
        assert ids(clinic_system.all(f"Patient?{words}")) == mina, words
        assert ids(resources(clinic_system.form("Patient/_search", words).json())) == mina, words
    for words in ("family=mina", "given=fontaine", "identifier=MRN-8", f"birthdate=gt{born}",
                  "family=haddad"):  # fmt: skip
        assert clinic_system.all(f"Patient?{words}") == [], words


def test_the_number_of_one_place_is_told_to_no_other(
    record: Referral, practice_system: Caller, clinic_system: Caller
) -> None:
    assert "MRN-7" in json.dumps(clinic_system.all("Patient"))
    assert "MRN-7" not in json.dumps(practice_system.all("Patient"))
    assert practice_system.all("Patient?identifier=MRN-7") == []


def test_the_status_flows_back_in_the_task(sent: Referral, practice_system: Caller) -> None:
    def now(state: State) -> tuple[str, str]:
        Referral.objects.filter(pk=sent.pk).update(state=state)
        task = practice_system.get(f"Task/{sent.pk}")
        codes = {one["system"]: one["code"] for one in task["businessStatus"]["coding"]}
        bser = "http://hl7.org/fhir/us/bser/CodeSystem/TaskBusinessStatusCS"
        return task["status"], codes.get(bser, "")

    assert now(State.SENT) == ("requested", "2.0")
    assert now(State.ACCEPTED) == ("accepted", "3.0")
    assert now(State.SCHEDULED) == ("accepted", "5.1.1")
    assert now(State.MISSED) == ("accepted", "5.1.2")
    assert now(State.INFO_NEEDED) == ("on-hold", "2.0")


def test_what_was_entered_in_error_says_so(record: Referral, practice_system: Caller) -> None:
    Referral.objects.filter(pk=record.pk).update(
        state=State.ENTERED_IN_ERROR, is_open=False, next_due_on="9000-01-01", next_step="none",
        closed_at=record.state_since, closed_by=record.author_id, closing_reason="Wrong child",
        acknowledged_at=record.state_since, acknowledged_by=record.author_id,
    )  # fmt: skip
    for kind in ("ServiceRequest", "Task"):
        assert practice_system.get(f"{kind}/{record.pk}")["status"] == "entered-in-error"
        found = practice_system.all(f"{kind}?status=entered-in-error")
        assert ids(found) == [f"{kind}/{record.pk}"]
    (diagnosis,) = practice_system.all("Condition")
    assert "clinicalStatus" not in diagnosis
    assert faults(diagnosis) == []


def test_whatever_is_named_can_be_read(record: Referral, cast: Cast, clinic_system: Caller) -> None:
    everything = list(clinic_system.pages(f"Patient/{cast.child.pk}/$everything"))
    named = sorted(set(references(everything)))
    assert {one.partition("/")[0] for one in named} > {"Practitioner", "Organization", "Goal"}
    assert [one for one in named if clinic_system.ask(one).status_code != 200] == []


# --- Whose it is ------------------------------------------------------------------------------


def refused(system: Caller, path: str) -> tuple[int, bytes, dict[str, str], int]:
    """All that an answer tells, and what it costs: what is hidden and what is not there are alike."""
    with CaptureQueriesContext(connection) as asked:
        answer = system.ask(path)
    headers = {name: said for name, said in answer.items() if name != "X-Request-ID"}
    return answer.status_code, answer.content, headers, len(asked)


def test_a_stranger_finds_and_reads_nothing_of_the_child(
    record: Referral, cast: Cast, clinic_system: Caller, stranger_system: Caller
) -> None:
    mine = [one for kind in KINDS if KINDS[kind].patient for one in clinic_system.all(kind)]
    looks = RecordView.objects.count()
    for one in mine:
        hidden = refused(stranger_system, f"{one['resourceType']}/{one['id']}")
        # A condition is known by a number.
        missing = "999999999" if one["id"].isdigit() else GONE
        assert hidden == refused(stranger_system, f"{one['resourceType']}/{missing}")
        assert hidden[0] == 404
    for kind in {one["resourceType"] for one in mine}:
        assert stranger_system.all(kind) == []
        assert stranger_system.all(f"{kind}?_id={','.join(one['id'] for one in mine)}") == []
        assert stranger_system.get(f"{kind}?_summary=count")["total"] == 0
    everything = refused(stranger_system, f"Patient/{cast.child.pk}/$everything")
    assert everything == refused(stranger_system, f"Patient/{GONE}/$everything")
    for paper in clinic_system.all("DocumentReference"):
        hidden = refused(stranger_system, f"Binary/{paper['id']}")
        assert hidden == refused(stranger_system, f"Binary/{GONE}")
    assert (everything[0], hidden[0]) == (404, 404)
    assert not RecordView.objects.filter(user=stranger_system.system.user).exists()
    assert looks


@pytest.mark.parametrize("who", ["clinic_system", "practice_system"])
def test_no_system_reads_drafts_or_what_lies_between_clinicians(
    who: str, record: Referral, cast: Cast, request: pytest.FixtureRequest
) -> None:
    caller: Caller = request.getfixturevalue(who)
    told = json.dumps([
        *(caller.all(kind) for kind in KINDS),
        *caller.pages(f"Patient/{cast.child.pk}/$everything"),
    ])  # fmt: skip
    assert [word for word in UNTOLD if word in told] == []
    # What the referral waits for is told to both sides, and the walk finds what is there.
    for word in ("Questionasked", "Questionanswered", "Familywords", "555-0177"):
        assert word in told


def test_a_practice_reads_every_professional_look_and_a_clinic_its_own(
    record: Referral, cast: Cast, practice_system: Caller, clinic_system: Caller, now: datetime
) -> None:
    for who, role in ((cast.therapist, "therapist"), (cast.pediatrician, "pediatrician"),
                      (cast.family, "family")):  # fmt: skip
        RecordView.objects.create(
            child=cast.child, user=who, role=role, page=f"marked_{role}", at=now
        )

    def read(caller: Caller) -> set[str]:
        looks = caller.all(f"AuditEvent?patient={cast.child.pk}")
        marked = (one for one in looks if one["entity"][0]["name"] == "marked")
        return {one["agent"][0]["role"][0]["text"] for one in marked}

    assert read(practice_system) == {"therapist", "pediatrician"}
    assert read(clinic_system) == {"therapist"}


def test_a_token_opens_only_what_its_scopes_name(
    record: Referral, cast: Cast, now: datetime
) -> None:
    narrow = called(cast.clinic, cast.admin, now, "system/Patient.read", "system/Goal.read")
    assert narrow.ask("Goal").status_code == 200
    for path in ("Task", f"Task/{record.pk}", "Binary/x"):
        refused = narrow.ask(path)
        assert refused.status_code == 403
        kind = "DocumentReference" if path.startswith("Binary") else "Task"
        assert f"system/{kind}.read" in refused.json()["issue"][0]["diagnostics"]
    told = narrow.get(f"Patient/{cast.child.pk}/$everything")
    assert {one["resourceType"] for one in resources(told)} == {"Patient", "Goal"}
    assert resources(told, "include") == []
    asked = narrow.ask(f"Patient/{cast.child.pk}/$everything?_type=Task")
    assert asked.status_code == 403
    only_goals = called(cast.clinic, cast.admin, now, "system/Goal.read")
    assert only_goals.ask(f"Patient/{cast.child.pk}/$everything").status_code == 403


def test_no_session_opens_it_and_no_token_nothing(
    sent: Referral, pediatrician: User, client_of: Any, client: Client
) -> None:
    for door in (client_of(pediatrician), client):
        for path in ("Patient", f"Patient/{sent.child_id}", f"Patient/{sent.child_id}/$everything"):
            answer = door.get(f"/fhir/R4/{path}")
            assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
            assert answer.json()["resourceType"] == "OperationOutcome"


# --- Who looked -------------------------------------------------------------------------------


def looks(caller: Caller) -> list[tuple[Any, str, str]]:
    seen = RecordView.objects.filter(user=caller.system.user).order_by("pk")
    return [(view.child_id, view.role, view.page) for view in seen]


def test_every_read_and_search_of_a_child_leaves_its_look(
    record: Referral, cast: Cast, clinic_system: Caller
) -> None:
    child = cast.child.pk
    for path, page in (
        (f"Patient/{child}", "fhir_read"), ("Task", "fhir_search"),
        (f"Task?patient={child}&status=no-such", "fhir_search"),
        (f"Task?patient={child}&_summary=count", "fhir_search"),
        (f"Patient/{child}/$everything?_type=Task", "fhir_everything"),
    ):  # fmt: skip
        before = len(looks(clinic_system))
        clinic_system.get(path)
        assert looks(clinic_system)[before:] == [(child, "system", page)], path
    before = len(looks(clinic_system))
    clinic_system.form("Task/_search", "status=in-progress,accepted")
    assert looks(clinic_system)[before:] == [(child, "system", "fhir_search_form")]
    for path in (
        "Practitioner",
        "Organization",
        f"Task?patient={cast.other_child.pk}",
        "Task?status=no",
    ):
        clinic_system.get(path)
    assert len(looks(clinic_system)) == before + 1


def test_the_family_reads_that_a_computer_system_looked(
    record: Referral, cast: Cast, clinic_system: Caller, client_of: Any
) -> None:
    clinic_system.get(f"Patient/{cast.child.pk}")
    door = client_of(cast.family)
    page = door.get(reverse("look_list", args=[cast.child.pk])).content.decode()
    assert "A computer system of Harbor Therapy" in page
    assert "The record, for another computer system" in page
    User.objects.filter(pk=cast.family.pk).update(language="es")
    page = client_of(User.objects.get(pk=cast.family.pk)).get(
        reverse("look_list", args=[cast.child.pk])
    )
    assert "Un sistema informático de Harbor Therapy" in page.content.decode()


# --- Files ------------------------------------------------------------------------------------


def test_files_and_papers_are_handed_out_behind_the_same_door(
    record: Referral, clinic_system: Caller
) -> None:
    papers = clinic_system.all("DocumentReference")
    assert len(papers) == 7
    for paper in papers:
        address = paper["content"][0]["attachment"]["url"]
        answer = clinic_system.ask(address)
        assert answer["Content-Type"] == "application/pdf"
        assert answer.getvalue().startswith(b"%PDF")
        assert answer["X-Content-Type-Options"] == "nosniff"
        wrapped = clinic_system.get(address, headers={"Accept": "application/fhir+json"})
        assert faults(wrapped) == []
    report = clinic_system.all("DiagnosticReport")[0]
    assert clinic_system.ask(report["presentedForm"][0]["url"]).content.startswith(b"%PDF")
    assert {page for _, _, page in looks(clinic_system)} >= {"fhir_binary"}
    assert Child.objects.count() == 2
