"""What can each of the cast try at any moment, and with which right and wrong words?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from referrals.actions import appointment, closing, handing
from referrals.actions import referral as actions
from referrals.actions.clock import local_date
from referrals.models import Referral, User
from referrals.pathway import Move

#: Who may make each move, written out: the walk does not ask the pathway what it checks.
PRACTICE = {"pediatrician", "practice_colleague"}
OTS = {"therapist", "colleague"}
CLINIC = OTS | {"coordinator"}
WHO: dict[Move, set[str]] = {
    Move.SEND: PRACTICE, Move.ANSWER: PRACTICE, Move.CANCEL: PRACTICE, Move.ACKNOWLEDGE: PRACTICE,
    Move.MARK_ERROR: PRACTICE | {"admin"},
    Move.ASK: OTS, Move.ACCEPT: OTS, Move.DECLINE: OTS,
    Move.RECEIVE: CLINIC, Move.CONTACT: CLINIC, Move.OFFER: CLINIC, Move.BOOK: CLINIC,
    Move.MISS: CLINIC, Move.CANCEL_VISIT: CLINIC, Move.CONFIRM: CLINIC,
    Move.CLOSE_UNREACHABLE: CLINIC, Move.CLOSE_FAMILY_DECLINED: CLINIC,
    Move.CLOSE_NOT_ELIGIBLE: CLINIC,
    Move.PICK: {"family"},
    Move.POSTPONE: PRACTICE | CLINIC, Move.HAND_OVER: PRACTICE | CLINIC | {"admin"},
}  # fmt: skip
EVERYBODY = (
    "pediatrician", "practice_colleague", "therapist", "colleague", "coordinator", "family",
    "onlooker", "partner", "stranger", "stranger_pediatrician", "other_family", "admin", "nobody",
)  # fmt: skip
CHANNELS = ("phone", "text", "email", "letter")
RESULTS = ("no_answer", "left_message", "waiting", "no_answer", "reached", "wrong_number")
CLOSINGS = {Move.CLOSE_UNREACHABLE, Move.CLOSE_FAMILY_DECLINED, Move.CLOSE_NOT_ELIGIBLE}

Act = Callable[..., Referral]
ACTIONS: dict[Move, Act] = {
    Move.SEND: actions.send_referral, Move.RECEIVE: actions.receive_referral,
    Move.ASK: actions.ask_referral, Move.ANSWER: actions.answer_referral,
    Move.ACCEPT: actions.accept_referral, Move.DECLINE: closing.decline_referral,
    Move.CONTACT: actions.contact_referral, Move.OFFER: appointment.offer_appointments,
    Move.BOOK: appointment.book_appointment, Move.PICK: appointment.pick_appointment,
    Move.MISS: appointment.miss_appointment, Move.CANCEL_VISIT: appointment.cancel_appointment,
    Move.CLOSE_UNREACHABLE: closing.close_referral,
    Move.CLOSE_FAMILY_DECLINED: closing.close_referral,
    Move.CLOSE_NOT_ELIGIBLE: closing.close_referral, Move.CANCEL: closing.cancel_referral,
    Move.ACKNOWLEDGE: closing.acknowledge_referral, Move.CONFIRM: closing.confirm_referral,
    Move.POSTPONE: handing.postpone_referral, Move.HAND_OVER: handing.hand_over_referral,
    Move.MARK_ERROR: closing.mark_referral_error,
}  # fmt: skip


def said(
    move: Move, referral: Referral, people: dict[str, User], at: datetime, *, good: bool, n: int
) -> dict[str, Any] | None:
    """What somebody types for a move: the right words, or wrong ones. None where there are none."""
    ot = people[sorted(OTS)[n % 2]]
    words = "Because it is so." if good else " \n"
    visit = {
        "therapist": ot if good or n % 3 else people[("stranger", "coordinator")[n % 2]],
        "minutes": (30, 60, 90)[n % 3], "place": "clinic",
    }  # fmt: skip
    start = (
        at + timedelta(days=1 + n % 9, hours=n % 5) if good or not n % 3 else at - timedelta(days=n)
    )
    if move is Move.SEND:
        return {"despite_open": True} if good else None
    if move is Move.RECEIVE or move is Move.ACKNOWLEDGE or move is Move.CONFIRM:
        return {} if good else None
    if move is Move.ASK:
        return {"question": words}
    if move is Move.ANSWER:
        return {"answer": words}
    if move is Move.ACCEPT:
        return {"therapist": ot if good else people[("stranger", "coordinator", "family")[n % 3]]}
    if move is Move.DECLINE:
        pair = {"reason": "Full", "suggestion": "PT"}
        return pair if good else pair | {("reason", "suggestion")[n % 2]: words}
    if move is Move.CONTACT:
        when = at if good else at + timedelta(minutes=1 + n)
        return {"attempted_at": when, "channel": CHANNELS[n % 4], "result": RESULTS[n % 6]}
    if move is Move.OFFER:
        times = [start + timedelta(hours=2 * k) for k in range(n % 3 + 1)] if good or n % 2 else []
        return {"times": times, **visit}
    if move is Move.BOOK:
        return {"starts_at": start, **visit}
    if move is Move.PICK:
        wanted = "proposed" if good else "cancelled"
        offers = list(referral.appointments.filter(status=wanted))
        return {"appointment": offers[n % len(offers)]} if offers else None
    if move is Move.MISS:
        return {"note": ""} if good else None
    if move is Move.CANCEL_VISIT:
        return {"cancelled_by": ("family", "clinic")[n % 2], "reason": words}
    if move is Move.CANCEL or move is Move.MARK_ERROR:
        return {"reason": words}
    if move in CLOSINGS:
        return {"move": move, "reason": words}
    if move is Move.POSTPONE:
        today = local_date(at, referral.owner_organization)
        day = today + timedelta(days=n if good or n % 2 else -n - 1)
        return {"due_on": day, "reason": "Away" if good or not n % 2 else words}
    assert move is Move.HAND_OVER
    place = referral.owner_organization
    there = User.objects.filter(memberships__organization=place).order_by("pk")
    return {"owner": there[n % len(there)] if good else people[("stranger", "family")[n % 2]]}
