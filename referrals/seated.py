"""On which seats does a person sit, and is the child of a row on one of them?

What `access` asks everywhere. A seat is a live one here, always.
"""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from referrals.belonging import emergencies, memberships
from referrals.models import Seat, User
from referrals.models.seat import SeatQuerySet
from referrals.permission import EMERGENCY, LENT

#: Whose seats reach the clinical record: a partner's does not.
READING: Final = tuple(role for role in Seat.Role.values if role != Seat.Role.PARTNER)


def _grounds(user: User, roles: Iterable[str]) -> list[Q]:
    """Each ground on which a person holds seats of these roles: none reaches into another's."""
    # A seat of an organisation opens only to members whose role it lends: being a
    # member in another role (a partner of a place that is also a clinic) opens nothing.
    held = []
    if Seat.Role.FAMILY in roles and user.is_active:
        held.append(Q(holder=user.pk, role=Seat.Role.FAMILY))
    if EMERGENCY in roles and (opened := emergencies(user)):
        held.append(Q(holder=user.pk, role=EMERGENCY, ground_id__in=opened))
    for role in roles:
        places = [m.organization_id for m in memberships(user) if m.role in LENT.get(role, ())]
        if places:
            held.append(Q(holder__in=places, role=role))
    return held


def seats_of(user: User, roles: Iterable[str]) -> SeatQuerySet:
    """Those of these roles, on whatever ground."""
    held = reduce(or_, _grounds(user, roles), Q(pk__in=[]))
    return Seat.objects.live(timezone.now()).filter(held)


def seats_by_ground(user: User) -> list[SeatQuerySet]:
    """A person's seats, ground by ground: a list that is short of each needs no more of them."""
    live = Seat.objects.live(timezone.now())
    return [live.filter(held) for held in _grounds(user, Seat.Role.values)]


def is_seen(user: User, child: str = "child", *, record: bool = False) -> Exists:
    """Whether this person sees the child of a row, or `record` reads its clinical record.

    Asked of one row after the other: for lists that are short by an index of their own, of which a
    database then reads no more than it shows. Where nothing else narrows, the seats are where to begin.
    """
    roles = READING if record else Seat.Role.values
    return Exists(seats_of(user, roles).filter(child=OuterRef(child)))
