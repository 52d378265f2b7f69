"""Whose record is meant in an emergency, which openings wait for an answer, and what was read?"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Max, QuerySet

from referrals.access import (
    EMERGENCY,
    children_once_seated,
    children_visible_to,
    emergencies_to_review,
    records_visible_to,
)
from referrals.belonging import memberships
from referrals.models import Child, Emergency, RecordView, User
from referrals.models.child import tokens
from referrals.models.person import name_of
from referrals.prepared import Making, prepared

from .look import parts_of

_MOST: Final = 25
_COLUMNS: Final = (
    "id", "opened_at", "due_on", "owner_id",
    "user__given_name", "user__family_name", "user__email",
    "owner__given_name", "owner__family_name", "owner__email",
)  # fmt: skip


def known_for_sure(user: User, *, number: str, name: str, born: date | None) -> Child | None:
    """The one child with this number, or this whole name and birthday; None for several and for none.

    Looked for among the children that this person sees or could open; of all others nothing is asked,
    so that one who is unknown and one who is out of reach cost and answer the same.
    """
    within = children_once_seated(user) | children_visible_to(user)
    if number.strip():
        found = within.filter(identifiers__value__iexact=number.strip())
        several = list(found.distinct()[:2])
    elif born is None:
        several = []
    else:
        words = tokens(name)
        of_day = within.filter(date_of_birth=born).distinct()
        several = [one for one in of_day if words in _names(one)][:2]
    return several[0] if len(several) == 1 else None


def _names(child: Child) -> list[set[str]]:
    own = f"{child.given_name} {child.family_name}"
    return [tokens(own), tokens(f"{child.name_used} {child.family_name}")]


def is_seen(user: User, child: Child) -> bool:
    """Whether no emergency is needed: as a partner somebody sees a child, and not its record."""
    return records_visible_to(user).filter(pk=child.pk).exists()


@dataclass(frozen=True, slots=True)
class Waiting:
    """One that waits, as it stands on a home: no child is named there."""

    key: UUID
    who: str
    at: datetime
    due_on: date
    mine: bool
    owner: str


def waiting(user: User) -> list[Waiting]:
    """What this person can answer, the soonest due first. One query, and only where there is any."""
    if not any(getattr(m, "has_reviews", False) for m in memberships(user)):
        return []
    return _waiting(user, made=Making(_as_waiting, (user.pk,)))


@prepared
def _waiting(user: User) -> QuerySet[Any]:
    return (
        emergencies_to_review(user).filter(is_open=True).order_by("due_on", "id")
        .values_list(*_COLUMNS, named=True)[:_MOST]
    )  # fmt: skip


def _as_waiting(row: Any, me: UUID) -> Waiting:
    return Waiting(
        key=row.id,
        who=name_of(row.user__given_name, row.user__family_name, row.user__email),
        at=row.opened_at,
        due_on=row.due_on,
        mine=row.owner_id == me,
        owner=name_of(row.owner__given_name, row.owner__family_name, row.owner__email)
        if row.owner_id
        else "",
    )


@dataclass(frozen=True, slots=True)
class Read:
    """What was opened of the record, as the family reads it too."""

    parts: list[str]
    times: int
    last_at: datetime | None


def read_of(emergency: Emergency) -> Read:
    """Which parts were looked at while it was open. One query."""
    looked = (
        RecordView.objects.filter(
            child=emergency.child_id, user=emergency.user_id, role=EMERGENCY,
            at__gte=emergency.opened_at, at__lt=emergency.until,
        ).order_by().values("page").annotate(times=Count("pk"), last=Max("at"))
    )  # fmt: skip
    rows = list(looked)
    return Read(
        parts_of(row["page"] for row in rows),
        sum(row["times"] for row in rows),
        max((row["last"] for row in rows), default=None),
    )
