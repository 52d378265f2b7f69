"""Does the database itself keep what is said of due dates to once, and every event with its author?"""

from datetime import date, time

import pytest
from django.db import IntegrityError, transaction

from referrals.models import Event, Notice, NoticePreference, Reminder


def refuses(make, **fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        make(**fields)


def test_a_thing_a_step_a_date_and_a_level_are_said_once(sent, now):
    said = {
        "child": sent.child, "about": sent.pk, "step": "receive", "due_on": date(2026, 3, 4),
        "level": "soon", "organization": sent.clinic, "raised_at": now,
    }  # fmt: skip
    Reminder.objects.create(**said)
    refuses(Reminder.objects.create, **said)
    refuses(Reminder.objects.create, **said | {"level": "late"})
    Reminder.objects.create(**said | {"level": "overdue"})
    Reminder.objects.create(**said | {"due_on": date(2026, 3, 5)})
    Reminder.objects.create(**said | {"step": "triage"})


def test_only_time_itself_has_no_author(sent, now):
    event = {
        "child": sent.child, "organization": sent.practice, "about": sent.pk, "at": now, "by": None,
    }  # fmt: skip
    refuses(Event.objects.create, kind="referral_received", **event)
    Event.objects.create(kind="reminder_risen", **event)


def test_a_person_has_one_choice_of_those_there_are(family, now):
    chosen = {
        "user": family, "digest_at": time(8), "quiet_from": time(20), "quiet_until": time(8),
        "changed_at": now,
    }  # fmt: skip
    refuses(NoticePreference.objects.create, how="never", **chosen)
    NoticePreference.objects.create(how="digest", **chosen)
    refuses(NoticePreference.objects.create, how="digest", **chosen)


def test_no_notice_stands_in_itself(family, now):
    notice = Notice.objects.create(to=family, kind="x", path="/", key="x", created_at=now)
    refuses(Notice.objects.filter(pk=notice.pk).update, carried_by=notice)
