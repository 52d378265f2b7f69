"""What does every action leave behind? Exactly one Event, and the notices that tell of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from referrals import notifications
from referrals.models import Child, Event, RecordView, Referral, User
from referrals.models.record import new_id as fresh


def record(
    kind: str,
    *,
    child: Child,
    about: UUID,
    by: User,
    at: datetime,
    referral: Referral | None = None,
    **data: Any,
) -> Event:
    """Leave the event and, in the same transaction, the notices to whom it concerns."""
    event = Event.objects.create(
        kind=kind,
        child=child,
        organization_id=child.practice_id,
        about=about,
        by=by,
        at=at,
        data=data,
    )
    notifications.tell(event, child=child, referral=referral)
    return event


def record_view(*, child: Child, by: User, at: datetime, role: str, page: str) -> None:
    """Write down who looked, when and in what role. Never an event: looking changes nothing."""
    RecordView.objects.create(child=child, user=by, role=role, page=page, at=at)


def new_id() -> UUID:
    """An id for a form about to be shown: what it makes is made once, however often it is sent."""
    return fresh()
