"""What did the family practise at home: told by one tap, once, on the right day, and taken back?"""

from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from referrals.access import Standing
from referrals.act import Act
from referrals.models import Activity, Practice, User
from referrals.prepared import prepared
from referrals.wording import later as _

from .clock import local_date
from .moving import check_act
from .recording import record
from .refusal import Outrun, Refused

#: So many days back can be told, and so long an entry can be changed or taken back.
DAYS_BACK: Final = 7
#: From here on the phone's clock is called off: half a day turns one day into another.
CLOCK_OFF: Final = timedelta(hours=12)
#: An entry waits on a phone at most so long by our reckoning; more is a clock's mistake.
LONGEST_WAIT: Final = timedelta(days=60)
MOST_MINUTES: Final = 240
LONGEST_WORD: Final = 240
_TOO_LATE: Final = _("This entry is more than seven days old. It stays as it is.")


@transaction.atomic
def log_practice(
    *,
    id: UUID,
    activity: Activity,
    result: str,
    days_ago: int = 0,
    minutes: int | None = None,
    word: str = "",
    tapped_at: datetime | None = None,
    phone_now: datetime | None = None,
    by: User,
    at: datetime,
    team: Standing | None = None,
) -> Practice:
    """Say that the activity was done, partly or not that day. The same id is the same entry.

    The phone tells when it was tapped and what its clock says now: what lies between the two
    holds even if that clock is a day off. `team` is what the door found a moment ago, so that
    one tap stays cheap.
    """
    referral = activity.referral
    check_act(referral, Act.LOG_PRACTICE, by=by, team=team)
    known: Practice | None = next(iter(_known(id)), None)
    if known is not None:
        if known.by_id != by.pk or known.activity_id != activity.pk:
            raise Outrun(gettext("This entry was already used. Please start again."))
        return known
    _check_said(result, minutes, word.strip())
    told_at, off = _moment_of_tap(tapped_at, phone_now, at)
    done_on = _day(activity, told_at, days_ago)
    practice = Practice.objects.create(
        id=id, activity=activity, child=referral.child, organization_id=referral.child.practice_id,
        result=result, minutes=minutes, word=word.strip(), done_on=done_on, told_at=told_at,
        received_at=at, by=by, clock_was_off=off,
        after_retired=activity.retired_on is not None and done_on > activity.retired_on,
    )  # fmt: skip
    record("practice_logged", by=by, at=at, practised=str(result), **_about(practice))
    return practice


@prepared
def _known(id: UUID) -> QuerySet[Practice]:
    return Practice.objects.filter(pk=id)


@transaction.atomic
def describe_practice(
    *, practice: Practice, minutes: int | None = None, word: str = "", by: User, at: datetime
) -> Practice:
    """Add minutes and a word to one's own entry, after the tap."""
    check_act(practice.activity.referral, Act.LOG_PRACTICE, by=by)
    if practice.by_id != by.pk:
        raise Refused(gettext("Only who made this entry can add to it."))
    if practice.undone_at is not None:
        raise Outrun(gettext("This entry was taken back. Please log it again."))
    word = word.strip()
    _check_said(practice.result, minutes, word)
    if (minutes, word) == (practice.minutes, practice.word):
        return practice
    _check_young(practice, at)
    practice.minutes, practice.word = minutes, word
    practice.save(update_fields=["minutes", "word"])
    record("practice_described", by=by, at=at, **_about(practice))
    return practice


@transaction.atomic
def undo_practice(*, practice: Practice, by: User, at: datetime) -> Practice:
    """Take an entry back: it stays and counts for nothing. Doing it twice does it once."""
    check_act(practice.activity.referral, Act.LOG_PRACTICE, by=by)
    if practice.undone_at is not None:
        return practice
    _check_young(practice, at)
    undone = Practice.objects.filter(pk=practice.pk, undone_at__isnull=True).update(
        undone_by=by, undone_at=at
    )
    practice.refresh_from_db()
    if undone:
        record("practice_undone", by=by, at=at, **_about(practice))
    return practice


def _about(practice: Practice) -> dict[str, Any]:
    # About the entry itself: a referral's own page would drown in daily taps.
    activity = practice.activity
    return {
        "child": activity.referral.child,
        "about": practice.pk,
        "referral": activity.referral,
        "activity": str(activity.pk),
        "day": practice.done_on.isoformat(),
    }


def _check_said(result: str, minutes: int | None, word: str) -> None:
    if result not in Practice.Result.values:
        raise Refused(gettext("Choose “Did it”, “Partly” or “Not today”."), "result")
    if minutes is not None:
        if isinstance(minutes, bool) or not 0 <= minutes <= MOST_MINUTES:
            raise Refused(gettext("Give the minutes as a whole number from 0 to 240."), "minutes")
        if result == Practice.Result.NOT_TODAY and minutes:
            raise Refused(gettext("Minutes go with “Did it” or “Partly”."), "minutes")
    if len(word) > LONGEST_WORD:
        raise Refused(gettext("Please keep it to 240 letters."), "word")


def _moment_of_tap(
    tapped_at: datetime | None, phone_now: datetime | None, at: datetime
) -> tuple[datetime, bool]:
    """When the tap was by our own clock, and whether the phone's was off."""
    off = phone_now is not None and abs(phone_now - at) >= CLOCK_OFF
    if tapped_at is None or phone_now is None:
        return at, off
    elapsed = phone_now - tapped_at
    if elapsed > LONGEST_WAIT:
        return at - LONGEST_WAIT, True
    if elapsed < timedelta(0):
        # Tapped in the phone's own future: its clock was set back meanwhile.
        return at, off or -elapsed >= CLOCK_OFF
    return at - elapsed, off


def _day(activity: Activity, told_at: datetime, days_ago: int) -> date:
    if isinstance(days_ago, bool) or days_ago > DAYS_BACK:
        raise Refused(gettext("You can log up to seven days back."), "days_ago")
    if days_ago < 0:
        raise Refused(gettext("This day lies in the future."), "days_ago")
    referral = activity.referral
    done_on = local_date(told_at, referral.clinic or referral.practice) - timedelta(days=days_ago)
    if done_on < activity.begun_on:
        raise Refused(gettext("This day lies before the activity began."), "days_ago")
    return done_on


def _check_young(practice: Practice, at: datetime) -> None:
    if at - practice.received_at > timedelta(days=DAYS_BACK):
        raise Refused(_TOO_LATE)
