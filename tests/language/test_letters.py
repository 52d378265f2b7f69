"""Is every letter to a family as easy to read as all else they read, and never a reproach?"""

import re

import pytest

from referrals.clinical.letters import KINDS, PHRASES, LetterKind

from .reading import fernandez_huerta, flesch_kincaid, plain, sentences, words
from .test_reading import AIM, AIM_ES, LONGEST

TO_FAMILIES = [kind for kind in KINDS.values() if kind.for_family]
#: Words that lay blame, or threaten.
REPROACH = re.compile(
    r"\b(fail(ed)?|must|fault|neglect\w*|no-show|absence|discharged?|penalt\w*|fee|falta|faltó|"
    r"debe|culpa|multa|ausencia|incumpl\w*)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("kind", TO_FAMILIES, ids=lambda kind: kind.code)
def test_it_is_easy(kind: LetterKind) -> None:
    assert flesch_kincaid(plain(kind.body.en)) <= AIM
    assert fernandez_huerta(plain(kind.body.es)) >= AIM_ES


@pytest.mark.parametrize("kind", TO_FAMILIES, ids=lambda kind: kind.code)
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_sentence_is_long(kind: LetterKind, language: str) -> None:
    said = sentences(plain(kind.body.said(language)))
    assert [one for one in said if len(words(one)) > LONGEST] == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_missed_visit_is_no_reproach(language: str) -> None:
    said = KINDS["no_show"].body.said(language) + KINDS["no_show"].subject.said(language)
    assert REPROACH.findall(said) == []


@pytest.mark.parametrize("code", ["interpreter_needed", "interpreter_offered"])
def test_what_is_said_of_an_interpreter_is_easy(code: str) -> None:
    assert flesch_kincaid(PHRASES[code].en) <= AIM
    assert fernandez_huerta(PHRASES[code].es) >= AIM_ES
