"""Does a letter on paper say what it said on screen, and is nothing in it ever run?"""

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils.translation import override
from pypdf import PdfReader

from referrals.clinical.letters import KINDS
from referrals.documents.letter import facts_of, letter_of, paragraphs
from referrals.documents.pdf import pdf
from referrals.models import Child, Letter, Referral
from tests.factories.letter import lettered, missed

NASTY = '#let x = 1 $x$ *bold* \\n @ref [link](x) <label> {phone} #read("/etc/passwd")'


@pytest.fixture
def gone(accepted: Referral, cast: Any, now: datetime) -> Referral:
    return missed(accepted, therapist=cast.therapist, at=now + timedelta(hours=3))


def on_paper(letter: Letter) -> tuple[PdfReader, str]:
    with override(letter.language):
        reader = PdfReader(io.BytesIO(pdf(letter_of(letter))))
    return reader, " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_it_is_a_tagged_pdf_in_its_own_language(cast: Any, gone: Referral, now: datetime) -> None:
    made = lettered(
        gone, "no_show", "Rosa Fontaine", by=cast.therapist, at=now + timedelta(hours=9),
        language="es", subject="Una nueva cita", body="Hola.\n\nNos dará gusto verle.",
    )  # fmt: skip
    reader, said = on_paper(made)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "es"
    for words in (
        "Carta",
        "A Rosa Fontaine",
        "De Harbor Therapy",
        "Una nueva cita",
        "Nos dará gusto verle.",
    ):
        assert words in said


def test_nothing_typed_is_run(cast: Any, gone: Referral, now: datetime) -> None:
    Child.objects.filter(pk=cast.child.pk).update(name_used=NASTY[:80])
    made = lettered(
        gone, "no_show", "Rosa Fontaine", by=cast.therapist, at=now + timedelta(hours=9),
        subject=NASTY, body=NASTY,
    )  # fmt: skip
    _, said = on_paper(
        Letter.objects.select_related("referral__child", "organization").get(pk=made.pk)
    )
    assert said.replace(" ", "").count(NASTY.replace(" ", "")) >= 2


def test_a_mistake_is_marked_on_the_paper_too(cast: Any, gone: Referral, now: datetime) -> None:
    made = lettered(
        gone, "no_show", "Rosa Fontaine", by=cast.therapist, at=now + timedelta(hours=9)
    )
    made.error_at = now
    assert "Sent by mistake: please do not use it." in on_paper(made)[1]


@pytest.mark.parametrize(("language", "day"), [("en", "2 Mar 2026"), ("es", "2 mar 2026")])
def test_the_missed_visit_is_told_on_the_clinics_clock(
    cast: Any, gone: Referral, now: datetime, language: str, day: str
) -> None:
    facts = facts_of(
        gone, KINDS["no_show"], recipient="Rosa Fontaine", to=None, place=cast.clinic,
        language=language, by=cast.therapist, at=now + timedelta(hours=9),
    )  # fmt: skip
    visit = gone.appointments.get().local_start
    assert facts["visit"] == f"{day}, {visit:%H:%M}"
    assert set(facts) == set(KINDS["no_show"].places)


def test_an_interpreter_is_promised_where_one_is_needed(
    cast: Any, gone: Referral, now: datetime
) -> None:
    Child.objects.filter(pk=cast.child.pk).update(interpreter_needed=True)
    facts = facts_of(
        Referral.objects.get(), KINDS["no_show"], recipient="Rosa", to=None, place=cast.clinic,
        language="en", by=cast.therapist, at=now + timedelta(hours=9),
    )  # fmt: skip
    assert facts["interpreter"].startswith("We will have an interpreter")


def test_what_nobody_recorded_is_said_to_be_so(cast: Any, sent: Referral, now: datetime) -> None:
    facts = facts_of(
        sent, KINDS["referral"], recipient="Harbor Therapy", to=cast.clinic, place=cast.practice,
        language="en", by=cast.pediatrician, at=now + timedelta(hours=1),
    )  # fmt: skip
    assert facts["precautions"] == "Not recorded"
    assert "" not in facts.values()


def test_an_empty_line_begins_a_paragraph() -> None:
    assert [one.text for one in paragraphs("a\r\nb\r\n\r\n\r\nc  \n \nd")] == ["a\nb", "c", "d"]
