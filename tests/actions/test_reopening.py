"""Does a child who comes back in time find everything, and does one who comes too late lose nothing?"""

from datetime import timedelta

import pytest

from referrals.actions.closing import acknowledge_referral
from referrals.actions.discharge import (
    discharge_referral,
    draft_discharge,
    note_discharge,
    reopen_referral,
)
from referrals.actions.plan import (
    certify_plan,
    draft_plan,
    explain_plan,
    send_plan,
    sign_plan,
    start_of,
)
from referrals.actions.refusal import Outrun, Refused
from referrals.actions.starting import start_therapy
from referrals.models import Discharge, Event, Goal, Notice, Plan, Seat, Task
from referrals.models.record import new_id
from referrals.queries.loop import strip
from tests.actions.conftest import MONDAY
from tests.discharge_stages import WEEKS, a_summary, said_of, summary
from tests.factories.goal import proposed as propose
from tests.factories.therapy_rows import an_activity
from tests.stages import a_plan, day_of, fresh

REASON = "She stopped buttoning."


@pytest.fixture
def now():
    """Therapy ends on 6 April 2026; the return rule holds to 5 July."""
    return MONDAY


def reopen(referral, by, at, reason=REASON, **more):
    return reopen_referral(referral=referral, reason=reason, by=by, at=at, **more)


@pytest.mark.parametrize("who", ["pediatrician", "practice_colleague", "therapist", "colleague"])
@pytest.mark.parametrize("noted", [False, True])
def test_either_side_takes_therapy_up_again_whether_or_not_the_end_was_noted(
    noted, who, discharged, cast, ending
):
    if noted:
        acknowledge_referral(
            referral=discharged, by=cast.pediatrician, at=ending + timedelta(days=1)
        )
        note_discharge(discharge=summary(discharged), by=cast.family, at=ending + timedelta(days=1))
    events = Event.objects.count()
    reopen(fresh(discharged), getattr(cast, who), ending + WEEKS)
    referral = fresh(discharged)
    assert (referral.state, referral.next_step, referral.is_open, referral.owner) == (
        "evaluated", "explain_plan", True, cast.therapist,
    )  # fmt: skip
    assert (referral.closed_at, referral.closed_by, referral.closing_reason) == (None, None, "")
    assert (referral.acknowledged_at, referral.acknowledged_by) == (None, None)
    assert Event.objects.count() - events == 1
    assert summary(discharged).status == "ended"
    assert not Task.objects.filter(duty="note_discharge", is_open=True).exists()


def test_all_are_told_but_who_did_it(reopened):
    told = Notice.objects.filter(kind="referral_reopened").values_list("to__given_name", flat=True)
    assert sorted(told) == ["Rosa", "Thea"]


def test_evaluation_goals_plans_activities_and_seats_are_there_as_they_were(
    discharged, cast, ending
):
    activity = an_activity(discharged, ending, by=cast.therapist)
    kept = {
        "evaluations": list(discharged.evaluations.values()), "goals": list(discharged.goals.values()),
        "plans": list(discharged.plans.values()), "activities": list(discharged.activities.values()),
        "seats": list(Seat.objects.values()),
    }  # fmt: skip
    reopen(discharged, cast.therapist, ending + WEEKS)
    referral = fresh(discharged)
    assert kept == {
        "evaluations": list(referral.evaluations.values()), "goals": list(referral.goals.values()),
        "plans": list(referral.plans.values()), "activities": list(referral.activities.values()),
        "seats": list(Seat.objects.values()),
    }  # fmt: skip
    assert activity.status == "active"


def test_the_strip_stands_at_the_next_plan(reopened, ending):
    today = (ending + WEEKS).date()
    steps = strip(reopened.state, reopened.loop, reopened.next_due_on, today)
    assert [step.status for step in steps] == ["done"] * 5 + ["now"] + ["todo"] * 3
    assert reopened.loop == {k: v for k, v in reopened.loop.items() if int(k) <= 5}


def test_on_the_last_day_of_the_rule_she_still_comes_back(discharged, cast):
    until = summary(discharged).return_until
    last = MONDAY + (until - MONDAY.date())
    assert reopen(discharged, cast.therapist, last).state == "evaluated"


@pytest.mark.parametrize("who", ["pediatrician", "therapist"])
def test_a_day_later_a_new_referral_is_written(who, discharged, cast):
    late = MONDAY + (summary(discharged).return_until - MONDAY.date()) + timedelta(days=1)
    with pytest.raises(Refused, match="ended on 5 Jul 2026"):
        reopen(discharged, getattr(cast, who), late)
    assert fresh(discharged).state == "discharged"


def test_it_says_which_sign(discharged, therapist, ending):
    with pytest.raises(Refused, match="Say which sign") as refused:
        reopen(discharged, therapist, ending + WEEKS, reason=" ")
    assert refused.value.field == "reason"


@pytest.mark.parametrize("who", ["family", "coordinator", "stranger", "stranger_pediatrician"])
def test_others_do_not(who, discharged, cast, ending):
    with pytest.raises(Refused):
        reopen(discharged, getattr(cast, who), ending + WEEKS)


def test_of_two_who_reopen_the_second_is_told(discharged, cast, ending):
    version = discharged.version
    reopen(fresh(discharged), cast.therapist, ending + WEEKS, version=version)
    with pytest.raises(Outrun):
        reopen(fresh(discharged), cast.pediatrician, ending + WEEKS, version=version)


def test_an_amendment_that_was_being_written_begins_the_next_summary(discharged, cast, ending):
    at = ending + timedelta(days=1)
    draft = draft_discharge(
        id=new_id(), referral=discharged, reason="A slip.", summary="Her words.",
        by=cast.therapist, at=at,
    )  # fmt: skip
    reopen(discharged, cast.pediatrician, ending + WEEKS)
    draft.refresh_from_db()
    assert (draft.status, draft.replaces, draft.reason, draft.summary) == (
        "draft", None, "", "Her words.",
    )  # fmt: skip


def test_who_had_not_answered_a_goal_is_asked_again(summed_up, cast, ending):
    propose(summed_up, by=cast.therapist, at=ending)
    discharge_referral(referral=summed_up, by=cast.therapist, at=ending)
    assert not Task.objects.filter(duty="answer_goals", is_open=True).exists()
    reopen(fresh(summed_up), cast.therapist, ending + WEEKS)
    asked = Task.objects.filter(duty="answer_goals", is_open=True).values_list("party", flat=True)
    assert sorted(asked) == ["family", "pediatrician"]


def next_therapy(referral, cast, at):
    """The next plan, from its first word to the first day of therapy."""
    with pytest.raises(Refused, match="Say why there is a new version"):
        draft_plan(id=new_id(), referral=fresh(referral), by=cast.therapist, at=at)
    plan = draft_plan(
        id=new_id(), referral=fresh(referral), reason="She is back.", by=cast.therapist, at=at,
        starts_on=day_of(at, referral), review_on=day_of(at, referral) + timedelta(days=60),
    )  # fmt: skip
    sign_plan(plan=plan, by=cast.therapist, at=at)
    explain_plan(
        referral=fresh(referral), explained_to="Rosa", language="English", teach_back="Again.",
        by=cast.therapist, at=at,
    )  # fmt: skip
    send_plan(referral=fresh(referral), by=cast.therapist, at=at)
    certify_plan(referral=fresh(referral), by=cast.pediatrician, at=at)
    return start_therapy(referral=fresh(referral), by=cast.therapist, at=at)


def test_the_next_plan_begins_with_the_old_one_but_for_its_days(reopened, ending):
    old, start = Plan.objects.get(), start_of(reopened)
    assert start == old.content | {"starts_on": None, "review_on": None}
    assert a_plan(old.starts_on)["approaches"] == start["approaches"]


def test_therapy_begins_again_and_ends_again_with_a_summary_of_its_own(reopened, cast, ending):
    at = ending + WEEKS + timedelta(days=1)
    assert next_therapy(reopened, cast, at).state == "in_therapy"
    end = at + timedelta(days=1)
    draft = draft_discharge(
        id=new_id(), referral=fresh(reopened), by=cast.therapist, at=end,
        **a_summary(outcomes=said_of(reopened, "partly"), ended_on=end.date()),
    )  # fmt: skip
    assert (draft.number, draft.replaces) == (2, None)
    discharge_referral(referral=fresh(reopened), by=cast.therapist, at=end)
    assert list(Discharge.objects.order_by("number").values_list("status", flat=True)) == [
        "ended", "final",
    ]  # fmt: skip
    assert fresh(reopened).state == "discharged"


def test_a_goal_that_was_begun_without_a_word_does_not_stand_in_the_way(reopened, cast, ending):
    goal = Goal.objects.get()
    version = goal.versions.get()
    proposed = propose(reopened, by=cast.therapist, at=ending + WEEKS)
    without = {"family": "Silent.", "pediatrician": "Silent."}
    Goal.objects.filter(pk=proposed.pk).update(status="active", started_without=without)
    Task.objects.filter(duty="answer_goals").update(
        is_open=False, done_at=ending, done_by=cast.therapist
    )
    assert next_therapy(reopened, cast, ending + WEEKS).state == "in_therapy"
    assert Goal.objects.get(pk=proposed.pk).started_without == without
    assert version.positions.count() == 3
