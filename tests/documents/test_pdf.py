"""Does the PDF say what the page says, page by page, and is nothing in it ever run?"""

import io
import re
from typing import Any

import pytest
from pypdf import PdfReader

from referrals.documents.document import (
    Document,
    Field,
    Fields,
    Ladder,
    Paragraph,
    Place,
    Rung,
    Section,
    Signature,
    Table,
    texts,
)
from referrals.documents.evaluation import report_of
from referrals.documents.pdf import NOT_ALL_LETTERS, in_words, pdf
from referrals.documents.plan import care_of
from referrals.documents.prescription import order_of
from tests.factories.document import score, signed_evaluation

from .conftest import VISIT


def opened(document: Document) -> PdfReader:
    return PdfReader(io.BytesIO(pdf(document)))


def pages(document: Document) -> list[str]:
    return [page.extract_text() for page in opened(document).pages]


def run_on(text: str) -> str:
    """Letters only: where a line breaks is the layout's."""
    return re.sub(r"[\s\u200b]+", "", text)


def small(**said: Any) -> Document:
    """A document with one of everything, changed by what is said."""
    parts: dict[str, Any] = {
        "title": "Report", "version": "Version 1", "marks": (), "child": "Mina Fontaine",
        "born": "2 Dec 2023", "facts": Fields((Field("Child", "Mina Fontaine"),)),
        "places": (Place("Clinic", "Harbor", ("1 Quay Street",)),),
        "sections": (
            Section("One", (
                Paragraph("Some words."),
                Table("Scores", ("Scale", "Score"), (("Grasp", "6"),), wide=0),
                Section("Goal", (Ladder((Rung("+2 More", "All"), Rung("0 Met", "Some", "Here"))),)),
            )),
        ),
        "signatures": (Signature("Therapist", "Thea Marsh, OTR/L", "9 Mar 2026"),),
        "footer": "Report, version 1",
    } | said  # fmt: skip
    return Document(**parts)


def saying(text: str) -> Document:
    """The text wherever a person's words can stand."""
    return small(
        version=text, marks=(text,), child=text, facts=Fields((Field("Language", text),)),
        places=(Place("Clinic", text, (text,)),),
        sections=(
            Section(text, (
                Paragraph(text), Fields((Field(text, text),)),
                Table(text, ("Scale", "Words"), ((text, text),), wide=1),
                Ladder((Rung("0 Met", text, text),)),
            )),
        ),
        signatures=(Signature("Therapist", text, "9 Mar 2026"),), footer=text,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["evaluation", "plan", "prescription"])
def test_every_text_of_a_document_stands_in_its_pdf(kind, request):
    record = request.getfixturevalue(kind)
    document = {"evaluation": report_of, "plan": care_of, "prescription": order_of}[kind](record)
    whole = run_on(" ".join(pages(document)))
    assert [text for text in texts(document) if run_on(text) not in whole] == []


def test_each_page_names_the_child_and_its_number(scheduled, therapist):
    scores = [score(score=60 + n) for n in range(40)]
    report = report_of(signed_evaluation(scheduled, by=therapist, at=VISIT, scores=scores))
    found = pages(report)
    assert len(found) == 4
    for number, page in enumerate(found, 1):
        assert "Mina Fontaine, born 2 Dec 2023" in page
        assert f"Page {number} of 4" in page
        assert report.footer in page
    assert sum(page.count("(computed)") for page in found) == 40
    heads = [page for page in found if "Standard score" in page]
    assert len(heads) == 3
    assert all("Percentile" in page for page in heads)


def test_a_long_text_runs_over_pages_and_loses_nothing(scheduled, therapist):
    words = "\n\n".join(f"Sentence {n} of what was seen that morning." for n in range(200))
    report = report_of(signed_evaluation(scheduled, by=therapist, at=VISIT, interpretation=words))
    found = pages(report)
    assert len(found) == 11
    whole = " ".join(found)
    assert [n for n in range(200) if f"Sentence {n} of" not in whole] == []


def test_long_words_of_a_goal_break_over_the_page():
    rungs = tuple(Rung(f"{n}", f"{n} " + "word " * 300) for n in range(5))
    found = pages(small(sections=(Section("Goals", (Section("G", (Ladder(rungs),)),)),)))
    assert len(found) == 3
    assert sum(page.count("word") for page in found) == 1500


def test_a_word_longer_than_a_line_is_broken_and_whole():
    """Every letter lies on the page, in a narrow column too."""
    word = "".join(chr(ord("a") + n % 26) for n in range(300))
    found = opened(saying(word))
    seen: list[float] = []
    for page in found.pages:
        page.extract_text(visitor_text=lambda text, cm, tm, font, size: seen.append(tm[4]))
        assert "pdfuaid" in found.xmp_metadata.stream.get_data().decode()
    assert run_on(" ".join(page.extract_text() for page in found.pages)).count(word) >= 8
    assert max(seen) < 612


def test_it_is_accessible_by_the_standard():
    reader = opened(small())
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "pdfuaid" in reader.xmp_metadata.stream.get_data().decode()
    assert reader.metadata.title == "Report"


def test_the_file_says_nothing_of_the_child_beside_its_pages():
    reader = opened(small())
    assert "Mina" not in str(reader.metadata) + reader.xmp_metadata.stream.get_data().decode()


def test_the_same_document_gives_the_same_file():
    assert pdf(small()) == pdf(small())


@pytest.mark.parametrize(
    "text",
    [
        "#sys.inputs", '#read("/etc/passwd")', '#import "@preview/cetz:0.3.0": *', "$ x^2 $",
        "*bold* and _slanted_", "= Heading", "- item", "a \\ b \\u{41}", "<label> @label",
        '"quoted" \'single\' `raw`', "// comment /* more */", "]} #{ [", "~ -- ... https://a.b/c",
        "<script>alert(1)</script>", "{{ secret }} {% now %}", "50 % & more",
    ],
)  # fmt: skip
def test_markup_is_set_and_never_run(text):
    whole = run_on(" ".join(pages(saying(text))))
    assert whole.count(run_on(text)) >= 14


@pytest.mark.parametrize(
    "text", ["Ñandú ¿qué? ¡sí! über Øystein Łódź", "Nguyễn Thị Hằng", "Мария Ивановна", "Ελένη"]
)
def test_letters_of_many_languages_are_drawn(text):
    found = opened(saying(text))
    assert "pdfuaid" in found.xmp_metadata.stream.get_data().decode()
    assert run_on(text) in run_on(found.pages[0].extract_text())


@pytest.mark.parametrize("text", ["أريد أن تلبس وحدها", "היא רוצה לבד"])
def test_what_is_written_from_right_to_left_is_drawn(text):
    found = opened(small(sections=(Section("One", (Paragraph(text),)),)))
    assert "pdfuaid" in found.xmp_metadata.stream.get_data().decode()
    whole = found.pages[0].extract_text()
    assert [word for word in text.split() if word not in whole] == []
    assert NOT_ALL_LETTERS not in whole


def test_letters_that_no_font_knows_are_told_of_and_the_rest_is_there():
    """A private letter is in no font; a file with it is no PDF/UA and says that it lacks something."""
    found = opened(small(sections=(Section("One", (Paragraph("A \U0010fffd smile."),)),)))
    whole = found.pages[0].extract_text()
    assert NOT_ALL_LETTERS in whole
    assert "smile." in whole


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("So glad 😀!", "So glad (grinning face)!"),
        ("👍🏽 yes", "(thumbs up sign) yes"),
        ("👩\u200d👧 we two", "(woman)(girl) we two"),
        ("4 ½ °C ™", "4 ½ °C ™"),
    ],
)
def test_a_small_picture_is_said_in_words(typed, said):
    assert in_words(typed) == said
    found = opened(small(sections=(Section("One", (Paragraph(typed),)),)))
    assert "pdfuaid" in found.xmp_metadata.stream.get_data().decode()
    assert NOT_ALL_LETTERS not in found.pages[0].extract_text()


def test_amended_marks_are_on_the_paper(evaluation, amended):
    evaluation.refresh_from_db()
    assert "Amended: replaced by version 2 on 11 Mar 2026." in pages(report_of(evaluation))[0]
    new = run_on(pages(report_of(amended))[0])
    assert run_on("Version 2, amends version 1 of 9 Mar 2026, because: A score was") in new
