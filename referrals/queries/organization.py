"""Which places are offered to somebody who chooses one, where a region has thousands of them?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from referrals.belonging import memberships
from referrals.models import Organization, Referral, User

#: So many are offered as they are; of more the near ones are, and the others are looked for.
FEW: Final = 20
#: So many of a practice's newest referrals say where it refers to, and so many of these clinics are told.
REMEMBERED, LATELY, NEAR = 60, 8, 8
#: More words than these narrow nothing.
WORDS: Final = 4

Group = tuple[str, list[Organization]]


@dataclass(frozen=True, slots=True)
class Offer:
    """Places in groups, each with its heading. Of a few that is one without."""

    groups: list[Group]
    #: How many were found by the words; None where nobody looked.
    found: int | None = None
    #: There are others that can be looked for.
    more: bool = False
    #: Others are called so, too.
    cut: bool = False


def clinics(user: User, *, chosen: object = None, words: str = "") -> Offer:
    """All clinics where they are few; else those that this person's practice refers to, and those near it.

    With `words` those of whose name or address each word is a part. What is chosen stays among them.
    """
    offered = Organization.objects.filter(takes_referrals=True, is_active=True)
    first = list(offered.order_by("name", "id")[: FEW + 1])
    if len(first) <= FEW:
        return Offer([("", first)])
    looked = words.split()[:WORDS]
    found = list(_called(offered, looked)[: FEW + 1]) if looked else []
    own = memberships(user)
    groups = [
        ("Found", found[:FEW]),
        ("Chosen", list(offered.filter(pk__in=_key(chosen)))),
        ("You referred to lately", _lately(offered, [one.organization_id for one in own])),
        ("Near you", _near(offered, [one.organization.address for one in own])),
    ]
    return Offer(
        list(_once(groups)), len(found[:FEW]) if looked else None, more=True, cut=len(found) > FEW
    )


def _key(chosen: object) -> list[UUID]:
    """A place's key as a form has it: the place itself, or what was sent."""
    try:
        return [UUID(str(getattr(chosen, "pk", chosen)))]
    except ValueError:
        return []


def _called(offered: QuerySet[Organization], words: Iterable[str]) -> QuerySet[Organization]:
    for word in words:
        offered = offered.filter(Q(name__icontains=word) | Q(address__icontains=word))
    return offered.order_by("name", "id")


def _lately(offered: QuerySet[Organization], practices: list[UUID]) -> list[Organization]:
    sent = Referral.objects.filter(practice__in=practices, sent_at__isnull=False)
    to = sent.order_by("-sent_at", "-pk").values_list("clinic", flat=True)[:REMEMBERED]
    newest = list(dict.fromkeys(to))
    known = offered.in_bulk(newest)
    return [known[pk] for pk in newest if pk in known][:LATELY]


def _near(offered: QuerySet[Organization], addresses: Iterable[str]) -> list[Organization]:
    """In the same town, which an address ends with: we know no more of where a place is."""
    towns = {town.strip() for _, comma, town in (one.rpartition(",") for one in addresses) if comma}
    ends = Q(pk__in=[])
    for town in towns - {""}:
        ends |= Q(address__iendswith=town)
    return list(offered.filter(ends).order_by("name", "id")[:NEAR]) if towns - {""} else []


def _once(groups: Iterable[Group]) -> Iterable[Group]:
    """Each place in the first group that has it, and no group that is empty."""
    told = set[UUID]()
    for heading, places in groups:
        new = [one for one in places if one.pk not in told]
        told |= {one.pk for one in new}
        if new:
            yield heading, new
