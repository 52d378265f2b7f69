"""How do entries of practice come into the tests? As they stand in the table once they arrived."""

from datetime import datetime
from typing import Any

from referrals.models import Activity, CheckIn, Dose, Pause, Practice, Reaction, Referral, User
from tests.factories.activity import an_activity


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


def at_home(referral: Referral, *, therapist: User, family: User, at: datetime) -> Practice:
    """One row in every table of home practice, however far along the referral is."""
    activity = Activity.objects.create(
        referral=referral, begun_on=at.date(), begun_by=therapist, begun_at=at, **an_activity()
    )
    Dose.objects.create(
        activity=activity, from_on=at.date(), times_a_week=5, minutes=5, by=therapist, at=at
    )
    Pause.objects.create(
        referral=referral, first_on=at.date(), last_on=at.date(), reason="Ill.", status="asked",
        asked_by=family, asked_as="family", asked_at=at,
    )  # fmt: skip
    CheckIn.objects.create(
        referral=referral, activity=activity, asked_as="family", asked_by=family, asked_at=at,
        text="Which hand?",
    )  # fmt: skip
    practice = practised(activity, by=family, at=at)
    Reaction.objects.create(practice=practice, sign="seen", by=therapist, at=at)
    return practice
