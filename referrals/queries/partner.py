"""Which children does a school or programme see, and until when does the family's consent hold?"""

from dataclasses import dataclass
from datetime import date, datetime

from referrals.access import memberships
from referrals.models import Child, Role, Seat, User


@dataclass(frozen=True, slots=True)
class Shared:
    child: Child
    until: date
    organization: str


def shared_with(user: User, at: datetime) -> list[Shared]:
    """One query: the live consent seats of the person's schools and programmes."""
    places = [m.organization_id for m in memberships(user) if m.role == Role.PARTNER]
    seats = (
        Seat.objects.live(at)
        .filter(organization__in=places, role=Seat.Role.PARTNER)
        .select_related("child", "organization")
        .order_by("until", "id")
    )
    return [Shared(s.child, s.until.date(), str(s.organization)) for s in seats]
