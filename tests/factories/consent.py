"""How does a family share with a school in the tests? As in life: it signs a consent."""

from datetime import datetime, timedelta
from typing import Any

from referrals.actions.clock import local_date
from referrals.actions.consent import give_consent
from referrals.models import Child, Consent, Organization, Scope, User
from referrals.models.record import new_id


def shared(
    child: Child, place: Organization, *scopes: str, by: User, at: datetime, **changes: Any
) -> Consent:
    """These parts, or all of them, for most of a year."""
    told = {
        "id": new_id(), "scopes": scopes or tuple(Scope.values),
        "purpose": "The same help in class.", "signed_name": by.name,
        "last_on": local_date(at, child.practice) + timedelta(days=300),
    } | changes  # fmt: skip
    return give_consent(child=child, organization=place, by=by, at=at, **told)
