"""Which places are offered to somebody who chooses one, where a region has thousands of them?"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from referrals.belonging import memberships
from referrals.models import Caseload, Child, Organization, Referral, User

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
    words: str = ""
    #: How many were found by the words; None where nobody looked.
    found: int | None = None
    #: There are others that can be looked for.
    more: bool = False
    #: More than these were found.
    cut: bool = False


def clinics(user: User, *, chosen: object = None, words: str = "") -> Offer:
    """Of many clinics those that this person's practice refers to lately, and those near it."""
    practices = [one.organization for one in memberships(user)]

    def lately() -> list[UUID]:
        sent = Referral.objects.filter(practice__in=practices, sent_at__isnull=False)
        to = sent.order_by("-sent_at", "-pk").values_list("clinic", flat=True)
        return list(to[:REMEMBERED])

    return _offer(
        Organization.objects.filter(takes_referrals=True, is_active=True),
        known=lambda: (_("You referred to lately"), lately()),
        near=practices, chosen=chosen, words=words,
    )  # fmt: skip


def partners(
    offered: QuerySet[Organization], child: Child, *, chosen: object = None, words: str = ""
) -> Offer:
    """Of many schools and programmes those that have to do with this child, and those near its practice."""

    def known() -> list[UUID]:
        shared = child.consents.order_by("-pk").values_list("organization", flat=True)
        referred = child.programmes.order_by("-pk").values_list("place", flat=True)
        return [*shared[:REMEMBERED], *referred[:REMEMBERED]]

    return _offer(
        offered, known=lambda: (_("Known to this child"), known()),
        near=[child.practice], chosen=chosen, words=words,
    )  # fmt: skip


def offices(
    offered: QuerySet[Organization], by: User, *, chosen: object = None, words: str = ""
) -> Offer:
    """Of many practices and clinics those whose caseload this person brought in lately."""

    def lately() -> list[UUID]:
        brought = Caseload.objects.filter(uploaded_by=by).order_by("-pk")
        return list(brought.values_list("organization", flat=True)[:REMEMBERED])

    return _offer(
        offered, known=lambda: (_("You brought in lately"), lately()),
        near=[], chosen=chosen, words=words,
    )  # fmt: skip


def _offer(
    offered: QuerySet[Organization], *, known: Callable[[], tuple[str, list[UUID]]],
    near: Iterable[Organization], chosen: object, words: str,
) -> Offer:  # fmt: skip
    """All of them where they are few; else those known, those near, and those that the words mean.

    Each word is a part of name or address. What is chosen stays among them.
    """
    first = list(offered.order_by("name", "id")[: FEW + 1])
    if len(first) <= FEW:
        return Offer([("", first)])
    looked = words.replace("\0", " ").split()[:WORDS]
    found = list(_called(offered, looked)[: FEW + 1]) if looked else []
    heading, keys = known()
    groups = [
        (_("Found"), found[:FEW]),
        (_("Chosen"), list(offered.filter(pk__in=_key(chosen)))),
        (heading, _known(offered, keys)),
        (_("Near you"), _near(offered, [one.address for one in near])),
    ]
    return Offer(
        list(_once(groups)), words=" ".join(looked), found=len(found[:FEW]) if looked else None,
        more=True, cut=len(found) > FEW,
    )  # fmt: skip


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


def _known(offered: QuerySet[Organization], keys: Iterable[UUID]) -> list[Organization]:
    newest = list(dict.fromkeys(keys))
    still = offered.in_bulk(newest)
    return [still[pk] for pk in newest if pk in still][:LATELY]


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
