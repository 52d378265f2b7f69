"""Whose caseload may a person bring in?"""

from enum import StrEnum
from typing import Final

from referrals.belonging import memberships
from referrals.models import Organization, Role, User

Kind = Organization.Kind
#: Whose caseload a role brings in: what its practice or clinic has on paper.
_BRINGS: Final = frozenset({Role.PEDIATRICIAN, Role.COORDINATOR})


class Office(StrEnum):
    """What is done for a whole place, and about no child that is here yet."""

    BRING_CASELOAD = "bring in a caseload"


def places(user: User) -> list[Organization]:
    """Whose caseload this person may bring in: their own place's, an administrator any's."""
    if user.is_active and user.is_superuser:
        kinds = (Kind.PEDIATRIC_PRACTICE, Kind.THERAPY_CLINIC)
        return list(Organization.objects.filter(is_active=True, kind__in=kinds))
    found = {m.organization_id: m.organization for m in memberships(user) if m.role in _BRINGS}
    return sorted(found.values(), key=lambda place: (place.name, place.pk))
