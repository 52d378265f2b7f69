"""Is a note kept while it is written, locked once signed, and amended only by a version that says why?"""

from datetime import timedelta
from uuid import UUID

import pytest

from referrals.act import Duty
from referrals.actions.evaluation import sign_evaluation
from referrals.actions.plan import draft_plan, sign_plan, signed_plan
from referrals.actions.session import (
    cosign_session,
    draft_session,
    pulled_forward,
    sign_session,
)
from referrals.actions.signing import check_signs_alone
from referrals.models import Goal, Membership, Plan, Rating, Session, Task
from referrals.models.record import new_id
from tests.actions.outcome import kinds, outrun, refused, told
from tests.factories.goal import proposed
from tests.factories.person import MembershipFactory
from tests.session_stages import attended, noted, signed, visits_of, written
from tests.stages import fresh


def owing(referral, duty):
    return [
        task.owner.given_name
        for task in Task.objects.filter(referral=referral, duty=duty, is_open=True)
    ]


def on(level, goal):
    return [{"goal": str(goal.pk), "level": level}]


@pytest.fixture
def goal(booked) -> Goal:
    return booked.goals.get()


@pytest.fixture
def visit(held):
    """The first visit: it took place, and its note is owed."""
    return visits_of(held)[0]


# --- Writing --------------------------------------------------------------------------------------


def test_a_draft_is_begun_once_and_saved_after_that(cast, visit, goal):
    key = new_id()
    told_ = {"id": key, "appointment": visit, "by": cast.therapist, "at": visit.ends_at}
    first = draft_session(**told_, done="Buttons.")
    assert (first.edition, first.plan, first.number) == (1, signed_plan(visit.referral), 1)
    second = draft_session(**told_, edition=1, done="Buttons.", worked_on=on(-1, goal))
    assert (second.pk, second.edition) == (key, 2)
    assert draft_session(**told_, edition=2, done="Buttons.").edition == 2  # nothing is new
    with outrun("Somebody changed this"):
        draft_session(**told_, edition=1, done="Beads.")
    assert kinds(visit.referral_id)[-2:] == ["session_drafted", "session_draft_saved"]


def test_a_second_person_finds_the_note_begun(cast, visit):
    written(visit, by=cast.therapist)
    with outrun("Somebody changed this"):
        written(visit, by=cast.colleague)


def test_a_note_follows_a_visit_that_took_place(cast, booked):
    with refused(None, "Say first that the visit took place."):
        written(visits_of(booked)[0], by=cast.therapist)
    with refused(None, "for the evaluation"):
        written(booked.appointments.get(purpose="evaluation"), by=cast.therapist)


def test_only_therapists_of_the_clinic_write(cast, visit):
    for person in (cast.coordinator, cast.family, cast.pediatrician, cast.stranger):
        with refused():
            written(visit, by=person)


@pytest.mark.parametrize("level", [-3, 3, True, "1", None, 0.5])
def test_a_level_off_the_scale_is_refused(level, cast, visit, goal):
    with refused("worked_on"):
        written(visit, by=cast.therapist, worked_on=on(level, goal))


def test_a_goal_of_another_child_twice_not_agreed_or_ended_is_refused(cast, visit, goal):
    with refused("worked_on", "each once"):
        written(visit, by=cast.therapist, worked_on=[{"goal": str(new_id()), "level": 0}])
    with refused("worked_on", "each once"):
        written(visit, by=cast.therapist, worked_on=on(0, goal) + on(1, goal))
    young = proposed(fresh(visit.referral), by=cast.therapist, at=visit.starts_at)
    with refused("worked_on", "from when it is agreed"):
        written(visit, by=cast.therapist, worked_on=on(0, young))
    Goal.objects.filter(pk=goal.pk).update(
        status="retired", ended_at=visit.starts_at, ended_by=cast.therapist, ended_reason="x"
    )
    with refused("worked_on", "until it ends"):
        written(visit, by=cast.therapist, worked_on=on(0, goal))


def test_a_goal_is_not_older_than_the_visit_that_rates_it(cast, visit, goal):
    Goal.objects.filter(pk=goal.pk).update(proposed_at=visit.ends_at + timedelta(days=1))
    with refused("worked_on", "after the visit"):
        written(visit, by=cast.therapist, worked_on=on(0, goal))


def test_what_to_practise_is_pulled_forward_from_the_last_signed_note(cast, note_signed):
    first, second, *_ = visits_of(note_signed)
    assert pulled_forward(first) == {}
    assert pulled_forward(second) == {"practise": "Two buttons."}


# --- Signing --------------------------------------------------------------------------------------


def test_signing_locks_the_note_and_makes_each_level_a_rating(cast, visit, goal):
    note = signed(written(visit, by=cast.therapist, worked_on=on(-1, goal)), by=cast.therapist)
    assert (note.status, note.signature) == ("final", "Thea Marsh, OTR/L")
    rating = Rating.objects.get()
    assert (rating.goal, rating.party, rating.level, rating.visit, rating.by) == (
        goal, "therapist", -1, visit, cast.therapist,
    )  # fmt: skip
    assert rating.rated_on == visit.local_start.date()
    assert owing(visit.referral, Duty.SIGN_SESSION) == []
    assert told("session_signed") == ["Rosa"]
    with outrun("can no longer change"):
        draft_session(
            id=note.pk, appointment=visit, edition=note.edition, by=cast.therapist,
            at=visit.ends_at, done="Other.",
        )  # fmt: skip


def test_the_note_stays_owed_until_every_visit_has_one(cast, booked):
    first, second, *_ = visits_of(booked)
    attended(first, cast.therapist)
    attended(second, cast.therapist)
    signed(written(second, by=cast.therapist), by=cast.therapist)
    assert Task.objects.get(duty=Duty.SIGN_SESSION, is_open=True).about == first.pk
    signed(written(first, by=cast.therapist), by=cast.therapist)
    assert owing(booked, Duty.SIGN_SESSION) == []


def test_the_second_click_signs_once(cast, visit, goal):
    note = written(visit, by=cast.therapist, worked_on=on(0, goal))
    for _ in range(2):
        signed(note, by=cast.therapist)
    assert (Rating.objects.count(), kinds(visit.referral_id).count("session_signed")) == (1, 1)


def test_without_a_line_or_credentials_nothing_is_signed(cast, visit):
    note = written(visit, by=cast.therapist, done=" ")
    with refused("done", "Write in a line"):
        signed(note, by=cast.therapist)
    cast.therapist.credentials = ""
    with refused(None, "credentials"):
        signed(note, by=cast.therapist)


def test_signed_while_the_plan_was_replaced_nothing_is_lost_and_the_second_signs_on_the_new(
    cast, visit, goal
):
    note = written(visit, by=cast.therapist, worked_on=on(0, goal))
    old = Plan.objects.get()
    at = visit.ends_at + timedelta(minutes=10)
    referral = fresh(visit.referral)
    renewed = draft_plan(
        id=new_id(), referral=referral, reason="Twice a week now.", by=cast.colleague, at=at,
        review_on=old.review_on + timedelta(days=200),
    )  # fmt: skip
    sign_plan(plan=renewed, by=cast.colleague, at=at)
    with outrun("The plan of care was replaced meanwhile: version 2 stands now."):
        signed(note, by=cast.therapist, plan=old.pk)
    kept = Session.objects.get()
    assert (kept.status, kept.done, kept.plan) == ("draft", note.done, old)
    assert Rating.objects.count() == 0
    assert signed(kept, by=cast.therapist, plan=renewed.pk).plan == renewed


# --- Amending -------------------------------------------------------------------------------------


def amendment(note, by, reason="A button was miscounted.", **content):
    return draft_session(
        id=new_id(), appointment=note.appointment, reason=reason, by=by,
        at=note.signed_at + timedelta(days=1), **content,
    )  # fmt: skip


def test_an_amendment_says_why_begins_with_all_of_it_and_replaces_it(cast, note_signed, goal):
    note = Session.objects.get()
    with refused("reason"):
        amendment(note, cast.therapist, reason=" ")
    new = amendment(note, cast.therapist)
    assert (new.number, new.replaces, new.content) == (2, note, note.content)
    new = draft_session(
        id=new.pk, appointment=new.appointment, edition=1, worked_on=on(1, goal),
        by=cast.therapist, at=new.saved_at,
    )  # fmt: skip
    signed(new, by=cast.therapist)
    assert [n.status for n in Session.objects.order_by("number")] == ["amended", "final"]
    assert list(Rating.objects.order_by("at").values_list("level", flat=True)) == [-1, 1]
    assert kinds(note_signed.pk)[-1] == "session_amended"


def test_an_amendment_that_changes_no_level_rates_nothing_again(cast, note_signed):
    signed(amendment(Session.objects.get(), cast.therapist, done="More."), by=cast.therapist)
    assert Rating.objects.count() == 1


def test_a_signed_level_is_changed_and_not_taken_out(cast, note_signed):
    with refused("worked_on", "not taken out"):
        amendment(Session.objects.get(), cast.therapist, worked_on=[])


def test_a_goal_that_ended_since_can_still_be_put_right(cast, note_signed, goal):
    Goal.objects.filter(pk=goal.pk).update(
        status="met", ended_at=goal.proposed_at, ended_by=cast.therapist, ended_reason="Met."
    )
    signed(
        amendment(Session.objects.get(), cast.therapist, worked_on=on(2, goal)), by=cast.therapist
    )
    assert Rating.objects.count() == 2


# --- Assistants -----------------------------------------------------------------------------------


@pytest.fixture
def helped(cast, assistant, booked, goal):
    """The assistant attended the first visit and signed its note."""
    visit = visits_of(booked)[0]
    return noted(visit, by=assistant, worked_on=on(-1, goal))


def test_an_assistants_note_waits_for_a_therapist(cast, helped, booked):
    assert (helped.needs_cosign, helped.cosigned_at) == (True, None)
    assert told("session_signed") == []  # the family reads it once it is co-signed
    assert not Rating.objects.filter(visit=helped.appointment).exists()
    assert owing(booked, Duty.COSIGN_SESSION) == ["Thea"]
    at = helped.signed_at + timedelta(hours=1)
    note = cosign_session(session=helped, by=cast.therapist, at=at)
    assert (note.cosigned_by, note.cosignature) == (cast.therapist, "Thea Marsh, OTR/L")
    assert owing(booked, Duty.COSIGN_SESSION) == []
    rating = Rating.objects.get(visit=helped.appointment)
    assert (rating.level, rating.by, rating.at) == (-1, helped.signed_by, at)
    cosign_session(session=helped, by=cast.therapist, at=at)  # the second click
    assert kinds(booked.pk).count("session_cosigned") == 1
    assert told("session_cosigned") == ["Rosa"]


def test_nobody_co_signs_what_waits_for_nobody(cast, note_signed):
    with outrun("no longer waits"):
        cosign_session(
            session=Session.objects.get(), by=cast.colleague, at=note_signed.state_since
        )  # fmt: skip


def test_an_assistant_co_signs_nothing(cast, helped, assistant):
    with refused(None, "A therapist signs this"):
        cosign_session(session=helped, by=assistant, at=helped.signed_at)


def test_the_co_signature_needs_credentials(cast, helped):
    cast.therapist.credentials = ""
    with refused(None, "credentials"):
        cosign_session(session=helped, by=cast.therapist, at=helped.signed_at)


def test_amended_by_a_therapist_it_waits_for_nobody(cast, helped, booked):
    signed(amendment(helped, cast.therapist), by=cast.therapist)
    assert owing(booked, Duty.COSIGN_SESSION) == []
    assert Rating.objects.get(visit=helped.appointment).by == cast.therapist


def test_an_assistant_signs_no_evaluation(cast, assistant, begun, later):
    with refused(None, "A therapist signs this"):
        sign_evaluation(referral=begun, by=assistant, at=later)


def test_an_assistant_signs_no_plan(cast, assistant, planned, later):
    with refused(None, "A therapist signs this"):
        sign_plan(plan=Plan.objects.get(), by=assistant, at=later)


def test_who_is_a_therapist_there_too_signs_alone(cast, assistant, now):
    with refused(None, "A therapist signs this"):
        check_signs_alone(assistant, cast.clinic, now)
    check_signs_alone(assistant, cast.other_clinic, now)
    Membership.objects.filter(user=assistant).update(until=now + timedelta(days=1))
    MembershipFactory(user=assistant, organization=cast.clinic, role="therapist")
    check_signs_alone(assistant, cast.clinic, now)


def test_a_form_that_belongs_to_another_visit_is_refused(cast, booked):
    first, second, *_ = visits_of(booked)
    note = written(attended(first, cast.therapist), by=cast.therapist)
    attended(second, cast.therapist)
    with outrun("already used"):
        draft_session(
            id=note.pk, appointment=second, by=cast.therapist, at=second.ends_at, done="x"
        )
    with outrun():
        sign_session(
            session=note, edition=note.edition, plan=UUID(int=7), by=cast.therapist,
            at=note.saved_at,
        )  # fmt: skip
