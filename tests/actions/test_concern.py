"""Is a worry owed an answer by somebody who is there, once, and told to the right people?"""

from datetime import date, timedelta

import pytest
from django.db import transaction

from referrals.actions.closing import cancel_referral
from referrals.actions.concern import answer_concern, share_concern
from referrals.actions.referral import send_referral
from referrals.models import Concern, Guardian, Membership, Referral, User
from referrals.models.record import NO_DUE_DATE, new_id
from tests.actions.outcome import kinds, outrun, refused, told
from tests.factories.referral import draft_for


@pytest.fixture
def worry(child, family, now):
    return {
        "id": new_id(), "child": child, "signs": ["tod.sensory", "tod.self_care", "tod.sensory"],
        "words": "She cries at every bath.", "by": family, "at": now,
    }  # fmt: skip


@pytest.fixture
def concern(worry):
    return share_concern(**worry)


def test_a_concern_of_the_family_is_owed_by_the_pediatrician_within_five_working_days(
    concern, pediatrician, practice, family
):
    assert (concern.owner, concern.organization) == (pediatrician, practice)
    assert concern.next_due_on == date(2026, 3, 9)
    assert (concern.state, concern.is_open) == ("shared", True)
    assert (concern.recorded_by, concern.recorded_as) == (family, "family")
    assert kinds(concern.pk) == ["concern_shared"]


def test_signs_are_kept_once_and_in_order_with_the_band_of_the_day(concern):
    assert concern.signs == ["tod.self_care", "tod.sensory"]
    assert concern.band == "toddler"


def test_the_pediatrician_is_told_of_a_family_s_concern(concern):
    assert told("concern_shared") == ["Ada"]


def test_a_pediatrician_s_own_concern_is_owed_by_them_and_tells_nobody(worry, practice_colleague):
    concern = share_concern(**worry | {"by": practice_colleague})
    assert (concern.owner, concern.recorded_as) == (practice_colleague, "pediatrician")
    assert told("concern_shared") == []


def test_a_second_click_finds_the_concern_of_the_first(worry, concern):
    assert share_concern(**worry) == concern
    assert Concern.objects.count() == 1
    assert kinds(concern.pk) == ["concern_shared"]


def test_a_form_used_by_one_person_is_refused_to_another(worry, concern, pediatrician):
    with outrun("already used"):
        share_concern(**worry | {"by": pediatrician})


def test_a_concern_without_signs_and_words_is_refused(worry):
    with refused("words", "Tick at least one sign"):
        share_concern(**worry | {"signs": [], "words": " \n"})


def test_a_concern_in_words_alone_is_enough(worry):
    assert share_concern(**worry | {"signs": []}).signs == []


def test_a_sign_that_is_not_on_the_list_is_refused(worry):
    with refused("signs", "not on the list"):
        share_concern(**worry | {"signs": ["tod.nonsense"]})


@pytest.mark.parametrize("who", ["therapist", "stranger", "other_family", "partner", "nobody"])
def test_a_concern_is_shared_only_by_the_family_or_the_practice(
    worry, who, sent, partner_seat, request
):
    with refused(None, "Only the pediatrician or the family can share a concern"):
        share_concern(**worry | {"by": request.getfixturevalue(who)})


def test_an_adult_without_the_right_to_log_shares_no_concern(worry, guardian, admin, now):
    from referrals.actions.guardian import change_guardian

    Guardian.objects.filter(pk=guardian.pk).update(may_log=False)
    guardian.refresh_from_db()
    change_guardian(guardian=guardian, by=admin, at=now)
    with refused(None, "Only the pediatrician or the family"):
        share_concern(**worry)


def test_when_the_pediatrician_has_left_a_colleague_owes_the_answer(
    worry, pediatrician, practice_colleague, now
):
    Membership.objects.filter(user=pediatrician).update(until=now)
    assert share_concern(**worry).owner == practice_colleague


def test_when_nobody_is_left_at_the_practice_the_family_is_told_to_call(
    worry, pediatrician, practice_colleague, practice
):
    User.objects.filter(pk__in=[pediatrician.pk, practice_colleague.pk]).update(is_active=False)
    with refused(None, f"Nobody at {practice} can be told now. Please call the practice."):
        share_concern(**worry)


def test_an_answer_closes_the_concern_and_tells_who_shared_it(concern, practice_colleague, now):
    at = now + timedelta(days=1)
    answer_concern(concern=concern, answer="Let us look in May.", by=practice_colleague, at=at)
    concern.refresh_from_db()
    assert (concern.state, concern.is_open, concern.next_due_on) == ("answered", False, NO_DUE_DATE)
    assert (concern.answer, concern.answered_by, concern.answered_at) == (
        "Let us look in May.", practice_colleague, at,
    )  # fmt: skip
    assert kinds(concern.pk) == ["concern_shared", "concern_answered"]
    assert told("concern_answered") == ["Rosa"]


def test_an_answer_without_words_is_refused(concern, pediatrician, now):
    with refused("answer", "Write an answer"):
        answer_concern(concern=concern, answer="  ", by=pediatrician, at=now)


@pytest.mark.parametrize("who", ["family", "therapist", "stranger_pediatrician", "partner"])
def test_only_the_practice_answers(concern, sent, who, request, now):
    with refused(None, "Only the pediatrician can answer a concern"):
        answer_concern(concern=concern, answer="No.", by=request.getfixturevalue(who), at=now)


def test_a_concern_is_answered_once(concern, pediatrician, practice_colleague, now):
    answer_concern(concern=concern, answer="First.", by=pediatrician, at=now)
    stale = Concern.objects.get(pk=concern.pk)
    with outrun("already answered"):
        answer_concern(concern=stale, answer="Second.", by=practice_colleague, at=now)
    stale.refresh_from_db()
    assert stale.answer == "First."


def test_sending_the_referral_of_a_concern_closes_it(concern, child, clinic, pediatrician, now):
    referral = draft_for(child, clinic, by=pediatrician, at=now, concern=concern)
    concern.refresh_from_db()
    assert concern.is_open
    send_referral(referral=referral, by=pediatrician, at=now)
    concern.refresh_from_db()
    assert (concern.state, concern.is_open, concern.next_due_on) == ("referred", False, NO_DUE_DATE)


def test_a_sending_that_is_given_up_leaves_its_concern_to_the_next_one(
    concern, child, clinic, pediatrician, now
):
    referral = draft_for(child, clinic, by=pediatrician, at=now, concern=concern)
    with transaction.atomic():
        send_referral(referral=referral, by=pediatrician, at=now)
        transaction.set_rollback(True)
    again = Referral.objects.get(pk=referral.pk)
    again.concern = concern  # the one in hand, as a form that tries once more has it
    send_referral(referral=again, by=pediatrician, at=now)
    assert Concern.objects.get(pk=concern.pk).state == "referred"


def test_a_concern_already_answered_does_not_hold_up_its_referral(
    concern, child, clinic, pediatrician, now
):
    answer_concern(concern=concern, answer="I will refer her.", by=pediatrician, at=now)
    referral = draft_for(child, clinic, by=pediatrician, at=now, concern=concern)
    send_referral(referral=referral, by=pediatrician, at=now)
    concern.refresh_from_db()
    assert concern.state == "answered"


def test_one_concern_begins_one_referral(concern, child, clinic, pediatrician, now):
    first = draft_for(child, clinic, by=pediatrician, at=now, concern=concern)
    with refused(None, "A referral was already begun from this concern"):
        draft_for(child, clinic, by=pediatrician, at=now, concern=concern)
    cancel_referral(referral=first, reason="Not needed", by=pediatrician, at=now)
    assert draft_for(child, clinic, by=pediatrician, at=now, concern=concern).pk != first.pk
