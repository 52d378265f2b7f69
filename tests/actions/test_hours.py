"""Is nobody written to in their quiet hours, wherever they are and whatever the clock does?"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.actions.hours import AT_HOME, AT_WORK, Hours, hours_of
from referrals.models import NoticePreference

NEW_YORK = ZoneInfo("America/New_York")


def hours(until: time = time(7), *, begin: time = time(20), daily: time = time(7, 30)) -> Hours:
    return Hours("at_once", daily, begin, until, NEW_YORK)


def wall(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK, fold=fold)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-03-03 19:59", "2026-03-03 19:59"),
        ("2026-03-03 20:00", "2026-03-04 07:00"),
        ("2026-03-04 03:00", "2026-03-04 07:00"),
        ("2026-03-04 06:59", "2026-03-04 07:00"),
        ("2026-03-04 07:00", "2026-03-04 07:00"),
    ],
)
def test_quiet_hours_lie_over_midnight(at: str, opens: str) -> None:
    assert hours().open_from(wall(at)) == wall(opens)


def test_they_may_lie_within_a_day() -> None:
    noon = hours(time(13), begin=time(12))
    assert noon.open_from(wall("2026-03-03 12:30")) == wall("2026-03-03 13:00")
    assert noon.open_from(wall("2026-03-03 23:30")) == wall("2026-03-03 23:30")


def test_the_same_time_twice_is_none() -> None:
    assert hours(time(0), begin=time(0)).open_from(wall("2026-03-03 00:00")) == wall(
        "2026-03-03 00:00"
    )


def test_a_night_is_an_hour_shorter_in_march_and_longer_in_november() -> None:
    spring = hours().open_from(wall("2026-03-07 20:00"))
    autumn = hours().open_from(wall("2026-10-31 20:00"))
    assert spring - wall("2026-03-07 20:00").astimezone(UTC) == timedelta(hours=10)
    assert autumn - wall("2026-10-31 20:00").astimezone(UTC) == timedelta(hours=12)


def test_an_hour_shown_twice_ends_the_second_time() -> None:
    """At 01:15 for the second time, quiet until 01:30: fifteen minutes are left."""
    again = wall("2026-11-01 01:15", fold=1)
    assert hours(time(1, 30)).open_from(again) - again.astimezone(UTC) == timedelta(minutes=15)


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-03-03 07:30", "2026-03-03 07:30"),
        ("2026-03-03 07:31", "2026-03-04 07:30"),
        ("2026-03-03 00:00", "2026-03-03 07:30"),
        ("2026-03-07 08:00", "2026-03-08 07:30"),  # the night in which the clock goes forward
    ],
)
def test_the_daily_e_mail_comes_at_its_hour(at: str, due: str) -> None:
    assert hours().digest_after(wall(at)) == wall(due)


def test_in_quiet_hours_the_daily_e_mail_waits() -> None:
    assert hours(time(9)).digest_after(wall("2026-03-03 07:00")) == wall("2026-03-03 09:00")


@given(
    at=st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)),
    begin=st.times(),
    until=st.times(),
    daily=st.times(),
    zone=st.sampled_from(
        ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago"]
    ),
)
def test_whatever_the_hours_they_end(
    at: datetime, begin: time, until: time, daily: time, zone: str
) -> None:
    """What waits is looked at later, within a good day; in the end it is open, and the day's e-mail due."""
    chosen = Hours("digest", daily, begin, until, ZoneInfo(zone))
    moment = at.replace(tzinfo=UTC)
    opens = chosen.open_from(moment)
    assert moment <= opens <= moment + timedelta(hours=26)
    if opens > moment:
        assert chosen.open_from(opens + timedelta(hours=1)) >= opens
    assert moment <= chosen.digest_after(moment) <= moment + timedelta(hours=52)
    assert moment < chosen.tomorrow(moment) <= moment + timedelta(hours=26)
    assert chosen.day(chosen.tomorrow(moment)) == chosen.day(moment) + timedelta(days=1)


# --- Whose hours ----------------------------------------------------------------------------------


def test_who_works_here_has_the_hours_and_the_clock_of_the_place(therapist, clinic, now):
    clinic.time_zone = "America/Denver"
    clinic.save()
    usual = hours_of(therapist, now)
    assert (usual.how, usual.zone.key) == ("at_once", "America/Denver")
    assert (usual.digest_at, usual.quiet_from, usual.quiet_until) == AT_WORK


def test_a_family_has_those_of_the_childs_practice(family, practice, now):
    practice.time_zone = "America/Chicago"
    practice.save()
    usual = hours_of(family, now + timedelta(minutes=1))
    assert (usual.how, usual.zone.key) == ("at_once", "America/Chicago")
    assert (usual.digest_at, usual.quiet_from, usual.quiet_until) == AT_HOME


def test_who_has_neither_is_written_to_all_the_same(nobody, now):
    assert hours_of(nobody, now).zone.key == "America/New_York"


@pytest.mark.parametrize(
    ("chosen", "zone"), [("", "America/New_York"), ("Asia/Tokyo", "Asia/Tokyo")]
)
def test_what_was_chosen_holds(therapist, now, chosen, zone):
    NoticePreference.objects.create(
        user=therapist, how="digest", digest_at=time(18), quiet_from=time(21),
        quiet_until=time(6), time_zone=chosen, changed_at=now,
    )  # fmt: skip
    assert hours_of(therapist, now) == Hours("digest", time(18), time(21), time(6), ZoneInfo(zone))
