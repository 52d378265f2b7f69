"""How do entries of practice come into the tests? As they stand in the table once they arrived."""

from datetime import datetime
from typing import Any

from referrals.models import Activity, Practice, User


def practised(activity: Activity, *, by: User, at: datetime, **changes: Any) -> Practice:
    """The family did it, on the day of `at`."""
    child = activity.referral.child
    said = {
        "result": Practice.Result.DID, "minutes": 5, "word": "", "done_on": at.date(),
        "told_at": at, "received_at": at,
    } | changes  # fmt: skip
    return Practice.objects.create(
        activity=activity, child=child, organization_id=child.practice_id, by=by, **said
    )
