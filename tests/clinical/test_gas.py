"""Does goal attainment scaling give what Kiresuk and Sherman's formula gives?"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.clinical.gas import BASELINE_LEVEL, Progress, progress, t_score, weight

levels = st.integers(-2, 2)
goals = st.lists(st.tuples(levels, st.integers(1, 9)), min_size=1, max_size=8)


def test_the_weighted_worked_case_is_exactly_55() -> None:
    assert t_score((-2, 0, -1, 2, 0, 1), (3, 5, 1, 4, 2, 6)) == 55.0


@pytest.mark.parametrize(
    ("rated", "weights", "expected"),
    [
        ((-1, -1, 0, 0, -1), None, 40.95466),
        ((1, 1, 1), None, 63.69306),
        ((1, 0, -1), (3, 2, 1), 54.4065),
    ],
)
def test_the_worked_cases_come_out(
    rated: tuple[int, ...], weights: tuple[int, ...] | None, expected: float
) -> None:
    assert t_score(rated, weights) == pytest.approx(expected, abs=5e-5)


def test_no_rated_goal_gives_no_score() -> None:
    assert t_score([]) is None
    assert t_score([None, None], [2, 3]) is None


def test_an_unrated_goal_leaves_both_sums_with_its_weight() -> None:
    assert t_score([1, None, -1], [3, 9, 2]) == t_score([1, -1], [3, 2])


@pytest.mark.parametrize("level", [-3, 3, 0.5, True, "1"])
def test_a_level_outside_the_five_is_refused(level: Any) -> None:
    with pytest.raises(ValueError, match="A level must be"):
        t_score([level])


@pytest.mark.parametrize("bad", [0, -1, float("nan"), float("inf")])
def test_a_weight_that_is_not_above_zero_is_refused_even_for_an_unrated_goal(
    bad: float,
) -> None:
    with pytest.raises(ValueError, match="A weight must be"):
        t_score([1, None], [1, bad])


def test_every_goal_needs_a_weight() -> None:
    with pytest.raises(ValueError, match="one weight for every goal"):
        t_score([1, 0], [1])


@pytest.mark.parametrize("rho", [-0.1, 1.1])
def test_an_impossible_correlation_is_refused(rho: float) -> None:
    with pytest.raises(ValueError, match="Rho"):
        t_score([1, 0], rho=rho)


def test_a_weight_is_importance_times_difficulty() -> None:
    assert weight(1, 1) == 1
    assert weight(3, 2) == 6


@pytest.mark.parametrize(("importance", "difficulty"), [(0, 1), (1, 4)])
def test_importance_and_difficulty_go_from_1_to_3(importance: int, difficulty: int) -> None:
    with pytest.raises(ValueError, match="1, 2 or 3"):
        weight(importance, difficulty)


def test_today_is_minus_two_or_minus_one_by_convention() -> None:
    assert BASELINE_LEVEL == {"minus_two": -2, "minus_one": -1}


def test_progress_compares_the_goals_rated_both_times() -> None:
    assert progress([-2, -2, -2], [0, None, 0], [1, 5, 1]) == Progress(
        baseline=t_score([-2, -2]),
        current=50.0,
        change=50.0 - (t_score([-2, -2]) or 0),
        rated=2,
        goals=3,
    )


def test_progress_without_a_rated_goal_has_no_values() -> None:
    assert progress([-2, -2], [None, None]) == Progress(None, None, None, rated=0, goals=2)


def test_progress_needs_the_same_goals_twice() -> None:
    with pytest.raises(ValueError, match="same goals"):
        progress([-2], [0, 1])


@given(st.lists(st.integers(1, 9), min_size=1, max_size=8))
def test_all_goals_at_zero_give_50(weights: list[int]) -> None:
    assert t_score([0] * len(weights), weights) == 50.0


@given(levels, st.integers(1, 9))
def test_one_goal_gives_50_plus_ten_times_its_level(level: int, its_weight: int) -> None:
    assert t_score([level], [its_weight]) == 50.0 + 10 * level


@given(goals, st.integers(1, 1000))
def test_scaling_every_weight_changes_nothing(pairs: list[tuple[int, int]], factor: int) -> None:
    rated = [level for level, _ in pairs]
    weights = [value for _, value in pairs]
    assert t_score(rated, weights) == t_score(rated, [value * factor for value in weights])


@given(goals)
def test_the_mirror_image_gives_the_mirror_score(pairs: list[tuple[int, int]]) -> None:
    rated = [level for level, _ in pairs]
    weights = [value for _, value in pairs]
    mirrored = t_score([-level for level in rated], weights)
    score = t_score(rated, weights)
    assert mirrored is not None
    assert score is not None
    assert mirrored == pytest.approx(100 - score, abs=1e-12)
