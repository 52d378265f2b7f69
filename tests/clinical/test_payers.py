"""Until when may a plan wait for its signature, and how long does a signed one hold?"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.clinical.payers import PAYERS, SOON, STANDARD, Payer, standing

TODAY = date(2026, 3, 2)
DAYS = st.dates(date(2000, 1, 1), date(2080, 12, 31))
CODES = st.sampled_from(sorted(PAYERS))


@pytest.mark.parametrize(
    ("payer", "start", "until"),
    [
        ("standard", date(2028, 1, 15), date(2028, 4, 14)),
        ("extended", date(2026, 1, 15), date(2026, 7, 14)),
        ("half_year", date(2026, 1, 15), date(2026, 7, 14)),
        ("half_year", date(2026, 8, 31), date(2027, 2, 27)),
        ("year", date(2026, 1, 15), date(2027, 1, 14)),
        ("year", date(2028, 2, 29), date(2029, 2, 27)),
    ],
)
def test_until_when_a_certification_holds(payer, start, until):
    assert PAYERS[payer].valid_until(start) == until


@pytest.mark.parametrize(
    ("payer", "by"),
    [
        ("standard", date(2026, 4, 1)),
        ("extended", date(2026, 5, 1)),
        ("half_year", date(2026, 4, 1)),
        ("year", date(2026, 4, 1)),
    ],
)
def test_by_when_it_is_to_be_signed(payer, by):
    assert PAYERS[payer].sign_by(TODAY) == by


def test_there_is_a_profile_that_holds_unless_another_is_chosen():
    assert PAYERS[STANDARD].sign_within == 30
    assert all(payer.source for payer in PAYERS.values())


@pytest.mark.parametrize(
    "wrong",
    [
        {"sign_within": 30},
        {"sign_within": 30, "valid_days": 90, "valid_months": 3},
        {"sign_within": 0, "valid_days": 90},
    ],
)
def test_a_profile_that_is_not_complete_is_refused(wrong):
    with pytest.raises(ValueError, match="not complete"):
        Payer(code="x", label="X", source="ours", **wrong)


@given(CODES, DAYS, st.integers(0, 400))
def test_a_later_start_never_holds_less_long(code, start, more):
    payer, later = PAYERS[code], start + timedelta(days=more)
    assert start < payer.valid_until(start) <= payer.valid_until(later)
    assert start < payer.sign_by(start) <= payer.sign_by(later)


# --- The five words of the tracker --------------------------------------------------------------


def in_days(days: int | None) -> date | None:
    return None if days is None else TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("sent", "sign_by", "valid_until", "word"),
    [
        (None, None, None, "not_sent"),
        (None, 20, None, "not_sent"),
        (-2, 28, None, "waiting"),
        (-2, SOON + 1, None, "waiting"),
        (-2, SOON, None, "due_soon"),
        (-2, 0, None, "due_soon"),
        (-40, -1, None, "overdue"),
        (-2, 28, 90, "certified"),
        (-2, -10, 90, "certified"),
        (-90, -60, SOON + 1, "certified"),
        (-90, -60, SOON, "due_soon"),
        (-90, -60, 0, "due_soon"),
        (-90, -60, -1, "overdue"),
    ],
)
def test_where_a_plan_stands(sent, sign_by, valid_until, word):
    said = standing(
        sent=in_days(sent), sign_by=in_days(sign_by), valid_until=in_days(valid_until), today=TODAY
    )
    assert said == word


@given(CODES, DAYS, st.integers(0, 800))
def test_a_plan_that_was_sent_becomes_overdue_and_never_less_so(code, sent, days):
    order = ["waiting", "due_soon", "overdue"]
    payer = PAYERS[code]
    said = [
        standing(
            sent=sent, sign_by=payer.sign_by(sent), valid_until=None,
            today=sent + timedelta(days=on),
        )
        for on in (days, days + 1)
    ]  # fmt: skip
    assert order.index(said[0]) <= order.index(said[1])


@given(CODES, DAYS, st.integers(0, 800))
def test_a_certified_plan_is_overdue_exactly_after_its_last_day(code, start, days):
    last, today = PAYERS[code].valid_until(start), start + timedelta(days=days)
    said = standing(sent=start, sign_by=start, valid_until=last, today=today)
    assert (said == "overdue") == (today > last)
