"""Is there a home activity to start from for every area and age, whole, safe and in plain words?"""

from dataclasses import replace
from typing import Any

import pytest

from referrals.clinical.activity_bank import ACTIVITIES, ActivityEntry, activities_for, faults
from referrals.clinical.knowledge import BANDS, DOMAINS, UnknownBand, UnknownDomain
from referrals.clinical.reading import HARDEST, LONGEST_SENTENCE, grade, sentences
from referrals.clinical.text import Text
from referrals.models import Activity

ENTRIES = pytest.mark.parametrize("entry", ACTIVITIES.values(), ids=ACTIVITIES.keys())
#: What makes no sense at an age: nobody goes to school in diapers.
NOT_YET = {("school", "infant"), ("school", "toddler"), ("confidence", "infant")}


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


@ENTRIES
def test_a_family_reads_it_with_ease(entry: ActivityEntry) -> None:
    for text in words_of(entry):
        for line in (*sentences(text.en), *sentences(text.es)):
            assert len(line.split()) <= LONGEST_SENTENCE, line
    assert grade([text.en for text in words_of(entry)]) <= HARDEST


def test_hard_words_are_noticed() -> None:
    hard = ["Proprioceptive facilitation necessitates individualised therapeutic supervision."]
    assert grade(hard) > HARDEST


@ENTRIES
def test_the_rules_that_an_own_entry_is_held_to_hold_for_ours(entry: ActivityEntry) -> None:
    assert list(faults(entry)) == []


SAID = {"en": "Do it.", "es": "Hágalo."}
LONG = "Then you " + "very " * 14 + "well."


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"domain": "gross_motor"}, ["domain"]),
        ({"domain": "magic"}, ["domain"]),
        ({"bands": ()}, ["bands"]),
        ({"bands": ("adult",)}, ["bands"]),
        ({"steps": (Text(**SAID),) * 2}, ["steps"]),
        ({"steps": (Text(**SAID),) * 6}, ["steps"]),
        ({"minutes": 0}, ["minutes"]),
        ({"minutes": 16}, ["minutes"]),
        ({"times_a_week": 0}, ["times_a_week"]),
        ({"times_a_week": 8}, ["times_a_week"]),
        ({"title": Text("", "")}, ["title"]),
        ({"title": Text("a" * 121, "b")}, ["title"]),
        ({"why": Text(LONG, "Bien.")}, ["why"]),
        ({"why": Text("Good.", LONG)}, ["why_es"]),
        ({"steps": (Text("Facilitate proprioceptive regulation.", "Bien."),) * 5}, ["why"]),
    ],
)
def test_what_keeps_an_entry_out_of_a_bank(changed: dict[str, Any], fields: list[str]) -> None:
    assert [field for field, _ in faults(replace(ACTIVITIES["a09"], **changed))] == fields


def test_an_entry_in_english_alone_is_no_fault() -> None:
    sock = ACTIVITIES["a09"]
    english = {
        name: Text(getattr(sock, name).en, getattr(sock, name).en) for name in ("why", "title")
    }
    assert list(faults(replace(sock, **english))) == []


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
