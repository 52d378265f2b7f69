"""How does a child come to a public programme in the tests? As in life: its pediatrician refers."""

from datetime import datetime
from typing import Any

from referrals.actions.clock import local_date
from referrals.actions.programme import refer_programme, send_letter
from referrals.actions.result import live_consent
from referrals.documents.programme import content
from referrals.models import Child, Organization, Programme, User
from referrals.models.record import new_id


def referred(
    child: Child, place: Organization, *, by: User, at: datetime, **changes: Any
) -> Programme:
    """Seen and sent on one day, unless `changes` say otherwise."""
    today = local_date(at, child.practice)
    told = {
        "id": new_id(), "identified_on": today, "referred_on": today,
        "reason": "She cannot plan her steps.", "asked": "An evaluation in all areas.",
    } | changes  # fmt: skip
    return refer_programme(child=child, place=place, by=by, at=at, **told)


def letter_sent(programme: Programme, *, by: User, at: datetime) -> Programme:
    """Signed as it reads now, under the consent that the family has given."""
    consent = live_consent(programme.child, programme.place, at=at)
    holds = content(programme, consent, by=by, on=local_date(at, programme.child.practice))
    return send_letter(programme=programme, content=holds, by=by, at=at)
