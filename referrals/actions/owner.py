"""Which person owes the step, when a side of the referral does?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet, Subquery

from referrals.models import Membership, Organization, Referral, Role, User
from referrals.pathway import Party
from referrals.prepared import prepared

from .refusal import Refused

#: Who was found, in one transaction, to answer for a side of a referral.
Answering = Mapping[Party, User]
#: What the clinic's desk owes, a therapist may owe too: where one takes the intake.
_DESK: Final = (Role.COORDINATOR, Role.THERAPIST)


def intake_of(organization: Organization, at: datetime, *roles: str) -> User | None:
    """Who answers for an organisation in one of these roles: the named one, else the longest there."""
    return next((one.user for one in _intake(organization.pk, at, roles)), None)


@prepared
def _intake(place: UUID, at: datetime, roles: tuple[str, ...]) -> QuerySet[Membership]:
    there = Membership.objects.live(at).filter(organization=place, role__in=roles)
    return there.in_order_of_intake().select_related("user")[:1]


def still_there(user: User | None, organization: Organization, at: datetime, *roles: str) -> bool:
    """Whether somebody works there at that moment in one of these roles."""
    return user is not None and bool(_works(user.pk, organization.pk, at, roles))


@prepared
def _works(person: UUID, place: UUID, at: datetime, roles: tuple[str, ...]) -> QuerySet[Membership]:
    there = Membership.objects.live(at).filter(user=person, organization=place, role__in=roles)
    return there.order_by()[:1]


def first_answering(referral: Referral, at: datetime, *, here: User) -> Answering:
    """Who answers for each side of a referral as it is sent, when no therapist is named yet. One query.

    `here` was just found to work at the practice as a pediatrician. Of a side that is not told,
    `answerable` has to be asked.
    """
    found: dict[Party, User] = {}
    if here.pk == referral.author_id:
        found[Party.PEDIATRICIAN] = here
    if referral.clinic_id is not None and referral.therapist_id is None:
        firsts = _firsts(referral.clinic_id, at)
        if firsts:
            found[Party.COORDINATOR] = firsts[0].user
        if firsts and firsts[-1].role == Role.THERAPIST:
            found[Party.THERAPIST] = firsts[-1].user
    return found


@prepared
def _firsts(clinic: UUID, at: datetime) -> QuerySet[Membership]:
    """The first of a clinic's desk, then the first therapist where that is another."""
    there = Membership.objects.live(at).filter(organization=clinic).in_order_of_intake()
    desk, therapy = (
        Subquery(there.filter(role__in=roles).values("pk")[:1])
        for roles in (_DESK, (Role.THERAPIST,))
    )
    firsts = Membership.objects.filter(Q(pk=desk) | Q(pk=therapy))
    return firsts.in_order_of_intake().select_related("user")


def answerable(
    referral: Referral, party: Party, at: datetime, *, answering: Answering | None = None
) -> tuple[User, Organization]:
    """The person and the organisation that owe what this side owes.

    The author and the assigned therapist as long as they work there; else whoever
    takes the intake. `answering` is asked before. Raises Refused when the organisation has nobody left.
    """
    roles: tuple[str, ...]
    if party is Party.PEDIATRICIAN:
        place, roles = referral.practice, (Role.PEDIATRICIAN,)
    else:
        if referral.clinic is None:
            raise Refused("Choose the clinic that receives the referral.", "clinic")
        place = referral.clinic
        roles = (Role.THERAPIST,) if party is Party.THERAPIST else _DESK
    if answering is not None and party in answering:
        return answering[party], place
    named = referral.author if party is Party.PEDIATRICIAN else referral.therapist
    if party is not Party.COORDINATOR and still_there(named, place, at, *roles):
        assert named is not None
        return named, place
    person = intake_of(place, at, *roles)
    if person is None and party is not Party.PEDIATRICIAN:
        person = intake_of(place, at, Role.THERAPIST, Role.COORDINATOR)
    if person is None:
        raise Refused(f"{place} has nobody who could take this on. Please tell an administrator.")
    return person, place
