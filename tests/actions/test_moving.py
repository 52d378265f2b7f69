"""Is a move checked against the pathway, guarded against a faster hand, and recorded once?"""

from datetime import timedelta

import pytest

from referrals.actions.appointment import book_appointment, miss_appointment
from referrals.actions.clock import local_date
from referrals.actions.closing import cancel_referral
from referrals.actions.moving import move_referral, outrun_sentence, owe, repeated, write
from referrals.actions.referral import accept_referral, receive_referral
from referrals.models import Event, Referral
from referrals.pathway import MOVES, Move, State, Step
from tests.actions.outcome import kinds, outrun, refused
from tests.conftest import read


def test_of_two_who_read_one_version_the_second_is_told_and_writes_nothing(
    sent, coordinator, therapist, now
):
    one, two = read(sent), read(sent)
    receive_referral(referral=one, by=coordinator, at=now)
    with outrun("it is now “received”"):
        receive_referral(referral=two, by=therapist, at=now)
    assert kinds(sent.pk).count("referral_received") == 1


def test_a_page_of_an_older_version_is_refused_even_where_the_move_is_still_legal(
    received, therapist, now
):
    with outrun("has changed since you opened it"):
        accept_referral(
            referral=received, therapist=therapist, by=therapist, at=now,
            version=received.version - 1,
        )  # fmt: skip


def test_a_page_of_the_current_version_is_let_through(received, therapist, now):
    version = received.version
    accept_referral(referral=received, therapist=therapist, by=therapist, at=now, version=version)
    assert read(received).version == version + 1


def test_a_move_that_is_not_theirs_names_those_whose_it_is(received, coordinator, therapist, now):
    with refused(None, "Only the therapist can accept here."):
        accept_referral(referral=received, therapist=therapist, by=coordinator, at=now)


def test_who_may_not_move_is_told_so_even_when_the_page_is_stale(sent, family, now):
    with refused(None, "Only the therapist or the clinic's coordinator can take in here."):
        receive_referral(referral=sent, by=family, at=now, version=0)


def test_writing_on_a_version_that_is_gone_is_refused(sent):
    stale = read(sent)
    write(sent, closing_suggestion="a")
    with outrun("it is now “sent”"):
        write(stale, closing_suggestion="b")
    assert read(sent).closing_suggestion == "a"


def test_the_sentence_says_where_it_stands_now_and_that_nothing_is_lost(sent):
    assert outrun_sentence(sent) == (
        "This referral has changed since you opened it: it is now “sent”. "
        "Nothing you wrote was lost or sent. Please look at it again."
    )


def test_a_second_click_of_the_same_person_is_recognised(sent, coordinator, therapist, now):
    receive_referral(referral=sent, by=coordinator, at=now + timedelta(hours=1), version=2)
    now_read = read(sent)
    assert repeated(now_read, Move.RECEIVE, by=coordinator, version=2)
    assert not repeated(now_read, Move.RECEIVE, by=therapist, version=2)
    assert not repeated(now_read, Move.ACCEPT, by=coordinator, version=2)
    assert not repeated(now_read, Move.RECEIVE, by=coordinator, version=1)
    assert not repeated(now_read, Move.RECEIVE, by=coordinator, version=3)
    assert not repeated(now_read, Move.RECEIVE, by=coordinator, version=None)


def test_a_click_is_no_repetition_once_something_else_has_happened(
    received, therapist, pediatrician, now
):
    version = received.version
    accept_referral(
        referral=received, therapist=therapist, by=therapist, at=now + timedelta(hours=2)
    )
    cancel_referral(
        referral=received, reason="Moved away", by=pediatrician, at=now + timedelta(hours=3)
    )
    assert not repeated(read(received), Move.ACCEPT, by=therapist, version=version)


def test_a_step_without_a_clock_must_be_given_its_date(accepted, now):
    with pytest.raises(ValueError, match="has no clock"):
        owe(accepted, Step.EVALUATE, at=now)


def test_loop_marks_stay_with_who_made_them_and_fall_when_a_step_is_undone(
    scheduled, coordinator, now
):
    before = dict(scheduled.loop)
    assert sorted(before) == ["1", "2", "3", "4"]
    at = now + timedelta(days=8)
    move_referral(scheduled, Move.MISS, by=coordinator, at=at)
    assert read(scheduled).loop == {k: v for k, v in before.items() if k != "4"}


def test_the_day_on_which_a_step_was_first_reached_stays(scheduled, coordinator, now):
    """The strip falls back when a visit is missed; that it was once agreed, and when, does not."""
    first = dict(scheduled.reached)
    at = now + timedelta(days=8)
    missed = miss_appointment(referral=scheduled, by=coordinator, at=at)
    assert (sorted(missed.loop), missed.reached) == (["1", "2", "3"], first)
    again = book_appointment(
        referral=missed, starts_at=at + timedelta(days=7), therapist=scheduled.therapist,
        minutes=60, place="clinic", by=coordinator, at=at,
    )  # fmt: skip
    assert (again.loop["4"][0], again.reached["4"]) == (
        local_date(at, again.practice).isoformat(),
        first["4"],
    )
    assert read(again).reached == first


def test_a_closing_leaves_the_strip_where_it_stood(contacting, pediatrician, now):
    before = dict(contacting.loop)
    cancel_referral(referral=contacting, reason="Moved away", by=pediatrician, at=now)
    assert read(contacting).loop == before


@pytest.mark.parametrize("move", list(Move))
def test_no_move_leads_from_a_state_that_is_not_its_source(move, scheduled, now, request):
    """Every other state, for somebody who may make the move at all."""
    from referrals.access import may_move

    names = ("pediatrician", "therapist", "coordinator", "family")
    person = next(p for p in map(request.getfixturevalue, names) if may_move(p, move, scheduled))
    legal = MOVES[move].sources
    for state in set(State) - legal:
        wrong = read(scheduled)
        wrong.state = state
        with outrun("has changed since you opened it"):
            move_referral(wrong, move, by=person, at=now)
    assert Event.objects.filter(about=scheduled.pk).count() == 6
    assert Referral.objects.get(pk=scheduled.pk).version == scheduled.version
