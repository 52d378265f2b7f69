"""Do percentiles print as the tests' own tables print them?"""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.clinical.scores import (
    USUAL,
    Percentile,
    ScoreType,
    percentile,
    percentile_to_print,
    z_score,
)


@pytest.mark.parametrize(
    ("score", "mean", "sd", "printed"),
    [
        (80, 100, 10, "2"),  # REAL standard
        (58, 50, 10, "79"),  # SPM-2 T
        (73, 50, 10, "99"),  # SPM-2 T
        (76, 50, 10, ">99"),  # SPM-2 T
        (39, 50, 10, "14"),  # BOT-2 T
        (40, 50, 10, "16"),  # BOT-2 T
        (100, 100, 15, "50"),  # the mean
        (55, 100, 15, "<1"),  # very low
        (7, 10, 3, "16"),  # scaled
    ],
)
def test_a_percentile_prints_as_the_worked_case_says(
    score: float, mean: float, sd: float, printed: str
) -> None:
    assert percentile(score, mean, sd) == printed


def test_z_counts_standard_deviations_from_the_mean() -> None:
    assert z_score(85, 100, 15) == -1.0
    assert z_score(16, 10, 3) == 2.0


def test_the_usual_metrics_are_those_of_the_field() -> None:
    assert USUAL == {"standard": (100, 15), "t": (50, 10), "scaled": (10, 3)}


@pytest.mark.parametrize(
    ("score", "mean", "sd"),
    [(100, 100, 0), (100, 100, -15), (math.nan, 100, 15), (100, math.inf, 15)],
)
def test_numbers_without_a_meaning_are_refused(score: float, mean: float, sd: float) -> None:
    with pytest.raises(ValueError, match="sd above 0"):
        percentile(score, mean, sd)


def test_a_published_percentile_beats_the_computed_one() -> None:
    assert percentile_to_print("t", 73, 50, 10, " >99 ") == Percentile(">99", computed=False)
    assert str(percentile_to_print("t", 73, 50, 10, "98")) == "98"


def test_a_computed_percentile_is_labelled() -> None:
    assert percentile_to_print("t", 40, 50, 10) == Percentile("16", computed=True)
    assert str(percentile_to_print("t", 40, 50, 10)) == "16 (computed)"


@pytest.mark.parametrize(
    "score_type",
    ["age_equivalent", "raw", "category", "percent", "criterion", "percentile"],
)
def test_a_score_without_a_norm_is_never_converted(score_type: ScoreType) -> None:
    assert percentile_to_print(score_type, 30, 36, 6) is None


def test_a_score_without_mean_or_sd_has_no_percentile() -> None:
    assert percentile_to_print("scaled", 500, None, None) is None


@pytest.mark.parametrize("typed", ["100", "-1", "high", "7th", "1e1"])
def test_a_published_percentile_must_look_like_one(typed: str) -> None:
    with pytest.raises(ValueError, match="from 1 to 99"):
        percentile_to_print("t", 50, 50, 10, typed)


@given(st.floats(-1000, 1000), st.floats(0.1, 100))
def test_a_percentile_always_prints_between_below_1_and_above_99(score: float, sd: float) -> None:
    assert percentile(score, 50, sd) in {"<1", ">99", *map(str, range(1, 100))}
