"""May a family be called unreachable only when it has really been tried?"""

from datetime import date, timedelta

import pytest

from referrals.actions.appointment import (
    book_appointment,
    miss_appointment,
    offer_appointments,
)
from referrals.actions.closing import close_referral, unreachable_lacks
from referrals.actions.referral import contact_referral
from referrals.pathway import Move
from tests.actions.outcome import outrun, owed, refused, told
from tests.conftest import read


def tried(referral, by, *attempts):
    """Log attempts: (days after the acceptance, channel, result)."""
    for days, channel, result in attempts:
        at = referral.state_since + timedelta(days=days)
        contact_referral(
            referral=read(referral), attempted_at=at, channel=channel, result=result, by=by, at=at
        )
    return read(referral)


ENOUGH = [(0, "phone", "no_answer"), (1, "text", "waiting"), (2, "phone", "left_message")]


def test_three_attempts_on_two_channels_on_three_days_are_enough(accepted, coordinator):
    referral = tried(accepted, coordinator, *ENOUGH)
    assert unreachable_lacks(referral) == ""
    at = accepted.state_since + timedelta(days=2)
    close_referral(
        referral=referral, move=Move.CLOSE_UNREACHABLE, reason="Silence", by=coordinator, at=at
    )
    assert owed(referral) == ("acknowledge_closing", "Ada", date(2026, 3, 11))
    assert told("referral_closed_unreachable") == ["Ada", "Rosa"]


@pytest.mark.parametrize(
    ("attempts", "so_far"),
    [
        (ENOUGH[:2], "2 attempts, 2 channels, 2 days"),
        ([(d, "phone", "no_answer") for d in range(4)], "4 attempts, 1 channels, 4 days"),
        ([(0, "phone", "no_answer"), (0, "text", "waiting"), (1, "email", "waiting")],
         "3 attempts, 3 channels, 2 days"),
    ],
)  # fmt: skip
def test_fewer_are_not_and_the_sentence_counts_them(accepted, coordinator, attempts, so_far):
    refuses_to_close(tried(accepted, coordinator, *attempts), coordinator, f"So far: {so_far}.")


@pytest.mark.parametrize(
    ("attempts", "since"),
    [
        ([*ENOUGH, (3, "phone", "reached")], "0 attempts, 0 channels, 0 days"),
        ([*ENOUGH, (3, "phone", "reached"), (4, "text", "waiting")],
         "1 attempts, 1 channels, 1 days"),
        ([(0, "phone", "reached"), *[(d + 1, c, r) for d, c, r in ENOUGH[:2]]],
         "2 attempts, 2 channels, 2 days"),
    ],
)  # fmt: skip
def test_what_was_tried_before_the_family_was_reached_is_said_not_to_count(
    accepted, coordinator, attempts, since
):
    told = f"Since the family was last reached: {since}."
    refuses_to_close(tried(accepted, coordinator, *attempts), coordinator, told)


def refuses_to_close(referral, coordinator, sentence):
    with refused(None, sentence):
        close_referral(
            referral=referral, move=Move.CLOSE_UNREACHABLE, reason="Silence", by=coordinator,
            at=referral.state_since,
        )  # fmt: skip


def test_a_family_reached_long_ago_can_be_lost_again(accepted, coordinator):
    again = [(days + 4, channel, result) for days, channel, result in ENOUGH]
    referral = tried(accepted, coordinator, *ENOUGH, (3, "phone", "reached"), *again)
    assert unreachable_lacks(referral) == ""


def test_a_family_that_agreed_a_visit_was_reached(accepted, coordinator, therapist):
    referral = tried(accepted, coordinator, *ENOUGH)
    at = accepted.state_since + timedelta(days=3)
    book_appointment(
        referral=referral, starts_at=at + timedelta(days=1), therapist=therapist, minutes=60,
        place="clinic", by=coordinator, at=at,
    )  # fmt: skip
    miss_appointment(referral=read(referral), by=coordinator, at=at + timedelta(days=2))
    assert "last reached: 0 attempts" in unreachable_lacks(read(referral))


def test_the_day_of_an_attempt_is_the_clinic_s(accepted, coordinator, clinic):
    # 10:00, 22:00 and 24:00 New York: the last two lie on one day there but two in UTC.
    referral = tried(
        accepted, coordinator,
        (0.0, "phone", "no_answer"), (0.45, "text", "waiting"), (1.0, "phone", "no_answer"),
    )  # fmt: skip
    assert "3 attempts, 2 channels, 2 days" in unreachable_lacks(referral)


def test_times_offered_count_as_an_attempt(accepted, therapist, coordinator):
    referral = tried(accepted, coordinator, (0, "phone", "no_answer"), (1, "phone", "no_answer"))
    at = accepted.state_since + timedelta(days=2)
    offer_appointments(
        referral=referral, times=[at + timedelta(days=5)], therapist=therapist, minutes=60,
        place="clinic", by=coordinator, at=at,
    )  # fmt: skip
    assert unreachable_lacks(read(referral)) == ""


def test_an_accepted_referral_nobody_tried_cannot_be_unreachable(accepted, coordinator, now):
    with outrun("it is now “accepted”"):
        close_referral(
            referral=accepted, move=Move.CLOSE_UNREACHABLE, reason="So", by=coordinator, at=now
        )
