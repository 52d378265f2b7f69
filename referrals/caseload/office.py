"""Whose caseload may a person bring in?"""

from enum import StrEnum
from typing import Final

from django.db.models import QuerySet

from referrals.belonging import memberships
from referrals.models import Organization, Role, User

Kind = Organization.Kind
#: Whose caseload a role brings in: what its practice or clinic has on paper.
_BRINGS: Final = frozenset({Role.PEDIATRICIAN, Role.COORDINATOR})


class Office(StrEnum):
    """What is done for a whole place, and about no child that is here yet."""

    BRING_CASELOAD = "bring in a caseload"


def places(user: User) -> QuerySet[Organization]:
    """Whose caseload this person may bring in: their own place's, an administrator any's."""
    if user.is_active and user.is_superuser:
        kinds = (Kind.PEDIATRIC_PRACTICE, Kind.THERAPY_CLINIC)
        return Organization.objects.filter(is_active=True, kind__in=kinds)
    own = {m.organization_id for m in memberships(user) if m.role in _BRINGS}
    return Organization.objects.filter(pk__in=own)


def brings(user: User, place: Organization) -> bool:
    """Whether this person may bring in the caseload of this place."""
    return places(user).filter(pk=place.pk).exists()
