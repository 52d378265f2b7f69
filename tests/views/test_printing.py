"""Does the page to print say what the PDF says, to those whom it is meant for, and only when signed?"""

import html
import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from referrals.documents.document import Document, texts
from referrals.documents.evaluation import report_of
from referrals.documents.plan import care_of
from referrals.documents.prescription import order_of
from referrals.models import Child, Evaluation, RecordView, Referral, User
from tests.factories import document as made
from tests.factories.goal import proposed
from tests.factories.referral import sent_for

Door = Callable[[User], Client]
Count = Callable[..., Any]
KINDS = ("evaluation", "plan", "prescription")


@pytest.fixture
def records(scheduled: Referral, cast: Any, now: datetime) -> dict[str, Any]:
    """One signed document of each kind."""
    evaluation = made.signed_evaluation(scheduled, by=cast.therapist, at=now)
    plan = made.signed_plan(evaluation, by=cast.therapist, at=now)
    order = made.signed_prescription(scheduled, by=cast.pediatrician, at=now)
    return {
        "evaluation": evaluation,
        "plan": made.explained(plan, by=cast.therapist, at=now),
        "prescription": order,
    }


def at(name: str, record: Any) -> str:
    return reverse(name, args=[record.referral_id, record.pk])


def said_by(kind: str, record: Any) -> Document:
    fresh = type(record).objects.get(pk=record.pk)
    return {"evaluation": report_of, "plan": care_of, "prescription": order_of}[kind](fresh)


def words(page: Any) -> str:
    """What is read on a page, without its marks and with its spaces run together."""
    bare = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", page.content.decode(), flags=re.S)
    return re.sub(r"\s+", "", html.unescape(bare))


@pytest.mark.parametrize("kind", KINDS)
def test_every_text_of_a_document_stands_on_its_page(
    kind: str, records: dict[str, Any], client_of: Door, family: User
) -> None:
    page = client_of(family).get(at(f"{kind}_print", records[kind]))
    shown = words(page)
    document = said_by(kind, records[kind])
    assert [text for text in texts(document) if re.sub(r"\s+", "", text) not in shown] == []
    assert f'href="{at(f"{kind}_pdf", records[kind])}"' in page.content.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_the_pdf_is_saved_under_a_name_that_says_nothing(
    kind: str, records: dict[str, Any], client_of: Door, family: User
) -> None:
    answer = client_of(family).get(at(f"{kind}_pdf", records[kind]))
    assert answer["Content-Type"] == "application/pdf"
    assert (
        answer["Content-Disposition"] == f'attachment; filename="document-{records[kind].pk}.pdf"'
    )
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert said_by(kind, records[kind]).title in text


def test_what_the_actions_leave_is_printed_with_every_signature(
    in_therapy: Referral, client_of: Door, family: User
) -> None:
    printed = {}
    for kind in KINDS:
        record = getattr(in_therapy, f"{kind}s").filter(status="final").get()
        answer = client_of(family).get(at(f"{kind}_pdf", record))
        read = PdfReader(io.BytesIO(answer.content)).pages
        printed[kind] = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in read))
    assert "Signed electronically by Thea Marsh, OTR/L on" in printed["evaluation"]
    assert "Signed electronically by Thea Marsh, OTR/L on" in printed["plan"]
    assert "Signed electronically by Ada Okafor, MD on" in printed["plan"]
    assert "Signed electronically by Ada Okafor, MD on" in printed["prescription"]


@pytest.mark.parametrize("kind", KINDS)
def test_who_reads_a_document_can_print_and_save_it(
    kind: str, records: dict[str, Any], client_of: Door, family: User
) -> None:
    page = client_of(family).get(at(f"{kind}_detail", records[kind])).content.decode()
    for form in ("print", "pdf"):
        assert page.count(f'href="{at(f"{kind}_{form}", records[kind])}"') == 1


@pytest.mark.parametrize("form", ["print", "pdf"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_is_never_printed(
    kind: str, form: str, records: dict[str, Any], client_of: Door, cast: Any
) -> None:
    """Not even by who writes it."""
    record = records[kind]
    type(record).objects.filter(pk=record.pk).update(
        status="draft", signed_by=None, signed_at=None, signature=""
    )
    for person in (cast.therapist, cast.pediatrician, cast.family):
        assert client_of(person).get(at(f"{kind}_{form}", record)).status_code == 404


@pytest.mark.parametrize("form", ["print", "pdf"])
@pytest.mark.parametrize("kind", KINDS)
def test_another_referrals_document_is_not_found_here(
    kind: str, form: str, records: dict[str, Any], client_of: Door, cast: Any, now: datetime
) -> None:
    other = made_for(cast.other_child, cast, now)
    door = client_of(cast.stranger_pediatrician)
    path = reverse(f"{kind}_{form}", args=[other.pk, records[kind].pk])
    assert door.get(path).status_code == 404


def made_for(child: Child, cast: Any, now: datetime) -> Referral:
    return sent_for(child, cast.other_clinic, by=cast.stranger_pediatrician, at=now)


@pytest.mark.parametrize("form", ["print", "pdf"])
def test_every_look_is_written_down(
    form: str, records: dict[str, Any], client_of: Door, family: User
) -> None:
    client_of(family).get(at(f"plan_{form}", records["plan"]))
    look = RecordView.objects.get(user=family)
    assert (look.page, look.role, look.child) == (
        f"plan_{form}", "family", records["plan"].referral.child,
    )  # fmt: skip


def test_an_amended_report_says_so_on_the_page(
    records: dict[str, Any], client_of: Door, therapist: User, now: datetime
) -> None:
    old = records["evaluation"]
    made.amended_evaluation(old, by=therapist, at=now + timedelta(hours=1))
    page = client_of(therapist).get(at("evaluation_print", old)).content.decode()
    assert "Amended: replaced by version 2 on" in page


def test_words_that_look_like_markup_are_shown_as_words(
    scheduled: Referral, client_of: Door, therapist: User, now: datetime
) -> None:
    script = '<script>alert(1)</script> & "two" {{ now }} #sys'
    said = {"strengths": script, "findings": [
        {"area": script, "method": script, "level": script, "words": script}
    ]}  # fmt: skip
    report = made.signed_evaluation(scheduled, by=therapist, at=now, **said)
    page = client_of(therapist).get(at("evaluation_print", report))
    assert b"<script>alert" not in page.content
    assert re.sub(r"\s+", "", script) in html.unescape(re.sub(r"\s+", "", page.content.decode()))


PRINTED = {"evaluation": 8, "plan": 9, "prescription": 8}


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize("form", ["print", "pdf"])
@pytest.mark.parametrize(("kind", "queries"), PRINTED.items())
def test_what_a_document_costs(
    kind: str, queries: int, form: str, rows: int, records: dict[str, Any], client_of: Door,
    cast: Any, now: datetime, django_assert_num_queries: Count,
) -> None:  # fmt: skip
    record = records[kind]
    if kind == "plan":
        for _ in range(rows):
            goal = proposed(record.referral, by=cast.therapist, at=now)
            record.plan_goals.create(version=goal.versions.get())
    elif kind == "evaluation":
        Evaluation.objects.filter(pk=record.pk).update(scores=[made.score()] * rows)
    door = client_of(cast.pediatrician)
    with django_assert_num_queries(queries):
        assert door.get(at(f"{kind}_{form}", record)).status_code == 200
