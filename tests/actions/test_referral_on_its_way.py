"""Is a referral taken in, asked about, answered and accepted, and does its date move only with a reason?"""

from datetime import date, timedelta

import pytest

from referrals.actions.handing import hand_over_referral, postpone_referral
from referrals.actions.referral import (
    accept_referral,
    answer_referral,
    ask_referral,
    contact_referral,
    receive_referral,
)
from referrals.models import (
    ClockSetting,
    ContactAttempt,
    Event,
    Membership,
    Notice,
    Organization,
    Question,
    User,
)
from tests.actions.outcome import outrun, owed, refused, told
from tests.conftest import read
from tests.factories.referral import sent_for

# --- Taking in, asking, answering ---------------------------------------------------------------


def test_a_received_referral_is_owed_a_decision_by_a_therapist_in_five_working_days(received):
    assert owed(received) == ("triage", "Thea", date(2026, 3, 9))
    assert sorted(received.loop) == ["1", "2"]
    assert received.loop["2"] == ["2026-03-02", "Kofi Mensah"]


def test_an_urgent_one_is_owed_a_decision_in_two(child, clinic, pediatrician, therapist, now):
    referral = sent_for(child, clinic, by=pediatrician, at=now, urgency="urgent")
    receive_referral(referral=referral, by=therapist, at=now)
    assert owed(referral) == ("triage", "Thea", date(2026, 3, 4))


def test_a_clinic_s_own_setting_of_the_clock_counts(sent, clinic, therapist, now):
    ClockSetting.objects.create(organization=clinic, clock="triage", days=1)
    receive_referral(referral=sent, by=therapist, at=now)
    assert owed(sent) == ("triage", "Thea", date(2026, 3, 3))


def test_a_setting_of_the_practice_does_not_bind_the_clinic(sent, practice, therapist, now):
    ClockSetting.objects.create(organization=practice, clock="triage", days=1)
    receive_referral(referral=sent, by=therapist, at=now)
    assert owed(sent)[2] == date(2026, 3, 9)


def test_the_day_is_the_one_it_is_where_the_owner_is(sent, clinic, therapist, now):
    Organization.objects.filter(pk=clinic.pk).update(time_zone="Pacific/Auckland")
    receive_referral(referral=read(sent), by=therapist, at=now)
    # It is Tuesday there already.
    assert owed(sent)[2] == date(2026, 3, 10)


def test_taking_in_tells_the_author(received):
    assert told("referral_received") == ["Ada"]


def test_taking_in_twice_takes_in_once(received, coordinator, now):
    with outrun("it is now “received”"):
        receive_referral(referral=received, by=coordinator, at=now)


def test_a_question_is_owed_an_answer_by_the_author_in_three_working_days(received, therapist, now):
    ask_referral(referral=received, question="Which textures?", by=therapist, at=now)
    assert owed(received) == ("answer", "Ada", date(2026, 3, 5))
    assert read(received).state == "info_needed"
    question = Question.objects.get(referral=received)
    assert (question.text, question.asked_by, question.answered_at) == (
        "Which textures?", therapist, None,
    )  # fmt: skip
    assert told("referral_asked") == ["Ada"]


def test_a_question_needs_words(received, therapist, now):
    with refused("question", "Write your question"):
        ask_referral(referral=received, question=" ", by=therapist, at=now)


def test_a_coordinator_asks_no_clinical_question(received, coordinator, now):
    with refused(None, "Only the therapist can ask a question here"):
        ask_referral(referral=received, question="Why?", by=coordinator, at=now)


@pytest.fixture
def asked(received, therapist, now):
    ask_referral(referral=received, question="Which textures?", by=therapist, at=now)
    return read(received)


def test_an_answer_brings_it_back_to_the_therapist(asked, practice_colleague, now):
    answer_referral(referral=asked, answer="Wool.", by=practice_colleague, at=now)
    assert owed(asked) == ("triage", "Thea", date(2026, 3, 9))
    question = Question.objects.get(referral=asked)
    assert (question.answer, question.answered_by, question.answered_at) == (
        "Wool.", practice_colleague, now,
    )  # fmt: skip
    assert told("referral_answered") == ["Thea"]


def test_an_answer_needs_words(asked, pediatrician, now):
    with refused("answer", "Write an answer"):
        answer_referral(referral=asked, answer="", by=pediatrician, at=now)


def test_a_therapist_may_ask_again_after_an_answer(asked, therapist, pediatrician, now):
    answer_referral(referral=asked, answer="Wool.", by=pediatrician, at=now)
    ask_referral(referral=read(asked), question="Only wool?", by=therapist, at=now)
    assert Question.objects.filter(referral=asked).count() == 2


def test_when_the_author_has_left_a_colleague_owes_the_answer(
    received, therapist, pediatrician, now
):
    Membership.objects.filter(user=pediatrician).update(until=now)
    ask_referral(referral=received, question="Which?", by=therapist, at=now)
    assert owed(received)[1] == "Ben"


def test_when_nobody_is_left_at_the_practice_the_question_is_refused(
    received, therapist, pediatrician, practice_colleague, now
):
    User.objects.filter(pk__in=[pediatrician.pk, practice_colleague.pk]).update(is_active=False)
    with refused(None, "Elm Street Pediatrics has nobody who could take this on"):
        ask_referral(referral=received, question="Which?", by=therapist, at=now)


# --- Accepting and reaching the family ----------------------------------------------------------


def test_an_accepted_referral_owes_the_family_a_first_contact_in_five_working_days(
    accepted, therapist
):
    assert owed(accepted) == ("first_contact", "Kofi", date(2026, 3, 9))
    assert accepted.therapist == therapist
    assert accepted.loop["3"] == ["2026-03-02", "Thea Marsh"]


def test_accepting_tells_author_intake_and_family_and_names_the_therapist(accepted):
    assert told("referral_accepted") == ["Ada", "Kofi", "Rosa"]
    assert Event.objects.get(kind="referral_accepted").data == {"therapist": "Thea Marsh"}


def test_a_therapist_accepts_for_a_colleague(received, therapist, colleague, now):
    accept_referral(referral=received, therapist=colleague, by=therapist, at=now)
    assert read(received).therapist == colleague
    assert "Cora" in told("referral_accepted")


@pytest.mark.parametrize("who", ["stranger", "coordinator", "pediatrician", "family"])
def test_a_referral_is_accepted_only_for_a_therapist_of_the_clinic(
    received, therapist, who, request, now
):
    with refused("therapist", "does not work at Harbor Therapy in this role"):
        accept_referral(
            referral=received, therapist=request.getfixturevalue(who), by=therapist, at=now
        )


def test_accepting_twice_accepts_once(accepted, therapist, now):
    with outrun("it is now “accepted”"):
        accept_referral(referral=accepted, therapist=therapist, by=therapist, at=now)


def test_a_named_intake_who_is_a_therapist_comes_before_a_coordinator(
    received, clinic, coordinator, colleague, therapist, now
):
    Membership.objects.filter(user=coordinator).update(takes_intake=False)
    Membership.objects.filter(user=colleague).update(takes_intake=True)
    accept_referral(referral=received, therapist=therapist, by=therapist, at=now)
    assert owed(received)[1] == "Cora"


def test_with_no_named_intake_the_coordinator_comes_before_the_therapists(
    received, coordinator, therapist, now
):
    Membership.objects.filter(user=coordinator).update(takes_intake=False)
    accept_referral(referral=received, therapist=therapist, by=therapist, at=now)
    assert owed(received)[1] == "Kofi"


def test_with_no_coordinator_a_therapist_owes_the_contact(received, coordinator, therapist, now):
    Membership.objects.filter(user=coordinator).update(until=now)
    accept_referral(referral=received, therapist=therapist, by=therapist, at=now)
    assert owed(received)[1] == "Thea"


def test_an_attempt_is_logged_and_the_next_is_owed_in_three_working_days(
    contacting, coordinator, now
):
    assert owed(contacting) == ("reach_family", "Kofi", date(2026, 3, 5))
    attempt = ContactAttempt.objects.get(referral=contacting)
    assert (attempt.at, attempt.by, attempt.channel, attempt.whom, attempt.result) == (
        now + timedelta(hours=3), coordinator, "phone", "Rosa Fontaine", "no_answer",
    )  # fmt: skip
    assert Event.objects.get(kind="referral_contacted").data == {
        "channel": "phone", "result": "no_answer",
    }  # fmt: skip
    assert told("referral_contacted") == []


@pytest.mark.parametrize(
    ("minutes", "sentence"), [(1, "in the future"), (-600, "before the referral was sent")]
)
def test_an_attempt_lies_between_the_sending_and_now(accepted, coordinator, now, minutes, sentence):
    at = now + timedelta(hours=3)
    with refused("attempted_at", sentence):
        contact_referral(
            referral=accepted, attempted_at=at + timedelta(minutes=minutes), channel="phone",
            result="no_answer", by=coordinator, at=at,
        )  # fmt: skip


# --- Due dates and owners -----------------------------------------------------------------------


def test_the_owing_side_moves_the_date_with_a_reason(sent, coordinator, therapist, now):
    postpone_referral(
        referral=sent, due_on=date(2026, 3, 20), reason="On holiday", by=therapist, at=now
    )
    assert owed(sent) == ("receive", "Kofi", date(2026, 3, 20))
    assert read(sent).state == "sent"
    assert Event.objects.get(kind="referral_postponed").data == {
        "before": "2026-03-04", "after": "2026-03-20", "reason": "On holiday",
    }  # fmt: skip
    assert told("referral_postponed") == ["Kofi"]


def test_the_date_does_not_move_without_a_reason(sent, coordinator, now):
    with refused("reason", "Say why the date moves"):
        postpone_referral(
            referral=sent, due_on=date(2026, 3, 20), reason=" ", by=coordinator, at=now
        )


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2027, 3, 4), date(9000, 1, 1)])
def test_the_date_moves_to_a_day_from_today_on_within_a_year(sent, coordinator, now, day):
    with refused("due_on", "from today on, within a year"):
        postpone_referral(referral=sent, due_on=day, reason="So", by=coordinator, at=now)


@pytest.mark.parametrize("who", ["pediatrician", "family", "stranger", "partner", "admin"])
def test_the_other_side_does_not_move_the_date(sent, partner_seat, who, request, now):
    with refused(None, "The next step is owed by Harbor Therapy: only they can change this"):
        postpone_referral(
            referral=sent, due_on=date(2026, 3, 20), reason="So",
            by=request.getfixturevalue(who), at=now,
        )  # fmt: skip


def test_a_stale_page_does_not_move_the_date(sent, coordinator, now):
    with outrun("has changed since you opened it"):
        postpone_referral(
            referral=sent, due_on=date(2026, 3, 20), reason="So", by=coordinator, at=now, version=1
        )


def test_a_step_is_handed_to_a_colleague_who_is_told(sent, coordinator, colleague, now):
    hand_over_referral(referral=sent, owner=colleague, by=coordinator, at=now)
    assert owed(sent) == ("receive", "Cora", date(2026, 3, 4))
    assert told("referral_handed_over") == ["Cora"]
    assert Event.objects.get(kind="referral_handed_over").data == {"owner": "Cora Singh"}


@pytest.mark.parametrize("who", ["pediatrician", "stranger", "family", "partner"])
def test_a_step_is_handed_only_to_somebody_of_the_owing_place(sent, coordinator, who, request, now):
    with refused("owner", "does not work at Harbor Therapy"):
        hand_over_referral(
            referral=sent, owner=request.getfixturevalue(who), by=coordinator, at=now
        )


def test_a_step_is_handed_only_to_somebody_who_can_do_it(received, coordinator, now):
    with refused("owner", "Kofi Mensah does not work at Harbor Therapy in this role"):
        hand_over_referral(referral=received, owner=coordinator, by=coordinator, at=now)


def test_the_other_side_hands_nothing_over(sent, pediatrician, practice_colleague, now):
    with refused(None, "owed by Harbor Therapy"):
        hand_over_referral(referral=sent, owner=practice_colleague, by=pediatrician, at=now)


def test_a_draft_is_handed_to_a_colleague(draft, pediatrician, practice_colleague, now):
    hand_over_referral(referral=draft, owner=practice_colleague, by=pediatrician, at=now)
    assert owed(draft)[1] == "Ben"
    assert Notice.objects.filter(kind="referral_handed_over").count() == 1
