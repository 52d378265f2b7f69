"""Is each hard word known in both languages, and found where it stands?"""

from typing import Any

import pytest

from referrals.clinical.glossary import GLOSSARY, words_in
from tests.language.reading import FLOOR_ES_OF_A_LINE, fernandez_huerta, flesch_kincaid

#: What clinicians say among themselves and a family must never meet without its explanation.
CLINICAL = (
    "evaluation", "occupational therapy", "plan of care", "referral", "prescription", "diagnosis",
    "discharge summary", "precautions", "adaptive equipment", "adjusted age", "fine motor",
    "gross motor", "sensory", "self-care", "regulation", "motor planning", "visual-motor",
    "proprioception", "vestibular", "bilateral", "pincer grasp", "muscle tone", "habilitation",
    "rehabilitation", "occupational profile", "accommodations", "adherence", "percentile",
    "standard score", "T-score", "age equivalent", "early intervention", "screening",
)  # fmt: skip


@pytest.mark.parametrize("word", CLINICAL)
def test_every_clinical_word_has_its_explanation(word: str) -> None:
    assert len(words_in(f"About the {word}, again.", "en")) == 1


@pytest.mark.parametrize("entry", GLOSSARY.values(), ids=lambda entry: entry.code)
def test_every_explanation_is_easier_than_its_word(entry: Any) -> None:
    assert entry.words != ()
    assert entry.words_es != ()
    assert entry.source
    assert flesch_kincaid(entry.plain) <= 8
    assert fernandez_huerta(entry.plain_es) >= FLOOR_ES_OF_A_LINE
    for language, plain in (("en", entry.plain), ("es", entry.plain_es)):
        assert (entry.said(language)) not in words_in(plain, language)


def test_words_are_met_in_their_order_and_said_once() -> None:
    text = "A Referral, then an evaluation. The referral is kept; evaluations too."
    assert [word for word, _ in words_in(text, "en")] == ["referral", "evaluation"]
    assert [word for word, _ in words_in("La evaluación y la remisión", "es")] == [
        "evaluación", "remisión",
    ]  # fmt: skip


def test_a_part_of_a_word_is_not_the_word() -> None:
    assert words_in("He preferred all referralists.", "en") == []
    assert words_in("Un plan de salto", "es") == []


def test_words_of_several_are_found_over_a_line_end() -> None:
    assert [word for word, _ in words_in("the plan\n of care", "en")] == ["plan of care"]
