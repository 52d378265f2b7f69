"""How does somebody come to sit on a child's team, and how does it end?"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from referrals.models import Child, ChildToken, Organization, Seat, User
from referrals.models.child import tokens
from referrals.models.record import FOREVER

from .refusal import Refused


def seat(
    child: Child,
    *,
    role: str,
    ground: str,
    ground_id: UUID,
    since: datetime,
    until: datetime = FOREVER,
    user: User | None = None,
    organization: Organization | None = None,
    rights: Iterable[str] = (),
) -> Seat:
    """Write the seat that a ground gives: part of the action that made the ground.

    Raises Refused where the record was merged into another: nobody would look there any more.
    """
    if child.merged_into_id is not None:
        raise Refused("This record was merged into another. Please open that one.")
    made = Seat.objects.create(
        child=child,
        user=user,
        organization=organization,
        role=role,
        rights=sorted(rights),
        since=since,
        until=until,
        ground=ground,
        ground_id=ground_id,
    )
    if organization is not None:
        index_child(child, organization)
    return made


def end_seats(ground_id: UUID, *, at: datetime) -> None:
    """End what this ground gives, from then on. A seat that ends sooner keeps its end."""
    later = Seat.objects.filter(ground_id=ground_id, until__gt=at)
    later.filter(since__lte=at).update(until=at)
    for seat_to_come in later.filter(since__gt=at):
        Seat.objects.filter(pk=seat_to_come.pk).update(until=seat_to_come.since)


def words_of(child: Child) -> set[str]:
    """Every word under which this child is looked up."""
    names = tokens(f"{child.given_name} {child.family_name} {child.name_used}")
    for identifier in child.identifiers.all():
        names |= tokens(identifier.value)
    return names


def index_child(child: Child, organization: Organization) -> None:
    """Let the organisation's people find the child by its words; words it lost are dropped."""
    words = words_of(child)
    known = ChildToken.objects.filter(child=child, organization=organization)
    known.exclude(token__in=words).delete()
    ChildToken.objects.bulk_create(
        [ChildToken(child=child, organization=organization, token=word) for word in sorted(words)],
        ignore_conflicts=True,
    )


def index_everywhere(child: Child) -> None:
    for place in Organization.objects.filter(seats__child=child).distinct().order_by("pk"):
        index_child(child, place)
