"""How do many referrals come into the tests of their numbers? Sent by the action, the rest as rows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from referrals.models import Organization, Referral, User
from referrals.pathway import CLOSING, STAGES, State
from tests.factories.child import ChildFactory
from tests.factories.referral import sent_for

#: Where a referral stands that has done so many steps.
STANDS = {stage.done: state for state, stage in STAGES.items() if stage.done is not None}


def came_to(
    practice: Organization,
    clinic: Organization,
    days: Sequence[int],
    *,
    by: User,
    at: datetime,
    state: State | None = None,
    **said: Any,
) -> Referral:
    """Sent at `at`; `days` after that it first reached step 1, 2 and so on. Ended where `state` says so."""
    child = ChildFactory(practice=practice, by=by, at=at)
    referral = sent_for(child, clinic, by=by, at=at)
    stands = state or STANDS[len(days)]
    reached = {
        str(step): (at + timedelta(days=after)).date().isoformat()
        for step, after in enumerate(days, start=1)
    }
    columns: dict[str, Any] = {"state": stands, "reached": reached} | said
    if stands in CLOSING:
        columns |= {
            "closed_at": at, "closed_by": by, "closing_reason": "So it was.",
            "closing_suggestion": "Elsewhere.",
        }  # fmt: skip
    Referral.objects.filter(pk=referral.pk).update(**columns)
    return Referral.objects.get(pk=referral.pk)
