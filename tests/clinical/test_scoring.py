"""Does a score keep its own metric, and is what cannot be refused at the right input?"""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.clinical.ages import Ages, ages
from referrals.clinical.scoring import OTHER, ScoreRefused, age_warning, printed, scored

FOUR = ages(date(2021, 1, 10), date(2025, 3, 12), None, None)
EARLY = ages(date(2024, 1, 10), date(2025, 3, 12), 31, 2)


def of(**typed: Any) -> dict[str, Any]:
    return scored(typed, FOUR)


def test_a_scale_brings_its_metric():
    assert of(instrument="pdms_3", scale="fine_motor_index", score="88") == {
        "instrument": "pdms_3", "name": "Peabody Developmental Motor Scales", "edition": "3",
        "scale": "fine_motor_index", "scale_name": "Fine Motor Index", "score_type": "standard",
        "score": 88.0, "mean": 100.0, "sd": 15.0, "minimum": None, "maximum": None,
        "direction": "higher_is_better", "percentile": "", "category": "",
        "age_used": "chronological", "note": "", "from_month": 0, "to_month": 71,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("instrument", "scale", "score", "percentile"),
    [
        ("real", "total", "80", "2 (computed)"),
        ("bot_2", "composite", "39", "14 (computed)"),
        ("bot_2", "composite", "40", "16 (computed)"),
        ("spm_2", "total", "58", "79 (computed)"),
        ("spm_2", "total", "76", ">99 (computed)"),
    ],
)
def test_the_worked_cases(instrument: str, scale: str, score: str, percentile: str):
    assert printed(of(instrument=instrument, scale=scale, score=score)) == percentile


def test_a_published_percentile_beats_the_computed_one():
    assert printed(of(instrument="spm_2", scale="total", score="73", percentile="99")) == "99"


def test_a_high_score_of_difficulty_keeps_its_direction():
    assert of(instrument="spm_2", scale="total", score="76")["direction"] == "higher_is_worse"


def test_a_metric_that_was_typed_stands_before_the_tables():
    kept = of(
        instrument="bot_3", scale_name="Hands", score_type="scaled", score="12", mean=10, sd=3,
        direction="higher_is_better",
    )  # fmt: skip
    assert (kept["scale_name"], kept["mean"], kept["sd"], printed(kept)) == (
        "Hands", 10.0, 3.0, "75 (computed)",
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["age_equivalent", "category"])
def test_words_are_never_converted(kind: str):
    kept = of(instrument=OTHER, name="Ours", scale_name="All", score_type=kind, score="3;4")
    assert (kept["score"], printed(kept)) == ("3;4", "")


def test_a_raw_score_has_no_percentile():
    kept = of(instrument="sensory_profile_2", scale="seeking", score_type="raw", score="40")
    assert (kept["score"], printed(kept)) == (40.0, "")


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"instrument": "", "score": "3"}, "instrument", "Choose the test"),
        ({"instrument": OTHER, "score": "3"}, "instrument", "or name it"),
        ({"instrument": "pdms_3", "scale": "", "score": "3"}, "scale", "Choose a scale"),
        ({"instrument": "bot_3", "score_type": "t", "score": "50"}, "scale_name", "Name the scale"),
        ({"instrument": OTHER, "name": "x", "scale_name": "y", "score": "3"}, "score_type", "kind of score"),
        ({"instrument": "sensory_profile_2", "scale": "seeking", "score": "3"}, "score_type", "kind of score"),
        ({"instrument": "bot_2", "scale": "composite", "score": ""}, "score", "Write the score"),
        ({"instrument": "bot_2", "scale": "composite", "score": "many"}, "score", "as a number"),
        ({"instrument": "bot_2", "scale": "composite", "score": "nan"}, "score", "as a number"),
        ({"instrument": "bot_2", "scale": "composite", "score": "-4"}, "score", "goes from 0 to 110"),
        ({"instrument": "bot_2", "scale": "composite", "score": "900"}, "score", "goes from 0 to 110"),
        ({"instrument": "weefim_2", "scale": "total", "score": "17"}, "score", "goes from 18 to 126"),
        ({"instrument": "etch", "scale": "legible", "score": "101"}, "score", "goes from 0 to 100"),
        ({"instrument": "bot_2", "scale": "composite", "score": "50", "percentile": "half"}, "percentile", "A percentile is"),
        ({"instrument": "bot_2", "scale": "composite", "score": "50", "sd": 0}, "sd", "above 0"),
        ({"instrument": "bot_2", "scale": "composite", "score": "50", "direction": "up"}, "direction", "high score"),
        ({"instrument": "bot_2", "scale": "composite", "score": "50", "age_used": "adjusted"}, "age_used", "no adjusted age"),
        ({"instrument": "bot_2", "scale": "composite", "score": "50", "age_used": "felt"}, "age_used", "which age"),
    ],
)  # fmt: skip
def test_what_cannot_stand_is_refused_at_its_input(typed, field, sentence):
    with pytest.raises(ScoreRefused) as no:
        scored(typed, FOUR)
    assert (no.value.field, sentence in str(no.value)) == (field, True)


def test_an_adjusted_age_is_used_where_there_is_one():
    kept = scored({"instrument": "pdms_3", "scale": "fine_motor_index", "score": "90"}, EARLY)
    assert kept["age_used"] == "adjusted"


@pytest.mark.parametrize(
    ("instrument", "scale", "both", "warns"),
    [
        ("bot_2", "composite", FOUR, False),
        ("bot_2", "composite", EARLY, True),
        ("pdms_3", "subtest", EARLY, False),
        ("beery_vmi_6", "vmi", EARLY, True),
    ],
)
def test_an_age_out_of_range_warns_and_does_not_block(
    instrument: str, scale: str, both: Ages, warns: bool
):
    kept = scored({"instrument": instrument, "scale": scale, "score": "12"}, both)
    assert bool(age_warning(kept, both)) is warns


def test_a_score_that_kept_no_ages_warns_by_the_table():
    kept = scored({"instrument": "bot_2", "scale": "composite", "score": "12"}, EARLY)
    before = {name: kept[name] for name in kept if name not in ("from_month", "to_month")}
    assert age_warning(before, EARLY) == age_warning(kept, EARLY) != ""
    assert age_warning(before | {"instrument": OTHER}, EARLY) == ""


def test_a_test_that_gives_no_mean_has_none():
    kept = of(instrument="pedi_cat", scale="mobility", score_type="scaled", score="53")
    assert (kept["score"], kept["mean"], kept["sd"], printed(kept)) == (53.0, None, None, "")


def test_a_test_of_ones_own_has_no_range_to_warn_of():
    kept = of(instrument=OTHER, name="Ours", scale_name="All", score_type="raw", score="4")
    assert age_warning(kept, FOUR) == ""


@given(score=st.floats(min_value=10, max_value=190))
def test_a_number_within_reach_is_kept_whole(score: float):
    assert of(instrument="beery_vmi_6", scale="vmi", score=str(score))["score"] == score


@given(score=st.floats(max_value=9) | st.floats(min_value=191) | st.just(float("nan")))
def test_a_number_out_of_reach_is_refused(score: float):
    with pytest.raises(ScoreRefused):
        of(instrument="beery_vmi_6", scale="vmi", score=str(score))
