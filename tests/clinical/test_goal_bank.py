"""Is there a goal to start from for every area and age, whole and in plain words?"""

from collections import Counter
from datetime import date

import pytest

from referrals.clinical import ladder
from referrals.clinical.goal_bank import BANK, BankEntry, bank_for, faults, statement
from referrals.clinical.knowledge import BANDS, DOMAINS, UnknownBand, UnknownDomain

ENTRIES = pytest.mark.parametrize("entry", BANK.values(), ids=BANK.keys())


def test_every_main_area_has_three_goals_and_every_age_ten() -> None:
    areas = Counter(entry.domain for entry in BANK.values())
    # Gross motor is kept for the hint towards physical therapy: no goals of OT.
    assert set(areas) == set(DOMAINS) - {"gross_motor"}
    assert min(areas.values()) >= 3
    assert min(len(bank_for(band=band)) for band in BANDS) >= 10
    assert len(BANK) == 38


@ENTRIES
def test_an_entry_is_a_goal_that_can_be_rated(entry: BankEntry) -> None:
    for convention in ("minus_two", "minus_one"):
        assert ladder.faults(entry.levels(), measure=entry.measure.en, convention=convention) == ()
    assert set(entry.bands) <= set(BANDS)
    assert entry.bands
    for text in (entry.title, entry.does_what, entry.conditions, entry.how_well, entry.measure):
        for part in (text.en, text.es):
            assert part == part.strip().rstrip(".")
            assert 0 < len(part) <= 120
            assert len(part.split()) <= 15


@ENTRIES
def test_its_ladder_stands_in_every_language(entry: BankEntry) -> None:
    """A Spanish family proposes a goal in Spanish: it must hold as well."""
    for step in entry.levels("es"):
        assert len(str(step["words"]).split()) <= 15
    assert ladder.faults(entry.levels("es"), measure=entry.measure.es, convention="minus_two") == ()
    assert [step["amount"] for step in entry.levels("es")] == list(entry.amounts)


@ENTRIES
def test_level_zero_is_what_the_goal_says(entry: BankEntry) -> None:
    for how_well in (entry.how_well.en, entry.how_well.es):
        numbers = [w for w in how_well.replace("-", " ").split() if w.isdigit()]
        assert f"{entry.amounts[2]:g}" in numbers


@ENTRIES
def test_the_rules_that_an_own_entry_is_held_to_hold_for_ours(entry: BankEntry) -> None:
    assert list(faults(entry)) == []


def test_titles_are_not_there_twice() -> None:
    assert len({entry.title.en for entry in BANK.values()}) == len(BANK)


def test_the_bank_is_searched_by_area_and_age() -> None:
    found = bank_for("feeding", "infant")
    assert [entry.title.en for entry in found] == ["Takes lumpy food", "Drinks from an open cup"]
    assert bank_for() == tuple(BANK.values())
    with pytest.raises(UnknownDomain):
        bank_for("magic")
    with pytest.raises(UnknownBand):
        bank_for("feeding", "adult")


def test_the_parts_become_one_sentence() -> None:
    made = statement(
        "Mina", " fasten the buttons of her jacket. ", "standing,  at the door", "3 of 5 buttons.",
        date(2026, 9, 1),
    )  # fmt: skip
    assert made == (
        "By 1 Sep 2026, Mina will fasten the buttons of her jacket, standing, at the door, "
        "3 of 5 buttons."
    )


def test_in_spanish_too() -> None:
    made = statement(
        "Mina", "abrochar los botones", "de pie", "3 de 5 botones", date(2026, 9, 1), "es"
    )
    assert made == (
        "Para el 1 de septiembre de 2026, Mina va a abrochar los botones, de pie, 3 de 5 botones."
    )
