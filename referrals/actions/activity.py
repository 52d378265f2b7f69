"""How is a home activity given to a family, changed, shown in a picture and retired?

Few and short is what families keep up: more than three at once needs a reason. How often and how
long it was asked for on each day stays readable in its doses.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from referrals.act import Act
from referrals.models import Activity, ActivityGoal, Dose, Goal, Organization, Referral, User
from referrals.models.activity import FEW
from referrals.models.shelf import spanish_of_activity
from referrals.wording import day

from .clock import local_date
from .moving import check_act
from .picture import made_anew
from .recording import record
from .refusal import Outrun, Refused

_NEEDED: Final = {
    "title": "Give the activity a name.",
    "why": "Say why it helps: that is what keeps a family going.",
    "steps": "Say what to do, one step a line.",
    "good_looks_like": "Say what good looks like.",
    "stop_when": "Say when to stop.",
}
MOST_STEPS: Final = 8
#: How far back an activity may begin that was shown at a visit, and how far ahead.
BACK, AHEAD = timedelta(days=14), timedelta(days=60)


@transaction.atomic
def give_activity(
    *,
    id: UUID,
    referral: Referral,
    goals: Iterable[Goal],
    beyond_few: str = "",
    bank_code: str = "",
    from_on: date | None = None,
    by: User,
    at: datetime,
    **content: Any,
) -> Activity:
    """Give the family something to practise from that day on, for at least one open goal."""
    check_act(referral, Act.GIVE_ACTIVITY, by=by)
    # Two who give at one moment meet here: the second sees what the first gave.
    Referral.objects.select_for_update().get(pk=referral.pk)
    known = Activity.objects.filter(pk=id).first()
    if known is not None:
        if known.begun_by_id != by.pk or known.referral_id != referral.pk:
            raise Outrun("This form was already used. Please start again.")
        return known
    written = _checked(content)
    serves = _open_goals(referral, goals)
    beyond_few = beyond_few.strip()
    active = referral.activities.filter(status=Activity.Status.ACTIVE).count()
    if active >= FEW and not beyond_few:
        raise Refused(
            f"The family has {active} activities already. Retire one first, or say why one more.",
            "beyond_few",
        )
    today = local_date(at, clinic_of(referral))
    from_on = from_on or today
    if not today - BACK <= from_on <= today + AHEAD:
        raise Refused("Choose a day from two weeks ago to two months from now.", "from_on")
    activity = Activity.objects.create(
        id=id, referral=referral, bank_code=bank_code, begun_on=from_on, begun_by=by, begun_at=at,
        beyond_few=beyond_few if active >= FEW else "",
        spanish=spanish_of_activity(referral.clinic_id, bank_code), **written,
    )  # fmt: skip
    ActivityGoal.objects.bulk_create(ActivityGoal(activity=activity, goal=goal) for goal in serves)
    _dose(activity, from_on, by=by, at=at)
    record("activity_given", **_about(activity), by=by, at=at)
    return activity


@transaction.atomic
def change_activity(
    *, activity: Activity, edition: int, goals: Iterable[Goal], by: User, at: datetime,
    **content: Any,
) -> Activity:  # fmt: skip
    """Fit it to the child anew; another dose counts from today, and the event keeps what was."""
    referral = activity.referral
    check_act(referral, Act.GIVE_ACTIVITY, by=by)
    activity = held(activity)
    now = {name: getattr(activity, name) for name in Activity.CONTENT}
    written = _checked(now | content)
    serves = list(goals)
    before = set(activity.served.values_list("goal_id", flat=True))
    was = {name: value for name, value in now.items() if written[name] != value}
    if {goal.pk for goal in serves} != before:
        was["goals"] = sorted(str(pk) for pk in before)
    if edition == activity.edition - 1 and not was:
        return activity  # the second click of one change
    _check_standing(activity, edition)
    serves = _open_goals(referral, serves, kept=before)
    if not was:
        raise Refused("Nothing is different.")
    _keep(activity, **written)
    if "goals" in was:
        # Which goals it serves is a choice that is made anew; what was chosen stays in the event.
        wanted = {goal.pk for goal in serves}
        activity.served.exclude(goal__in=wanted).delete()
        ActivityGoal.objects.bulk_create(
            ActivityGoal(activity=activity, goal=goal) for goal in serves if goal.pk not in before
        )
    if {"minutes", "times_a_week"} & set(was):
        today = local_date(at, clinic_of(referral))
        _dose(activity, max(today, activity.begun_on), by=by, at=at)
    record("activity_changed", **_about(activity), by=by, at=at, was=was)
    return activity


@transaction.atomic
def retire_activity(*, activity: Activity, reason: str, by: User, at: datetime) -> Activity:
    """Ask nothing more of the family from tomorrow on; what was practised stays and counts."""
    referral = activity.referral
    check_act(referral, Act.GIVE_ACTIVITY, by=by)
    activity = held(activity)
    reason = reason.strip()
    if activity.status == Activity.Status.RETIRED:
        if (activity.retired_by_id, activity.retired_reason) == (by.pk, reason):
            return activity  # the second click of one ending
        raise Outrun(_retired_sentence(activity))
    if not reason:
        raise Refused("Say why it is retired: the family reads it.", "reason")
    today = local_date(at, clinic_of(referral))
    _keep(
        activity, status=Activity.Status.RETIRED, retired_on=today, retired_by=by,
        retired_reason=reason,
    )  # fmt: skip
    Dose.objects.create(
        activity=activity, from_on=max(today + timedelta(days=1), activity.begun_on),
        times_a_week=0, minutes=0, by=by, at=at,
    )  # fmt: skip
    record("activity_retired", **_about(activity), by=by, at=at)
    return activity


@transaction.atomic
def set_picture(
    *, activity: Activity, upload: "UploadedFile[bytes]", shows: str, edition: int | None = None,
    by: User, at: datetime,
) -> Activity:  # fmt: skip
    """Show the activity in a picture made anew from the upload, with words for who cannot see it."""
    check_act(activity.referral, Act.GIVE_ACTIVITY, by=by)
    activity = held(activity)
    shows = shows.strip()
    if not shows:
        raise Refused("Say in words what the picture shows.", "shows")
    drawn = made_anew(upload)
    if activity.picture and activity.picture_shows == shows and _drawn(activity) == drawn:
        return activity  # the second click of one picture
    _check_standing(activity, edition)
    before = activity.picture.name
    activity.picture.save("picture.jpg", ContentFile(drawn), save=False)
    _keep(activity, picture=activity.picture.name, picture_shows=shows)
    record("activity_pictured", **_about(activity), by=by, at=at, picture=before)
    return activity


@transaction.atomic
def remove_picture(
    *, activity: Activity, edition: int | None = None, by: User, at: datetime
) -> Activity:
    """Show the picture no longer. The file stays where only the event knows it."""
    check_act(activity.referral, Act.GIVE_ACTIVITY, by=by)
    activity = held(activity)
    if not activity.picture:
        return activity  # the second click
    _check_standing(activity, edition)
    before = activity.picture.name
    _keep(activity, picture="", picture_shows="")
    record("activity_picture_removed", **_about(activity), by=by, at=at, picture=before)
    return activity


def clinic_of(referral: Referral) -> Organization:
    assert referral.clinic is not None
    return referral.clinic


def held(activity: Activity) -> Activity:
    """The activity as it stands, locked until the action is done."""
    return (
        Activity.objects.select_for_update(of=("self",))
        .select_related("referral__child", "referral__clinic")
        .get(pk=activity.pk)
    )


def _check_standing(activity: Activity, edition: int | None) -> None:
    if activity.status == Activity.Status.RETIRED:
        raise Outrun(_retired_sentence(activity))
    if edition is not None and edition != activity.edition:
        raise Outrun(
            "Somebody changed this activity after you opened it. What you typed is still here: "
            "look at what stands now, and send it again."
        )


def _retired_sentence(activity: Activity) -> str:
    on = activity.retired_on
    assert on is not None
    return f"This activity was retired on {day(on)}. Give a new one instead."


def _checked(content: dict[str, Any]) -> dict[str, Any]:
    """What is written, whole: raises Refused for what is missing or too much."""
    for name, sentence in _NEEDED.items():
        if not str(content.get(name) or "").strip():
            raise Refused(sentence, name)
    lines = [line.strip() for line in str(content["steps"]).splitlines() if line.strip()]
    if len(lines) > MOST_STEPS:
        raise Refused(f"Keep it to {MOST_STEPS} steps: short is what families do.", "steps")
    for name, least, most in (("minutes", 1, 60), ("times_a_week", 1, 14)):
        value = content.get(name)
        if not isinstance(value, int) or not least <= value <= most:
            raise Refused(f"Choose a number from {least} to {most}.", name)
    if content.get("routine") not in Activity.Routine.values:
        raise Refused("Choose where in the day it fits.", "routine")
    written = {name: content.get(name, "") for name in Activity.CONTENT}
    return {n: v.strip() if isinstance(v, str) else v for n, v in written.items()} | {
        "steps": "\n".join(lines)
    }


def _open_goals(
    referral: Referral, goals: Iterable[Goal], *, kept: Iterable[UUID] = ()
) -> list[Goal]:
    """The goals it serves: at least one that is still to be reached, all of this referral."""
    wanted = {goal.pk for goal in goals}
    found = list(referral.goals.filter(pk__in=wanted))
    if len(found) != len(wanted) or any(not g.is_open and g.pk not in kept for g in found):
        raise Refused("Choose among the goals that this child works on.", "goals")
    if not any(goal.is_open for goal in found):
        raise Refused("Choose at least one goal that it helps to reach.", "goals")
    return found


def _dose(activity: Activity, from_on: date, *, by: User, at: datetime) -> None:
    Dose.objects.create(
        activity=activity, from_on=from_on, times_a_week=activity.times_a_week,
        minutes=activity.minutes, by=by, at=at,
    )  # fmt: skip


def _drawn(activity: Activity) -> bytes:
    with activity.picture.open("rb") as file:
        return bytes(file.read())


def _keep(activity: Activity, **columns: Any) -> None:
    """Write columns of an activity that is held."""
    Activity.objects.filter(pk=activity.pk).update(**columns, edition=activity.edition + 1)
    for name, value in columns.items():
        setattr(activity, name, value)
    activity.edition += 1


def _about(activity: Activity) -> dict[str, Any]:
    """What the event of an activity is about, and what it was called that day."""
    referral = activity.referral
    return {
        "child": referral.child, "about": referral.pk, "referral": referral,
        "activity": str(activity.pk), **activity.called,
    }  # fmt: skip
