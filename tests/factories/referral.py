"""How do referrals come into the tests? Only through the actions, as far along as asked."""

from datetime import datetime
from typing import Any

from referrals.actions.clock import local_date
from referrals.actions.referral import draft_referral, send_referral
from referrals.models import Child, Organization, Referral, User
from referrals.models.record import new_id


def complete(at: datetime, clinic: Organization) -> dict[str, Any]:
    """All a referral must say before it can go."""
    return {
        "source": Referral.Source.WELL_CHILD_VISIT,
        "identified_on": local_date(at, clinic),
        "signs": ["tod.self_care", "tod.sensory"],
        "question": "Does she need help with dressing and with textures?",
        "intent": Referral.Intent.HABILITATION,
        "service": Referral.Service.EVALUATE_AND_TREAT,
        "clinic": clinic,
    }


def draft_for(
    child: Child, clinic: Organization, *, by: User, at: datetime, **fields: Any
) -> Referral:
    """A draft that lacks nothing, changed by `fields`."""
    said = complete(at, clinic) | fields
    return draft_referral(
        id=said.pop("id", None) or new_id(),
        child=child,
        practice=child.practice,
        by=by,
        at=at,
        **said,
    )


def sent_for(
    child: Child, clinic: Organization, *, by: User, at: datetime, **fields: Any
) -> Referral:
    """A referral on its way, drafted and sent at one moment."""
    referral = draft_for(child, clinic, by=by, at=at, **fields)
    return send_referral(referral=referral, despite_open=True, by=by, at=at)
