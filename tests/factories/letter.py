"""How do letters and calendar addresses come into the tests? As in life: somebody writes one."""

from datetime import datetime, timedelta
from typing import Any

from referrals.access import acting_as
from referrals.act import Act
from referrals.actions.appointment import book_appointment, miss_appointment
from referrals.actions.letter import offers_of, write_letter
from referrals.models import Letter, Referral, User
from referrals.models.record import new_id


def choice_of(referral: Referral, kind: str, to: str, *, by: User, at: datetime) -> str:
    """The key under which this letter to this person or place is offered."""
    sides = acting_as(by, Act.WRITE_LETTER, referral)
    offers = offers_of(referral, sides, at)
    return next(one.key for one in offers if (one.kind.code, one.to.name) == (kind, to))


def lettered(
    referral: Referral, kind: str, to: str, *, by: User, at: datetime, **changes: Any
) -> Letter:
    """Written to this person or place, in these words."""
    told = {
        "id": new_id(), "language": "en", "subject": "About Mina", "body": "We think of you.",
    } | changes  # fmt: skip
    choice = choice_of(referral, kind, to, by=by, at=at)
    return write_letter(referral=referral, choice=choice, by=by, at=at, **told)


def missed(referral: Referral, *, therapist: User, at: datetime) -> Referral:
    """The evaluation was booked, and nobody came."""
    booked = book_appointment(
        referral=referral, starts_at=at + timedelta(hours=1), therapist=therapist, minutes=60,
        place="clinic", by=therapist, at=at,
    )  # fmt: skip
    return miss_appointment(referral=booked, by=therapist, at=at + timedelta(hours=3))
