"""How do home activities come into the tests? As rows, with the dose that begins with each."""

from datetime import date, datetime
from typing import Any

from referrals.actions.clock import local_date
from referrals.models import Activity, Dose, Practice, Reaction, Referral, User


def an_activity(referral: Referral, *, by: User, at: datetime, **changes: Any) -> Activity:
    """Buttons at getting up, five times a week for ten minutes, begun on the day of `at`."""
    assert referral.clinic is not None
    said = {
        "title": "Two buttons on the way out", "why": "Her fingers learn the way.",
        "steps": "Hold the jacket still.\nLet her push the button.", "minutes": 10,
        "times_a_week": 5, "routine": Activity.Routine.MORNING,
        "good_looks_like": "She looks at the button.", "stop_when": "She gets cross.",
        "begun_on": local_date(at, referral.clinic), "begun_by": by, "begun_at": at,
    } | changes  # fmt: skip
    activity = Activity.objects.create(referral=referral, **said)
    Dose.objects.create(
        activity=activity, from_on=activity.begun_on, times_a_week=activity.times_a_week,
        minutes=activity.minutes, by=by, at=at,
    )  # fmt: skip
    return activity


def retired(activity: Activity, on: date, *, by: User) -> Activity:
    """The same activity, retired on that day."""
    Activity.objects.filter(pk=activity.pk).update(
        status=Activity.Status.RETIRED, retired_on=on, retired_by=by, retired_reason="Mastered."
    )
    return Activity.objects.get(pk=activity.pk)


def reaction_to(practice: Practice, *, by: User, at: datetime, words: str = "") -> Reaction:
    return Reaction.objects.create(
        practice=practice, sign=Reaction.Sign.WELL_DONE, words=words, by=by, at=at
    )
