"""Does a calendar elsewhere read right what it is told, and no more than was asked for?"""

import io
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from ot_coord.logs import LOGGING
from referrals.actions.appointment import book_appointment, cancel_appointment
from referrals.actions.closing import close_referral
from referrals.actions.feed import make_feed, revoke_feed
from referrals.actions.referral import accept_referral, receive_referral
from referrals.models import Appointment, Feed, Organization, RecordView, Referral, Seat, User
from referrals.pathway import Move
from tests.access_stages import offered  # noqa: F401  # a fixture
from tests.factories.child import ChildFactory, guardian_of
from tests.factories.referral import sent_for

Door = Callable[[User], Client]
Count = Callable[..., Any]


@pytest.fixture
def door(client: Client) -> Client:
    """A calendar service: it is signed in nowhere."""
    return client


def address(user: User, at: datetime, *, with_names: bool = False) -> str:
    feed, secret = make_feed(with_names=with_names, by=user, at=at)
    return reverse("feed_read", args=[feed.pk, secret])


def events(door: Client, path: str) -> list[Any]:
    """As a second reader reads it, after the rules of the file itself were looked at."""
    body = door.get(path).content
    for line in body.split(b"\r\n"):
        assert len(line) <= 75
    found = Calendar.from_ical(body)
    assert found.errors == []
    visits = list(found.walk("VEVENT"))
    uids = [str(one["uid"]) for one in visits]
    assert len(set(uids)) == len(uids)
    for one in visits:
        assert one.errors == []
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "STATUS"} <= set(one)
        assert one.decoded("dtstamp").tzinfo is not None
        assert one.decoded("dtend") > one.decoded("dtstart")
    return visits


def test_a_booked_visit_stands_in_it_without_a_name(
    cast: Any, scheduled: Referral, door: Client, now: datetime
) -> None:
    path = address(cast.therapist, now)
    [one] = events(door, path)
    visit = scheduled.appointments.get()
    assert str(one["uid"]) == f"{visit.pk}@ferry"
    assert str(one["summary"]) == "OT visit"
    assert str(one["location"]).startswith("Harbor Therapy")
    assert one.decoded("dtstart") == visit.starts_at
    assert (one["sequence"], str(one["status"])) == (0, "CONFIRMED")
    said = door.get(path).content.decode()
    for secret in ("Mina", "Fontaine", "R62", "F82", "evaluation", str(scheduled.pk)):
        assert secret not in said


def test_with_names_it_names_the_child_and_where_a_home_is(
    cast: Any, scheduled: Referral, door: Client, now: datetime
) -> None:
    Appointment.objects.update(place="home", address="7 Elm Street")
    [bare] = events(door, address(cast.therapist, now))
    assert (str(bare["summary"]), str(bare["location"])) == ("OT visit", "At the child's home")
    [named] = events(door, address(cast.therapist, now, with_names=True))
    assert str(named["summary"]) == "OT visit: Mina Fontaine"
    assert str(named["location"]) == "At the child's home: 7 Elm Street"
    assert "F82" not in str(named.to_ical())


def test_a_name_cannot_break_the_file(
    cast: Any, scheduled: Referral, door: Client, now: datetime
) -> None:
    cast.child.__class__.objects.update(name_used="A;B,C\\n\r\nSUMMARY:x\nEND:VEVENT\n")
    [named] = events(door, address(cast.therapist, now, with_names=True))
    assert "END:VEVENT" in str(named["summary"])


def test_a_child_who_is_no_longer_theirs_is_not_named(
    cast: Any, scheduled: Referral, door: Client, now: datetime
) -> None:
    path = address(cast.therapist, now, with_names=True)
    cancel_appointment(
        referral=scheduled, cancelled_by="family", reason="x", by=cast.coordinator, at=now
    )
    close_referral(
        referral=Referral.objects.get(), move=Move.CLOSE_FAMILY_DECLINED, reason="x",
        by=cast.coordinator, at=now,
    )  # fmt: skip
    Seat.objects.filter(role="clinic").update(until=now + timedelta(hours=1))
    [one] = events(door, path)
    assert str(one["summary"]) == "OT visit"
    assert not RecordView.objects.filter(page="feed_read").exists()


def test_only_ones_own_visits_stand_in_it(
    cast: Any, scheduled: Referral, door: Client, now: datetime
) -> None:
    assert events(door, address(cast.colleague, now)) == []
    assert events(door, address(cast.stranger, now)) == []


def test_what_is_only_offered_is_no_visit(
    cast: Any, offered: Referral, door: Client, now: datetime
) -> None:
    assert events(door, address(cast.therapist, now)) == []


@pytest.mark.parametrize(("days", "seen"), [(-31, 0), (-29, 1), (179, 1), (181, 0)])
def test_it_tells_of_thirty_days_past_and_half_a_year_ahead(
    cast: Any, scheduled: Referral, door: Client, now: datetime, days: int, seen: int
) -> None:
    Appointment.objects.update(starts_at=now + timedelta(days=days, hours=30))
    with time_machine.travel(now + timedelta(hours=30), tick=False):
        assert len(events(door, address(cast.therapist, now))) == seen


def test_a_cancelled_visit_is_told_as_cancelled_under_its_own_number(
    cast: Any, scheduled: Referral, door: Client, now: datetime
) -> None:
    path = address(cast.therapist, now)
    [before] = events(door, path)
    at = now + timedelta(hours=6)
    cancel_appointment(
        referral=scheduled, cancelled_by="family", reason="Ill.", by=cast.coordinator, at=at
    )
    [after] = events(door, path)
    assert before["uid"] == after["uid"]
    assert (after["sequence"], str(after["status"])) == (1, "CANCELLED")
    assert after.decoded("dtstamp") == at.astimezone(UTC).replace(microsecond=0)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", datetime(2026, 3, 7, 9, 30), -5),
        ("America/New_York", datetime(2026, 3, 9, 9, 30), -4),
        ("America/New_York", datetime(2026, 11, 2, 9, 30), -5),
        ("America/Phoenix", datetime(2026, 7, 1, 9, 30), -7),
    ],
)  # fmt: skip
def test_the_time_is_the_clinics_clock_on_both_sides_of_the_change(
    cast: Any, scheduled: Referral, door: Client, zone: str, day: datetime, hours: int
) -> None:
    clock = ZoneInfo(zone)
    Organization.objects.filter(pk=cast.clinic.pk).update(time_zone=zone)
    Appointment.objects.update(starts_at=day.replace(tzinfo=clock))
    with time_machine.travel(day.replace(tzinfo=clock) - timedelta(days=2), tick=False):
        feed, secret = make_feed(
            with_names=False, by=cast.therapist, at=datetime.now(UTC) - timedelta(days=1)
        )
        cast.therapist.memberships.update(since=datetime.now(UTC) - timedelta(days=9))
        path = reverse("feed_read", args=[feed.pk, secret])
        body = door.get(path).content.decode()
        [one] = events(door, path)
    assert f"DTSTART;TZID={zone}:{day:%Y%m%dT%H%M%S}" in body
    assert f"BEGIN:VTIMEZONE\r\nTZID:{zone}" in body
    assert one.decoded("dtstart").utcoffset() == timedelta(hours=hours)


# --- The address ----------------------------------------------------------------------------------


def test_all_that_opens_nothing_answers_alike(
    cast: Any, scheduled: Referral, door: Client, now: datetime
) -> None:
    path = address(cast.therapist, now)
    feed = Feed.objects.get()
    unknown = reverse("feed_read", args=["nobody", "nothing"])
    wrong = reverse("feed_read", args=[feed.pk, "nothing"])
    answers = [door.get(unknown), door.get(wrong)]
    revoke_feed(user=cast.therapist, by=cast.therapist, at=now)
    answers.append(door.get(path))
    assert {one.status_code for one in answers} == {404}
    assert {one.content for one in answers} == {b"Not found.\n"}
    assert {one["Cache-Control"] for one in answers} == {"private, no-cache"}


def test_it_is_private_and_says_when_nothing_changed(
    cast: Any, scheduled: Referral, door: Client, now: datetime
) -> None:
    path = address(cast.therapist, now)
    first = door.get(path)
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert first["Cache-Control"] == "private, no-cache"
    assert first["Referrer-Policy"] == "no-referrer"
    again = door.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Cache-Control"] == "private, no-cache"
    cancel_appointment(
        referral=scheduled, cancelled_by="family", reason="Ill.", by=cast.coordinator, at=now
    )
    assert door.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200
    # Shut, it says nothing of what somebody holds.
    held = door.get(path)["ETag"]
    revoke_feed(user=cast.therapist, by=cast.therapist, at=now)
    assert door.get(path, headers={"If-None-Match": held}).status_code == 404


def test_the_secret_stands_in_no_line_of_a_log(
    cast: Any, door: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = address(cast.therapist, now)
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    config = dict(LOGGING["formatters"]["json"])
    factory = config.pop("()")
    handler.setFormatter(factory(**config))
    log = logging.getLogger("django.request")
    log.addHandler(handler)
    try:
        log.error("Internal Server Error: %s", path, extra={"status_code": 500})
        log.error("Not Found: https://care.example%s", path)
    finally:
        log.removeHandler(handler)
    assert written.getvalue().count("\n") == 2
    assert "/calendar/" not in written.getvalue()
    assert path.split("/")[-1].removesuffix(".ics") not in written.getvalue()


def test_what_a_fetch_costs_does_not_grow(
    cast: Any, door: Client, now: datetime, django_assert_num_queries: Count
) -> None:
    path = address(cast.therapist, now, with_names=True)
    many(cast, 1, now)
    with django_assert_num_queries(8):
        door.get(path)
    many(cast, 6, now)
    with django_assert_num_queries(8):
        door.get(path)
    assert len(events(door, path)) == 7


def many(cast: Any, visits: int, now: datetime) -> None:
    """So many children, each with a visit that is booked."""
    for n in range(visits):
        child = ChildFactory(practice=cast.practice, by=cast.pediatrician, at=now)
        guardian_of(child, cast.family, by=cast.pediatrician, at=now)
        referral = sent_for(child, cast.clinic, by=cast.pediatrician, at=now)
        referral = receive_referral(referral=referral, by=cast.coordinator, at=now)
        referral = accept_referral(
            referral=referral, therapist=cast.therapist, by=cast.therapist, at=now
        )
        starts = now + timedelta(days=3 + visits, hours=2 * n)
        book_appointment(
            referral=referral, starts_at=starts, therapist=cast.therapist, minutes=60,
            place="clinic", by=cast.coordinator, at=now,
        )  # fmt: skip


# --- The page -------------------------------------------------------------------------------------


def test_the_address_is_shown_once(cast: Any, client_of: Door, door: Client) -> None:
    page = reverse("feed_edit")
    hers = client_of(cast.therapist)
    assert "No address is open" in hers.get(page).content.decode()
    made = hers.post(page, {"make": "yes", "with_names": "on"})
    link = made.context["link"]
    assert link in made.content.decode()
    assert made.context["webcal"].startswith("webcal://")
    assert door.get(link.partition("8000")[2]).status_code == 200
    again = hers.get(page).content.decode()
    assert link.rsplit("/", 1)[1] not in again
    assert "With the children’s names" in again
    assert "Last read by a calendar" in again


def test_shut_it_hands_out_nothing(cast: Any, client_of: Door, door: Client) -> None:
    hers = client_of(cast.therapist)
    link = hers.post(reverse("feed_edit"), {"make": "yes"}).context["link"]
    hers.post(reverse("feed_edit"), {"shut": "yes"})
    assert door.get(link.partition("8000")[2]).status_code == 404


def test_the_menu_leads_there_only_for_therapists(cast: Any, client_of: Door) -> None:
    way = f'href="{reverse("feed_edit")}"'
    assert way in client_of(cast.therapist).get("/").content.decode()
    assert way not in client_of(cast.pediatrician).get("/").content.decode()
