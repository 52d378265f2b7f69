"""Are the tables all there, with a unique code and a source in each entry?"""

import re
from pathlib import Path

import pytest

import referrals.clinical
from referrals.clinical import tables

FOLDER = Path(referrals.clinical.__file__).parent
LISTS = {
    "clocks": "clock",
    "domains": "domain",
    "signs": "sign",
    "instruments": "instrument",
    "goal_bank": "goal",
    "payers": "payer",
    "activity_bank": "activity",
    "benchmarks": "benchmark",
    "glossary": "word",
    "letters": "letter",
}


def test_every_table_in_the_folder_is_one_we_check() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == {*LISTS, "programmes", "findings"}


@pytest.mark.parametrize(("name", "entries"), LISTS.items())
def test_every_entry_has_its_own_code_and_a_source(name: str, entries: str) -> None:
    table = tables.read(name)
    codes = [entry["code"] for entry in table[entries]]
    assert len(set(codes)) == len(codes)
    assert all(entry["source"].strip() for entry in table[entries])


@pytest.mark.parametrize("entries", ["area", "method", "level"])
def test_every_word_of_a_finding_has_its_own_code_and_a_source(entries: str) -> None:
    found = tables.read("findings")[entries]
    assert len({entry["code"] for entry in found}) == len(found)
    assert all(entry["source"].strip() for entry in found)


@pytest.mark.parametrize("entry", ["early_intervention", "school_instead", "school"])
def test_every_programme_has_a_source(entry: str) -> None:
    assert tables.read("programmes")[entry]["source"].strip() != ""


def test_lists_become_tuples_so_that_nothing_can_change_them() -> None:
    assert tables.read("signs")["sign"][0]["domains"] == ("fine_motor",)


def test_no_clinical_module_imports_django() -> None:
    for path in FOLDER.glob("*.py"):
        assert not re.search(r"^\s*(import|from)\s+django", path.read_text("utf-8"), re.MULTILINE)


def test_an_unknown_table_is_refused() -> None:
    with pytest.raises(FileNotFoundError):
        tables.read("unknown")
