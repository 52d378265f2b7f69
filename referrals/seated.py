"""On which seats does a person sit, and is the child of a row on one of them?

What `access` asks everywhere. A seat is a live one here, always.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.lookups import IsNull
from django.utils import timezone

from referrals.belonging import emergencies, memberships
from referrals.models import Listed, Seat, User
from referrals.models.seat import SeatQuerySet
from referrals.permission import EMERGENCY, LENT
from referrals.planned import is_there

#: Whose seats reach the clinical record: a partner's does not.
READING: Final = tuple(role for role in Seat.Role.values if role != Seat.Role.PARTNER)


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a person holds seats of one role: as these holders, and where `opened` on these grounds only."""

    role: str
    holders: list[UUID]
    opened: list[UUID] | None = None

    def seats(self, *holders: UUID) -> Q:
        """The seats of some of its holders."""
        asked = {"holder": holders[0]} if len(holders) == 1 else {"holder__in": list(holders)}
        of_these = Q(role=self.role, **asked)
        return of_these if self.opened is None else of_these & Q(ground_id__in=self.opened)


def _grounds(user: User, roles: Iterable[str]) -> list[Ground]:
    """Each ground on which a person holds seats of these roles: none reaches into another's."""
    # A seat of an organisation opens only to members whose role it lends: being a
    # member in another role (a partner of a place that is also a clinic) opens nothing.
    held = []
    if Seat.Role.FAMILY in roles and user.is_active:
        held.append(Ground(Seat.Role.FAMILY, [user.pk]))
    if EMERGENCY in roles and (opened := emergencies(user)):
        held.append(Ground(EMERGENCY, [user.pk], list(opened)))
    for role in roles:
        places = [m.organization_id for m in memberships(user) if m.role in LENT.get(role, ())]
        if places:
            held.append(Ground(role, places))
    return held


def seats_of(user: User, roles: Iterable[str]) -> SeatQuerySet:
    """Those of these roles, on whatever ground."""
    held = (ground.seats(*ground.holders) for ground in _grounds(user, roles))
    return Seat.objects.live(timezone.now()).filter(reduce(or_, held, Q(pk__in=[])))


def seats_by_ground(user: User) -> list[SeatQuerySet]:
    """A person's seats, ground by ground: a list that is short of each needs no more of them."""
    live = Seat.objects.live(timezone.now())
    return [
        live.filter(ground.seats(holder))
        for ground in _grounds(user, Seat.Role.values)
        for holder in ground.holders
    ]


def listed_by_ground(user: User) -> list[QuerySet[Listed]]:
    """What stands in the lists of a person's seats that reach the record, ground by ground."""
    return [
        Listed.objects.filter(holder=holder, role=ground.role)
        for ground in _grounds(user, READING)
        for holder in ground.holders
    ]


def is_seen(user: User, child: str = "child", *, record: bool = False) -> IsNull:
    """Whether this person sees the child of a row, or `record` reads its clinical record.

    Asked of one row after the other: for lists that are short by an index of their own, of which a
    database then reads no more than it shows. Where nothing else narrows, the seats are where to begin.
    """
    roles = READING if record else Seat.Role.values
    return is_there(seats_of(user, roles).filter(child=OuterRef(child)))


def on_seats(user: User, roles: Iterable[str], *, row_by_row: bool = False) -> Q:
    """Whether this person holds a seat of these roles on the team of a row's child.

    Asked of the seats themselves, where nothing else narrows: by way of the children a database reads
    every one of them. `row_by_row` of that child alone, as `is_seen` says.
    """
    seats = seats_of(user, roles)
    if row_by_row:
        return Q(is_there(seats.filter(child=OuterRef("child"))))
    return Q(child__in=seats.values("child"))


def reads_record(user: User, child: str) -> Combinable:
    """Whether this person reads the record of a row's child, whom they are known to see.

    Only a partner's seat ends before the record: of who holds none it need not be asked.
    """
    if any(ground.role == Seat.Role.PARTNER for ground in _grounds(user, Seat.Role.values)):
        return is_seen(user, child, record=True)
    return Value(True)
