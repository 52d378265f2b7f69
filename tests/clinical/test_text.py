"""Is everything that a family reads of the tables there in Spanish, in Spanish words?"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import referrals.clinical
from referrals.clinical import phrasebook, tables
from referrals.clinical.activity_bank import ACTIVITIES
from referrals.clinical.findings import CORE_AREAS, LEVELS, METHODS
from referrals.clinical.goal_bank import BANK
from referrals.clinical.knowledge import BANDS, DOMAINS, SIGNS
from referrals.clinical.ladder import FAMILY
from referrals.clinical.text import LANGUAGES, Text

FOLDER = Path(referrals.clinical.__file__).parent
#: What a family reads of an entry.
ACTIVITY = {"title", "why", "steps", "materials", "good_looks_like", "stop_when"}
GOAL = {"title", "does_what", "conditions", "how_well", "measure", "step"}
LABEL = {"family_label"}
#: By table: its lists, and what is read of their entries.
READ = {
    "activity_bank": {"activity": ACTIVITY},
    "goal_bank": {"goal": GOAL},
    "domains": {"domain": LABEL},
    "signs": {"sign": LABEL},
    "findings": {"area": LABEL, "method": LABEL, "level": LABEL},
    "letters": {"phrase": {"words"}, "letter": {"subject", "body"}},
}
#: Words that make a sentence English; none of them is a Spanish one.
ENGLISH = re.compile(
    r"\b(the|and|with|your|you|of|is|are|to|for|or|from|when|child|hand|hands|baby|at|in|on)\b",
    re.I,
)


def all_texts() -> Iterator[Text]:
    yield from phrasebook.texts()
    yield from (goal.step for goal in BANK.values())
    for known in (DOMAINS, SIGNS, CORE_AREAS, METHODS, LEVELS):
        yield from (entry.family_label for entry in known.values())  # type: ignore[attr-defined]
    for band in BANDS.values():
        yield from (band.label, band.note)
    for names in FAMILY.values():
        yield from names.values()


def test_every_spanish_table_is_one_we_check() -> None:
    assert {path.stem for path in (FOLDER / "es").iterdir()} == set(READ)


@pytest.mark.parametrize("name", READ)
def test_a_table_has_the_same_codes_and_fields_in_spanish(name: str) -> None:
    english = tables.read(name)
    spanish: Mapping[str, Any] = tables.read(f"es/{name}")
    read = {entry["code"]: fields for part, fields in READ[name].items() for entry in english[part]}
    assert [*spanish] == [*read]
    assert {code: set(entry) for code, entry in spanish.items()} == read


def test_what_is_said_in_english_is_said_in_spanish() -> None:
    for text in all_texts():
        assert bool(text.en) == bool(text.es), text


def test_nothing_was_left_in_english() -> None:
    said = [text for text in all_texts() if text.en]
    assert len(said) > 600
    assert [text.es for text in said if ENGLISH.search(text.es) or text.es == text.en] == []


def test_english_that_was_left_is_noticed() -> None:
    assert ENGLISH.search("Sit your baby up.")
    assert not ENGLISH.search("Siente a su bebé con la espalda bien apoyada.")


def test_numbers_and_places_for_numbers_are_the_same() -> None:
    for text in all_texts():
        figures = [sorted(re.findall(r"\d+|\{\w+\}", said)) for said in (text.en, text.es)]
        assert figures[0] == figures[1], text


def test_a_step_is_translated_step_by_step() -> None:
    for entry in ACTIVITIES.values():
        spanish = tables.read("es/activity_bank")[entry.code]["steps"]
        assert tuple(step.es for step in entry.steps) == spanish


def test_a_family_is_spoken_to_with_usted_outside_of_what_it_says_to_the_child() -> None:
    """Between « » stands what the parent says to the child, who is “tú”."""
    familiar = re.compile(r"\b(tu|tus|tú|ti|contigo|puedes|quieres|haz|dile)\b", re.I)
    titles = {entry.title.es for entry in ACTIVITIES.values()}
    for text in all_texts():
        if text.es not in titles:  # some are in the child's own words
            assert not familiar.search(re.sub("«[^»]*»", "", text.es)), text.es


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Play"), ("es", "Jugar"), ("es-us", "Jugar"), ("en-gb", "Play"), ("fr", "Play")],
)
def test_another_language_than_ours_is_answered_in_english(language: str, said: str) -> None:
    assert Text("Play", "Jugar").said(language) == said


def test_a_text_that_nobody_turned_to_a_reader_is_english() -> None:
    assert str(Text("Play", "Jugar")) == "Play"


def test_the_languages_are_those_of_a_text() -> None:
    assert tuple(Text.__slots__) == LANGUAGES


def test_a_table_that_is_not_whole_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    spoiled = {
        "signs": {"sign": ({"code": "a", "words": "Yes"},)},
        "es/signs": {"b": {"words": "Sí"}},
    }
    monkeypatch.setattr(tables, "read", spoiled.__getitem__)
    with pytest.raises(KeyError):
        list(tables.read_texts("signs", "sign", "words"))


def test_a_step_nobody_translated_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    spoiled = {
        "bank": {"activity": ({"code": "a", "steps": ("One.", "Two.")},)},
        "es/bank": {"a": {"steps": ("Uno.",)}},
    }
    monkeypatch.setattr(tables, "read", spoiled.__getitem__)
    with pytest.raises(ValueError, match="shorter"):
        list(tables.read_texts("bank", "activity", "steps"))
