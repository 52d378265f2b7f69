"""Does therapy end only when all is told, with what was counted frozen, and is everybody told?"""

from datetime import date, timedelta

import pytest

from referrals.actions.closing import acknowledge_referral
from referrals.actions.discharge import (
    amend_discharge,
    discharge_referral,
    draft_discharge,
    lacks,
    note_discharge,
    start_of,
)
from referrals.actions.goal import end_goal
from referrals.actions.moving import move_referral
from referrals.actions.rating import rate_goal
from referrals.actions.reached import figures_of
from referrals.actions.refusal import Outrun, Refused
from referrals.models import Discharge, Event, Goal, Guardian, Notice, Task, User
from referrals.models.record import new_id
from referrals.pathway import Move, State
from tests.actions.conftest import MONDAY
from tests.discharge_stages import said_of, summary
from tests.factories.goal import agreed, proposed
from tests.factories.therapy_rows import a_note, a_visit, an_activity, attended
from tests.stages import day_of, fresh

MINUTE = timedelta(minutes=1)


@pytest.fixture
def now():
    """Monday, 2 March 2026; the evaluation is on 9 March and therapy ends on 6 April."""
    return MONDAY


def write(referral, by, at, **changes):
    key = changes.pop("id", None) or new_id()
    return draft_discharge(id=key, referral=referral, by=by, at=at, **changes)


def told(event):
    return sorted(Notice.objects.filter(kind=event).values_list("to__given_name", flat=True))


# --- Writing ------------------------------------------------------------------------------------


def test_a_summary_begins_with_what_is_known(treated, therapist, ending):
    an_activity(treated, ending, by=therapist, times_a_week=1)
    an_activity(
        treated, ending, by=therapist, title="Old", status="retired", retired_on=ending.date(),
        retired_by=therapist, retired_reason="Done.",
    )  # fmt: skip
    start = start_of(treated, ending)
    assert start | {"outcomes": None} == {
        "why": "", "ended_on": date(2026, 3, 23), "outcomes": None, "equipment": "",
        "home_programme": "Two buttons on the way out.\nTwo buttons at the door: 1 time a week",
        "return_until": date(2026, 7, 5),
    }  # fmt: skip
    (row,) = start["outcomes"]
    assert row | {"goal": "", "statement": ""} == {
        "goal": "", "wish": "She wants to do her jacket by herself.", "statement": "",
        "before": -2, "before_words": "Fastens 0 of 5 buttons", "end": -1,
        "end_words": "Fastens 2 of 5 buttons", "outcome": "partly", "why": "", "ended_on": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("level", "outcome"), [(None, ""), (-2, "not_met"), (-1, "partly"), (0, "met"), (2, "met")]
)
def test_the_latest_rating_of_the_therapist_suggests_the_outcome(
    level, outcome, in_therapy, cast, ending
):
    def rate(by, n, at):
        rate_goal(id=new_id(), goal=in_therapy.goals.get(), level=n, rated_on=at.date(), by=by, at=at)  # fmt: skip

    rate(cast.family, 1, ending)
    if level is not None:
        rate(cast.therapist, -2, ending - timedelta(days=3))
        rate(cast.therapist, level, ending - timedelta(days=1))
    (row,) = start_of(in_therapy, ending)["outcomes"]
    assert (row["end"], row["outcome"]) == (level, outcome)
    assert start_of(in_therapy, ending)["why"] == ("goals_met" if outcome == "met" else "")


def test_only_goals_that_were_agreed_and_kept_are_counted(treated, cast, ending):
    proposed(treated, by=cast.therapist, at=ending)
    three = (cast.therapist, cast.pediatrician, cast.family)
    retired, met = agreed(treated, three, at=ending), agreed(treated, three, at=ending)
    for goal, outcome in ((retired, "retired"), (met, "met")):
        end_goal(goal=goal, edition=goal.edition, outcome=outcome, reason="So.", by=cast.therapist, at=ending)  # fmt: skip
    rows = start_of(treated, ending)["outcomes"]
    assert [(row["outcome"], row["why"], row["ended_on"]) for row in rows] == [
        ("partly", "", ""), ("met", "So.", "2026-04-06"),
    ]  # fmt: skip


def test_of_a_goal_only_the_outcome_and_the_reason_are_taken_from_what_is_typed(
    treated, therapist, ending
):
    said = said_of(treated, "not_met", " Tired. ")
    said[0] |= {"end": 2, "statement": "Forged."}
    said.append({"goal": str(new_id()), "outcome": "met", "why": ""})
    (row,) = write(treated, therapist, ending, outcomes=said).outcomes
    assert (row["end"], row["outcome"], row["why"]) == (-1, "not_met", "Tired.")
    assert "Forged." not in row["statement"]


def test_a_repeated_save_is_one_draft_and_leaves_no_event(treated, therapist, ending):
    first = write(treated, therapist, ending, summary="A")
    again = write(treated, therapist, ending, id=first.pk, edition=1, summary="A")
    assert (again.pk, again.edition, Event.objects.filter(kind__startswith="discharge").count()) == (
        first.pk, 1, 1,
    )  # fmt: skip
    write(treated, therapist, ending, id=first.pk, edition=1, summary="B")
    with pytest.raises(Outrun):
        write(treated, therapist, ending, id=first.pk, edition=1, summary="C")
    with pytest.raises(Outrun):
        write(treated, therapist, ending, summary="A second draft")
    assert Discharge.objects.get().summary == "B"


@pytest.mark.parametrize("who", ["pediatrician", "family", "coordinator", "stranger"])
def test_others_do_not_write_it(who, treated, cast, ending):
    with pytest.raises(Refused):
        write(treated, getattr(cast, who), ending)


def test_it_is_not_written_before_therapy(plan_certified, therapist, ending):
    with pytest.raises(Outrun):
        write(plan_certified, therapist, ending)


def test_another_childs_draft_is_not_taken(summed_up, in_therapy, therapist, ending):
    other = Discharge.objects.create(
        referral=summed_up, number=9, status="ended", author=therapist, created_at=ending,
        saved_at=ending, signed_by=therapist, signed_at=ending, signature="x",
    )  # fmt: skip
    with pytest.raises(Outrun):
        write(summed_up, therapist, ending, id=other.pk, summary="A")


# --- What keeps it from being signed --------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"why": ""}, "why", "Say why therapy ends."),
        ({"summary": "  "}, "summary", "Say how it went."),
        ({"told": ""}, "told", "Say who was told, and how."),
        ({"return_signs": ""}, "return_signs", "Say for which sign the child should come back."),
        ({"home_programme": ""}, "home_programme", "Say what the family keeps up at home."),
        ({"ended_on": None}, "ended_on", "Say which day was the last day of therapy."),
        ({"ended_on": date(2026, 4, 7)}, "ended_on", "The last day of therapy cannot lie ahead."),
        ({"ended_on": date(2026, 3, 8)}, "ended_on", "Therapy began on 9 Mar 2026: it cannot have ended before."),
        ({"ended_on": date(2026, 3, 22)}, "ended_on", "The last visit was on 23 Mar 2026: therapy ended then or later."),
        ({"return_until": date(2026, 4, 5)}, "return_until", "Choose a day to come, within a year."),
        ({"return_until": date(2027, 4, 8)}, "return_until", "Choose a day to come, within a year."),
    ],
)  # fmt: skip
def test_what_is_missing_or_cannot_be_is_said(
    changes, field, sentence, summed_up, therapist, ending
):
    draft = write(summed_up, therapist, ending, id=summary(summed_up).pk, **changes)
    assert lacks(draft, ending) == {field: sentence}
    with pytest.raises(Refused, match=sentence[:20]) as refused:
        discharge_referral(referral=summed_up, by=therapist, at=ending)
    assert refused.value.field == field
    assert fresh(summed_up).state == State.IN_THERAPY


@pytest.mark.parametrize(
    ("outcome", "why", "starts"),
    [("", "", "Say what became"), ("partly", " ", "Say why"), ("not_met", "", "Say why"),
     ("wonderful", "", "Say what became")],
)  # fmt: skip
def test_each_goal_says_what_became_of_it_and_why(
    outcome, why, starts, summed_up, therapist, ending
):
    said = said_of(summed_up, outcome, why)
    draft = write(summed_up, therapist, ending, id=summary(summed_up).pk, outcomes=said)
    (sentence,) = lacks(draft, ending).values()
    assert sentence.startswith(starts)


def test_a_goal_rated_after_the_draft_was_saved_is_looked_at_again(summed_up, therapist, ending):
    goal = summed_up.goals.get()
    rate_goal(id=new_id(), goal=goal, level=0, rated_on=ending.date(), by=therapist, at=ending)
    with pytest.raises(Refused, match="A goal was rated or changed"):
        discharge_referral(referral=summed_up, by=therapist, at=ending)
    write(
        summed_up, therapist, ending, id=summary(summed_up).pk, outcomes=said_of(summed_up, "met")
    )
    discharge_referral(referral=summed_up, by=therapist, at=ending + MINUTE)
    assert summary(summed_up).outcomes[0]["end"] == 0


def test_without_credentials_nobody_signs(summed_up, therapist, ending):
    User.objects.filter(pk=therapist.pk).update(credentials="")
    with pytest.raises(Refused, match="You cannot sign"):
        discharge_referral(referral=summed_up, by=User.objects.get(pk=therapist.pk), at=ending)


def test_without_a_summary_therapy_does_not_end(treated, therapist, ending):
    with pytest.raises(Refused, match="Write the discharge summary first"):
        discharge_referral(referral=treated, by=therapist, at=ending)


def test_an_attended_visit_without_a_signed_note_keeps_therapy_open(summed_up, therapist, ending):
    days = [ending - timedelta(days=2), ending - timedelta(days=1)]
    first, second = (a_visit(summed_up, on, by=therapist) for on in days)
    write(summed_up, therapist, ending, id=summary(summed_up).pk, ended_on=ending.date())
    draft = a_note(first, by=therapist, signed=False)
    with pytest.raises(Refused, match="attended visit first: 4 Apr 2026, 5 Apr 2026"):
        discharge_referral(referral=summed_up, by=therapist, at=ending)
    type(draft).objects.filter(pk=draft.pk).update(
        status="final", signed_by=therapist, signed_at=ending, signature="x"
    )
    waiting = a_note(second, by=therapist, needs_cosign=True)
    with pytest.raises(Refused, match="wait for a co-signature: 5 Apr 2026"):
        discharge_referral(referral=summed_up, by=therapist, at=ending)
    type(waiting).objects.filter(pk=waiting.pk).update(
        cosigned_by=therapist, cosigned_at=ending, cosignature="x"
    )
    assert discharge_referral(referral=summed_up, by=therapist, at=ending).state == "discharged"


def test_a_visit_of_which_nobody_said_whether_it_took_place_keeps_therapy_open(
    summed_up, therapist, ending
):
    a_visit(summed_up, ending - timedelta(days=1), by=therapist, status="booked")
    with pytest.raises(Refused, match="whether each visit took place: 5 Apr 2026"):
        discharge_referral(referral=summed_up, by=therapist, at=ending)


# --- The end --------------------------------------------------------------------------------------


def test_therapy_ends_with_one_event_and_everybody_is_told(summed_up, cast, ending):
    before = Event.objects.count()
    discharge_referral(referral=summed_up, by=cast.therapist, at=ending)
    assert Event.objects.count() - before == 1
    referral, discharge = fresh(summed_up), summary(summed_up)
    assert (referral.state, referral.next_step, referral.owner) == (
        "discharged", "acknowledge_closing", cast.pediatrician,
    )  # fmt: skip
    assert (referral.closed_by, referral.closing_reason) == (cast.therapist, "Enough is reached for now")  # fmt: skip
    assert (discharge.status, discharge.signature) == ("final", cast.therapist.signature)
    assert told("discharge_signed") == ["Ada", "Rosa"]
    assert [(t.duty, t.party) for t in Task.objects.filter(is_open=True)] == [
        ("note_discharge", "family")
    ]


def test_what_was_counted_is_frozen(summed_up, cast, ending):
    for days, status, by in ((3, "noshow", ""), (2, "cancelled", "family"), (1, "cancelled", "clinic")):  # fmt: skip
        a_visit(summed_up, ending - timedelta(days=days), by=cast.therapist, status=status, cancelled_by=by)  # fmt: skip
    ahead = a_visit(summed_up, ending + timedelta(days=1), by=cast.therapist, status="booked")
    discharge_referral(referral=summed_up, by=cast.therapist, at=ending)
    figures = summary(summed_up).figures
    evaluation = summed_up.evaluations.get()
    assert figures == {
        "began_on": "2026-03-09", "first_on": "2026-03-16", "last_on": "2026-03-23",
        "visits": {"fulfilled": 2, "noshow": 1, "cancelled_family": 1, "cancelled_clinic": 1},
        "scores": {"therapist": {
            "baseline": 30.0, "end": 40.0, "change": 10.0, "rated": 1, "goals": 1,
        }},
        "evaluation": str(evaluation.pk),
    }  # fmt: skip
    ahead.refresh_from_db()
    assert (ahead.status, ahead.cancelled_by, ahead.ended_by) == (
        "cancelled", "clinic", cast.therapist,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "status"), [("met", "met"), ("partly", "active"), ("not_met", "active")]
)
def test_a_met_goal_ends_and_the_others_stay_open(outcome, status, summed_up, therapist, ending):
    said = said_of(summed_up, outcome)
    write(summed_up, therapist, ending, id=summary(summed_up).pk, outcomes=said)
    discharge_referral(referral=summed_up, by=therapist, at=ending)
    goal = Goal.objects.get()
    assert (goal.status, goal.ended_reason) == (status, "Two of three." if status == "met" else "")


def test_activities_stay_as_they_are(summed_up, therapist, ending):
    activity = an_activity(summed_up, ending, by=therapist)
    discharge_referral(referral=summed_up, by=therapist, at=ending)
    activity.refresh_from_db()
    assert activity.status == "active"


def test_where_no_adult_may_sign_nobody_is_asked_to(summed_up, cast, ending):
    guardian = Guardian.objects.get(user=cast.family)
    cast.child.seats.filter(user=cast.family).update(rights=["see", "log", "agree"])
    discharge_referral(referral=summed_up, by=cast.therapist, at=ending)
    assert guardian.user is not None
    assert not Task.objects.filter(is_open=True).exists()
    with pytest.raises(Refused):
        note_discharge(discharge=summary(summed_up), by=cast.family, at=ending)


def test_of_two_who_sign_the_second_is_told(summed_up, cast, ending):
    stale = fresh(summed_up)
    discharge_referral(referral=summed_up, edition=1, by=cast.therapist, at=ending)
    with pytest.raises(Outrun):
        discharge_referral(referral=fresh(stale), edition=1, by=cast.colleague, at=ending)
    assert Event.objects.filter(kind="discharge_signed").count() == 1


def test_nobody_signs_what_changed_under_their_eyes(summed_up, cast, ending):
    draft = summary(summed_up)
    write(summed_up, cast.colleague, ending, id=draft.pk, edition=1, summary="Other words.")
    with pytest.raises(Outrun):
        discharge_referral(referral=summed_up, edition=1, by=cast.therapist, at=ending)


# --- Taking note, and another version -------------------------------------------------------------


def test_the_first_adult_who_notes_it_does_it_for_all(discharged, cast, ending):
    discharge = summary(discharged)
    note_discharge(discharge=discharge, by=cast.family, at=ending + 90 * MINUTE)
    for _ in range(2):
        note_discharge(discharge=summary(discharged), by=cast.family, at=ending + 91 * MINUTE)
    noted = summary(discharged)
    assert (noted.family_noted_by, noted.family_noted_at) == (cast.family, ending + 90 * MINUTE)
    assert Event.objects.filter(kind="discharge_noted").count() == 1
    assert told("discharge_noted") == ["Thea"]
    assert not Task.objects.filter(is_open=True).exists()


@pytest.mark.parametrize("who", ["therapist", "pediatrician", "other_family", "stranger"])
def test_others_do_not_note_it_for_the_family(who, discharged, cast, ending):
    with pytest.raises(Refused):
        note_discharge(discharge=summary(discharged), by=getattr(cast, who), at=ending)


def test_the_pediatrician_and_the_family_take_note_in_any_order(discharged, cast, ending):
    at = ending + timedelta(days=1)
    acknowledge_referral(referral=discharged, by=cast.pediatrician, at=at)
    assert not fresh(discharged).is_open
    note_discharge(discharge=summary(discharged), by=cast.family, at=at)
    assert summary(discharged).family_noted_by == cast.family


def test_an_amendment_says_why_and_never_changes_what_was_signed(discharged, cast, ending):
    first = summary(discharged)
    with pytest.raises(Refused, match="Say why there is a new version"):
        write(discharged, cast.therapist, ending, summary="Other.")
    note_discharge(discharge=first, by=cast.family, at=ending + 90 * MINUTE)
    draft = write(discharged, cast.colleague, ending, reason="A slip.", summary="Other.")
    amend_discharge(discharge=draft, edition=1, by=cast.colleague, at=ending + 100 * MINUTE)
    new, old = Discharge.objects.order_by("-number")
    assert (new.number, new.summary, new.figures, new.replaces) == (2, "Other.", first.figures, old)
    assert (old.status, old.summary, old.content) == ("amended", "She learned fast.", first.content)
    assert told("discharge_amended") == ["Ada", "Rosa"]
    assert Task.objects.get(is_open=True).about == new.pk
    with pytest.raises(Outrun, match="newer version"):
        note_discharge(discharge=old, by=cast.family, at=ending + 110 * MINUTE)
    assert fresh(discharged).state == "discharged"


def test_an_amended_outcome_ends_the_goal_or_opens_it_again(amended_discharge, cast, ending):
    goal = Goal.objects.get()
    assert (goal.status, goal.ended_reason) == ("met", "Three buttons at school.")
    at = ending + timedelta(hours=3)
    draft = write(
        amended_discharge, cast.therapist, at, reason="Another child’s letter.",
        outcomes=said_of(amended_discharge, "partly"),
    )  # fmt: skip
    amend_discharge(discharge=draft, by=cast.therapist, at=at)
    goal = Goal.objects.get()
    assert (goal.status, goal.ended_at, goal.ended_reason) == ("active", None, "")


def test_a_first_version_is_not_signed_as_an_amendment(summed_up, therapist, ending):
    with pytest.raises(Outrun):
        amend_discharge(discharge=summary(summed_up), by=therapist, at=ending)


def test_nothing_else_ends_a_therapy(in_therapy, therapist, ending):
    """Neither closing nor cancelling starts from here."""
    for move in (Move.CLOSE_FAMILY_DECLINED, Move.CLOSE_NOT_ELIGIBLE, Move.CANCEL):
        with pytest.raises(Refused):
            move_referral(fresh(in_therapy), move, by=therapist, at=ending)


def test_what_is_attended_after_a_first_therapy_is_counted_for_the_second(reopened, cast, ending):
    at = ending + timedelta(weeks=8)
    reopened.loop["9"] = [day_of(at, reopened).isoformat(), "Thea Marsh"]
    attended(reopened, at, by=cast.therapist)
    assert figures_of(reopened, at + MINUTE)["visits"] == {"fulfilled": 1}
