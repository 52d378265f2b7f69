"""What would be made one, who would newly see what, and where did a merged record go?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from referrals.access import children_visible_to
from referrals.models import Child, Guardian, Referral, Scope, Seat, User
from referrals.models.merge import every_row, ties
from referrals.models.record import FOREVER


def stays_as(user: User, child_id: UUID) -> UUID | None:
    """The record that stays of a child whose own was merged into it, if this person sees that one."""
    merged = Child.objects.filter(pk=child_id, merged_into__isnull=False)
    onto = merged.values_list("merged_into", flat=True).first()
    if onto is None or children_visible_to(user).filter(pk=onto).exists():
        return onto
    return stays_as(user, onto)


@dataclass(frozen=True)
class Half:
    """One of the two, with all that stands under it."""

    child: Child
    #: (what, how many), of every table of a child's record.
    rows: list[tuple[str, int]]
    numbers: list[str]
    adults: list[Guardian]
    referrals: list[Referral]


def half(child: Child) -> Half:
    """Everything that one of the two has: counted in every table, and named where it decides."""
    counted = [
        (str(table._meta.verbose_name_plural), every_row(table).filter(**{name: child}).count())
        for table, name in ties()
    ]
    return Half(
        child,
        [(words, n) for words, n in counted if n],
        [f"{one.value} ({one.organization})" for one in child.identifiers.select_related("organization")],
        list(child.guardians.select_related("user").prefetch_related("court_limits")),
        list(child.referrals.select_related("clinic", "owner", "owner_organization").order_by("pk")),
    )  # fmt: skip


def newly(kept: Child, lost: Child, at: datetime) -> list[str]:
    """Who would see what they do not see now, one sentence for each."""
    seats = list(
        Seat.objects.filter(child__in=(kept, lost), until__gt=at)
        .select_related("user", "organization")
        .order_by("since", "pk")
    )
    holders = {child.pk: {(s.holder, s.role) for s in seats if s.child_id == child.pk} for child in (kept, lost)}  # fmt: skip
    said: dict[str, None] = {}
    for seat in seats:
        other = lost if seat.child_id == kept.pk else kept
        if (seat.holder, seat.role) not in holders[other.pk] or seat.role == Seat.Role.PARTNER:
            said[_sentence(seat, other, at)] = None
    return list(said)


def _sentence(seat: Seat, other: Child, at: datetime) -> str:
    who = f"{seat.user or seat.organization} ({seat.get_role_display().lower()})"
    parts = [str(Scope(right).label) for right in seat.rights if right in Scope.values]
    of = f" ({'; '.join(parts)})" if seat.role == Seat.Role.PARTNER else ""
    since = f", from {seat.since:%-d %b %Y} on" if seat.since > at else ""
    until = f", until {seat.until:%-d %b %Y}" if seat.until < FOREVER else ""
    return f"{who}: the record of {other.name} registered on {other.registered_at:%-d %b %Y}{of}{since}{until}"
