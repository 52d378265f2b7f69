"""Is every ladder that can be rated let through, and every other one told what is wrong?"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.clinical.ladder import EXPECTED, FAMILY, faults, number, plain, signed

AMOUNTS = [0, 2, 3, 4, 5]


def steps(amounts: Any = AMOUNTS) -> list[dict[str, Any]]:
    return [{"amount": n, "words": f"step {i}"} for i, n in enumerate(amounts)]


def said(levels: Any, **changes: str) -> list[str]:
    asked = {"measure": "buttons", "convention": "minus_two", "baseline": ""} | changes
    return [fault.sentence for fault in faults(levels, **asked)]


@pytest.mark.parametrize("amounts", [AMOUNTS, [30, 20, 12, 10, 8], [-2, -1.5, 0, 1, 99.5]])
def test_a_ladder_rises_or_falls(amounts: list[float]) -> None:
    assert said(steps(amounts)) == []


@pytest.mark.parametrize(
    ("amounts", "sentence"),
    [
        ([0, 2, 2, 4, 5], "Levels −1 and 0 are both 2. Each level needs its own amount."),
        ([0, 3, 2, 4, 5], "The amounts must rise from −2 to +2: level 0 is 2 after 3."),
        ([5, 4, 4.5, 3, 1], "The amounts must fall from −2 to +2: level 0 is 4.5 after 4."),
        ([0, None, 2, 3, 4], "Level −1 needs an amount, as a number."),
        ([0, True, 2, 3, 4], "Level −1 needs an amount, as a number."),
        ([0, 1, 2, 3, float("nan")], "Level +2 needs an amount, as a number."),
        ([0, 1, 2, 3, float("inf")], "Level +2 needs an amount, as a number."),
        ([0, 1, "2", 3, 4], "Level 0 needs an amount, as a number."),
    ],
)
def test_what_is_no_ladder_is_said(amounts: list[Any], sentence: str) -> None:
    assert said(steps(amounts)) == [sentence]


def test_each_level_needs_words_of_its_own() -> None:
    silent, same = steps(), steps()
    silent[3]["words"] = "  "
    same[4]["words"] = "Step  0"
    assert said(silent) == ["Level +1 needs words."]
    assert said(same) == ["Levels −2 and +2 say the same."]


@pytest.mark.parametrize("levels", [[], steps([0, 1, 2, 3]), steps([0, 1, 2, 3, 4, 5])])
def test_there_are_five(levels: list[Any]) -> None:
    assert said(levels) == ["A goal has five levels, from −2 to +2."]


@pytest.mark.parametrize(
    ("convention", "baseline", "expected"),
    [
        ("minus_two", "She fastens 0 of 5 buttons.", []),
        ("minus_two", "None yet.", []),
        ("minus_one", "She fastens 2 of 5 buttons.", []),
        ("minus_one", "She fastens 2.0 buttons.", []),
        (
            "minus_one", "She fastens 0 of 5 buttons.",
            ["Level −1 is today, with 2; but today is told otherwise: "
             "“She fastens 0 of 5 buttons.”."],
        ),
    ],
)  # fmt: skip
def test_the_level_of_today_agrees_with_what_is_told_of_today(
    convention: str, baseline: str, expected: list[str]
) -> None:
    assert said(steps(), convention=convention, baseline=baseline) == expected


def test_one_variable_and_a_known_convention_are_needed() -> None:
    assert said(steps(), measure=" ") == ["Say what is counted or measured, one thing only."]
    assert said(steps(), convention="zero") == ["Say which level is today: −2 or −1."]


NUMBERS = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False) | st.integers(-1000, 1000)


@given(st.lists(NUMBERS, min_size=5, max_size=5, unique=True), st.booleans())
def test_five_different_amounts_in_order_are_always_a_ladder(
    amounts: list[float], falls: bool
) -> None:
    assert said(steps(sorted(amounts, reverse=falls))) == []


@given(st.lists(NUMBERS, min_size=5, max_size=5))
def test_whatever_is_let_through_is_strictly_ordered(amounts: list[float]) -> None:
    if not said(steps(amounts)):
        assert len(set(amounts)) == 5
        assert amounts in (sorted(amounts), sorted(amounts, reverse=True))


@given(st.lists(NUMBERS, min_size=5, max_size=5))
def test_a_ladder_turned_round_is_a_ladder_too(amounts: list[float]) -> None:
    assert bool(said(steps(amounts))) == bool(said(steps(amounts[::-1])))


def test_levels_and_amounts_are_written_as_people_read_them() -> None:
    assert [signed(n) for n in range(-2, 3)] == ["−2", "−1", "0", "+1", "+2"]
    assert [plain(n) for n in (3, 3.0, 2.5)] == ["3", "3", "2.5"]
    assert [number(n) for n in (1, 1.5, "1", True, None)] == [1, 1.5, None, None, None]


def test_every_level_has_its_name_in_both_conventions() -> None:
    assert (
        set(EXPECTED) == set(FAMILY["minus_two"]) == set(FAMILY["minus_one"]) == set(range(-2, 3))
    )
    assert FAMILY["minus_two"][-2] == FAMILY["minus_one"][-1]
    assert FAMILY["minus_two"][-2].en == "Where we start"
