"""Does each notice leave the outbox once, say nothing, and survive a worker that dies?"""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import get_connection
from django.db import IntegrityError, transaction

from referrals.actions import notice as outbox
from referrals.actions.guardian import add_guardian, invite_guardian
from referrals.actions.notice import ATTEMPTS, LEASE, deliver_notices
from referrals.models import Notice, User


@pytest.fixture(autouse=True)
def outbox_of_one(cast, settings, now):
    """One notice waits, to the family; what the cast was told has been sent."""
    settings.SITE_URL = "https://ferry.example"
    Notice.objects.all().update(sent_at=now)
    return Notice.objects.create(
        to=cast.family, kind="referral_sent", path="/referrals/1/", key="one", created_at=now
    )


def test_a_notice_is_sent_once(outbox_of_one, now):
    assert deliver_notices(at=now) == 1
    assert deliver_notices(at=now + timedelta(days=1)) == 0
    outbox_of_one.refresh_from_db()
    assert (outbox_of_one.sent_at, outbox_of_one.leased_until, outbox_of_one.attempts) == (
        now, None, 1,
    )  # fmt: skip
    (message,) = mail.outbox
    assert message.to == ["rosa@example.org"]


def test_the_message_says_only_that_something_is_new(now, child):
    deliver_notices(at=now)
    (message,) = mail.outbox
    assert message.subject == "Something new for you in Ferry"
    assert "https://ferry.example/referrals/1/" in message.body
    for word in ("Mina", "Fontaine", "referral sent", "therapy", "Harbor", "Elm"):
        assert word not in message.subject + message.body


def test_what_another_worker_holds_is_left_to_it(outbox_of_one, now):
    Notice.objects.filter(pk=outbox_of_one.pk).update(leased_until=now + LEASE)
    assert deliver_notices(at=now + timedelta(minutes=1)) == 0
    assert mail.outbox == []


def test_what_a_dead_worker_held_is_taken_up_when_its_lease_has_run_out(outbox_of_one, now):
    Notice.objects.filter(pk=outbox_of_one.pk).update(leased_until=now + LEASE, attempts=1)
    assert deliver_notices(at=now + LEASE) == 0
    assert deliver_notices(at=now + LEASE + timedelta(seconds=1)) == 1


def test_a_worker_that_loses_the_race_sends_nothing(outbox_of_one, now, monkeypatch):
    """Between reading the row and leasing it, another worker sends it."""
    read = Notice.objects.filter

    def slow(*args, **kwargs):
        if "pk" in kwargs and "sent_at__isnull" in kwargs:
            read(pk=kwargs["pk"]).update(sent_at=now)
        return read(*args, **kwargs)

    monkeypatch.setattr(Notice.objects, "filter", slow)
    assert deliver_notices(at=now) == 0
    assert mail.outbox == []


def test_a_post_office_that_fails_is_tried_again_after_the_lease(outbox_of_one, now, monkeypatch):
    def fails(*args, **kwargs):
        raise OSError("no route")

    monkeypatch.setattr(outbox, "send_mail", fails)
    assert deliver_notices(at=now) == 0
    outbox_of_one.refresh_from_db()
    assert (outbox_of_one.sent_at, outbox_of_one.attempts) == (None, 1)
    monkeypatch.undo()
    assert deliver_notices(at=now + timedelta(minutes=1)) == 0
    assert deliver_notices(at=now + timedelta(minutes=6)) == 1


def test_one_that_fails_does_not_hold_up_the_others(outbox_of_one, family, now, monkeypatch):
    Notice.objects.create(
        to=family, kind="referral_sent", path="/b/", key="two", created_at=now + timedelta(1)
    )
    honest = outbox.send_mail

    def fails_for_the_first(subject, body, *rest):
        if "/b/" not in body:
            raise OSError("mailbox full")
        return honest(subject, body, *rest)

    monkeypatch.setattr(outbox, "send_mail", fails_for_the_first)
    assert deliver_notices(at=now + timedelta(days=2)) == 1


def test_after_so_many_attempts_it_is_left_for_a_person_to_look_at(outbox_of_one, now):
    Notice.objects.filter(pk=outbox_of_one.pk).update(attempts=ATTEMPTS)
    assert deliver_notices(at=now) == 0


def test_no_more_are_sent_than_asked_for_the_oldest_first(outbox_of_one, family, now):
    Notice.objects.create(
        to=family, kind="referral_sent", path="/older/", key="two",
        created_at=now - timedelta(days=1),
    )  # fmt: skip
    assert deliver_notices(at=now, most=1) == 1
    assert "/older/" in mail.outbox[0].body


def test_the_same_news_to_the_same_person_is_written_once(outbox_of_one, family, now):
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(to=family, kind="x", path="/", key="one", created_at=now)


def test_an_invitation_carries_a_key_to_a_first_password(child, pediatrician, client, now):
    grandmother = add_guardian(
        child=child, given_name="Inés", family_name="Vidal", relationship="grandparent",
        by=pediatrician, at=now,
    )  # fmt: skip
    invite_guardian(guardian=grandmother, email="ines@example.org", by=pediatrician, at=now)
    assert (
        "key" not in Notice.objects.get(kind="guardian_invited", to__email="ines@example.org").path
    )
    deliver_notices(at=now)
    (invitation,) = [m for m in mail.outbox if m.to == ["ines@example.org"]]
    assert invitation.subject == "Your invitation to Ferry"
    assert "Mina" not in invitation.body
    path = re.search(r"https://ferry\.example(/\S+)", invitation.body)
    assert path is not None
    page = client.get(path[1], follow=True)
    assert page.status_code == 200
    words = "a-first-password-of-mine"
    client.post(page.redirect_chain[-1][0], {"password1": words, "password2": words})
    assert User.objects.get(email="ines@example.org").check_password(words)
    client.logout()
    again = client.get(path[1], follow=True)
    assert b"password1" not in again.content


def test_an_adult_who_has_a_password_is_told_as_usual(family, pediatrician, guardian, now):
    invite_guardian(guardian=guardian, email=family.email, by=pediatrician, at=now)
    Notice.objects.filter(key="one").update(sent_at=now)
    deliver_notices(at=now)
    (message,) = mail.outbox
    assert message.subject == "Something new for you in Ferry"


def test_the_tests_send_no_real_mail():
    assert "locmem" in type(get_connection()).__module__
