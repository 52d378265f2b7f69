"""Is a home activity given for a goal, few at a time, changed with its dose kept, and never lost?"""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from referrals.actions.activity import change_activity, retire_activity
from referrals.actions.goal import end_goal
from referrals.models import Activity, Dose, Event, Goal, Referral
from referrals.models.record import new_id
from tests.factories.activity import given
from tests.factories.goal import proposed

from .outcome import kinds, outrun, refused, told


@pytest.fixture
def at(later: datetime) -> datetime:
    """Tuesday, 10 March 2026."""
    return later + timedelta(days=1)


TODAY = date(2026, 3, 10)


@pytest.fixture
def activity(cast: Any, aimed: Referral, at: datetime) -> Activity:
    return given(aimed, by=cast.therapist, at=at)


def doses(activity: Activity) -> list[tuple[date, int, int]]:
    return list(activity.doses.values_list("from_on", "times_a_week", "minutes"))


def change(activity: Activity, *, by: Any, at: datetime, **changes: Any) -> Activity:
    said = {"edition": activity.edition, "goals": list(activity.goals.all())} | changes
    return change_activity(activity=activity, by=by, at=at, **said)


# --- Giving -----------------------------------------------------------------------------------


def test_an_activity_is_given_with_its_dose_and_the_family_is_told(
    cast: Any, aimed: Referral, activity: Activity
) -> None:
    assert doses(activity) == [(TODAY, 5, 5)]
    assert list(activity.goals.all()) == [aimed.goals.get()]
    assert activity.step_list == ["Close all but one.", "Mina closes that one."]
    assert (activity.begun_on, activity.status, activity.edition) == (TODAY, "active", 1)
    assert kinds(aimed.pk)[-1] == "activity_given"
    assert told("activity_given") == ["Rosa"]


def test_a_second_click_gives_one(cast: Any, aimed: Referral, at: datetime) -> None:
    key = new_id()
    for _ in range(2):
        given(aimed, id=key, by=cast.therapist, at=at)
    assert (Activity.objects.count(), Dose.objects.count()) == (1, 1)
    assert kinds(aimed.pk).count("activity_given") == 1
    with outrun("already used"):
        given(aimed, id=key, by=cast.colleague, at=at)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", " ", "Give the activity a name."),
        ("why", "", "Say why it helps"),
        ("steps", "\n \n", "one step a line"),
        ("steps", "\n".join("123456789"), "Keep it to 8 steps"),
        ("good_looks_like", "", "Say what good looks like."),
        ("stop_when", "", "Say when to stop."),
        ("minutes", 0, "from 1 to 60"),
        ("minutes", 61, "from 1 to 60"),
        ("times_a_week", None, "from 1 to 14"),
        ("times_a_week", 15, "from 1 to 14"),
        ("routine", "noon", "where in the day"),
        ("goals", [], "at least one goal"),
        ("from_on", TODAY - timedelta(days=15), "Choose a day"),
        ("from_on", TODAY + timedelta(days=61), "Choose a day"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field(
    field: str, value: Any, sentence: str, cast: Any, aimed: Referral, at: datetime
) -> None:
    with refused(field, sentence):
        given(aimed, by=cast.therapist, at=at, **{field: value})
    assert not Activity.objects.exists()


def test_it_begins_on_the_day_of_the_visit_or_on_a_day_to_come(
    cast: Any, aimed: Referral, at: datetime
) -> None:
    for days in (-14, 60):
        on = TODAY + timedelta(days=days)
        assert doses(given(aimed, by=cast.therapist, at=at, from_on=on)) == [(on, 5, 5)]


def test_the_day_is_that_of_the_clinic(cast: Any, aimed: Referral, at: datetime) -> None:
    """Eleven at night in New York is the next day in London."""
    late = at.replace(hour=3) + timedelta(days=1)
    assert given(aimed, by=cast.therapist, at=late).begun_on == TODAY


def test_a_goal_that_has_ended_or_is_another_childs_is_no_reason(
    cast: Any, aimed: Referral, at: datetime
) -> None:
    goal = aimed.goals.get()
    end_goal(
        goal=goal, edition=Goal.objects.get().edition, outcome="met", reason="Done.",
        by=cast.therapist, at=at,
    )  # fmt: skip
    with refused("goals", "this child works on"):
        given(aimed, goals=[goal], by=cast.therapist, at=at)
    with refused("goals", "this child works on"):
        given(aimed, goals=[Goal(pk=new_id())], by=cast.therapist, at=at)


def test_a_fourth_needs_a_reason(cast: Any, aimed: Referral, at: datetime) -> None:
    for _ in range(3):
        assert given(aimed, by=cast.therapist, at=at, beyond_few="Idle words.").beyond_few == ""
    with refused("beyond_few", "The family has 3 activities already."):
        given(aimed, by=cast.therapist, at=at)
    fourth = given(aimed, by=cast.therapist, at=at, beyond_few="The grandmother does one.")
    assert fourth.beyond_few == "The grandmother does one."
    retire_activity(activity=fourth, reason="Enough.", by=cast.therapist, at=at)
    with refused("beyond_few"):
        given(aimed, by=cast.therapist, at=at)


def test_only_a_therapist_of_the_clinic_gives(
    cast: Any, aimed: Referral, scheduled: Referral, at: datetime
) -> None:
    for person in (cast.family, cast.pediatrician, cast.coordinator, cast.stranger, cast.partner):
        with refused(sentence="Only the therapist can give a home activity here."):
            given(aimed, by=person, at=at)
    given(aimed, by=cast.colleague, at=at)


def test_before_the_evaluation_nothing_is_given(
    cast: Any, scheduled: Referral, now: datetime
) -> None:
    with outrun():
        given(scheduled, by=cast.therapist, at=now)


# --- Changing ---------------------------------------------------------------------------------


def test_a_change_of_words_leaves_the_dose(cast: Any, activity: Activity, at: datetime) -> None:
    changed = change(activity, by=cast.therapist, at=at, title="Two buttons")
    assert (changed.title, changed.edition) == ("Two buttons", 2)
    assert doses(activity) == [(TODAY, 5, 5)]
    event = Event.objects.filter(kind="activity_changed").get()
    assert event.data["was"] == {"title": "One button on the way out"}
    assert told("activity_changed") == ["Rosa"]


def test_another_dose_counts_from_today(cast: Any, activity: Activity, at: datetime) -> None:
    day = timedelta(days=10)
    change(activity, by=cast.therapist, at=at + day, times_a_week=3)
    assert doses(activity) == [(TODAY, 5, 5), (TODAY + day, 3, 5)]


def test_another_dose_of_what_has_not_begun_counts_from_its_first_day(
    cast: Any, aimed: Referral, at: datetime
) -> None:
    begins = TODAY + timedelta(days=7)
    activity = given(aimed, by=cast.therapist, at=at, from_on=begins)
    change(activity, by=cast.therapist, at=at + timedelta(days=1), minutes=8)
    assert doses(activity) == [(begins, 5, 5), (begins, 5, 8)]


def test_the_goals_it_serves_are_chosen_anew(
    cast: Any, aimed: Referral, activity: Activity, at: datetime
) -> None:
    other = proposed(aimed, by=cast.therapist, at=at)
    before = aimed.goals.exclude(pk=other.pk).get()
    change(activity, by=cast.therapist, at=at, goals=[other])
    assert list(activity.goals.all()) == [other]
    event = Event.objects.filter(kind="activity_changed").get()
    assert event.data["was"] == {"goals": [str(before.pk)]}
    with refused("goals", "at least one goal"):
        change(Activity.objects.get(), by=cast.therapist, at=at, goals=[])


def test_two_who_change_at_once_do_not_overwrite_each_other(
    cast: Any, activity: Activity, at: datetime
) -> None:
    change(activity, by=cast.therapist, at=at, title="Two buttons")
    with outrun("Somebody changed this activity"):
        change(activity, by=cast.colleague, at=at, title="Three buttons")
    change(activity, by=cast.therapist, at=at, title="Two buttons")  # a second click
    assert kinds(activity.referral_id).count("activity_changed") == 1
    with refused(sentence="Nothing is different."):
        change(Activity.objects.get(), by=cast.therapist, at=at)


# --- Retiring ---------------------------------------------------------------------------------


def test_retired_it_is_asked_for_until_tonight_and_stays(
    cast: Any, activity: Activity, at: datetime
) -> None:
    for _ in range(2):
        retire_activity(activity=activity, reason=" She can do it. ", by=cast.therapist, at=at)
    activity.refresh_from_db()
    assert (activity.status, activity.retired_on) == ("retired", TODAY)
    assert activity.retired_reason == "She can do it."
    assert doses(activity) == [(TODAY, 5, 5), (TODAY + timedelta(days=1), 0, 0)]
    assert kinds(activity.referral_id).count("activity_retired") == 1
    assert told("activity_retired") == ["Rosa"]
    with outrun("was retired on 10 Mar 2026"):
        retire_activity(activity=activity, reason="Again.", by=cast.colleague, at=at)
    with outrun("was retired on 10 Mar 2026"):
        change(activity, by=cast.therapist, at=at, title="Two buttons")


def test_retired_before_it_began_it_is_never_asked_for(
    cast: Any, aimed: Referral, at: datetime
) -> None:
    begins = TODAY + timedelta(days=7)
    activity = given(aimed, by=cast.therapist, at=at, from_on=begins)
    retire_activity(activity=activity, reason="Not now.", by=cast.therapist, at=at)
    assert doses(activity) == [(begins, 5, 5), (begins, 0, 0)]


def test_retiring_says_why_and_is_the_therapists(
    cast: Any, activity: Activity, at: datetime
) -> None:
    with refused("reason", "Say why"):
        retire_activity(activity=activity, reason=" ", by=cast.therapist, at=at)
    with refused():
        retire_activity(activity=activity, reason="Enough.", by=cast.family, at=at)
