"""Does each notice leave the outbox once, say nothing, and survive a worker that dies?"""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail import get_connection
from django.db import IntegrityError, transaction

from referrals.actions import notice as outbox
from referrals.actions.guardian import add_guardian, invite_guardian
from referrals.actions.notice import ATTEMPTS, LEASE, Outcome, deliver_notices, message_id
from referrals.models import Notice, User

LOCAL = "django.core.mail.backends.locmem.EmailBackend"


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


def test_of_two_workers_one_sends_it(outbox_of_one, now):
    """Both have read the row; the lease of the first makes the second leave it."""
    read = Notice.objects.select_related("to").get(pk=outbox_of_one.pk)
    assert outbox._deliver(outbox_of_one, now) is Outcome.SENT
    assert outbox._deliver(read, now) is Outcome.TAKEN
    assert len(mail.outbox) == 1


def test_while_the_mail_server_is_away_nothing_is_counted_against_a_notice(
    outbox_of_one, now, settings
):
    settings.EMAIL_BACKEND = "tests.actions.mailing.Away"
    for minute in range(20):
        assert deliver_notices(at=now + timedelta(minutes=minute)) == 0
    outbox_of_one.refresh_from_db()
    assert (outbox_of_one.attempts, outbox_of_one.handed_at, outbox_of_one.leased_until) == (
        0, None, None,
    )  # fmt: skip
    settings.EMAIL_BACKEND = LOCAL
    assert deliver_notices(at=now + timedelta(minutes=20)) == 1


def test_what_the_mail_server_refuses_is_tried_again_later_each_time(outbox_of_one, now, settings):
    settings.EMAIL_BACKEND = "tests.actions.mailing.Refuses"
    tried = []
    for minute in range(60):
        deliver_notices(at=now + timedelta(minutes=minute))
        outbox_of_one.refresh_from_db()
        if outbox_of_one.attempts > len(tried):
            tried.append(minute)
    assert tried == [0, 2, 6, 14, 30]
    assert outbox_of_one.handed_at is None
    settings.EMAIL_BACKEND = LOCAL
    assert deliver_notices(at=now + timedelta(hours=2)) == 1


def test_one_that_is_refused_does_not_hold_up_the_others(outbox_of_one, family, now, settings):
    Notice.objects.create(
        to=family, kind="referral_sent", path="/b/", key="two", created_at=now + timedelta(1)
    )
    settings.EMAIL_BACKEND = "tests.actions.mailing.RefusesTheFirst"
    assert deliver_notices(at=now + timedelta(days=2)) == 1
    assert "/b/" in mail.outbox[0].body


def test_one_that_cannot_be_written_does_not_hold_up_the_others(outbox_of_one, family, now):
    family.email = "rosa@example.org\nBcc: all@example.org"
    family.save()
    assert deliver_notices(at=now) == 0
    outbox_of_one.refresh_from_db()
    assert (outbox_of_one.attempts, outbox_of_one.handed_at) == (1, None)
    assert mail.outbox == []


def test_where_the_line_broke_in_the_middle_it_is_not_sent_again(outbox_of_one, now, settings):
    """It may have gone; the person's next daily e-mail counts it."""
    settings.EMAIL_BACKEND = "tests.actions.mailing.BreaksOff"
    assert deliver_notices(at=now) == 0
    settings.EMAIL_BACKEND = LOCAL
    assert deliver_notices(at=now + timedelta(hours=4)) == 0
    assert deliver_notices(at=now + timedelta(days=1)) == 1
    (message,) = mail.outbox
    assert message.subject == "Your day in Ferry"
    assert "- 1 thing is new\n" in message.body
    outbox_of_one.refresh_from_db()
    assert (outbox_of_one.sent_at, outbox_of_one.carried_by.kind) == (None, "digest")


def test_a_worker_that_died_while_handing_over_is_not_repeated(outbox_of_one, now):
    Notice.objects.update(handed_at=now, leased_until=now + LEASE, attempts=1)
    assert deliver_notices(at=now + timedelta(hours=5)) == 0
    assert deliver_notices(at=now + timedelta(days=1)) == 1
    assert [message.subject for message in mail.outbox] == ["Your day in Ferry"]


def test_one_who_slept_through_his_lease_has_lost_it(outbox_of_one, now, settings):
    """While the mail server let the first wait, another took the notice up."""
    settings.EMAIL_BACKEND = "tests.actions.mailing.Sleepy"
    assert deliver_notices(at=now) == 0
    assert mail.outbox == []


def test_every_e_mail_has_a_number_of_its_own_that_does_not_change(outbox_of_one, now):
    deliver_notices(at=now)
    (message,) = mail.outbox
    assert message.extra_headers["Message-ID"] == message_id(outbox_of_one)
    assert message_id(outbox_of_one) == message_id(Notice.objects.get(key="one"))
    assert "one" not in message_id(outbox_of_one)


def test_a_lease_outlasts_the_slowest_mail_server():
    assert LEASE.total_seconds() > settings.EMAIL_TIMEOUT * 12


@pytest.mark.parametrize("column", ["leased_until", "not_before"])
def test_what_was_written_while_the_clock_was_years_ahead_is_not_lost(outbox_of_one, now, column):
    Notice.objects.filter(pk=outbox_of_one.pk).update(**{column: now + timedelta(days=800)})
    assert deliver_notices(at=now) == 1


def test_a_clock_that_goes_back_sends_nothing_twice(outbox_of_one, now):
    assert deliver_notices(at=now) == 1
    assert deliver_notices(at=now - timedelta(hours=2)) == 0
    assert len(mail.outbox) == 1


def test_whoever_left_is_written_to_no_more(outbox_of_one, family, now):
    family.is_active = False
    family.save()
    assert deliver_notices(at=now) == 0


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
