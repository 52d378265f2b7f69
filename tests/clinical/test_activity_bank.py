"""Is there a home activity to start from for every area and age, whole, safe and in plain words?"""

import re

import pytest

from referrals.clinical.activity_bank import ACTIVITIES, ActivityEntry, activities_for
from referrals.clinical.knowledge import BANDS, DOMAINS, UnknownBand, UnknownDomain
from referrals.clinical.text import Text
from referrals.models import Activity

ENTRIES = pytest.mark.parametrize("entry", ACTIVITIES.values(), ids=ACTIVITIES.keys())
#: What makes no sense at an age: nobody goes to school in diapers.
NOT_YET = {("school", "infant"), ("school", "toddler"), ("confidence", "infant")}
LONGEST_SENTENCE, HARDEST = 15, 6.0


def test_every_area_has_an_activity_for_each_age_it_is_meant_for() -> None:
    covered = {(entry.domain, band) for entry in ACTIVITIES.values() for band in entry.bands}
    # Gross motor is kept for the hint towards physical therapy: no activities of OT.
    areas = set(DOMAINS) - {"gross_motor"}
    assert covered == {(area, band) for area in areas for band in BANDS} - NOT_YET
    assert len(ACTIVITIES) == 39


@ENTRIES
def test_an_entry_is_whole_and_fits_an_activity(entry: ActivityEntry) -> None:
    assert entry.bands
    assert set(entry.bands) <= set(BANDS)
    assert 3 <= len(entry.steps) <= 5
    assert 1 <= entry.minutes <= 15
    assert 1 <= entry.times_a_week <= 7
    assert entry.routine in Activity.Routine.values
    assert set(entry.content) == set(Activity.CONTENT)
    for text in (entry.title, entry.why, entry.good_looks_like, entry.stop_when, *entry.steps):
        for part in (text.en, text.es):
            assert part == part.strip()
            assert 0 < len(part) <= 120


def words_of(entry: ActivityEntry) -> list[Text]:
    return [entry.why, *entry.steps, entry.good_looks_like, entry.stop_when]


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.?!:”»])\s+", text) if part]


def syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = (word.endswith("e") and not word.endswith("le")) or word.endswith(("es", "ed"))
    return max(1, groups - bool(silent))


def grade(texts: list[str]) -> float:
    """Flesch and Kincaid's school grade."""
    lines = [line for text in texts for line in sentences(text)]
    words = re.findall(r"[a-z]+", " ".join(lines).lower().replace("’", ""))
    return (
        0.39 * len(words) / len(lines) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    )  # fmt: skip


@ENTRIES
def test_a_family_reads_it_with_ease(entry: ActivityEntry) -> None:
    for text in words_of(entry):
        for line in (*sentences(text.en), *sentences(text.es)):
            assert len(line.split()) <= LONGEST_SENTENCE, line
    assert grade([text.en for text in words_of(entry)]) <= HARDEST


def test_hard_words_are_noticed() -> None:
    hard = ["Proprioceptive facilitation necessitates individualised therapeutic supervision."]
    assert grade(hard) > HARDEST


def test_titles_are_not_there_twice() -> None:
    assert len({entry.title.en for entry in ACTIVITIES.values()}) == len(ACTIVITIES)


def test_food_says_when_it_is_dangerous() -> None:
    """Whoever feeds a baby is told what to watch for."""
    (soft,) = activities_for("feeding", "infant")
    assert "coughing, gagging" in soft.stop_when.en
    assert "tos, arcadas" in soft.stop_when.es


def test_the_bank_is_searched_by_area_and_age() -> None:
    found = activities_for("self_care", "preschooler")
    assert [entry.title.en for entry in found] == ["Sock helper", "One button on the way out"]
    assert activities_for() == tuple(ACTIVITIES.values())
    assert activities_for("gross_motor") == ()
    with pytest.raises(UnknownDomain):
        activities_for("magic")
    with pytest.raises(UnknownBand):
        activities_for("feeding", "adult")
