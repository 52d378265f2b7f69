"""Is the family sent to the programme that can still help?"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.clinical.programmes import ProgrammeHint, programme_hint

TODAY = date(2026, 3, 2)


def hint(born: date, on: date = TODAY, received: date | None = None) -> ProgrammeHint:
    found = programme_hint(born, on, received)
    assert found is not None
    return found


def test_a_child_under_3_is_pointed_to_early_intervention_with_dates() -> None:
    found = hint(date(2024, 9, 1))
    assert found.code == "early_intervention"
    assert found.refer_by == date(2026, 3, 9)
    assert found.evaluate_by == date(2026, 4, 16)
    assert found.evaluation_days_from_consent is None


def test_the_evaluation_is_counted_from_the_day_the_referral_arrived() -> None:
    found = hint(date(2024, 9, 1), on=date(2026, 2, 27), received=TODAY)
    assert found.refer_by == date(2026, 3, 6)
    assert found.evaluate_by == date(2026, 4, 16)


def test_45_days_before_the_third_birthday_is_still_early_intervention() -> None:
    assert hint(date(2023, 4, 16)).code == "early_intervention"


def test_44_days_before_the_third_birthday_is_the_school_district_and_says_so() -> None:
    found = hint(date(2023, 4, 15))
    assert found.code == "school"
    assert found.title == "Refer to the school district, not early intervention"
    assert "less than 45 days away" in found.text
    assert (found.refer_by, found.evaluate_by) == (None, None)


def test_a_referral_that_arrives_late_goes_to_the_school_district() -> None:
    assert hint(date(2023, 4, 16), on=TODAY, received=TODAY + timedelta(days=1)).code == "school"


@pytest.mark.parametrize("born", [date(2023, 3, 2), date(2018, 1, 1)])
def test_a_child_of_3_or_more_is_pointed_to_the_school(born: date) -> None:
    found = hint(born)
    assert found.code == "school"
    assert found.title == "The school district may help too"
    assert found.evaluation_days_from_consent == 60
    assert found.meeting_days_from_eligibility == 30
    assert "60 days" in found.text
    assert "30 days" in found.text


def test_from_the_22nd_birthday_on_there_is_no_programme() -> None:
    assert hint(date(2004, 3, 3)).code == "school"
    assert programme_hint(date(2004, 3, 2), TODAY) is None


def test_a_setting_changes_the_date_and_the_words_together() -> None:
    found = programme_hint(date(2024, 9, 1), TODAY, days={"early_intervention_referral": 2})
    assert found is not None
    assert found.refer_by == date(2026, 3, 4)
    assert "within 2 days" in found.text


def test_a_day_before_birth_is_refused() -> None:
    with pytest.raises(ValueError, match="before the date of birth"):
        programme_hint(TODAY, TODAY - timedelta(days=1), TODAY)
    with pytest.raises(ValueError, match="before the date of birth"):
        programme_hint(TODAY, TODAY, TODAY - timedelta(days=1))


@given(st.integers(0, 8000))
def test_every_hint_is_complete(old: int) -> None:
    found = hint(TODAY - timedelta(days=old))
    assert found.title != ""
    assert "{" not in found.text
    assert found.source != ""
    assert (found.evaluate_by is None) == (found.code == "school")
