"""When may therapy begin, and whose word may be missing?"""

from datetime import date, timedelta

import pytest

from referrals.actions.goal import answer_goal
from referrals.actions.starting import positions, silent_parties, start_therapy
from referrals.models import Goal, Task
from tests.actions.outcome import outrun, owed, refused, told
from tests.factories.goal import agreed, proposed
from tests.stages import fresh


@pytest.fixture
def evening(later):
    """Of the day of the visit, Monday, 9 March: all fixtures are behind."""
    return later + timedelta(hours=8)


@pytest.fixture
def all_three(therapist, pediatrician, family):
    return therapist, pediatrician, family


def test_with_every_goal_agreed_it_begins(plan_certified, therapist, all_three, evening):
    goal = agreed(plan_certified, all_three, at=evening)
    begun = start_therapy(referral=fresh(plan_certified), by=therapist, at=evening)
    assert (begun.state, owed(begun)) == (
        "in_therapy", ("report_progress", "Thea", date(2026, 4, 8)),
    )  # fmt: skip
    assert sorted(begun.loop) == [str(n) for n in range(1, 10)]
    goal.refresh_from_db()
    assert (goal.status, goal.started_without) == ("active", {})
    assert told("therapy_started") == ["Ada", "Rosa"]


def test_it_needs_a_goal(plan_certified, therapist, evening):
    with refused(sentence="Therapy needs at least one goal."):
        start_therapy(referral=plan_certified, by=therapist, at=evening)


def test_it_needs_the_pediatricians_signature(plan_returned, therapist, all_three, evening):
    agreed(plan_returned, all_three, at=evening)
    with refused(sentence="under a plan that the pediatrician has signed"):
        start_therapy(referral=fresh(plan_returned), by=therapist, at=evening)


def test_it_needs_a_certification_that_still_holds(plan_certified, therapist, all_three, evening):
    agreed(plan_certified, all_three, at=evening)
    with refused(sentence="The plan’s certification ended on 17 Jun 2026."):
        start_therapy(
            referral=fresh(plan_certified), by=therapist, at=evening + timedelta(days=101)
        )


@pytest.mark.parametrize("who", ["pediatrician", "coordinator", "family", "stranger"])
def test_only_the_therapist_begins_it(who, cast, plan_certified, all_three, evening):
    agreed(plan_certified, all_three, at=evening)
    with refused(sentence="Only the therapist"):
        start_therapy(referral=fresh(plan_certified), by=getattr(cast, who), at=evening)


def test_not_before_the_plan_is_acknowledged(plan_sent, therapist, all_three, evening):
    agreed(plan_sent, all_three, at=evening)
    with outrun("now “plan sent”"):
        start_therapy(referral=fresh(plan_sent), by=therapist, at=evening)


# --- Without the word of one of the three -------------------------------------------------------


@pytest.fixture
def unanswered(plan_certified, therapist, pediatrician, evening):
    """A goal that therapist and pediatrician agree, and to which the family has said nothing."""
    return agreed(plan_certified, (therapist, pediatrician), at=evening)


def start(goal, by, at, **reasons):
    return start_therapy(referral=fresh(goal.referral), reasons=reasons, by=by, at=at)


def test_whoever_can_still_answer_is_waited_for(unanswered, therapist, evening):
    with refused("without_family", "The family can answer until 23 Mar 2026."):
        start(unanswered, therapist, evening, family="They are away.")
    last = evening + timedelta(days=14)
    with refused("without_family", "can answer until"):
        start(unanswered, therapist, last, family="They are away.")


def test_past_that_day_a_reason_is_recorded(unanswered, therapist, evening):
    after = evening + timedelta(days=15)
    assert silent_parties(unanswered.referral, date(2026, 3, 24)) == ["family"]
    with refused("without_family", "Say why therapy starts without the word of the family."):
        start(unanswered, therapist, after, family="  ")
    begun = start(unanswered, therapist, after, family="Three calls, no answer.")
    goal = Goal.objects.get()
    assert (begun.state, goal.status) == ("in_therapy", "active")
    assert goal.started_without == {"family": "Three calls, no answer."}
    assert goal.agreed_at is None
    assert not Task.objects.filter(duty="answer_goals", party="family", is_open=True).exists()


def test_a_reason_given_for_who_has_agreed_is_not_kept(
    plan_certified, therapist, all_three, evening
):
    goal = agreed(plan_certified, all_three, at=evening)
    start(goal, therapist, evening, family="They are away.")
    assert Goal.objects.get().started_without == {}


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [("change", "the family wants a change"), ("decline", "the family declines")],
)
def test_who_said_otherwise_is_never_passed_over(
    answer, sentence, unanswered, therapist, family, evening
):
    answer_goal(goal=unanswered, number=1, answer=answer, words="Not this", by=family, at=evening)
    with refused(sentence=sentence):
        start(unanswered, therapist, evening + timedelta(days=60), family="They said no.")


def test_one_goal_that_waits_holds_back_the_others(plan_certified, therapist, all_three, evening):
    agreed(plan_certified, all_three, at=evening)
    proposed(plan_certified, by=therapist, at=evening)
    with refused("without_pediatrician", "can answer until"):
        start_therapy(referral=fresh(plan_certified), by=therapist, at=evening)


def test_the_page_reads_what_each_has_said(unanswered):
    ((version, said),) = positions(unanswered.referral)
    assert version.goal == unanswered
    assert [(party, getattr(one, "answer", None)) for party, one in said] == [
        ("pediatrician", "agree"), ("therapist", "agree"), ("family", None),
    ]  # fmt: skip
