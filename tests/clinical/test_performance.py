"""Is the change a family sees told without hiding anything?"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.clinical.performance import Change, change

ratings = st.integers(1, 10)
pairs = st.lists(st.tuples(ratings, ratings), min_size=1, max_size=5)


def test_the_first_worked_case_is_important() -> None:
    result = change((3, 4, 2), (6, 7, 4))
    assert result.per_problem == (3, 3, 2)
    assert round(result.mean, 3) == 2.667
    assert result.important is True
    assert result.mixed is False


def test_the_second_worked_case_is_not_important() -> None:
    assert change((5, 6, 4, 5), (6, 8, 6, 6)) == Change(
        per_problem=(1, 2, 2, 1), mean=1.5, important=False, mixed=False
    )


def test_exactly_two_points_are_important() -> None:
    assert change([3, 5], [5, 7]).important is True


def test_a_fall_of_two_points_is_important_too() -> None:
    assert change([6], [4]) == Change((-2,), -2.0, important=True, mixed=False)


def test_problems_that_move_in_opposite_directions_are_called_mixed() -> None:
    assert change([2, 8], [6, 4]) == Change((4, -4), 0.0, important=False, mixed=True)


def test_a_problem_that_stays_does_not_make_it_mixed() -> None:
    assert change([2, 8], [6, 8]).mixed is False


def test_what_is_important_is_a_setting() -> None:
    assert change([5], [6], important_from=1).important is True
    with pytest.raises(ValueError, match="above 0"):
        change([5], [6], important_from=0)


@pytest.mark.parametrize("rating", [0, 11, 4.5, True, None])
def test_a_rating_is_a_whole_number_from_1_to_10(rating: Any) -> None:
    with pytest.raises(ValueError, match="A rating must be"):
        change([5], [rating])


@pytest.mark.parametrize("count", [0, 6])
def test_there_are_one_to_five_problems(count: int) -> None:
    with pytest.raises(ValueError, match="one to five"):
        change([5] * count, [5] * count)


def test_both_ratings_list_the_same_problems() -> None:
    with pytest.raises(ValueError, match="same problems"):
        change([5, 5], [5])


@given(pairs)
def test_going_back_is_the_opposite_change(rated: list[tuple[int, int]]) -> None:
    before, after = [one for one, _ in rated], [other for _, other in rated]
    there, back = change(before, after), change(after, before)
    assert there.mean == -back.mean
    assert there.mixed == back.mixed
