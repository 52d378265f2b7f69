"""How do visits, their notes and home activities come into tests that are about something else? As rows."""

from datetime import datetime
from typing import Any

from referrals.models import Activity, Appointment, Referral, Session, User


def a_visit(
    referral: Referral, starts_at: datetime, *, by: User, status: str = "fulfilled", **said: Any
) -> Appointment:
    """A therapy visit that was booked, and what became of it."""
    return Appointment.objects.create(
        referral=referral, organization=referral.clinic, therapist=by, purpose="therapy",
        starts_at=starts_at, minutes=45, status=status, proposed_by=by, proposed_at=starts_at,
        booked_by=by, booked_at=starts_at, **said,
    )  # fmt: skip


def a_note(visit: Appointment, *, by: User, signed: bool = True, **said: Any) -> Session:
    """The note of a visit; signed where nothing else is said."""
    whole: dict[str, Any] = {}
    if signed:
        whole = {
            "status": "final", "signed_by": by, "signed_at": visit.ends_at,
            "signature": by.signature,
        }  # fmt: skip
    return Session.objects.create(
        referral=visit.referral, appointment=visit, plan=visit.referral.plans.get(status="final"),
        author=by, created_at=visit.ends_at, saved_at=visit.ends_at, done="Buttons.",
        **whole, **said,
    )  # fmt: skip


def attended(referral: Referral, starts_at: datetime, *, by: User) -> Appointment:
    """A visit that took place, with its signed note."""
    visit = a_visit(referral, starts_at, by=by)
    a_note(visit, by=by)
    return visit


def an_activity(referral: Referral, at: datetime, *, by: User, **said: Any) -> Activity:
    content = {
        "title": "Two buttons at the door", "why": "It makes her hands strong.",
        "steps": "Stand.\nPush.", "minutes": 5, "times_a_week": 5, "routine": "morning",
        "good_looks_like": "She smiles.", "stop_when": "She is tired.",
    } | said  # fmt: skip
    return Activity.objects.create(
        referral=referral, begun_on=at.date(), begun_by=by, begun_at=at, **content
    )
