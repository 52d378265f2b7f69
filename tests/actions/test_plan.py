"""How does a plan of care come to be signed, certified or returned, and never by the wrong hand?"""

from datetime import date, timedelta

import pytest

from referrals.actions.goal import end_goal
from referrals.actions.plan import (
    draft_plan,
    lacks,
    sign_plan,
)
from referrals.models import Plan, Referral
from referrals.models.record import new_id
from tests.actions.outcome import kinds, outrun, refused
from tests.factories.goal import proposed
from tests.stages import fresh

STARTS = date(2026, 3, 19)  # ten days after Monday, 9 March 2026


@pytest.fixture
def evening(later):
    """Of the day of the visit, Monday, 9 March: all fixtures are behind."""
    return later + timedelta(hours=8)


# --- Writing ------------------------------------------------------------------------------------


def test_a_plan_begins_with_what_the_evaluation_recommends(evaluated, therapist, evening):
    plan = draft_plan(id=new_id(), referral=evaluated, by=therapist, at=evening)
    assert plan.frequency == "2 visits a week of 45 minutes, for 12 weeks"
    assert (plan.number, plan.status, plan.payer) == (1, "draft", "standard")
    assert kinds(evaluated.pk)[-1] == "plan_drafted"


def test_what_is_typed_stands_above_what_is_carried_over(evaluated, therapist, evening):
    plan = draft_plan(id=new_id(), referral=evaluated, visits=1, by=therapist, at=evening)
    assert plan.frequency == "1 visit a week of 45 minutes, for 12 weeks"


def test_a_repeated_save_finds_the_same_draft(evaluated, therapist, evening):
    key = new_id()
    for _ in range(2):
        draft_plan(id=key, referral=evaluated, weeks=8, by=therapist, at=evening)
    assert Plan.objects.get().edition == 1
    assert kinds(evaluated.pk).count("plan_drafted") == 1


def test_a_colleague_goes_on_writing(planned, colleague, evening):
    plan = Plan.objects.get()
    draft_plan(id=plan.pk, referral=planned, edition=1, weeks=8, by=colleague, at=evening)
    plan.refresh_from_db()
    assert (plan.weeks, plan.edition, plan.saved_at) == (8, 2, evening)
    assert kinds(planned.pk)[-1] == "plan_draft_saved"


def test_of_two_who_write_on_one_edition_the_second_is_told(planned, therapist, colleague, evening):
    plan = Plan.objects.get()
    draft_plan(id=plan.pk, referral=planned, edition=1, weeks=8, by=colleague, at=evening)
    with outrun("Somebody changed this"):
        draft_plan(id=plan.pk, referral=planned, edition=1, weeks=6, by=therapist, at=evening)
    assert Plan.objects.get().weeks == 8


def test_the_same_words_once_more_are_one_saving(planned, therapist, evening):
    """The answer to the first was lost: whoever writes goes on from what it made."""
    plan = Plan.objects.get()
    for _ in range(2):
        kept = draft_plan(
            id=plan.pk, referral=planned, edition=1, weeks=8, by=therapist, at=evening
        )
        assert kept.edition == 2
    assert kinds(planned.pk).count("plan_draft_saved") == 1


def test_of_two_who_begin_a_plan_the_second_is_told(planned, colleague, evening):
    with outrun("Somebody changed this"):
        draft_plan(id=new_id(), referral=planned, weeks=6, by=colleague, at=evening)


def test_a_form_of_another_referral_is_no_key_to_its_draft(planned, therapist, evening):
    other = Referral.objects.get(pk=planned.pk)
    other.pk = new_id()
    other.save(force_insert=True)
    with outrun("already used"):
        draft_plan(id=Plan.objects.get().pk, referral=other, weeks=6, by=therapist, at=evening)


@pytest.mark.parametrize("who", ["pediatrician", "coordinator", "family", "stranger", "partner"])
def test_only_the_therapist_writes_it(who, cast, evaluated, evening):
    with refused(sentence="Only the therapist can write the plan of care here."):
        draft_plan(id=new_id(), referral=evaluated, by=getattr(cast, who), at=evening)


def test_no_plan_before_the_evaluation(scheduled, therapist, evening):
    with outrun("now “scheduled”"):
        draft_plan(id=new_id(), referral=scheduled, by=therapist, at=evening)


# --- Signing ------------------------------------------------------------------------------------


def test_signed_it_stands_and_names_the_goals_as_they_are_worded(planned, therapist, evening):
    goal = proposed(planned, by=therapist, at=evening)
    ended = proposed(planned, by=therapist, at=evening)
    end_goal(
        goal=ended, edition=ended.edition, outcome="retired", reason="Not wanted", by=therapist,
        at=evening,
    )  # fmt: skip
    plan = sign_plan(plan=Plan.objects.get(), edition=1, by=therapist, at=evening)
    assert (plan.status, plan.signed_by, plan.signature) == (
        "final",
        therapist,
        "Thea Marsh, OTR/L",
    )
    assert [named.version.goal for named in plan.plan_goals.all()] == [goal]
    assert kinds(planned.pk)[-1] == "plan_signed"
    assert fresh(planned).state == "evaluated"


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("therapy", "Choose the kind of therapy."),
        ("visits", "Say how many visits."),
        ("per", "Say in which time"),
        ("weeks", "Say for how many weeks."),
        ("setting", "Choose where therapy takes place."),
        ("starts_on", "Say when therapy starts."),
        ("review_on", "Say when the plan is reviewed."),
        ("discharge_plan", "Say how and when therapy is meant to end."),
        ("payer", "Choose how long"),
    ],
)
def test_what_it_lacks_is_said_at_its_field(field, sentence, planned, therapist, evening):
    plan = Plan.objects.get()
    empty = None if field in ("visits", "weeks", "starts_on", "review_on") else ""
    draft_plan(id=plan.pk, referral=planned, by=therapist, at=evening, **{field: empty})
    with refused(field, sentence):
        sign_plan(plan=Plan.objects.get(), by=therapist, at=evening)
    assert Plan.objects.get().is_draft


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("starts_on", date(2026, 3, 8), "cannot start before the evaluation of 9 Mar 2026"),
        ("starts_on", date(2027, 4, 8), "Choose a start within a year."),
        ("review_on", STARTS, "The review comes after the start."),
        ("review_on", date(2026, 3, 10), "The review comes after the start."),
        ("review_on", date(2027, 4, 8), "within a year of its start"),
    ],
)
def test_dates_that_contradict_each_other_are_refused(
    field, value, sentence, planned, therapist, evening
):
    plan = Plan.objects.get()
    draft_plan(id=plan.pk, referral=planned, by=therapist, at=evening, **{field: value})
    with refused(field, sentence):
        sign_plan(plan=Plan.objects.get(), by=therapist, at=evening)


def test_all_that_it_lacks_can_be_said_at_once(evaluated, therapist, evening):
    plan = draft_plan(id=new_id(), referral=evaluated, by=therapist, at=evening)
    found = lacks(plan, STARTS)
    assert list(found) == ["therapy", "starts_on", "review_on", "discharge_plan"]


def test_without_credentials_nobody_signs(planned, therapist, evening):
    therapist.credentials = ""
    therapist.save()
    with refused(sentence="your credentials are not in your profile"):
        sign_plan(plan=Plan.objects.get(), by=therapist, at=evening)
    assert Plan.objects.get().is_draft


def test_nobody_signs_what_changed_under_their_eyes(planned, therapist, colleague, evening):
    plan = Plan.objects.get()
    draft_plan(id=plan.pk, referral=planned, weeks=24, by=colleague, at=evening)
    with outrun("Somebody changed this"):
        sign_plan(plan=Plan.objects.get(), edition=1, by=therapist, at=evening)
    assert Plan.objects.get().is_draft


def test_signed_it_can_no_longer_change(plan_signed, therapist, evening):
    plan = Plan.objects.get()
    with outrun("This was signed meanwhile"):
        draft_plan(id=plan.pk, referral=plan_signed, weeks=24, by=therapist, at=evening)
    with outrun("This was signed meanwhile"):
        sign_plan(plan=plan, by=therapist, at=evening)


@pytest.mark.parametrize("who", ["pediatrician", "coordinator", "family", "stranger"])
def test_only_the_therapist_signs_it(who, cast, planned, evening):
    with refused(sentence="Only the therapist"):
        sign_plan(plan=Plan.objects.get(), by=getattr(cast, who), at=evening)


def test_a_new_version_before_it_was_explained_says_why(plan_signed, therapist, evening):
    with refused("reason", "Say why there is a new version."):
        draft_plan(id=new_id(), referral=plan_signed, by=therapist, at=evening)
    second = draft_plan(
        id=new_id(), referral=plan_signed, reason="A slip in the dates", by=therapist, at=evening
    )
    assert second.content == Plan.objects.get(number=1).content
    sign_plan(plan=second, by=therapist, at=evening)
    first = Plan.objects.get(number=1)
    assert (first.status, second.status, second.replaces) == ("amended", "final", first)
