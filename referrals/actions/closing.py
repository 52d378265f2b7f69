"""How does a referral end before therapy, with nobody left untold?

Each ending owes the other side a last step; only their taking note closes it.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from referrals.models import ContactAttempt, Referral, Seat, User
from referrals.models.guardian import Right
from referrals.pathway import (
    UNREACHABLE_ATTEMPTS,
    UNREACHABLE_CHANNELS,
    UNREACHABLE_DAYS,
    Move,
    Step,
)

from .appointment import drop_visits
from .clock import due_on, local_date
from .moving import check_move, move_referral
from .refusal import Outrun, Refused
from .seat import end_seats, seat


def _reason(text: str, sentence: str, field: str = "reason") -> str:
    if not text.strip():
        raise Refused(sentence, field)
    return text


def _end(
    referral: Referral, move: Move, reason: str, *, by: User, at: datetime, version: int | None,
    cancelled_by: str = "clinic", **changes: Any,
) -> Referral:  # fmt: skip
    move_referral(
        referral, move, by=by, at=at, version=version,
        closed_at=at, closed_by=by, closing_reason=reason, **changes,
    )  # fmt: skip
    drop_visits(referral, by=by, at=at, cancelled_by=cancelled_by)
    return referral


def _leave(referral: Referral, *, at: datetime) -> None:
    """The clinic that will not treat the child keeps reading for a while, then no longer."""
    clinic = referral.clinic
    if clinic is not None and referral.sent_at is not None:
        last = due_on("access_after_decline", organization=clinic, at=at)
        end_seats(referral.pk, at=at + (last - local_date(at, clinic)))


def _return(referral: Referral, *, at: datetime) -> None:
    """A clinic that has left is seated again: it owes a confirmation, so it must be able to give it."""
    clinic = referral.clinic
    if clinic is None or referral.sent_at is None:
        return
    end_seats(referral.pk, at=at)
    seat(
        referral.child,
        organization=clinic,
        role=Seat.Role.CLINIC,
        rights=[Right.SEE],
        ground=Seat.Ground.REFERRAL,
        ground_id=referral.pk,
        since=at,
    )


@transaction.atomic
def decline_referral(
    *,
    referral: Referral,
    reason: str,
    suggestion: str,
    by: User,
    at: datetime,
    version: int | None = None,
) -> Referral:
    """Say no, why, and what the pediatrician could do instead."""
    _reason(reason, "Say why the referral is declined.")
    _reason(suggestion, "Suggest what could be done instead.", "suggestion")
    _end(
        referral, Move.DECLINE, reason, by=by, at=at, version=version,
        closing_suggestion=suggestion,
    )  # fmt: skip
    _leave(referral, at=at)
    return referral


@transaction.atomic
def close_referral(
    *, referral: Referral, move: Move, reason: str, by: User, at: datetime,
    version: int | None = None,
) -> Referral:  # fmt: skip
    """Close as unreachable, declined by the family, or not eligible; the referrer is owed the word."""
    check_move(referral, move, by=by, version=version)
    _reason(reason, "Say why the referral is closed.")
    if move is Move.CLOSE_UNREACHABLE:
        missing = unreachable_lacks(referral)
        if missing:
            raise Refused(missing)
    cancelled_by = "family" if move is Move.CLOSE_FAMILY_DECLINED else "clinic"
    return _end(referral, move, reason, by=by, at=at, version=version, cancelled_by=cancelled_by)


def unreachable_lacks(referral: Referral) -> str:
    """What is still to be tried before a family may be called unreachable; empty when nothing is.

    Counted since the family was last reached or agreed a visit: a family that was spoken
    with is not lost.
    """
    tried: list[ContactAttempt] = []
    agreed = referral.appointments.aggregate(last=Max("booked_at"))["last"]
    later = referral.attempts.filter(at__gt=agreed) if agreed else referral.attempts.all()
    spoken = agreed is not None
    for attempt in later:
        reached = attempt.result == ContactAttempt.Result.REACHED
        tried, spoken = ([], True) if reached else ([*tried, attempt], spoken)
    clinic = referral.clinic
    assert clinic is not None
    days = {local_date(attempt.at, clinic) for attempt in tried}
    channels = {attempt.channel for attempt in tried}
    enough = (
        len(tried) >= UNREACHABLE_ATTEMPTS
        and len(channels) >= UNREACHABLE_CHANNELS
        and len(days) >= UNREACHABLE_DAYS
    )
    if enough:
        return ""
    since = "Since the family was last reached" if spoken else "So far"
    return (
        f"Before a family is called unreachable, log at least {UNREACHABLE_ATTEMPTS} attempts on "
        f"{UNREACHABLE_CHANNELS} channels on {UNREACHABLE_DAYS} different days. {since}: "
        f"{len(tried)} attempts, {len(channels)} channels, {len(days)} days."
    )


@transaction.atomic
def cancel_referral(
    *, referral: Referral, reason: str, by: User, at: datetime, version: int | None = None
) -> Referral:
    """Withdraw the referral. A clinic that was sent it confirms; an unsent draft ends at once."""
    _reason(reason, "Say why the referral is cancelled.")
    return _end(
        referral, Move.CANCEL, reason, by=by, at=at, version=version, cancelled_by="practice"
    )


@transaction.atomic
def mark_referral_error(
    *, referral: Referral, reason: str, by: User, at: datetime, version: int | None = None
) -> Referral:
    """Mark the referral as entered in error: it stays readable, and counts for nothing."""
    _reason(reason, "Say what was wrong.")
    if referral.closing_reason:
        # The earlier ending stays readable below the new one: nothing written is lost.
        earlier = f"{referral.get_state_display()}: {referral.closing_reason}"
        reason = f"{reason}\n\nBefore that, {referral.closed_at:%Y-%m-%d}. {earlier}"
    _end(
        referral, Move.MARK_ERROR, reason, by=by, at=at, version=version,
        acknowledged_at=None, acknowledged_by=None,
    )  # fmt: skip
    _return(referral, at=at)
    return referral


@transaction.atomic
def acknowledge_referral(
    *, referral: Referral, by: User, at: datetime, version: int | None = None
) -> Referral:
    """The pediatrician has taken note of the ending: nothing is owed any more."""
    return _take_note(referral, Move.ACKNOWLEDGE, by, at, version)


@transaction.atomic
def confirm_referral(
    *, referral: Referral, by: User, at: datetime, version: int | None = None
) -> Referral:
    """The clinic has taken note that the referral was withdrawn; it leaves the team."""
    _take_note(referral, Move.CONFIRM, by, at, version)
    _leave(referral, at=at)
    return referral


def _take_note(
    referral: Referral, move: Move, by: User, at: datetime, version: int | None
) -> Referral:
    if not referral.is_open:
        raise Outrun("Somebody has already taken note of this.")
    return move_referral(
        referral, move, by=by, at=at, version=version, owes=Step.NONE,
        acknowledged_at=at, acknowledged_by=by,
    )  # fmt: skip
