"""What does every action leave behind? Exactly one Event, and the notices that tell of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from referrals import notifications
from referrals.models import Child, Event, Reading, RecordView, Referral, Seat, Thread, User
from referrals.models.record import new_id as fresh


def record(
    kind: str,
    *,
    child: Child,
    about: UUID,
    by: User | None,
    at: datetime,
    referral: Referral | None = None,
    earlier: Iterable[Event] = (),
    team: Iterable[Seat] | None = None,
    **data: Any,
) -> Event:
    """Leave the event and, in the same transaction, the notices to whom it concerns.

    `earlier` is what happened just before and is not written yet: it goes with the same statement.
    `team` are the seats around the child, where they were just read in this transaction.
    """
    event = happened(kind, child=child, about=about, by=by, at=at, **data)
    leave([*earlier, event], child=child, referral=referral, team=team)
    return event


def leave(
    events: Sequence[Event], *, child: Child, referral: Referral | None,
    team: Iterable[Seat] | None = None,
) -> None:  # fmt: skip
    """Write what happened, one after the other, and the notices of it."""
    Event.objects.bulk_create(events)
    for event in events:
        notifications.tell(event, child=child, referral=referral, team=team)


def happened(
    kind: str, *, child: Child, about: UUID, by: User | None, at: datetime, **data: Any
) -> Event:
    """An event that is not written yet: it is left, or given to `record` with the one that follows it."""
    return Event(
        kind=kind, child=child, organization_id=child.practice_id, about=about, by=by, at=at,
        data=data,
    )  # fmt: skip


def record_view(*, child: Child, by: User, at: datetime, role: str, page: str) -> None:
    """Write down who looked, when and in what role. Never an event: looking changes nothing."""
    RecordView.objects.create(child=child, user=by, role=role, page=page, at=at)


def record_views(*, children: Iterable[UUID], by: User, at: datetime, role: str, page: str) -> None:
    """A look at many records at once is one at each of them."""
    looks = [RecordView(child_id=child, user=by, role=role, page=page, at=at) for child in children]
    if len(looks) == 1:
        looks[0].save(force_insert=True)  # by itself it needs no transaction
    else:
        RecordView.objects.bulk_create(looks)


def record_reading(*, thread: Thread, by: User, at: datetime, role: str, number: int) -> None:
    """Write down up to where a thread was read. Like the log of looks it is never an event."""
    Reading.objects.bulk_create(
        [Reading(thread=thread, user=by, role=role, number=number, at=at)], ignore_conflicts=True
    )


def new_id() -> UUID:
    """An id for a form about to be shown: what it makes is made once, however often it is sent."""
    return fresh()
