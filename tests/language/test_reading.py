"""Is everything a family reads easy: grade 6 aimed at, 8 the ceiling, and fifteen words a sentence?

English is measured by Flesch and Kincaid. Spanish by Fernández Huerta: 70 and more is fairly easy
(grade 6), 60 the floor (grade 8). A text is measured where it is long enough to have a grade: alone
from eight words on, and together with all that its page or file says from fifty on. Shorter ones
are labels; a hard word among them is caught by the glossary.
"""

import statistics
from collections import defaultdict

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from .catalogue import catalogue
from .reading import (
    fernandez_huerta,
    flesch_kincaid,
    plain,
    sentences,
    syllables_en,
    syllables_es,
    words,
)

AIM, CEILING = 6.0, 8.0
AIM_ES, FLOOR_ES = 70.0, 60.0
LONGEST = 15
ALONE, TOGETHER = 8, 50


def english() -> list[str]:
    return [plain(entry.msgid_plural or entry.msgid) for entry in catalogue()]


def spanish() -> list[str]:
    return [
        plain(entry.msgstr_plural[1] if entry.msgid_plural else entry.msgstr)
        for entry in catalogue()
    ]


def by_file(*, in_spanish: bool) -> dict[str, str]:
    """What each page and file says, its sentences together."""
    found: dict[str, list[str]] = defaultdict(list)
    for entry, said in zip(catalogue(), spanish() if in_spanish else english(), strict=True):
        if len(words(said)) > 3:
            for where, _ in entry.occurrences:
                found[where].append(said.rstrip(". "))
    joined = {where: ". ".join(texts) for where, texts in found.items()}
    return {where: text for where, text in joined.items() if len(words(text)) >= TOGETHER}


def test_every_english_text_is_within_grade_8_and_half_of_them_within_6() -> None:
    grades = {text: flesch_kincaid(text) for text in english() if len(words(text)) >= ALONE}
    assert {text: round(n, 1) for text, n in grades.items() if n > CEILING} == {}
    assert statistics.median(grades.values()) <= AIM
    pages = {where: flesch_kincaid(text) for where, text in by_file(in_spanish=False).items()}
    assert {where: round(n, 1) for where, n in pages.items() if n > CEILING} == {}
    assert len(pages) > 15


def test_every_spanish_text_is_plain_and_half_of_them_are_easy() -> None:
    ease = {text: fernandez_huerta(text) for text in spanish() if len(words(text)) >= ALONE}
    assert {text: round(n, 1) for text, n in ease.items() if n < FLOOR_ES} == {}
    assert statistics.median(ease.values()) >= AIM_ES
    pages = {where: fernandez_huerta(text) for where, text in by_file(in_spanish=True).items()}
    assert {where: round(n, 1) for where, n in pages.items() if n < FLOOR_ES} == {}


@pytest.mark.parametrize("texts", [english, spanish])
def test_no_sentence_is_longer_than_fifteen_words(texts: object) -> None:
    long = [
        sentence
        for text in (english() if texts is english else spanish())
        for sentence in sentences(text)
        if len(words(sentence)) > LONGEST
    ]
    assert long == []


@pytest.mark.parametrize("kind", ["notice", "invitation", "digest"])
@pytest.mark.parametrize("name", ["Rosa", ""])
def test_every_e_mail_is_easy_as_a_whole(kind: str, name: str) -> None:
    about = {
        "site_name": "Ferry",
        "greeting_name": name,
        "link": "",
        "new": 2,
        "soon": 1,
        "late": 1,
    }
    with override("en"):
        assert flesch_kincaid(render_to_string(f"email/{kind}.txt", about)) <= AIM
    with override("es"):
        assert fernandez_huerta(render_to_string(f"email/{kind}.txt", about)) >= AIM_ES


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("cat", 1), ("table", 2), ("people", 2), ("called", 1), ("wanted", 2), ("page", 1),
        ("therapist", 3), ("activity", 4), ("minutes", 2), ("evaluation", 5), ("child’s", 1),
        ("practise", 2), ("pediatrician", 5), ("goals", 1), ("questions", 2), ("family", 3),
        ("mammal", 2), ("creature", 2), ("being", 2), ("idea", 3),
    ],
)  # fmt: skip
def test_english_syllables(word: str, count: int) -> None:
    assert syllables_en(word) == count


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("sol", 1), ("hijo", 2), ("país", 2), ("cuando", 2), ("día", 2), ("oír", 2), ("guía", 2),
        ("agua", 2), ("queso", 2), ("pingüino", 3), ("ley", 1), ("evaluación", 4), ("siguió", 2),
        ("terapeuta", 4), ("ahora", 3), ("poeta", 3), ("ciudad", 2), ("leer", 2), ("ya", 1),
    ],
)  # fmt: skip
def test_spanish_syllables(word: str, count: int) -> None:
    assert syllables_es(word) == count


def test_flesch_and_kincaid_by_hand() -> None:
    assert flesch_kincaid("The cat sat on the mat.") == pytest.approx(-1.45)
    # 13 words and 24 syllables in one sentence.
    platypus = "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature."
    assert flesch_kincaid(platypus) == pytest.approx(0.39 * 13 + 11.8 * 24 / 13 - 15.59, abs=0.95)


def test_fernandez_huerta_by_hand() -> None:
    # 3 words and 5 syllables: el ga-to duer-me.
    assert fernandez_huerta("El gato duerme.") == pytest.approx(206.84 - 60 * 5 / 3 - 1.02 * 3)


def test_a_hard_text_is_found() -> None:
    hard = (
        "Interdisciplinary collaboration necessitates comprehensive documentation of "
        "occupational performance considerations."
    )
    assert flesch_kincaid(hard) > CEILING
    dura = (
        "La colaboración interdisciplinaria necesita documentación extraordinariamente detallada "
        "de consideraciones ocupacionales."
    )
    assert fernandez_huerta(dura) < FLOOR_ES
