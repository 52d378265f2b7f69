"""Does the daily e-mail come once a day, say only how many, and carry what may have been lost?"""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from referrals.actions.notice import deliver_next, deliver_notices
from referrals.actions.reminder import set_preference
from referrals.models import Notice, NoticePreference

ZONE = ZoneInfo("America/New_York")
LOCAL = "django.core.mail.backends.locmem.EmailBackend"


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=ZONE)


@pytest.fixture
def now() -> datetime:
    return at("02 10:00")


@pytest.fixture(autouse=True)
def nothing_else(cast):
    """What the cast was told while it came together has gone."""
    Notice.objects.update(sent_at=at("02 10:00"))


@pytest.fixture
def waits(therapist):
    """A notice for the therapist, of this kind and hour."""

    def write(kind: str, when: str) -> Notice:
        key = f"{kind} {when}"
        return Notice.objects.create(
            to=therapist, kind=kind, path="/referrals/1/", key=key, created_at=at(when)
        )

    return write


@pytest.fixture
def wants(therapist):
    def choose(how: str, **changed) -> None:
        said = {
            "how": how, "digest_at": time(7, 30), "quiet_from": time(20), "quiet_until": time(7),
            "time_zone": "",
        }  # fmt: skip
        set_preference(**said | changed, by=therapist, at=at("02 10:00"))

    return choose


def subjects() -> list[str]:
    return [message.subject for message in mail.outbox]


ONE, DAY = "Something new for you in Ferry", "Your day in Ferry"


def test_once_a_day_it_says_how_many_and_nothing_else(waits, wants):
    wants("digest")
    for kind in (
        "report_sent",
        "goal_agreed",
        "reminder_soon",
        "reminder_overdue",
        "reminder_risen",
    ):
        waits(kind, "02 11:00")
    waits("plan_sent", "02 12:00")
    assert deliver_notices(at=at("02 13:00")) == 0
    assert deliver_notices(at=at("03 07:29")) == 0
    assert deliver_notices(at=at("03 07:30")) == 1
    (message,) = mail.outbox
    assert (message.subject, message.to) == (DAY, ["thea@example.org"])
    said = [line for line in message.body.splitlines() if line.startswith("- ")]
    assert said == ["- 3 things are new", "- 1 is due soon", "- 2 are overdue"]
    assert message.body.rstrip().splitlines()[-3].endswith("/")
    for word in ("Mina", "Fontaine", "referral", "report", "Harbor"):
        assert word not in message.body


def test_it_comes_once_a_day(waits, wants):
    wants("digest")
    waits("report_sent", "02 11:00")
    assert deliver_notices(at=at("03 08:00")) == 1
    waits("report_sent", "03 07:00")
    assert deliver_notices(at=at("03 23:00")) == 0
    assert deliver_notices(at=at("04 07:30")) == 1
    assert subjects() == [DAY, DAY]


def test_with_nothing_to_tell_none_comes(wants):
    wants("digest")
    assert deliver_notices(at=at("03 08:00")) == 0
    assert not Notice.objects.filter(kind="digest").exists()


def test_what_is_due_may_come_at_once_and_the_rest_once_a_day(waits, wants):
    wants("due_at_once")
    waits("reminder_overdue", "02 11:00")
    waits("report_sent", "02 11:00")
    assert deliver_notices(at=at("02 11:01")) == 1
    assert deliver_notices(at=at("03 07:30")) == 1
    assert subjects() == [ONE, DAY]
    assert "- 1 thing is new\n" in mail.outbox[1].body
    assert "overdue" not in mail.outbox[1].body


def test_an_invitation_waits_for_no_day(waits, wants):
    wants("digest")
    waits("guardian_invited", "02 11:00")
    assert deliver_notices(at=at("02 11:00")) == 1
    assert subjects() == [ONE]


def test_in_quiet_hours_a_notice_waits_until_they_end(waits):
    waits("report_sent", "02 21:00")
    assert deliver_notices(at=at("02 21:00")) == 0
    assert deliver_notices(at=at("03 06:59")) == 0
    assert deliver_notices(at=at("03 07:00")) == 1


def test_what_waits_for_its_hour_holds_up_nobody(waits, family, now):
    for minute in range(30):
        waits("report_sent", f"02 05:{minute:02d}")
    Notice.objects.create(to=family, kind="x", path="/", key="f", created_at=at("02 05:59"))
    set_preference(
        how="at_once", digest_at=time(8), quiet_from=time(0), quiet_until=time(0), time_zone="",
        by=family, at=now,
    )  # fmt: skip
    assert deliver_notices(at=at("02 06:00")) == 1
    assert mail.outbox[0].to == ["rosa@example.org"]


def test_another_choice_holds_for_what_waits_too(waits, wants):
    wants("digest")
    waits("report_sent", "02 11:00")
    assert deliver_notices(at=at("02 12:00")) == 0
    wants("at_once")
    assert deliver_notices(at=at("02 12:00")) == 1
    assert subjects() == [ONE]


def test_the_day_is_the_persons_own(waits, wants):
    wants("digest", time_zone="Asia/Tokyo", quiet_from=time(0), quiet_until=time(0))
    waits("report_sent", "02 11:00")
    assert deliver_notices(at=at("02 17:29")) == 0  # 07:29 of the next morning in Tokyo
    assert deliver_notices(at=at("02 17:30")) == 1
    assert Notice.objects.get(kind="digest").key.endswith(":2026-03-03")


def test_of_two_workers_one_writes_the_days_e_mail(waits, wants, therapist):
    wants("digest")
    waits("report_sent", "02 11:00")
    Notice.objects.create(
        to=therapist, kind="digest", path="/", key=f"digest:{therapist.pk}:2026-03-03",
        created_at=at("03 07:30"), sent_at=at("03 07:30"),
    )  # fmt: skip
    deliver_next(at=at("03 07:31"))
    assert Notice.objects.filter(kind="digest").count() == 1
    assert Notice.objects.get(kind="report_sent").not_before == at("04 07:30")


def test_a_daily_e_mail_that_may_not_have_gone_is_carried_by_the_next(waits, wants, settings):
    wants("digest")
    lost = waits("report_sent", "02 11:00")
    settings.EMAIL_BACKEND = "tests.actions.mailing.BreaksOff"
    assert deliver_notices(at=at("03 07:30")) == 0
    settings.EMAIL_BACKEND = LOCAL
    assert deliver_notices(at=at("03 12:00")) == 0
    assert deliver_notices(at=at("04 07:30")) == 1
    assert "- 1 thing is new\n" in mail.outbox[0].body
    first, second = Notice.objects.filter(kind="digest")
    lost.refresh_from_db()
    assert (lost.carried_by, first.carried_by, second.sent_at) == (second, second, at("04 07:30"))


def test_a_choice_is_kept_as_one_row(wants, therapist):
    wants("digest")
    wants("at_once", digest_at=time(18))
    (kept,) = NoticePreference.objects.filter(user=therapist)
    assert (kept.how, kept.digest_at) == ("at_once", time(18))
