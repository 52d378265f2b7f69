"""Does the share of what happened stay honest?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.clinical.adherence import (
    attendance,
    coverage,
    delivery,
    dose,
    part_week,
    practice,
    prescribed_to_date,
)

weeks = st.lists(
    st.tuples(st.floats(0, 100), st.none() | st.floats(0, 100)),
    max_size=20,
)


def test_five_a_week_done_five_four_three_and_two_times_is_70_percent() -> None:
    assert practice([(5, 5), (4, 5), (3, 5), (2, 5)]) == 0.7


def test_a_busy_week_does_not_make_up_for_an_empty_one() -> None:
    assert practice([(8, 5), (2, 5)]) == 0.7


def test_a_paused_week_is_left_out() -> None:
    assert practice([(5, 5), (3, None), (2, 5)]) == 0.7


@pytest.mark.parametrize("nothing", [[], [(3, None)], [(2, 0)]])
def test_nothing_prescribed_gives_no_value(
    nothing: list[tuple[float, float | None]],
) -> None:
    assert practice(nothing) is None


def test_a_part_week_counts_pro_rata() -> None:
    assert part_week(7, 3) == 3
    assert practice([(5, 5), (2, part_week(7, 3))]) == 0.875


@pytest.mark.parametrize(("prescribed", "days"), [(5, 8), (5, -1), (-5, 3)])
def test_an_impossible_part_week_is_refused(prescribed: float, days: int) -> None:
    with pytest.raises(ValueError, match=r"0 to 7|0 or more"):
        part_week(prescribed, days)


@pytest.mark.parametrize("week", [(-1, 5), (1, -5), (float("nan"), 5), (-1, None)])
def test_a_week_that_cannot_be_is_refused(week: tuple[float, float | None]) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        practice([week])


def test_dose_is_not_capped() -> None:
    assert dose(90, 60) == 1.5
    assert dose(30, 0) is None


def test_coverage_is_the_share_of_days_with_an_entry() -> None:
    assert coverage(3, 12) == 0.25
    assert coverage(0, 0) is None
    with pytest.raises(ValueError, match="more days"):
        coverage(5, 4)


def test_attendance_leaves_out_what_the_clinic_cancelled() -> None:
    assert attendance(scheduled=10, attended=6, cancelled_by_clinic=2) == 0.75
    assert attendance(scheduled=2, attended=0, cancelled_by_clinic=2) is None


@pytest.mark.parametrize("visits", [(5, 6, 0), (5, 4, 2), (5, 0, 6), (-1, 0, 0)])
def test_visits_that_do_not_add_up_are_refused(visits: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"More visits|0 or more"):
        attendance(*visits)


def test_ten_visits_after_six_of_twelve_weeks_at_two_a_week_are_83_percent() -> None:
    asked = prescribed_to_date(per_week=2, weeks=12, weeks_over=6)
    assert asked == 12
    assert round((delivery(10, asked) or 0) * 100, 1) == 83.3


def test_prescribed_to_date_ends_with_the_plan() -> None:
    assert prescribed_to_date(per_week=2, weeks=12, weeks_over=15) == 24


def test_extra_visits_do_not_count_above_one() -> None:
    assert delivery(5, 4) == 1.0
    assert delivery(3, 0) is None


@given(weeks)
def test_practice_stays_between_0_and_1(
    given_weeks: list[tuple[float, float | None]],
) -> None:
    result = practice(given_weeks)
    assert result is None or 0 <= result <= 1


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.floats(0, 100))
def test_attendance_and_delivery_stay_between_0_and_1(
    attended: int, missed: int, cancelled: int, asked: float
) -> None:
    kept = attendance(attended + missed + cancelled, attended, cancelled)
    assert kept is None or 0 <= kept <= 1
    delivered = delivery(attended, asked)
    assert delivered is None or 0 <= delivered <= 1
