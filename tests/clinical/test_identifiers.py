"""Is a mistyped provider number caught?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.clinical.identifiers import npi_is_valid


@pytest.mark.parametrize("npi", ["1234567893", "1245319599", "2000000002"])
def test_a_number_with_the_right_check_digit_is_valid(npi: str) -> None:
    assert npi_is_valid(npi) is True


@pytest.mark.parametrize(
    "npi",
    [
        "1234567890",  # wrong check digit
        "1234567839",  # last two swapped
        "123456789",
        "12345678930",
        "",
        " 1234567893",
        "123456789a",
        "3000000001",  # right check digit, but no number begins with 3
        "\u0661234567893",  # a digit, but not one of ours
    ],
)
def test_any_other_string_is_not(npi: str) -> None:
    assert npi_is_valid(npi) is False


@given(st.sampled_from("12"), st.text("0123456789", min_size=8, max_size=8))
def test_exactly_one_check_digit_is_right(first: str, middle: str) -> None:
    assert sum(npi_is_valid(f"{first}{middle}{last}") for last in range(10)) == 1
