"""Is one tap one entry, on the right day whatever the phone's clock says, and can it be taken back?"""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.actions.closing import decline_referral
from referrals.actions.guardian import add_guardian, invite_guardian
from referrals.actions.practice import (
    LONGEST_WAIT,
    _moment_of_tap,
    describe_practice,
    log_practice,
    undo_practice,
)
from referrals.models import Activity, Event, Guardian, Practice, Referral, User
from referrals.models.record import new_id
from tests.factories.person import UserFactory
from tests.factories.phone import an_activity, retired

from .outcome import kinds, outrun, refused, told

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def at(later: datetime) -> datetime:
    """Noon in New York, twenty days after the activity began."""
    return (later + 20 * DAY).replace(hour=16, minute=0)


def log(activity: Activity, by: User, at: datetime, **changes: Any) -> Practice:
    said: dict[str, Any] = {"id": new_id(), "result": "did"} | changes
    return log_practice(activity=activity, by=by, at=at, **said)


def adult(cast: Any, at: datetime, **rights: bool) -> User:
    """A father with an account; with all rights but those named."""
    user = UserFactory(given_name="Luc", family_name="Fontaine", email="luc@example.org")
    guardian = add_guardian(
        child=cast.child, given_name="Luc", family_name="Fontaine", relationship="father",
        by=cast.pediatrician, at=at,
    )  # fmt: skip
    Guardian.objects.filter(pk=guardian.pk).update(**rights)
    guardian.refresh_from_db()
    invite_guardian(guardian=guardian, email=user.email, by=cast.pediatrician, at=at)
    return user


# --- One tap -------------------------------------------------------------------------------------


def test_one_tap_is_one_entry_and_one_event(cast: Any, activity: Activity, at: datetime) -> None:
    entry = log(activity, cast.family, at, minutes=12, word="  She laughed. ")
    stored = Practice.objects.values().get()
    assert stored == {
        "id": entry.pk, "activity_id": activity.pk, "child_id": cast.child.pk,
        "organization_id": cast.practice.pk, "result": "did", "minutes": 12,
        "word": "She laughed.", "done_on": date(2026, 3, 29), "told_at": at, "received_at": at,
        "by_id": cast.family.pk, "after_retired": False, "clock_was_off": False,
        "undone_by_id": None, "undone_at": None,
    }  # fmt: skip
    assert kinds(entry.pk) == ["practice_logged"]
    assert told("practice_logged") == []


@pytest.mark.parametrize("result", ["did", "partly", "not_today"])
def test_each_answer_is_kept(result: str, cast: Any, activity: Activity, at: datetime) -> None:
    assert log(activity, cast.family, at, result=result).result == result


def test_the_same_key_again_gives_the_first_entry_and_writes_nothing(
    cast: Any, activity: Activity, at: datetime
) -> None:
    first = log(activity, cast.family, at, minutes=5)
    before = Event.objects.count()
    again = log(activity, cast.family, at + DAY, id=first.pk, result="partly", minutes=99)
    assert (again.pk, again.result, again.minutes) == (first.pk, "did", 5)
    assert (Practice.objects.count(), Event.objects.count()) == (1, before)


def test_a_key_is_nobody_elses_and_no_other_activitys(
    cast: Any, activity: Activity, at: datetime
) -> None:
    first, father = log(activity, cast.family, at), adult(cast, at)
    other = an_activity(activity.referral, by=cast.therapist, at=at)
    with outrun("This entry was already used."):
        log(activity, father, at, id=first.pk)
    with outrun("This entry was already used."):
        log(other, cast.family, at, id=first.pk)


def test_only_an_adult_with_the_right_logs(cast: Any, activity: Activity, at: datetime) -> None:
    for person in (cast.therapist, cast.pediatrician, cast.other_family):
        with refused(None, "Only the family can log practice at home here."):
            log(activity, person, at)
    father = adult(cast, at, may_log=False)
    with refused(None, "Only the family"):
        log(activity, father, at)


def test_nothing_is_logged_where_the_referral_was_declined(
    cast: Any, received: Referral, now: datetime
) -> None:
    activity = an_activity(received, by=cast.therapist, at=now)
    decline_referral(
        referral=received, reason="Full.", suggestion="Elsewhere.", by=cast.therapist, at=now + HOUR
    )
    with outrun("This referral has changed"):
        log(activity, cast.family, now + 2 * HOUR)


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"result": "maybe"}, "result", "Choose “Did it”"),
        ({"minutes": -1}, "minutes", "from 0 to 240"),
        ({"minutes": 241}, "minutes", "from 0 to 240"),
        ({"minutes": True}, "minutes", "from 0 to 240"),
        ({"minutes": 5, "result": "not_today"}, "minutes", "Minutes go with"),
        ({"word": "x" * 241}, "word", "240 letters"),
        ({"days_ago": -1}, "days_ago", "This day lies in the future."),
        ({"days_ago": 8}, "days_ago", "You can log up to seven days back."),
        ({"days_ago": True}, "days_ago", "You can log up to seven days back."),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    said: dict[str, Any], field: str, sentence: str, cast: Any, activity: Activity, at: datetime
) -> None:
    with refused(field, sentence):
        log(activity, cast.family, at, **said)
    assert not Practice.objects.exists()


@pytest.mark.parametrize("said", [{"minutes": 0}, {"minutes": 240}, {"word": "x" * 240}])
def test_the_edges_are_within(
    said: dict[str, Any], cast: Any, activity: Activity, at: datetime
) -> None:
    assert log(activity, cast.family, at, **said).pk


# --- Which day -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("days_ago", "day"), [(0, 29), (1, 28), (7, 22)])
def test_days_back_are_counted_from_the_tap(
    days_ago: int, day: int, cast: Any, activity: Activity, at: datetime
) -> None:
    entry = log(activity, cast.family, at, days_ago=days_ago)
    assert entry.done_on == date(2026, 3, day)


def test_the_day_is_that_of_the_clinic(cast: Any, activity: Activity, at: datetime) -> None:
    """Half past eleven at night in New York is the next day in London, and not here."""
    late = at.replace(hour=3, minute=30)
    assert log(activity, cast.family, late).done_on == late.date() - DAY


def test_a_day_before_the_activity_began_is_refused(
    cast: Any, activity: Activity, later: datetime
) -> None:
    first = later + timedelta(hours=8)
    assert log(activity, cast.family, first).done_on == activity.begun_on
    with refused("days_ago", "This day lies before the activity began."):
        log(activity, cast.family, first, days_ago=1)


# --- The phone's clock ---------------------------------------------------------------------------


def test_an_entry_that_waited_counts_on_the_day_of_the_tap(
    cast: Any, activity: Activity, at: datetime
) -> None:
    entry = log(activity, cast.family, at, tapped_at=at - 3 * DAY, phone_now=at)
    assert (entry.told_at, entry.received_at) == (at - 3 * DAY, at)
    assert (entry.done_on, entry.clock_was_off) == (date(2026, 3, 26), False)


@pytest.mark.parametrize("off", [DAY, -DAY, 400 * DAY, -400 * DAY, 12 * HOUR, -12 * HOUR])
def test_a_clock_wrong_by_a_day_is_put_right_and_marked(
    off: timedelta, cast: Any, activity: Activity, at: datetime
) -> None:
    phone = at + off
    entry = log(activity, cast.family, at, tapped_at=phone - 5 * HOUR, phone_now=phone)
    assert (entry.told_at, entry.clock_was_off) == (at - 5 * HOUR, True)
    assert entry.done_on == date(2026, 3, 29)


@pytest.mark.parametrize("off", [timedelta(hours=11, minutes=59), timedelta(hours=-11)])
def test_a_clock_less_than_half_a_day_off_is_no_matter(
    off: timedelta, cast: Any, activity: Activity, at: datetime
) -> None:
    phone = at + off
    entry = log(activity, cast.family, at, tapped_at=phone - HOUR, phone_now=phone)
    assert (entry.told_at, entry.clock_was_off) == (at - HOUR, False)


@pytest.mark.parametrize(("ahead", "marked"), [(HOUR, False), (DAY, True)])
def test_a_tap_in_the_phones_own_future_counts_as_now(
    ahead: timedelta, marked: bool, cast: Any, activity: Activity, at: datetime
) -> None:
    """The clock was set back between the tap and the sending."""
    entry = log(activity, cast.family, at, tapped_at=at + ahead, phone_now=at)
    assert (entry.told_at, entry.clock_was_off) == (at, marked)


def test_a_wait_of_more_than_sixty_days_is_bounded_and_marked(
    cast: Any, activity: Activity, at: datetime
) -> None:
    at += 100 * DAY
    entry = log(activity, cast.family, at, tapped_at=at - 90 * DAY, phone_now=at)
    assert (entry.told_at, entry.clock_was_off) == (at - 60 * DAY, True)


def test_a_long_wait_before_the_activity_began_is_refused(
    cast: Any, activity: Activity, at: datetime
) -> None:
    with refused("days_ago", "before the activity began"):
        log(activity, cast.family, at, tapped_at=at - 90 * DAY, phone_now=at)


@given(
    waited=st.timedeltas(min_value=timedelta(0), max_value=LONGEST_WAIT),
    off=st.timedeltas(min_value=-3650 * DAY, max_value=3650 * DAY),
)
def test_however_wrong_the_clock_the_tap_is_found(waited: timedelta, off: timedelta) -> None:
    at = datetime.fromisoformat("2026-03-29T16:00:00+00:00")
    phone = at + off
    moment, marked = _moment_of_tap(phone - waited, phone, at)
    assert moment == at - waited
    assert marked == (abs(off) >= 12 * HOUR)


# --- An activity that was retired meanwhile ------------------------------------------------------


@pytest.mark.parametrize(("tapped_before", "after"), [(2 * DAY, True), (5 * DAY, False)])
def test_an_entry_for_a_retired_activity_is_kept_and_marked_by_its_day(
    tapped_before: timedelta, after: bool, cast: Any, activity: Activity, at: datetime
) -> None:
    gone = retired(activity, at.date() - 3 * DAY, by=cast.therapist)
    entry = log(gone, cast.family, at, tapped_at=at - tapped_before, phone_now=at)
    assert entry.after_retired is after
    assert kinds(entry.pk) == ["practice_logged"]


def test_the_day_of_retiring_itself_is_not_after_it(
    cast: Any, activity: Activity, at: datetime
) -> None:
    gone = retired(activity, at.date(), by=cast.therapist)
    assert log(gone, cast.family, at).after_retired is False


# --- Minutes and a word, after the tap -----------------------------------------------------------


def test_minutes_and_a_word_are_added_once(cast: Any, activity: Activity, at: datetime) -> None:
    entry = log(activity, cast.family, at)
    for _ in range(2):
        describe_practice(
            practice=entry, minutes=7, word=" Good day ", by=cast.family, at=at + HOUR
        )
    entry.refresh_from_db()
    assert (entry.minutes, entry.word) == (7, "Good day")
    assert kinds(entry.pk) == ["practice_logged", "practice_described"]


def test_only_who_logged_it_adds_to_it_and_only_for_a_week(
    cast: Any, activity: Activity, at: datetime
) -> None:
    entry, father = log(activity, cast.family, at), adult(cast, at)
    with refused(None, "Only who made this entry can add to it."):
        describe_practice(practice=entry, minutes=7, by=father, at=at)
    with refused(None, "more than seven days old"):
        describe_practice(practice=entry, minutes=7, by=cast.family, at=at + 8 * DAY)
    with refused("minutes", "from 0 to 240"):
        describe_practice(practice=entry, minutes=500, by=cast.family, at=at)
    undo_practice(practice=entry, by=cast.family, at=at)
    with outrun("This entry was taken back."):
        describe_practice(practice=entry, minutes=7, by=cast.family, at=at)


# --- Undo ----------------------------------------------------------------------------------------


def test_an_entry_taken_back_stays_and_is_taken_back_once(
    cast: Any, activity: Activity, at: datetime
) -> None:
    entry = log(activity, cast.family, at)
    for n in range(2):
        undone = undo_practice(practice=entry, by=cast.family, at=at + (n + 1) * HOUR)
        assert (undone.undone_by, undone.undone_at) == (cast.family, at + HOUR)
    assert Practice.objects.count() == 1
    assert kinds(entry.pk) == ["practice_logged", "practice_undone"]


def test_two_who_take_it_back_at_once_do_it_once(
    cast: Any, activity: Activity, at: datetime
) -> None:
    entry, father = log(activity, cast.family, at), adult(cast, at)
    seen_by_both = Practice.objects.get(pk=entry.pk)
    undo_practice(practice=entry, by=cast.family, at=at)
    assert undo_practice(practice=seen_by_both, by=father, at=at).undone_by == cast.family
    assert kinds(entry.pk) == ["practice_logged", "practice_undone"]


def test_another_adult_with_the_right_takes_it_back_and_none_without(
    cast: Any, activity: Activity, at: datetime
) -> None:
    entry = log(activity, cast.family, at)
    for person in (cast.therapist, cast.other_family):
        with refused(None, "Only the family"):
            undo_practice(practice=entry, by=person, at=at)
    assert undo_practice(practice=entry, by=adult(cast, at), at=at).undone_at == at


def test_it_is_taken_back_within_seven_days(cast: Any, activity: Activity, at: datetime) -> None:
    entry = log(activity, cast.family, at)
    with refused(None, "more than seven days old"):
        undo_practice(practice=entry, by=cast.family, at=at + 7 * DAY + HOUR)
    assert undo_practice(practice=entry, by=cast.family, at=at + 7 * DAY).undone_at


def test_the_key_of_an_entry_taken_back_brings_it_not_back(
    cast: Any, activity: Activity, at: datetime
) -> None:
    """The phone sent it, the answer was lost, it was taken back elsewhere, the phone sends again."""
    entry = log(activity, cast.family, at)
    undo_practice(practice=entry, by=cast.family, at=at)
    assert log(activity, cast.family, at, id=entry.pk).undone_at == at
