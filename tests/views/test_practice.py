"""What does a family see and tap, and what does its phone get answered?"""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.actions.practice import log_practice
from referrals.models import Activity, Pause, Practice, Referral, Seat, User
from referrals.models.record import new_id
from tests.factories.phone import an_activity, reaction_to, retired

Door = Callable[[User], Client]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def now() -> datetime:
    """So long ago that the activity began three days before today."""
    then = timezone.localtime() - timedelta(days=10, hours=9)
    return then.replace(minute=0, second=0, microsecond=0)


def address(activity: Activity, name: str = "practice_log", *more: Any) -> str:
    return reverse(name, args=[activity.referral_id, activity.pk, *more])


def tapped(**changes: Any) -> dict[str, Any]:
    return {"id": new_id(), "result": "did", "days_ago": 0, "back": "home"} | changes


def logged(activity: Activity, by: User, **changes: Any) -> Practice:
    said: dict[str, Any] = {"result": "did", "at": timezone.now()} | changes
    return log_practice(id=new_id(), activity=activity, by=by, **said)


def may_only_see(person: User) -> None:
    Seat.objects.filter(user=person).update(rights=["see"])


# --- The pages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["home", "practice_today"])
def test_todays_activities_stand_with_three_answers(
    page: str, cast: Any, activity: Activity, client_of: Door
) -> None:
    text = client_of(cast.family).get(reverse(page)).content.decode()
    assert text.index(activity.title) < text.index("</main>")
    for answer in ("Did it", "Partly", "Not today"):
        assert answer in text
    assert "data-may-log" in text


@pytest.mark.parametrize("page", ["home", "practice_today"])
def test_what_begins_on_a_day_to_come_is_announced_and_not_asked_for(
    page: str, cast: Any, activity: Activity, client_of: Door
) -> None:
    first = timezone.localdate() + timedelta(days=2)
    Activity.objects.update(begun_on=first)
    text = client_of(cast.family).get(reverse(page)).content.decode()
    assert activity.title in text
    shown = re.sub(r"<[^>]*>", "", text)
    assert f"It starts on {first:%-d %b %Y}." in shown
    for answer in ("Did it", "Not today", "Another day"):
        assert answer not in shown
    assert "data-may-log" not in text
    home = client_of(cast.therapist).get(reverse("home")).content.decode()
    assert "this week" not in home


@pytest.mark.parametrize("page", ["home", "practice_today"])
def test_who_may_not_log_sees_and_has_no_buttons(
    page: str, cast: Any, activity: Activity, client_of: Door
) -> None:
    logged(activity, cast.family, word="She laughed.")
    may_only_see(cast.family)
    text = client_of(cast.family).get(reverse(page)).content.decode()
    assert activity.title in text
    assert "She laughed." in text
    assert "data-tap" not in text
    assert "data-may-log" not in text
    assert "Undo" not in re.sub(r"<[^>]*>", "", text)


def test_after_the_tap_the_card_says_what_and_by_whom(
    cast: Any, activity: Activity, client_of: Door
) -> None:
    entry = logged(activity, cast.family, minutes=1)
    text = client_of(cast.family).get(reverse("home")).content.decode()
    assert "<strong>Did it</strong> · 1 minute<" in text
    assert address(activity, "practice_undo", entry.pk) in text
    assert "Log it once more" in text


def test_the_therapists_answer_is_seen(cast: Any, activity: Activity, client_of: Door) -> None:
    entry = logged(activity, cast.family, days_ago=2)
    reaction_to(entry, by=cast.therapist, at=timezone.now(), words="Keep going like that.")
    text = client_of(cast.family).get(reverse("home")).content.decode()
    assert "Thea Marsh:</strong> Well done." in text
    assert "Keep going like that." in text


def test_a_pause_shows_as_a_pause(cast: Any, activity: Activity, client_of: Door) -> None:
    today = timezone.localdate()
    Pause.objects.create(
        referral=activity.referral, first_on=today, last_on=today + timedelta(days=4),
        reason="Grandmother is ill.", status="agreed", asked_by=cast.family, asked_as="family",
        asked_at=timezone.now(), answered_by=cast.therapist, answered_at=timezone.now(),
    )  # fmt: skip
    for page in ("home", "practice_today"):
        text = client_of(cast.family).get(reverse(page)).content.decode()
        assert "You have a pause until" in text
        assert "We did it anyway" in text
        assert "Grandmother" not in text


def test_a_retired_activity_is_gone_and_its_entries_stay(
    cast: Any, activity: Activity, client_of: Door
) -> None:
    logged(activity, cast.family, days_ago=1, word="The last time.")
    retired(activity, timezone.localdate(), by=cast.therapist)
    text = client_of(cast.family).get(reverse("practice_today")).content.decode()
    assert "The last time." in text
    assert "data-tap" not in text
    assert "There is nothing to practise now" in text


def test_yesterday_can_be_logged_once(cast: Any, activity: Activity, client_of: Door) -> None:
    door = client_of(cast.family)
    assert "And yesterday?" in door.get(reverse("practice_today")).content.decode()
    door.post(address(activity), tapped(days_ago=1, result="partly"))
    assert Practice.objects.get().done_on == timezone.localdate() - timedelta(days=1)
    assert "And yesterday?" not in door.get(reverse("practice_today")).content.decode()


# --- One tap -------------------------------------------------------------------------------------


@pytest.mark.parametrize("back", ["home", "practice_today"])
def test_a_tap_leads_back_to_where_it_was_made(
    back: str, cast: Any, activity: Activity, client_of: Door
) -> None:
    answer = client_of(cast.family).post(address(activity), tapped(back=back))
    assert answer["Location"] == f"{reverse(back)}#activity-{activity.pk}"
    assert Practice.objects.get().by == cast.family


def test_a_double_tap_is_one_entry(cast: Any, activity: Activity, client_of: Door) -> None:
    door, said = client_of(cast.family), tapped()
    for _ in range(2):
        assert door.post(address(activity), said).status_code == 302
    assert Practice.objects.count() == 1


def test_the_answer_to_a_tap_is_the_part_of_the_card_below_it(
    cast: Any, activity: Activity, client_of: Door
) -> None:
    answer = client_of(cast.family).post(address(activity), tapped(), **HTMX)
    text = answer.content.decode()
    assert "<html" not in text
    assert "<strong>Did it</strong>" in text
    assert "Log it once more" in text


def test_what_is_refused_is_said_where_it_was_tapped(
    cast: Any, activity: Activity, client_of: Door
) -> None:
    door = client_of(cast.family)
    answer = door.post(address(activity), tapped(days_ago=7), **HTMX)
    assert answer.status_code == 422
    assert "This day lies before the activity began." in answer.content.decode()
    page = door.post(address(activity), tapped(days_ago=7, word="Kept words"))
    assert page.status_code == 422
    assert "Kept words" in page.content.decode()
    assert not Practice.objects.exists()


def test_minutes_and_a_word_are_added_and_a_bad_one_is_shown_again(
    cast: Any, activity: Activity, client_of: Door
) -> None:
    door, entry = client_of(cast.family), logged(activity, cast.family)
    there = address(activity, "practice_describe", entry.pk)
    bad = door.post(there, {"minutes": 999, "word": "Long day"})
    assert (bad.status_code, "Long day" in bad.content.decode()) == (422, True)
    assert door.post(there, {"minutes": 9, "word": "Long day"}).status_code == 302
    entry.refresh_from_db()
    assert (entry.minutes, entry.word) == (9, "Long day")


def test_an_entry_is_taken_back_and_too_late_is_said(
    cast: Any, activity: Activity, client_of: Door
) -> None:
    door, entry = client_of(cast.family), logged(activity, cast.family)
    there = address(activity, "practice_undo", entry.pk)
    Practice.objects.filter(pk=entry.pk).update(received_at=timezone.now() - timedelta(days=8))
    assert "seven days old" in door.post(there, follow=True).content.decode()
    Practice.objects.filter(pk=entry.pk).update(received_at=timezone.now())
    assert "It is taken back." in door.post(there, {"back": "home"}, follow=True).content.decode()
    entry.refresh_from_db()
    assert entry.undone_by == cast.family


def test_an_entry_is_reached_through_its_own_activity_only(
    cast: Any, activity: Activity, client_of: Door
) -> None:
    entry = logged(activity, cast.family)
    other = an_activity(activity.referral, by=cast.therapist, at=timezone.now())
    there = address(other, "practice_undo", entry.pk)
    assert client_of(cast.family).post(there).status_code == 404


# --- The phone's queue ---------------------------------------------------------------------------


def waited(of: Activity, **changes: Any) -> dict[str, Any]:
    at = timezone.now() - timedelta(hours=5)
    return {
        "id": str(new_id()), "activity": str(of.pk), "result": "did", "days_ago": 0,
        "minutes": None, "word": "", "tapped_at": at.isoformat(),
    } | changes  # fmt: skip


def send(door: Client, user: User, *entries: Any, **head: Any) -> Any:
    said = {"user": str(user.pk), "phone_now": timezone.now().isoformat(), "entries": entries}
    return door.post(reverse("practice_queue"), said | head, content_type="application/json")


def test_each_entry_that_waited_is_answered_by_itself(
    cast: Any, activity: Activity, client_of: Door
) -> None:
    good, late = waited(activity, word="In the bus."), waited(activity, days_ago=9)
    unknown, broken = waited(activity, activity=str(new_id())), {"id": "no id at all"}
    door = client_of(cast.family)
    answers = send(door, cast.family, good, late, unknown, broken, "what?").json()["answers"]
    assert [(a["id"], a["status"]) for a in answers] == [
        (good["id"], "saved"), (late["id"], "refused"), (unknown["id"], "refused"),
        ("no id at all", "refused"), ("", "refused"),
    ]  # fmt: skip
    assert [a["sentence"] for a in answers] == [
        "", "You can log up to seven days back.",
        "This activity is not there any more, or not yours to log.",
        "This entry could not be read.", "This entry could not be read.",
    ]  # fmt: skip
    again = send(door, cast.family, good).json()["answers"]
    assert again == [{"id": good["id"], "status": "already", "sentence": ""}]
    assert [str(row.pk) for row in Practice.objects.all()] == [good["id"]]


def test_an_entry_for_an_activity_retired_meanwhile_is_kept_and_marked(
    cast: Any, activity: Activity, client_of: Door
) -> None:
    retired(activity, timezone.localdate() - timedelta(days=2), by=cast.therapist)
    answers = send(client_of(cast.family), cast.family, waited(activity)).json()["answers"]
    assert [a["status"] for a in answers] == ["saved"]
    assert Practice.objects.get().after_retired is True


def test_a_phone_whose_clock_is_a_day_ahead_is_put_right(
    cast: Any, activity: Activity, client_of: Door
) -> None:
    phone = timezone.now() + timedelta(days=1)
    entry = waited(activity, tapped_at=(phone - timedelta(minutes=1)).isoformat())
    send(client_of(cast.family), cast.family, entry, phone_now=phone.isoformat())
    row = Practice.objects.get()
    assert row.clock_was_off is True
    assert abs(timezone.now() - row.told_at) < timedelta(minutes=3)


def test_a_queue_is_taken_only_from_whose_it_is(
    cast: Any, activity: Activity, client_of: Door
) -> None:
    assert send(client_of(cast.other_family), cast.family, waited(activity)).status_code == 409
    strangers = send(client_of(cast.other_family), cast.other_family, waited(activity))
    assert [a["status"] for a in strangers.json()["answers"]] == ["refused"]
    may_only_see(cast.family)
    mothers = send(client_of(cast.family), cast.family, waited(activity)).json()["answers"]
    assert [a["sentence"] for a in mothers] == ["Only the family can log practice at home here."]
    assert not Practice.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        "", "{", "[]", "{}", '{"user": 1}', '{"user": "x", "phone_now": "y", "entries": []}',
        '{"user": [1], "phone_now": 5, "entries": []}', "[" * 50_000,
    ],
)  # fmt: skip
def test_what_is_no_queue_is_answered_so(body: str, cast: Any, client_of: Door) -> None:
    answer = client_of(cast.family).post(
        reverse("practice_queue"), body, content_type="application/json"
    )
    assert (answer.status_code, answer.json()) == (400, {"error": "unreadable"})


@pytest.mark.parametrize("moment", [5, 1.5, True, [1], {"a": 1}])
def test_a_moment_that_is_none_is_said_and_stops_nothing_behind_it(
    moment: Any, cast: Any, activity: Activity, client_of: Door
) -> None:
    door, good = client_of(cast.family), waited(activity)
    answer = send(door, cast.family, waited(activity, tapped_at=moment), good)
    assert [a["status"] for a in answer.json()["answers"]] == ["refused", "saved"]
    assert send(door, cast.family, good, phone_now=moment).status_code == 400


def test_half_a_letter_and_a_heap_for_a_word_lose_no_entry(
    cast: Any, activity: Activity, client_of: Door
) -> None:
    half, heap = waited(activity, word="Yes \ud83d"), waited(activity, word=["x"])
    answers = send(client_of(cast.family), cast.family, half, heap).json()["answers"]
    assert [a["status"] for a in answers] == ["saved", "refused"]
    assert Practice.objects.get().word == "Yes ?"


def test_too_many_at_once_are_not_taken(cast: Any, activity: Activity, client_of: Door) -> None:
    many = [waited(activity)] * 101
    assert send(client_of(cast.family), cast.family, *many).status_code == 400


def test_the_queue_wants_the_token_it_hands_out(cast: Any, activity: Activity) -> None:
    door = Client(enforce_csrf_checks=True)
    door.force_login(cast.family)
    asked = door.get(reverse("practice_queue")).json()
    assert asked["user"] == str(cast.family.pk)
    assert send(door, cast.family, waited(activity)).status_code == 403
    said = {"user": asked["user"], "phone_now": timezone.now().isoformat(), "entries": []}
    there = reverse("practice_queue")
    answer = door.post(
        there, said, content_type="application/json", headers={"X-CSRFToken": asked["token"]}
    )
    assert answer.json() == {"user": asked["user"], "answers": []}


# --- The phone -----------------------------------------------------------------------------------


def test_the_page_without_a_signal_is_the_same_for_everybody(
    cast: Any, activity: Activity, client_of: Door
) -> None:
    there = reverse("practice_offline")
    mothers = client_of(cast.family).get(there).content
    assert mothers == Client().get(there).content
    assert b"Rosa" not in mothers
    assert b"csrf" not in mothers


def test_the_worker_knows_files_and_nobody(cast: Any, client_of: Door) -> None:
    answer = client_of(cast.family).get("/sw.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    assert answer.content == Client().get("/sw.js").content
    first = answer.content.decode().split("\n", 1)[0]
    knows = json.loads(first.removeprefix("self.FERRY = ").removesuffix(";"))
    assert knows["shell"] == f"{reverse('practice_offline')}?language=en"
    assert all(name.startswith("/static/") for name in knows["files"])
    assert "worker-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["service_worker", "web_manifest", "practice_offline"])
def test_what_the_phone_holds_is_not_sent_again(name: str, cast: Any, client_of: Door) -> None:
    for door in (Client(), client_of(cast.family)):
        first = door.get(reverse(name))
        again = door.get(reverse(name), headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        assert (first["Cache-Control"], again["Cache-Control"]) == ("no-cache", "no-cache")
        other = door.get(reverse(name), headers={"If-None-Match": '"other"'})
        assert other.content == first.content


def test_the_manifest_names_pictures_that_are_there() -> None:
    answer = Client().get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    said = answer.json()
    assert (said["start_url"], said["display"]) == ("/practice/", "standalone")
    assert {icon["purpose"] for icon in said["icons"]} == {"any", "maskable"}
    for icon in said["icons"]:
        file = Path(settings.BASE_DIR) / "referrals" / icon["src"].removeprefix("/")
        assert file.read_bytes()[:4] == b"\x89PNG"


def test_only_a_familys_pages_bring_the_phones_scripts(
    cast: Any, sent: Referral, client_of: Door
) -> None:
    for person, brings in ((cast.family, True), (cast.therapist, False)):
        text = client_of(person).get(reverse("home")).content.decode()
        assert ("practice.js" in text) is brings
        assert ("manifest.webmanifest" in text) is brings
