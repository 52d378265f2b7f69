"""Does the timeline tell what happened in plain sentences, and to each what is theirs to read?"""

from datetime import timedelta

import pytest

from referrals.actions.appointment import cancel_appointment
from referrals.actions.closing import cancel_referral
from referrals.actions.handing import postpone_referral
from referrals.models import Event
from referrals.queries.timeline import GROUPS, KINDS, timeline


def sentences(**how):
    how = {"for_family": False, "drafts": True} | how
    return [entry.sentence for entry in timeline(**how)]


def test_a_referral_s_way_newest_first(scheduled, now):
    visit = (now + timedelta(days=7)).strftime("%-d %b %Y, %H:%M")
    assert sentences(about=scheduled.pk) == [
        f"Booked the visit of {visit}",
        "Tried to reach the family: phone call, no answer",
        "The referral was accepted; Thea Marsh will evaluate",
        "The clinic took the referral in",
        "Sent the referral",
        "Began to write a referral",
    ]


def test_each_line_says_who_and_when(sent, now):
    newest = timeline(about=sent.pk, for_family=False, drafts=True)[0]
    assert (newest.who, newest.at, newest.icon) == (
        "Ada Okafor",
        now + timedelta(minutes=10),
        "send",
    )


def test_the_child_s_timeline_holds_all_its_records_and_nobody_else_s(child, other_child, sent):
    told = sentences(child=child)
    assert told[0] == "Sent the referral"
    assert "Registered" in told
    assert "Sent the referral" not in sentences(child=other_child)


def test_the_family_does_not_read_what_is_between_clinicians(sent, child, coordinator, now):
    postpone_referral(
        referral=sent, due_on=now.date() + timedelta(days=9), reason="Staff is short",
        by=coordinator, at=now + timedelta(hours=1),
    )  # fmt: skip
    day = f"{now.date() + timedelta(days=9):%-d %b %Y}"
    assert sentences(child=child)[0].endswith(f"to {day}: Staff is short")
    for_family = sentences(child=child, for_family=True, drafts=False)
    assert not any("Staff" in sentence or "write" in sentence for sentence in for_family)
    assert for_family[0] == "Sent the referral"


def test_what_is_only_being_written_stays_with_those_who_write(draft, child):
    assert "Began to write a referral" in sentences(child=child)
    assert "Began to write a referral" not in sentences(child=child, drafts=False)


def test_what_was_never_sent_is_not_even_told_as_cancelled(draft, child, pediatrician, now):
    cancel_referral(referral=draft, reason="Not needed", by=pediatrician, at=now)
    assert "The pediatrician cancelled the referral" in sentences(child=child)
    assert "The pediatrician cancelled the referral" not in sentences(child=child, drafts=False)


@pytest.mark.parametrize("group", list(GROUPS))
def test_a_group_shows_only_its_own(scheduled, child, coordinator, now, group):
    cancel_appointment(
        referral=scheduled, cancelled_by="family", reason="Ill", by=coordinator,
        at=now + timedelta(hours=9),
    )  # fmt: skip
    kinds = [kind for kind, how in KINDS.items() if how.group == group]
    assert (
        len(sentences(child=child, group=group))
        == Event.objects.filter(child=child, kind__in=kinds).count()
    )


def test_a_cancelled_visit_says_by_whom(scheduled, coordinator, now):
    cancel_appointment(
        referral=scheduled, cancelled_by="family", reason="Ill", by=coordinator,
        at=now + timedelta(hours=9),
    )  # fmt: skip
    assert sentences(about=scheduled.pk)[0] == "The visit was cancelled by the family"


def test_one_query_and_no_more_than_asked_for(scheduled, child, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(timeline(child=child, for_family=False, drafts=False, most=3)) == 3


def test_what_somebody_typed_is_said_as_typed(sent, coordinator, now):
    postpone_referral(
        referral=sent, due_on=now.date() + timedelta(days=9), reason="{owner} {0} %s <b>",
        by=coordinator, at=now + timedelta(hours=1),
    )  # fmt: skip
    assert sentences(about=sent.pk)[0].endswith("{owner} {0} %s <b>")
