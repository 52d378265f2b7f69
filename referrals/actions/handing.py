"""How is the next step put off to another day, or put on somebody else?"""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from referrals.models import Membership, Organization, Referral, Role, User
from referrals.pathway import Move, Step, able

from .clock import local_date
from .moving import move_referral
from .refusal import Outrun, Refused


@transaction.atomic
def postpone_referral(
    *,
    referral: Referral,
    due_on: date,
    reason: str,
    by: User,
    at: datetime,
    version: int | None = None,
) -> Referral:
    """Move the due date of the next step; only with a reason, which stays in the timeline."""
    if not reason.strip():
        raise Refused("Say why the date moves.", "reason")
    _check_owes(referral, by=by, at=at)
    today = local_date(at, referral.owner_organization)
    if not today <= due_on <= today + timedelta(days=366):
        raise Refused("Choose a day from today on, within a year.", "due_on")
    before = referral.next_due_on.isoformat()
    referral.next_due_on = due_on
    return move_referral(
        referral, Move.POSTPONE, by=by, at=at, version=version,
        data={"before": before, "after": due_on.isoformat(), "reason": reason},
    )  # fmt: skip


@transaction.atomic
def hand_over_referral(
    *, referral: Referral, owner: User, reason: str = "", by: User, at: datetime,
    version: int | None = None,
) -> Referral:  # fmt: skip
    """Put the next step on a colleague in the organisation that owes it.

    An administrator does so for an organisation, and says why.
    """
    if not by.is_superuser:
        _check_owes(referral, by=by, at=at)
    elif not referral.is_open:
        raise Outrun("Nothing is owed on this referral any more.")
    roles = able(Step(referral.next_step))
    check_works_at(owner, referral.owner_organization, *roles, at=at, field="owner")
    referral.owner = owner
    told = {"owner": owner.name} | ({"reason": reason.strip()} if reason.strip() else {})
    return move_referral(referral, Move.HAND_OVER, by=by, at=at, version=version, data=told)


_OWING: Final = (Role.PEDIATRICIAN, Role.THERAPIST, Role.COORDINATOR)


def _check_owes(referral: Referral, *, by: User, at: datetime) -> None:
    """Only the side that owes the step decides when and by whom it is done."""
    if not referral.is_open:
        raise Outrun("Nothing is owed on this referral any more.")
    place = referral.owner_organization
    works = Membership.objects.live(at).filter(user=by, organization=place, role__in=_OWING)
    if not works.exists():
        raise Refused(f"The next step is owed by {place}: only they can change this.")


def check_works_at(
    person: User, place: Organization | None, *roles: str, at: datetime, field: str = "therapist"
) -> None:
    """Refuse to put a step on somebody who does not work there in that role."""
    works = Membership.objects.live(at).filter(user=person, organization=place, role__in=roles)
    if not works.exists():
        raise Refused(f"{person} does not work at {place} in this role.", field)
