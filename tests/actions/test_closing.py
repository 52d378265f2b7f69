"""Does every ending tell the referrer, and stay open until the other side has taken note?"""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from referrals.access import may_move
from referrals.actions.appointment import (
    offer_appointments,
)
from referrals.actions.closing import (
    acknowledge_referral,
    cancel_referral,
    close_referral,
    confirm_referral,
    decline_referral,
    mark_referral_error,
)
from referrals.actions.handing import postpone_referral
from referrals.actions.referral import send_referral
from referrals.models import Appointment, Membership, Seat, User
from referrals.models.record import FOREVER, NO_DUE_DATE
from referrals.pathway import Move
from tests.actions.outcome import kinds, outrun, owed, refused, told
from tests.conftest import read

CLOSINGS = [Move.CLOSE_FAMILY_DECLINED, Move.CLOSE_NOT_ELIGIBLE]


# --- Declining --------------------------------------------------------------------------------


def test_a_declined_referral_is_owed_an_acknowledgement_by_its_author_in_seven_days(
    declined, therapist, now
):
    assert owed(declined) == ("acknowledge_closing", "Ada", date(2026, 3, 9))
    assert (declined.state, declined.is_open) == ("declined", True)
    assert (declined.closed_by, declined.closed_at) == (therapist, now + timedelta(hours=2))
    assert declined.closing_reason == "We see children from three years on."
    assert declined.closing_suggestion == "The early-intervention programme takes her now."
    assert kinds(declined.pk)[-1] == "referral_declined"


def test_declining_tells_the_author_and_leaves_telling_the_family_to_them(declined):
    assert told("referral_declined") == ["Ada"]


def test_declining_needs_a_reason(received, therapist, now):
    with refused("reason", "Say why the referral is declined"):
        decline_referral(referral=received, reason=" ", suggestion="PT", by=therapist, at=now)


def test_declining_needs_a_suggestion(received, therapist, now):
    with refused("suggestion", "Suggest what could be done instead"):
        decline_referral(referral=received, reason="Full", suggestion="", by=therapist, at=now)


def test_a_clinic_that_declined_reads_on_for_thirty_days(declined, now):
    seat = Seat.objects.get(ground_id=declined.pk)
    assert seat.until == now + timedelta(hours=2, days=30)


def test_only_a_therapist_declines(received, coordinator, now):
    with refused(None, "Only the therapist can decline here"):
        decline_referral(referral=received, reason="a", suggestion="b", by=coordinator, at=now)


def test_when_the_author_has_left_a_colleague_owes_the_acknowledgement(
    received, pediatrician, therapist, now
):
    Membership.objects.filter(user=pediatrician).update(until=now)
    decline_referral(referral=received, reason="a", suggestion="b", by=therapist, at=now)
    assert owed(received)[1] == "Ben"
    assert "Ben" in told("referral_declined")


def test_when_nobody_is_left_to_be_told_the_clinic_cannot_close(
    received, pediatrician, practice_colleague, therapist, now
):
    User.objects.filter(pk__in=[pediatrician.pk, practice_colleague.pk]).update(is_active=False)
    with refused(None, "nobody who could take this on"):
        decline_referral(referral=received, reason="a", suggestion="b", by=therapist, at=now)


# --- Closing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("move", CLOSINGS)
def test_a_closing_is_owed_an_acknowledgement_and_says_why(contacting, coordinator, now, move):
    close_referral(referral=contacting, move=move, reason="Their wish", by=coordinator, at=now)
    closed = read(contacting)
    assert owed(closed) == ("acknowledge_closing", "Ada", date(2026, 3, 9))
    assert (closed.closing_reason, closed.closed_by, closed.closed_at) == (
        "Their wish", coordinator, now,
    )  # fmt: skip
    assert "Ada" in told(f"referral_{closed.state}")


@pytest.mark.parametrize("move", [*CLOSINGS, Move.CLOSE_UNREACHABLE])
def test_a_closing_needs_a_reason(contacting, coordinator, now, move):
    with refused("reason", "Say why the referral is closed"):
        close_referral(referral=contacting, move=move, reason="", by=coordinator, at=now)


@pytest.mark.parametrize("move", [*CLOSINGS, Move.CLOSE_UNREACHABLE])
def test_the_practice_does_not_close_for_the_clinic(contacting, pediatrician, now, move):
    with refused(None, "Only the therapist or the clinic's coordinator"):
        close_referral(referral=contacting, move=move, reason="So", by=pediatrician, at=now)


@pytest.mark.parametrize("move", [*CLOSINGS, Move.CLOSE_UNREACHABLE])
def test_a_draft_is_not_closed(child, practice, pediatrician, coordinator, now, move):
    from referrals.actions.referral import draft_referral
    from referrals.models.record import new_id

    draft = draft_referral(id=new_id(), child=child, practice=practice, by=pediatrician, at=now)
    for person in (pediatrician, coordinator):
        with refused(None, "Only the therapist or the clinic's coordinator"):
            close_referral(referral=draft, move=move, reason="So", by=person, at=now)


@pytest.mark.parametrize(
    ("move", "by_whom"),
    [(Move.CLOSE_FAMILY_DECLINED, "family"), (Move.CLOSE_NOT_ELIGIBLE, "clinic")],
)
def test_closing_cancels_the_booked_visit(scheduled, coordinator, now, move, by_whom):
    close_referral(referral=scheduled, move=move, reason="So", by=coordinator, at=now)
    visit = Appointment.objects.get(referral=scheduled)
    assert (visit.status, visit.cancelled_by, visit.ended_by, visit.ended_at, visit.reason) == (
        "cancelled", by_whom, coordinator, now, "The referral ended",
    )  # fmt: skip


def test_closing_withdraws_what_was_offered(contacting, coordinator, therapist, now):
    offer_appointments(
        referral=contacting, times=[now + timedelta(days=2)], therapist=therapist, minutes=60,
        place="clinic", by=coordinator, at=now,
    )  # fmt: skip
    close_referral(
        referral=contacting, move=Move.CLOSE_NOT_ELIGIBLE, reason="So", by=coordinator, at=now
    )
    assert Appointment.objects.get(referral=contacting).status == "cancelled"


# --- Withdrawing --------------------------------------------------------------------------------


def test_a_cancelled_referral_is_owed_a_confirmation_by_the_clinic_in_two_working_days(
    contacting, pediatrician, now
):
    cancel_referral(referral=contacting, reason="Moved away", by=pediatrician, at=now)
    assert owed(contacting) == ("confirm_cancellation", "Kofi", date(2026, 3, 4))
    assert told("referral_cancelled") == ["Kofi", "Rosa", "Thea"]


def test_a_colleague_who_cancels_tells_the_author(contacting, practice_colleague, now):
    cancel_referral(referral=contacting, reason="Moved away", by=practice_colleague, at=now)
    assert told("referral_cancelled") == ["Ada", "Kofi", "Rosa", "Thea"]


def test_a_clinic_reads_on_for_thirty_days_once_it_has_confirmed(
    contacting, pediatrician, coordinator, now
):
    cancel_referral(referral=contacting, reason="Moved away", by=pediatrician, at=now)
    assert Seat.objects.get(ground_id=contacting.pk).until == FOREVER
    confirm_referral(referral=read(contacting), by=coordinator, at=now + timedelta(days=2))
    assert Seat.objects.get(ground_id=contacting.pk).until == now + timedelta(days=32)


def test_a_cancelled_draft_is_over_at_once_and_nobody_is_told(draft, pediatrician, now):
    cancel_referral(referral=draft, reason="Not needed", by=pediatrician, at=now)
    over = read(draft)
    assert (over.state, over.is_open, over.next_step, over.next_due_on) == (
        "cancelled", False, "none", NO_DUE_DATE,
    )  # fmt: skip
    assert over.acknowledged_at is None
    assert told("referral_cancelled") == []


def test_cancelling_needs_a_reason(sent, pediatrician, now):
    with refused("reason", "Say why the referral is cancelled"):
        cancel_referral(referral=sent, reason="", by=pediatrician, at=now)


def test_the_clinic_does_not_cancel(sent, coordinator, now):
    with refused(None, "Only the pediatrician can cancel the referral"):
        cancel_referral(referral=sent, reason="So", by=coordinator, at=now)


def test_the_clinic_confirms_and_nothing_is_owed(contacting, pediatrician, therapist, now):
    at = now + timedelta(days=1)
    cancel_referral(referral=contacting, reason="Moved away", by=pediatrician, at=at)
    confirm_referral(referral=read(contacting), by=therapist, at=at)
    over = read(contacting)
    assert (over.is_open, over.next_step, over.next_due_on) == (False, "none", NO_DUE_DATE)
    assert (over.acknowledged_by, over.acknowledged_at) == (therapist, at)
    assert kinds(over.pk)[-2:] == ["referral_cancelled", "referral_confirmed"]


def test_the_practice_does_not_confirm_its_own_cancellation(contacting, pediatrician, now):
    cancel_referral(referral=contacting, reason="Moved away", by=pediatrician, at=now)
    with refused(None, "Only the therapist or the clinic's coordinator can confirm"):
        confirm_referral(referral=read(contacting), by=pediatrician, at=now)


# --- Taking note ------------------------------------------------------------------------------


def test_the_author_takes_note_and_nothing_is_owed(declined, pediatrician, now):
    at = now + timedelta(days=1)
    acknowledge_referral(referral=declined, by=pediatrician, at=at)
    over = read(declined)
    assert (over.state, over.is_open, over.next_step, over.next_due_on) == (
        "declined", False, "none", NO_DUE_DATE,
    )  # fmt: skip
    assert (over.acknowledged_by, over.acknowledged_at) == (pediatrician, at)
    assert kinds(over.pk)[-1] == "referral_acknowledged"


def test_note_is_taken_once(declined, pediatrician, practice_colleague, now):
    acknowledge_referral(referral=declined, by=practice_colleague, at=now)
    with outrun("already taken note"):
        acknowledge_referral(referral=read(declined), by=pediatrician, at=now)


def test_the_clinic_does_not_acknowledge_its_own_closing(declined, therapist, now):
    with refused(None, "Only the pediatrician can take note here"):
        acknowledge_referral(referral=declined, by=therapist, at=now)


def test_a_running_referral_is_not_acknowledged(contacting, pediatrician, now):
    with outrun("has changed since you opened it"):
        acknowledge_referral(referral=contacting, by=pediatrician, at=now)


def test_the_date_of_the_acknowledgement_can_be_moved_too(declined, pediatrician, now):
    postpone_referral(
        referral=declined,
        due_on=date(2026, 3, 30),
        reason="Family is away",
        by=pediatrician,
        at=now,
    )
    assert owed(declined) == ("acknowledge_closing", "Ada", date(2026, 3, 30))


def test_of_what_is_over_no_date_can_be_moved(declined, pediatrician, now):
    acknowledge_referral(referral=declined, by=pediatrician, at=now)
    with outrun("Nothing is owed"):
        postpone_referral(
            referral=read(declined), due_on=date(2026, 3, 30), reason="So", by=pediatrician, at=now
        )


# --- Entered in error ---------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["pediatrician", "admin"])
def test_an_author_or_an_admin_marks_an_error_and_the_clinic_confirms(
    scheduled, who, request, now, therapist
):
    person = request.getfixturevalue(who)
    at = timezone.now()
    mark_referral_error(referral=scheduled, reason="Wrong child", by=person, at=at)
    marked = read(scheduled)
    assert (marked.state, marked.next_step, marked.owner.given_name) == (
        "entered_in_error", "confirm_cancellation", "Kofi",
    )  # fmt: skip
    assert Appointment.objects.get(referral=marked).status == "cancelled"
    confirm_referral(referral=marked, by=therapist, at=at)
    assert read(marked).is_open is False


def test_marking_an_error_needs_a_reason(sent, pediatrician, now):
    with refused("reason", "Say what was wrong"):
        mark_referral_error(referral=sent, reason="", by=pediatrician, at=now)


def test_whoever_sent_it_marks_an_error_too(draft, practice_colleague, now):
    send_referral(referral=draft, by=practice_colleague, at=now)
    mark_referral_error(referral=read(draft), reason="Wrong child", by=practice_colleague, at=now)
    assert read(draft).state == "entered_in_error"


@pytest.mark.parametrize(
    "who",
    ["practice_colleague", "therapist", "coordinator", "family", "stranger_pediatrician"],
)
def test_nobody_else_marks_an_error(sent, who, request, now):
    with refused(None, "Only the pediatrician or an administrator"):
        mark_referral_error(referral=sent, reason="So", by=request.getfixturevalue(who), at=now)


def test_a_draft_entered_in_error_is_over_at_once(draft, pediatrician, now):
    mark_referral_error(referral=draft, reason="Wrong child", by=pediatrician, at=now)
    assert read(draft).is_open is False


def test_an_ending_that_was_an_error_is_opened_for_the_clinic_again(
    contacting, coordinator, pediatrician, now
):
    close_referral(
        referral=contacting, move=Move.CLOSE_NOT_ELIGIBLE, reason="So", by=coordinator, at=now
    )
    acknowledge_referral(referral=read(contacting), by=pediatrician, at=now)
    mark_referral_error(referral=read(contacting), reason="Wrong child", by=pediatrician, at=now)
    marked = read(contacting)
    assert (marked.is_open, marked.next_step, marked.acknowledged_at) == (
        True, "confirm_cancellation", None,
    )  # fmt: skip
    # What was written at the first ending stays readable.
    assert (
        marked.closing_reason == "Wrong child\n\nBefore that, 2026-03-02. Closed: not eligible: So"
    )


def test_an_error_is_marked_once(draft, pediatrician, now):
    mark_referral_error(referral=draft, reason="Wrong child", by=pediatrician, at=now)
    with outrun("entered in error"):
        mark_referral_error(referral=read(draft), reason="Again", by=pediatrician, at=now)


def test_whoever_owes_the_confirmation_can_still_give_it(declined, pediatrician, coordinator, now):
    """A clinic that declined has left; an error found later brings it back to take note."""
    later = timezone.now()
    assert Seat.objects.get(ground_id=declined.pk).until < later
    mark_referral_error(referral=declined, reason="Wrong child", by=pediatrician, at=later)
    marked = read(declined)
    assert marked.owner == coordinator
    assert may_move(coordinator, Move.CONFIRM, marked)
    confirm_referral(referral=marked, by=coordinator, at=later)
    assert not Seat.objects.filter(ground_id=declined.pk, until=FOREVER).exists()
