"""Is what people write to each other kept once, for whom it was meant, and is urgent turned away?"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from referrals.models import Consent, Enclosure, Event, Guardian, Message, Notice, Referral, Thread
from referrals.models.event import AppendOnly
from referrals.models.message import LONGEST
from referrals.models.record import new_id
from referrals.queries.timeline import timeline
from tests.factories.message import consented, keep_apart, said, started
from tests.message_stages import a_file

from .outcome import kinds, outrun, refused, told


def test_a_thread_begins_once_and_leaves_one_event_without_a_word(
    cast: Any, sent: Referral, writing_time: datetime
) -> None:
    key = new_id()
    for _ in range(2):
        thread = started(cast.child, id=key, by=cast.family, at=writing_time, subject="Splint")
    assert (Thread.objects.count(), Message.objects.count()) == (1, 1)
    message = thread.messages.get()
    assert (message.number, message.role, message.guardian) == (
        1, "family", cast.child.guardians.get(user=cast.family),
    )  # fmt: skip
    assert kinds(thread.pk) == ["thread_started"]
    assert Event.objects.get(about=thread.pk).data == {}
    with outrun("already used"):
        started(cast.child, id=key, by=cast.therapist, at=writing_time)


def test_two_who_answer_at_once_both_stand_and_a_double_click_is_one(
    cast: Any, with_family: Thread, writing_time: datetime
) -> None:
    key = new_id()
    for _ in range(2):
        said(with_family, id=key, by=cast.family, at=writing_time, words="Good.")
    said(with_family, by=cast.coordinator, at=writing_time, words="Thank you.")
    assert list(with_family.messages.values_list("number", "words")) == [
        (1, "How was the week?"), (2, "Good."), (3, "Thank you."),
    ]  # fmt: skip
    assert Thread.objects.get(pk=with_family.pk).last_number == 3
    assert kinds(with_family.pk) == ["thread_started", "message_sent", "message_sent"]
    with outrun("already used"):
        said(with_family, id=key, by=cast.therapist, at=writing_time)


def test_who_is_told_are_those_around_the_child_who_may_read(
    cast: Any, accepted: Referral, with_family: Thread, writing_time: datetime
) -> None:
    """The pediatrician, who owns the referral, and the family; nobody of what they wrote themselves."""
    assert told("thread_started") == ["Ada", "Kofi", "Rosa"]
    said(with_family, by=cast.family, at=writing_time)
    assert told("message_sent") == ["Ada", "Kofi", "Thea"]
    for notice in Notice.objects.filter(kind="message_sent"):
        assert notice.path == f"/children/{cast.child.pk}/messages/{with_family.pk}/"


def test_of_what_clinicians_write_among_themselves_only_they_are_told(
    cast: Any, accepted: Referral, between_clinicians: Thread, writing_time: datetime
) -> None:
    said(between_clinicians, by=cast.practice_colleague, at=writing_time)
    assert told("thread_started") == ["Ada", "Kofi"]
    assert told("message_sent") == ["Ada", "Kofi", "Thea"]


def test_a_partner_is_told_while_the_consent_holds(
    cast: Any, accepted: Referral, with_school: Thread, school_consent: Consent,
    writing_time: datetime,
) -> None:  # fmt: skip
    assert told("thread_started") == ["Ada", "Kofi", "Paula", "Rosa"]
    Consent.objects.filter(pk=school_consent.pk).update(
        revoked_at=writing_time, revoked_by=cast.family
    )
    said(with_school, by=cast.family, at=writing_time)
    assert told("message_sent") == ["Ada", "Kofi", "Thea"]
    with refused(sentence="not yours to read"):
        said(with_school, by=cast.partner, at=writing_time)


def test_urgent_empty_and_too_long_are_not_sent(
    cast: Any, with_family: Thread, writing_time: datetime
) -> None:
    with refused("today", "Nothing was sent. Please call"):
        said(with_family, by=cast.family, at=writing_time, today=True)
    with refused("today", "Nothing was sent. Please call"):
        started(cast.child, by=cast.family, at=writing_time, today=True)
    with refused("words", "Write your message."):
        said(with_family, by=cast.family, at=writing_time, words=" \n ")
    with refused("words", "at most 4000"):
        said(with_family, by=cast.family, at=writing_time, words="a" * (LONGEST + 1))
    with refused("subject", "what it is about"):
        started(cast.child, by=cast.family, at=writing_time, subject=" ")
    said(with_family, by=cast.family, at=writing_time, words="a" * LONGEST)


def test_files_are_what_they_claim_and_at_most_five(
    cast: Any, with_family: Thread, writing_time: datetime
) -> None:
    with refused("attachments", "not a PDF, JPEG or PNG"):
        said(with_family, by=cast.family, at=writing_time, attachments=[a_file("a.pdf", b"MZ" * 9)])
    with refused("attachments", "not what its name says"):
        said(with_family, by=cast.family, at=writing_time, attachments=[a_file("a.png")])
    with refused("attachments", "at most 5"):
        said(
            with_family, by=cast.family, at=writing_time, attachments=[a_file() for _ in range(6)]
        )  # fmt: skip
    made = said(with_family, by=cast.family, at=writing_time, attachments=[a_file(), a_file()])
    kept = made.enclosures.get()
    assert kept.file.name == f"enclosure/{kept.pk}"
    assert Enclosure.objects.filter(message__thread=with_family).count() == 2


def test_who_may_begin_what(
    cast: Any, sent: Referral, guardian: Guardian, school_consent: Consent, writing_time: datetime
) -> None:
    at = writing_time
    for person in (cast.stranger, cast.other_family, cast.admin):
        with refused(sentence="Only "):
            started(cast.child, by=person, at=at)
    for person in (cast.family, cast.partner):
        with refused("to", "Choose who will read it."):
            started(cast.child, by=person, at=at, audience="clinicians")
    with refused("to", "Choose who will read it."):
        started(cast.child, by=cast.partner, at=at, audience="family")
    with refused("to", "Choose who will read it."):
        started(cast.child, by=cast.therapist, at=at, audience="partner")
    with refused("to", "Choose who will read it."):
        started(cast.child, by=cast.therapist, at=at, audience="family", consent=school_consent)
    started(cast.child, by=cast.partner, at=at, audience="partner", consent=school_consent)


def test_a_consent_must_be_of_this_child_hold_and_open_messages(
    cast: Any, sent: Referral, guardian: Guardian, other_child: Any, now: datetime,
    writing_time: datetime,
) -> None:  # fmt: skip
    theirs = consented(other_child, cast.school, guardian=other_child.guardians.get(), at=now)
    narrow = consented(cast.child, cast.school, guardian=guardian, at=now, scopes=("goals",))
    over = consented(cast.child, cast.school, guardian=guardian, at=now - timedelta(days=9), days=3)
    for consent in (theirs, narrow, over):
        with refused("to", "not opened messages"):
            started(
                cast.child, by=cast.therapist, at=writing_time, audience="partner", consent=consent
            )  # fmt: skip


def test_an_adult_who_may_only_look_writes_nothing(
    cast: Any, with_family: Thread, guardian: Guardian, writing_time: datetime
) -> None:
    from referrals.actions.guardian import change_guardian

    Guardian.objects.filter(pk=guardian.pk).update(may_log=False)
    guardian.refresh_from_db()
    change_guardian(guardian=guardian, by=cast.admin, at=writing_time)
    with refused(sentence="Only "):
        said(with_family, by=cast.family, at=writing_time)


# --- Two homes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["hidden", "limited"])
def test_of_two_homes_each_adult_writes_alone(
    how: str, cast: Any, sent: Referral, guardian: Guardian, father: Guardian,
    with_family: Thread, school_consent: Consent, writing_time: datetime,
) -> None:  # fmt: skip
    assert father.user is not None
    keep_apart(guardian, at=writing_time, how=how)
    for user, adult in ((cast.family, guardian), (father.user, father)):
        thread = started(cast.child, by=user, at=writing_time)
        assert (thread.is_alone, thread.guardian) == (True, adult)
        with refused(sentence="each adult has messages of their own"):
            said(with_family, by=user, at=writing_time)
    with refused("to", "choose one"):
        started(cast.child, by=cast.therapist, at=writing_time)
    assert started(cast.child, by=cast.therapist, at=writing_time, guardian=father).is_alone
    to_school = {"audience": "partner", "consent": school_consent, "at": writing_time}
    # With the one who wrote; else with the one whose word it is that the school takes part.
    assert started(cast.child, by=father.user, **to_school).guardian == father
    assert started(cast.child, by=cast.partner, **to_school).guardian == guardian
    assert started(cast.child, by=cast.therapist, **to_school).guardian == guardian


def test_an_adult_may_write_alone_but_not_in_anothers_name(
    cast: Any, sent: Referral, guardian: Guardian, father: Guardian, other_child: Any,
    writing_time: datetime,
) -> None:  # fmt: skip
    assert started(cast.child, by=cast.family, at=writing_time, guardian=guardian).is_alone
    assert not started(cast.child, by=cast.family, at=writing_time).is_alone
    with refused("to", "Choose who will read it."):
        started(cast.child, by=cast.family, at=writing_time, guardian=father)
    with refused("to", "no account here"):
        started(
            cast.child, by=cast.therapist, at=writing_time, guardian=other_child.guardians.get()
        )  # fmt: skip


# --- What stays ---------------------------------------------------------------------------------


def test_a_message_never_changes(cast: Any, with_family: Thread) -> None:
    message = with_family.messages.get()
    message.words = "Something else."
    with pytest.raises(AppendOnly):
        message.save()
    with pytest.raises(AppendOnly):
        Message.objects.filter(pk=message.pk).update(words="Something else.")


def test_the_timeline_of_clinicians_says_that_and_not_what(
    cast: Any, between_clinicians: Thread, with_family: Thread, writing_time: datetime
) -> None:
    said(with_family, by=cast.family, at=writing_time)

    def read(for_family: bool) -> list[str]:
        found = timeline(child=cast.child, for_family=for_family, drafts=False, group="message")
        return [entry.sentence for entry in found]

    assert sorted(read(for_family=False)) == [
        "Began a thread of messages", "Began a thread of messages", "Wrote a message",
    ]  # fmt: skip
    assert read(for_family=True) == []
