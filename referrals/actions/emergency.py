"""How is a record opened in an emergency, and how is it said whether that was right?"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from referrals import access
from referrals.belonging import has_role, memberships
from referrals.models import Child, Emergency, Membership, Organization, Seat, User
from referrals.models.emergency import LASTS
from referrals.models.person import MembershipQuerySet

from .clock import due_on
from .recording import record
from .refusal import Outrun, Refused
from .seat import end_seats, seat


@transaction.atomic
def open_emergency(*, id: UUID, child: Child, reason: str, by: User, at: datetime) -> Emergency:
    """The person reads this record for some hours; clinic and family are told at once.

    Raises Refused for whoever treats nobody, and for a child that was never of a place of theirs.
    """
    known = Emergency.objects.filter(pk=id).first()
    if known is not None:
        if (known.user_id, known.child_id) != (by.pk, child.pk) or known.until <= at:
            raise Outrun("This form was already used. Please start again.")
        return known
    if not has_role(by, *access.TREATING):
        raise Refused("Only a clinician can open a record in an emergency.")
    if not reason.strip():
        raise Refused("Say why you need this record now.", "reason")
    if not access.children_once_seated(by).filter(pk=child.pk).exists():
        raise Refused("This record cannot be opened here.")
    place = _place(child, by, at)
    reviewer = _reviewers(place, by, at).first()
    emergency = Emergency.objects.create(
        id=id, child=child, organization=place, user=by, reason=reason.strip(), opened_at=at,
        until=at + LASTS, owner=reviewer.user if reviewer else None,
        due_on=due_on("review_emergency", organization=place, at=at),
    )  # fmt: skip
    seat(
        child, user=by, role=Seat.Role.EMERGENCY, ground=Seat.Ground.EMERGENCY,
        ground_id=emergency.pk, since=at, until=emergency.until,
    )  # fmt: skip
    record(
        "emergency_opened", child=child, about=emergency.pk, by=by, at=at, workplace=place.name,
        to=[str(one.user_id) for one in _reviewers(place, by, at)],
    )  # fmt: skip
    return emergency


@transaction.atomic
def review_emergency(
    *, emergency: Emergency, was_right: bool, review: str = "", by: User, at: datetime
) -> Emergency:
    """Say whether it was right; what was not ends at once. Who opened it and the family are told."""
    stored = Emergency.objects.select_for_update().select_related("child__practice").get(
        pk=emergency.pk
    )  # fmt: skip
    if not access.emergencies_to_review(by).filter(pk=stored.pk).exists():
        raise Refused("Somebody else of your place says whether this was right.")
    if not stored.is_open:
        said = (stored.reviewed_by_id, stored.was_right, stored.review)
        if said == (by.pk, was_right, review.strip()):
            return stored  # the second click of one answer
        raise Outrun("Somebody has answered this meanwhile.")
    if not was_right and not review.strip():
        raise Refused("Say what was not right.", "review")
    stored.was_right, stored.review = was_right, review.strip()
    stored.reviewed_by, stored.reviewed_at, stored.is_open = by, at, False
    stored.save(update_fields=["was_right", "review", "reviewed_by", "reviewed_at", "is_open"])
    if not was_right:
        end_seats(stored.pk, at=at)
    answer = "right" if was_right else "wrong"
    record(
        "emergency_reviewed", child=stored.child, about=stored.pk, by=by, at=at,
        emergency_answer=answer, to=[str(stored.user_id)],
    )  # fmt: skip
    return stored


def _place(child: Child, by: User, at: datetime) -> Organization:
    """Of the places where this person treats the one whose child it was last."""
    own = {m.organization_id: m.organization for m in memberships(by) if m.role in access.TREATING}
    seats = access.seats_of_treating(own).filter(child=child, since__lte=at)
    last = seats.order_by("-until", "-since", "-id").first()
    if last is None or last.organization_id is None:
        raise Refused("This record cannot be opened here.")
    return own[last.organization_id]


def _reviewers(place: Organization, by: User, at: datetime) -> MembershipQuerySet:
    """Who answers for the place, and did not open it: its coordinators, or a practice's pediatricians."""
    there = Membership.objects.live(at).filter(organization=place, role__in=access.REVIEWING)
    return there.exclude(user=by).in_order_of_intake().select_related("user")
