"""Is a referral written and sent as the pathway says, and can nothing unfinished go?"""

from datetime import date, timedelta

import pytest

from referrals.actions.referral import (
    REQUIRED_TO_SEND,
    codes_of,
    draft_referral,
    open_referrals,
    send_referral,
)
from referrals.models import (
    ChildToken,
    Membership,
    Organization,
    Referral,
    Seat,
)
from referrals.models.record import FOREVER, new_id
from tests.actions.outcome import kinds, outrun, owed, refused, told
from tests.conftest import read
from tests.factories.referral import complete, draft_for

# --- Drafting ---------------------------------------------------------------------------------


def test_a_draft_is_owed_by_its_author_the_next_working_day(draft, pediatrician, practice):
    assert owed(draft) == ("send", "Ada", date(2026, 3, 3))
    assert (draft.state, draft.is_open, draft.version, draft.loop) == ("draft", True, 1, {})
    assert (draft.author, draft.owner_organization) == (pediatrician, practice)
    assert kinds(draft.pk) == ["referral_drafted"]
    assert told("referral_drafted") == []


def test_a_draft_begun_on_a_friday_is_due_on_monday(child, clinic, pediatrician, now):
    friday = now - timedelta(days=3)
    assert draft_for(child, clinic, by=pediatrician, at=friday).next_due_on == date(2026, 3, 2)


def test_a_draft_can_be_as_empty_as_it_likes(child, practice, pediatrician, now):
    referral = draft_referral(id=new_id(), child=child, practice=practice, by=pediatrician, at=now)
    assert (referral.question, referral.clinic) == ("", None)


def test_saving_the_same_again_writes_nothing(draft, child, clinic, pediatrician, now):
    again = draft_for(child, clinic, id=draft.pk, by=pediatrician, at=now)
    assert (again.pk, again.version) == (draft.pk, 1)
    assert Referral.objects.count() == 1
    assert kinds(draft.pk) == ["referral_drafted"]


def test_saving_a_change_raises_the_version_and_leaves_an_event(
    draft, child, clinic, practice_colleague, pediatrician, now
):
    draft_for(child, clinic, id=draft.pk, question="And eating?", by=practice_colleague, at=now)
    saved = read(draft)
    assert (saved.question, saved.version, saved.author) == ("And eating?", 2, pediatrician)
    assert kinds(draft.pk) == ["referral_drafted", "referral_draft_saved"]


def test_a_draft_that_changed_in_another_tab_is_not_overwritten(
    draft, child, clinic, pediatrician, now
):
    draft_for(child, clinic, id=draft.pk, question="One", version=1, by=pediatrician, at=now)
    with outrun("has changed since you opened it"):
        draft_for(child, clinic, id=draft.pk, question="Two", version=1, by=pediatrician, at=now)
    assert read(draft).question == "One"


def test_the_same_words_once_more_are_one_saving(draft, child, clinic, pediatrician, now):
    """The answer to the first was lost: whoever writes goes on from what it made."""
    for _ in range(2):
        saved = draft_for(
            child, clinic, id=draft.pk, question="One", version=1, by=pediatrician, at=now
        )
        assert saved.version == 2
    assert kinds(draft.pk) == ["referral_drafted", "referral_draft_saved"]


def test_a_sent_referral_is_no_longer_written_on(sent, child, clinic, pediatrician, now):
    with outrun("it is now “sent”"):
        draft_for(child, clinic, id=sent.pk, question="Too late", by=pediatrician, at=now)


def test_the_form_of_one_child_is_not_used_for_another(draft, practice, clinic, pediatrician, now):
    from tests.factories.child import ChildFactory

    sister = ChildFactory(practice=practice, by=pediatrician, at=now)
    with outrun("already used"):
        draft_for(sister, clinic, id=draft.pk, by=pediatrician, at=now)


@pytest.mark.parametrize(
    "who", ["family", "therapist", "coordinator", "stranger_pediatrician", "partner", "admin"]
)
def test_only_the_child_s_practice_refers(child, clinic, partner_seat, sent, who, request, now):
    with refused(None, "Only the pediatrician can refer this child"):
        draft_for(child, clinic, by=request.getfixturevalue(who), at=now)


def test_a_sign_that_is_not_on_the_list_is_refused(child, clinic, pediatrician, now):
    with refused("signs", "not on the list"):
        draft_for(child, clinic, by=pediatrician, at=now, signs=["tod.nonsense"])


def test_diagnoses_keep_the_order_in_which_they_were_named(
    draft, child, clinic, pediatrician, now, diagnoses
):
    by_code = {d.code: d for d in diagnoses}
    named = [by_code["R62.50"], by_code["F82"]]
    draft_for(child, clinic, id=draft.pk, diagnoses=named, by=pediatrician, at=now)
    assert codes_of(draft) == ["R62.50", "F82"]
    draft_for(child, clinic, id=draft.pk, diagnoses=named[::-1], by=pediatrician, at=now)
    assert codes_of(draft) == ["F82", "R62.50"]
    draft_for(child, clinic, id=draft.pk, diagnoses=named[::-1], by=pediatrician, at=now)
    assert read(draft).version == 3
    assert kinds(draft.pk).count("referral_draft_saved") == 2


# --- Sending ----------------------------------------------------------------------------------


def test_a_sent_referral_is_owed_by_the_clinic_s_intake_within_two_working_days(
    sent, clinic, pediatrician, now
):
    assert owed(sent) == ("receive", "Kofi", date(2026, 3, 4))
    assert (sent.state, sent.owner_organization, sent.version) == ("sent", clinic, 2)
    assert (sent.sent_by, sent.sent_at) == (pediatrician, now + timedelta(minutes=10))
    assert kinds(sent.pk) == ["referral_drafted", "referral_sent"]


def test_sending_tells_the_clinic_s_intake_and_the_family(sent):
    assert told("referral_sent") == ["Kofi", "Rosa"]


def test_sending_seats_the_clinic_and_lets_it_find_the_child(sent, child, clinic, now):
    seat = Seat.objects.get(organization=clinic)
    assert (seat.child, seat.role, seat.ground, seat.ground_id) == (
        child, "clinic", "referral", sent.pk,
    )  # fmt: skip
    assert (seat.since, seat.until) == (now + timedelta(minutes=10), FOREVER)
    words = ChildToken.objects.filter(organization=clinic).values_list("token", flat=True)
    assert set(words) == {"mina", "fontaine", "=2023-12-02"}


def test_a_draft_seats_nobody(draft, clinic):
    assert not Seat.objects.filter(organization=clinic).exists()


def test_sending_marks_the_first_step_of_the_loop(sent):
    assert sent.loop == {"1": ["2026-03-02", "Ada Okafor"]}


@pytest.mark.parametrize("field", sorted(REQUIRED_TO_SEND))
def test_what_is_missing_is_asked_for_at_its_field(
    child, clinic, practice, pediatrician, now, field
):
    said = complete(now, clinic)
    del said[field]
    referral = draft_referral(
        id=new_id(), child=child, practice=practice, by=pediatrician, at=now, **said
    )
    with refused(field, REQUIRED_TO_SEND[field]):
        send_referral(referral=referral, by=pediatrician, at=now)


def test_a_referral_needs_a_sign_or_a_diagnosis(child, clinic, pediatrician, now, diagnoses):
    referral = draft_for(child, clinic, by=pediatrician, at=now, signs=[])
    with refused("signs", "Tick at least one sign, or name a diagnosis"):
        send_referral(referral=referral, by=pediatrician, at=now)
    draft_for(
        child, clinic, id=referral.pk, signs=[], diagnoses=diagnoses[:1], by=pediatrician, at=now
    )
    assert send_referral(referral=read(referral), by=pediatrician, at=now).state == "sent"


@pytest.mark.parametrize("change", [{"takes_referrals": False}, {"is_active": False}])
def test_a_clinic_that_takes_none_is_sent_none(draft, clinic, pediatrician, now, change):
    Organization.objects.filter(pk=clinic.pk).update(**change)
    with refused("clinic", "This clinic takes no referrals"):
        send_referral(referral=read(draft), by=pediatrician, at=now)


def test_a_visit_in_the_future_is_refused(child, clinic, pediatrician, now):
    tomorrow = now.date() + timedelta(days=1)
    referral = draft_for(child, clinic, by=pediatrician, at=now, identified_on=tomorrow)
    with refused("identified_on", "The visit lies in the future"):
        send_referral(referral=referral, by=pediatrician, at=now)


def test_a_second_open_referral_goes_only_when_the_author_has_seen_the_first(
    sent, child, other_clinic, pediatrician, now
):
    assert open_referrals(child) == [sent]
    second = draft_for(child, other_clinic, by=pediatrician, at=now)
    with refused("despite_open", "already has an open referral"):
        send_referral(referral=second, by=pediatrician, at=now)
    send_referral(referral=read(second), despite_open=True, by=pediatrician, at=now)
    assert set(open_referrals(child)) == {sent, second}


def test_a_draft_and_an_ended_referral_stand_in_nobody_s_way(
    declined, child, clinic, pediatrician, now
):
    draft_for(child, clinic, by=pediatrician, at=now)
    assert open_referrals(child) == []
    third = draft_for(child, clinic, by=pediatrician, at=now)
    assert send_referral(referral=third, by=pediatrician, at=now).state == "sent"


def test_a_colleague_of_the_author_sends_the_draft(draft, practice_colleague, pediatrician, now):
    send_referral(referral=draft, by=practice_colleague, at=now)
    assert (read(draft).sent_by, read(draft).author) == (practice_colleague, pediatrician)


def test_sending_twice_sends_once(draft, pediatrician, now):
    send_referral(referral=read(draft), version=1, by=pediatrician, at=now)
    with outrun("it is now “sent”"):
        send_referral(referral=read(draft), version=1, by=pediatrician, at=now)
    assert Seat.objects.filter(ground_id=draft.pk).count() == 1
    assert told("referral_sent") == ["Kofi", "Rosa"]


def test_sending_to_a_clinic_where_nobody_works_is_refused(draft, clinic, pediatrician, now):
    Membership.objects.filter(organization=clinic).update(until=now)
    with refused(None, "Harbor Therapy has nobody who could take this on"):
        send_referral(referral=draft, by=pediatrician, at=now)
    assert not Seat.objects.filter(ground_id=draft.pk).exists()
