"""How is a signed plan explained, sent, certified or returned, and renewed while therapy goes on?"""

from datetime import date, timedelta

import pytest

from referrals.actions.moving import move_referral
from referrals.actions.plan import (
    certify_plan,
    draft_plan,
    explain_plan,
    return_plan,
    revise_plan,
    send_plan,
    sign_plan,
    signed_plan,
)
from referrals.actions.signing import standing
from referrals.models import Plan, Prescription, Task
from referrals.models.record import new_id
from referrals.pathway import Move
from tests.actions.outcome import kinds, outrun, owed, refused, told
from tests.stages import a_plan, fresh

STARTS = date(2026, 3, 19)  # ten days after Monday, 9 March 2026
LAST_DAY = date(2026, 6, 17)  # 90 days on


@pytest.fixture
def evening(later):
    """Of the day of the visit, Monday, 9 March: all fixtures are behind."""
    return later + timedelta(hours=8)


def open_tasks(referral):
    tasks = Task.objects.filter(referral=referral, is_open=True).exclude(duty__endswith="scription")
    return [(t.duty, t.owner.given_name, t.from_on, t.due_on) for t in tasks.order_by("duty")]


def explain(referral, by, at):
    return explain_plan(
        referral=referral, explained_to="Rosa", language="English", teach_back="Buttons.",
        by=by, at=at,
    )  # fmt: skip


# --- Explaining and sending ---------------------------------------------------------------------


def test_explained_the_family_is_told(plan_explained):
    plan = Plan.objects.get()
    assert (plan.explained_to, plan.explained_language) == ("Rosa Fontaine", "English")
    assert plan_explained.state == "plan_shared"
    assert owed(plan_explained) == ("send_plan", "Thea", date(2026, 4, 8))
    assert told("plan_explained") == ["Rosa"]


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("explained_to", "Say to whom"),
        ("language", "Say in which language."),
        ("teach_back", "what the family said back"),
    ],
)
def test_an_explanation_is_whole(field, sentence, plan_signed, therapist, evening):
    words = {"explained_to": "Rosa", "language": "English", "teach_back": "Buttons."}
    with refused(field, sentence):
        explain_plan(referral=plan_signed, by=therapist, at=evening, **words | {field: " "})


def test_only_a_signed_plan_is_explained(planned, therapist, evening):
    with refused(sentence="Sign the plan first."):
        explain(planned, therapist, evening)


def test_a_draft_on_top_is_signed_before_anything_is_explained(plan_signed, therapist, evening):
    draft_plan(id=new_id(), referral=plan_signed, reason="Dates", by=therapist, at=evening)
    with refused(sentence="A new version is being written."):
        explain(plan_signed, therapist, evening)


def test_sent_the_pediatrician_owes_an_answer_in_the_payers_time(plan_sent, therapist):
    plan = Plan.objects.get()
    assert plan.answer_due_on == date(2026, 4, 8)
    assert owed(plan_sent) == ("acknowledge_plan", "Ada", date(2026, 4, 8))
    assert told("plan_sent") == ["Ada"]


def test_another_payer_gives_more_time(evaluated, therapist, evening):
    plan = draft_plan(
        id=new_id(),
        referral=evaluated,
        by=therapist,
        at=evening,
        **a_plan(STARTS, payer="extended"),
    )
    sign_plan(plan=plan, by=therapist, at=evening)
    explain(fresh(evaluated), therapist, evening)
    sent = send_plan(referral=fresh(evaluated), by=therapist, at=evening)
    assert owed(sent)[2] == date(2026, 5, 8)


# --- Certifying and returning -------------------------------------------------------------------


def test_certified_it_holds_for_the_payers_time_and_is_renewed_before(plan_certified):
    plan = Plan.objects.get()
    assert (plan.valid_from, plan.valid_until) == (STARTS, LAST_DAY)
    assert plan.certified_signature == "Ada Okafor, MD"
    assert plan_certified.state == "plan_acknowledged"
    assert owed(plan_certified) == ("agree_goals", "Thea", date(2026, 3, 23))
    assert told("plan_certified") == ["Rosa", "Thea"]
    assert open_tasks(plan_certified) == [("renew_plan", "Thea", date(2026, 6, 3), LAST_DAY)]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"valid_from": date(2026, 3, 18)}, "valid_from"),
        ({"valid_from": date(2026, 6, 18)}, "valid_from"),
        ({"valid_until": date(2026, 6, 18)}, "valid_until"),
        ({"valid_until": date(2026, 3, 18)}, "valid_until"),
        ({"valid_from": date(2026, 4, 8), "valid_until": date(2026, 4, 7)}, "valid_until"),
    ],
)
def test_a_certification_keeps_within_the_payers_time(
    wrong, field, plan_sent, pediatrician, evening
):
    with refused(field, "Choose a day from"):
        certify_plan(referral=plan_sent, by=pediatrician, at=evening, **wrong)
    assert Plan.objects.get().certified_at is None


def test_what_would_have_ended_is_not_certified(plan_sent, pediatrician, now):
    with refused("valid_until", "It would have ended already"):
        certify_plan(referral=plan_sent, by=pediatrician, at=now + timedelta(days=120))


def test_in_the_same_click_therapy_is_prescribed_as_planned(plan_sent, pediatrician, evening):
    certify_plan(referral=plan_sent, prescribe=True, by=pediatrician, at=evening)
    order = standing(plan_sent.prescriptions)
    assert order.frequency == "2 visits a week of 45 minutes, for 12 weeks"
    assert order.reason == "As planned in plan of care 1"
    assert order.replaces == Prescription.objects.get(number=1)
    assert (order.valid_from, order.valid_until) == (date(2026, 3, 9), date(2027, 3, 9))
    assert kinds(plan_sent.pk)[-1] == "plan_certified"


@pytest.mark.parametrize("who", ["therapist", "coordinator", "family", "stranger_pediatrician"])
def test_nobody_but_the_pediatricians_side_certifies_or_returns(who, cast, plan_sent, evening):
    with refused(sentence="Only the pediatrician"):
        certify_plan(referral=plan_sent, by=getattr(cast, who), at=evening)
    with refused(sentence="Only the pediatrician"):
        return_plan(referral=plan_sent, changes="Less", by=getattr(cast, who), at=evening)


def test_a_pediatrician_without_credentials_certifies_nothing(plan_sent, pediatrician, evening):
    pediatrician.credentials = " "
    pediatrician.save()
    with refused(sentence="your credentials are not in your profile"):
        certify_plan(referral=plan_sent, by=pediatrician, at=evening)


def test_of_two_pediatricians_the_second_is_told(
    plan_sent, pediatrician, practice_colleague, evening
):
    seen = plan_sent.version
    certify_plan(referral=fresh(plan_sent), by=pediatrician, at=evening, version=seen)
    with outrun("now “plan acknowledged”"):
        return_plan(
            referral=fresh(plan_sent),
            changes="Less",
            by=practice_colleague,
            at=evening,
            version=seen,
        )
    assert Plan.objects.get().returned_at is None


def test_returned_the_therapist_owes_a_new_version(plan_returned):
    assert Plan.objects.get().changes_wanted == "Once a week first."
    assert plan_returned.state == "plan_acknowledged"
    assert owed(plan_returned) == ("revise_plan", "Thea", date(2026, 3, 16))
    assert told("plan_returned") == ["Thea"]


def test_a_return_says_what_should_change(plan_sent, pediatrician, evening):
    with refused("changes", "Say what should change."):
        return_plan(referral=plan_sent, changes=" ", by=pediatrician, at=evening)


def test_revised_it_goes_the_whole_way_again(plan_returned, therapist, pediatrician, evening):
    revise_plan(
        referral=plan_returned, reason="The pediatrician asked for less", by=therapist, at=evening
    )
    assert plan_returned.state == "evaluated"
    second = Plan.objects.get(number=2)
    assert second.content == Plan.objects.get(number=1).content
    draft_plan(id=second.pk, referral=plan_returned, visits=1, by=therapist, at=evening)
    sign_plan(plan=Plan.objects.get(number=2), by=therapist, at=evening)
    explain(fresh(plan_returned), therapist, evening)
    send_plan(referral=fresh(plan_returned), by=therapist, at=evening)
    done = certify_plan(referral=fresh(plan_returned), by=pediatrician, at=evening)
    assert done.state == "plan_acknowledged"
    assert signed_plan(done) == second
    assert [p.status for p in Plan.objects.order_by("number")] == ["amended", "final"]


def test_what_was_explained_is_not_explained_again(plan_returned, therapist, evening):
    revise_plan(referral=plan_returned, reason="Less", by=therapist, at=evening)
    with refused(sentence="A new version is being written."):
        explain(fresh(plan_returned), therapist, evening)


def test_a_new_version_says_why(plan_explained, therapist, evening):
    with refused("reason", "Say why there is a new version."):
        revise_plan(referral=plan_explained, reason=" ", by=therapist, at=evening)
    assert fresh(plan_explained).state == "plan_shared"


# --- Renewed while therapy goes on --------------------------------------------------------------


@pytest.fixture
def renewed(in_therapy, therapist, evening):
    """A second version is signed and explained; the referral has not moved."""
    before = owed(in_therapy)
    plan = draft_plan(
        id=new_id(), referral=in_therapy, reason="She goes on", by=therapist, at=evening
    )
    assert (plan.starts_on, plan.review_on) == (date(2026, 6, 18), None)
    draft_plan(
        id=plan.pk, referral=in_therapy, review_on=date(2026, 8, 8), by=therapist, at=evening
    )
    sign_plan(plan=Plan.objects.get(number=2), by=therapist, at=evening)
    explain(fresh(in_therapy), therapist, evening)
    assert (fresh(in_therapy).state, owed(in_therapy)) == ("in_therapy", before)
    return fresh(in_therapy)


def test_sent_in_therapy_it_is_a_task_of_the_pediatrician(renewed, therapist, evening):
    before = owed(renewed)
    sent = send_plan(referral=renewed, by=therapist, at=evening)
    assert (sent.state, owed(sent)) == ("in_therapy", before)
    today = date(2026, 3, 9)
    assert open_tasks(sent) == [("sign_renewed_plan", "Ada", today, date(2026, 4, 8))]


def test_certified_in_therapy_the_task_is_done_and_the_next_renewal_known(
    renewed, therapist, pediatrician, evening
):
    send_plan(referral=renewed, by=therapist, at=evening)
    done = certify_plan(referral=fresh(renewed), by=pediatrician, at=evening)
    assert done.state == "in_therapy"
    last = date(2026, 9, 16)
    assert open_tasks(done) == [("renew_plan", "Thea", date(2026, 9, 2), last)]


def test_returned_in_therapy_a_new_version_is_owed_at_once(
    renewed, therapist, pediatrician, evening
):
    send_plan(referral=renewed, by=therapist, at=evening)
    back = return_plan(referral=fresh(renewed), changes="Less", by=pediatrician, at=evening)
    assert back.state == "in_therapy"
    assert open_tasks(back) == [("renew_plan", "Thea", date(2026, 3, 9), date(2026, 3, 16))]


def test_a_version_signed_over_one_that_waits_takes_it_back(
    renewed, therapist, pediatrician, evening
):
    send_plan(referral=renewed, by=therapist, at=evening)
    third = draft_plan(id=new_id(), referral=renewed, reason="Less", by=therapist, at=evening)
    draft_plan(id=third.pk, referral=renewed, review_on=date(2026, 8, 8), by=therapist, at=evening)
    sign_plan(plan=Plan.objects.get(number=3), by=therapist, at=evening)
    assert open_tasks(renewed) == [("renew_plan", "Thea", date(2026, 3, 9), date(2026, 3, 16))]
    with refused(sentence="No plan has been sent to you yet."):
        certify_plan(referral=fresh(renewed), by=pediatrician, at=evening)


def test_in_therapy_nothing_is_sent_or_answered_twice(renewed, therapist, pediatrician, evening):
    send_plan(referral=renewed, by=therapist, at=evening)
    with outrun("sent already"):
        send_plan(referral=fresh(renewed), by=therapist, at=evening)
    certify_plan(referral=fresh(renewed), by=pediatrician, at=evening)
    with outrun("answered already"):
        return_plan(referral=fresh(renewed), changes="Less", by=pediatrician, at=evening)


def test_the_ending_leaves_no_task(plan_certified, therapist, evening):
    move_referral(
        plan_certified, Move.CLOSE_FAMILY_DECLINED, by=therapist, at=evening, closed_at=evening,
        closed_by=therapist, closing_reason="They move away.",
    )  # fmt: skip
    assert open_tasks(plan_certified) == []
