"""Is a child's whole record told in valid FHIR, and nothing in it that its family may not read?"""

import io
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import fhirkit
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from referrals import access
from referrals.actions.check_in import check_in
from referrals.actions.result import answer_result, ask_result
from referrals.belonging import memberships
from referrals.fhir.element import filled_in
from referrals.fhir.record import bundle
from referrals.fhir.referral import STATUS
from referrals.models import Child, Event, Guardian, Referral, User
from referrals.models.record import new_id
from referrals.pathway import State
from tests.factories.child import born
from tests.factories.programme import referred

from .test_search import practised

Door = Callable[[User], Client]


def of(referral: Referral, reader: User) -> dict[str, Any]:
    """The bundle that this adult takes."""
    child = referral.child
    referrals = access.referrals_visible_to(reader).filter(child=child)
    threads = access.threads_visible_to(reader).filter(child=child)
    return bundle(child, referrals, threads, reader, timezone.now())


@pytest.fixture
def told(report_sent: Referral, family: User) -> dict[str, Any]:
    return of(report_sent, family)


def entries(told: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    found = (entry["resource"] for entry in told["entry"])
    return [one for one in found if one["resourceType"] == kind]


def test_a_foreign_validator_finds_no_fault(told: dict[str, Any]) -> None:
    assert [str(issue) for issue in fhirkit.validate(json.loads(json.dumps(told)))] == []


def test_the_validator_does_find_faults(told: dict[str, Any]) -> None:
    entries(told, "Goal")[0]["lifecycleStatus"] = 7
    assert fhirkit.validate(told) != []


def test_every_reference_leads_to_an_entry(told: dict[str, Any]) -> None:
    there = {f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in told["entry"]}
    named = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            named.update({value["reference"]} if isinstance(value.get("reference"), str) else ())
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(told)
    assert named - there == set()
    assert len(there) == len(told["entry"])


def test_the_whole_way_is_in_it(told: dict[str, Any]) -> None:
    kinds = Counter(entry["resource"]["resourceType"] for entry in told["entry"])
    assert {
        "Patient", "RelatedPerson", "CareTeam", "ServiceRequest", "Task",
        "Appointment", "DiagnosticReport", "CarePlan", "Goal", "Provenance",
        "Practitioner", "Organization",
    } <= set(kinds)  # fmt: skip
    assert kinds["Patient"] == 1
    # One word of each of the three on the goal.
    assert kinds["Provenance"] == 3 * kinds["Goal"]


def test_goal_levels_are_in_loinc(told: dict[str, Any]) -> None:
    targets = entries(told, "Goal")[0]["target"]
    assert [t["detailCodeableConcept"]["coding"][0]["code"] for t in targets] == [
        "LA34484-8", "LA34483-0", "LA34481-4", "LA34480-6", "LA34479-8",
    ]  # fmt: skip


def test_every_state_has_its_two_statuses() -> None:
    assert set(STATUS) == set(State)
    assert STATUS[State.INFO_NEEDED] == ("active", "on-hold")
    assert STATUS[State.CLOSED_UNREACHABLE] == ("revoked", "failed")


def test_what_is_empty_is_left_out_and_what_says_no_is_not() -> None:
    told = {"a": "", "b": [], "c": {"d": None}, "e": False, "f": 0, "g": ["", {"h": "x"}]}
    assert filled_in(told) == {"e": False, "f": 0, "g": [{"h": "x"}]}
    assert filled_in({"a": [None]}) is None


def test_how_to_reach_an_adult_stands_in_their_own_copy_only(
    report_sent: Referral, family: User
) -> None:
    father = Guardian.objects.create(
        child=report_sent.child, given_name="Luc", family_name="Fontaine", relationship="father",
        phone="(555) 010-9999", email="luc@example.org",
    )  # fmt: skip
    mother = Guardian.objects.get(user=family)
    Guardian.objects.filter(pk=mother.pk).update(phone="(555) 010-1111")
    mine = of(report_sent, family)
    assert "(555) 010-1111" in json.dumps(mine)
    assert "(555) 010-9999" not in json.dumps(mine)
    assert "luc@example.org" not in json.dumps(mine)
    assert father.name in json.dumps(mine) or "Luc" in json.dumps(mine)


def test_what_clinicians_ask_each_other_and_what_is_a_draft_stays_out(
    client_of: Door, family: User, pediatrician: User, report_drafted: Referral
) -> None:
    at = report_drafted.state_since
    check_in(id=new_id(), referral=report_drafted, text="Unsure of it.", by=pediatrician, at=at)
    url = reverse("document_export", args=[report_drafted.child_id])
    door = client_of(family)
    for form in ("fhir", "pdf"):
        answer = door.post(url, {"form": form})
        body = answer.content
        if form == "pdf":
            body = "".join(p.extract_text() for p in PdfReader(io.BytesIO(body)).pages).encode()
        assert b"Unsure of it." not in body
        assert b"She does three buttons now." not in body


def test_the_family_takes_it_and_that_is_written_down(
    client_of: Door, family: User, report_sent: Referral
) -> None:
    url = reverse("document_export", args=[report_sent.child_id])
    door = client_of(family)
    assert door.get(url).status_code == 200
    assert Event.objects.filter(kind="document_exported").count() == 0
    answer = door.post(url, {"form": "pdf"})
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "Mina" not in answer["Content-Disposition"]
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(answer.content)).pages)
    for words in ("The whole record", "Evaluation report", "Plan of care", "Progress report"):
        assert words in text
    answer = door.post(url, {"form": "fhir"})
    assert answer["Content-Type"] == "application/fhir+json"
    assert json.loads(answer.content)["type"] == "collection"
    events = Event.objects.filter(kind="document_exported").order_by("at")
    assert [event.data["form"] for event in events] == ["pdf", "fhir"]


def test_what_went_to_and_from_a_school_is_in_both_forms(
    cast: Any, client_of: Door, partner_seat: Any, report_sent: Referral, now: Any
) -> None:
    Child.objects.filter(pk=cast.child.pk).update(date_of_birth=born(now, years=4))
    cast.child.refresh_from_db()
    referred(cast.child, cast.school, by=cast.pediatrician, at=now)
    asked = ask_result(
        id=new_id(), child=cast.child, organization=cast.school, kinds=["other"],
        words="How does she line up?", by=cast.therapist, at=now,
    )  # fmt: skip
    answer_result(result=asked, answer="She waits her turn.", by=cast.partner, at=now)
    told = of(report_sent, cast.family)
    assert [str(issue) for issue in fhirkit.validate(json.loads(json.dumps(told)))] == []
    url = reverse("document_export", args=[cast.child.pk])
    answer = client_of(cast.family).post(url, {"form": "pdf"})
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(answer.content)).pages)
    for words in ("She cannot plan her steps.", "How does she line up?", "She waits her turn."):
        assert words in json.dumps(told)
        assert words in text.replace("\n", " ")


@pytest.mark.parametrize("form", ["", "xml", "pdf2"])
def test_another_form_is_no_form(client_of: Door, family: User, sent: Referral, form: str) -> None:
    url = reverse("document_export", args=[sent.child_id])
    assert client_of(family).post(url, {"form": form}).status_code == 422
    assert Event.objects.filter(kind="document_exported").count() == 0


def test_the_cost_does_not_grow_with_what_there_is(
    at_home: Referral, cast: Any, family: User, request: pytest.FixtureRequest,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    memberships(family)  # known of who asks, both times
    with django_assert_num_queries(25):
        little = of(Referral.objects.get(pk=at_home.pk), family)
    # A second adult, letters, visits with their notes, messages, scores, looks: of everything more.
    filled = request.getfixturevalue("record")
    practised(filled, cast, 20)
    with django_assert_num_queries(25):
        much = of(Referral.objects.get(pk=at_home.pk), family)
    for kind in ("Appointment", "Encounter", "Observation", "Communication", "DocumentReference"):
        assert len(entries(much, kind)) > len(entries(little, kind)), kind
