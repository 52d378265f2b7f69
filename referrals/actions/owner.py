"""Which person owes the step, when a side of the referral does?"""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from referrals.models import Membership, Organization, Referral, Role, User
from referrals.pathway import Party
from referrals.prepared import prepared

from .refusal import Refused


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


def answerable(
    referral: Referral, party: Party, at: datetime, *, here: User | None = None
) -> tuple[User, Organization]:
    """The person and the organisation that owe what this side owes.

    The author and the assigned therapist as long as they work there; else whoever
    takes the intake. `here` was just found to work at the practice as a pediatrician. Raises
    Refused when the organisation has nobody left.
    """
    named: User | None
    roles: tuple[str, ...]
    if party is Party.PEDIATRICIAN:
        place, named, roles = referral.practice, referral.author, (Role.PEDIATRICIAN,)
        if here is not None and here == named:
            return named, place
    else:
        if referral.clinic is None:
            raise Refused("Choose the clinic that receives the referral.", "clinic")
        place, named = referral.clinic, referral.therapist
        # What the clinic's desk owes, a therapist may owe too: where one takes the intake.
        roles = (
            (Role.THERAPIST,) if party is Party.THERAPIST else (Role.COORDINATOR, Role.THERAPIST)
        )
    if party is not Party.COORDINATOR and still_there(named, place, at, *roles):
        assert named is not None
        return named, place
    person = intake_of(place, at, *roles)
    if person is None and party is not Party.PEDIATRICIAN:
        person = intake_of(place, at, Role.THERAPIST, Role.COORDINATOR)
    if person is None:
        raise Refused(f"{place} has nobody who could take this on. Please tell an administrator.")
    return person, place
