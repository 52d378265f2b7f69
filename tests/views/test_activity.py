"""Can a therapist give a home activity, and a family read it, ask and pause, on pages that lose nothing?"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.actions.activity import give_activity
from referrals.models import Activity, CheckIn, Pause, Reaction, Referral, User
from referrals.models.record import new_id
from tests.factories.activity import an_activity, given, picture
from tests.factories.child import guardian_of
from tests.factories.referral import sent_for

Door = Callable[[User], Client]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def url(name: str, *keys: Any) -> str:
    return reverse(name, args=[getattr(key, "pk", key) for key in keys])


def typed(referral: Referral, **changes: Any) -> dict[str, Any]:
    goals = [str(goal.pk) for goal in referral.goals.all()]
    return {"id": str(new_id()), "do": "give", "goals": goals, **an_activity(), **changes}


@pytest.fixture
def activity(cast: Any, aimed: Referral) -> Activity:
    return given(aimed, by=cast.therapist, at=timezone.now())


# --- Giving -----------------------------------------------------------------------------------


def test_an_entry_of_the_bank_fills_the_form_and_can_be_changed(
    cast: Any, client_of: Door, aimed: Referral
) -> None:
    ot, new = client_of(cast.therapist), url("activity_new", aimed)
    page = ot.get(new).content.decode()
    assert "My own spoon" in page  # of a toddler's age
    assert "Desk ready in five" not in page
    page = ot.get(new, {"bank-domain": "school", "bank-band": "school_age"}).content.decode()
    assert "Desk ready in five" in page
    shown = ot.post(new, {"do": "bank", "bank-domain": "", "bank-band": "infant", "title": "Mine"})
    assert "Play on the tummy" in shown.content.decode()
    assert 'value="Mine"' in shown.content.decode()  # what was typed stays
    filled = ot.post(new, typed(aimed, do="use:a09", title="Mine", materials="")).context["form"]
    assert filled["title"].value() == "Sock helper"
    assert filled["goals"].value() == [str(aimed.goals.get().pk)]
    assert not Activity.objects.exists()

    said = {name: filled[name].value() for name in Activity.CONTENT} | {"title": "Red socks"}
    answer = ot.post(new, typed(aimed, bank_code=filled["bank_code"].value(), **said))
    assert answer["Location"] == url("activity_list", aimed)
    one = Activity.objects.get()
    assert (one.title, one.bank_code, one.minutes) == ("Red socks", "a09", 4)
    assert len(one.step_list) == 4


def test_a_double_click_makes_one_of_everything(
    cast: Any, client_of: Door, aimed: Referral
) -> None:
    ot, family = client_of(cast.therapist), client_of(cast.family)
    doctor = client_of(cast.pediatrician)

    def twice(door: Client, path: str, said: Callable[[], dict[str, Any]]) -> None:
        for _ in range(2):
            answer = door.post(path, said())
            assert answer.status_code == 302, answer.content.decode()[-2000:]

    form = typed(aimed)
    twice(ot, url("activity_new", aimed), lambda: form)
    one = Activity.objects.get()
    edited = typed(aimed, edition=1, title="Two buttons")
    twice(ot, url("activity_edit", aimed, one), lambda: edited)
    twice(
        ot, url("activity_picture_set", aimed, one),
        lambda: {"edition": 2, "shows": "A button", "upload": picture()},
    )  # fmt: skip
    key = str(new_id())
    twice(family, url("activity_ask", aimed, one), lambda: {"id": key, "text": "Which hand?"})
    other = str(new_id())
    twice(doctor, url("check_in_new", aimed), lambda: {"id": other, "text": "How is she?"})
    for asked in CheckIn.objects.all():
        twice(ot, url("check_in_answer", aimed, asked), lambda: {"answer": "Well."})
    today = timezone.localdate().isoformat()
    days = {"id": str(new_id()), "first_on": today, "last_on": today, "reason": "Ill."}
    twice(family, url("pause_ask", aimed), lambda: days)
    twice(ot, url("pause_answer", aimed, Pause.objects.get()), lambda: {"agree": "yes"})
    twice(ot, url("activity_retire", aimed, one), lambda: {"reason": "Done."})
    one.refresh_from_db()
    assert (one.edition, one.status, Activity.objects.count()) == (4, "retired", 1)
    assert (CheckIn.objects.count(), Pause.objects.count()) == (2, 1)


def test_what_was_typed_is_shown_again(cast: Any, client_of: Door, aimed: Referral) -> None:
    for n in range(3):
        given(aimed, by=cast.therapist, at=timezone.now(), title=f"Game {n}")
    ot = client_of(cast.therapist)
    answer = ot.post(url("activity_new", aimed), typed(aimed, why="Because of Mina"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Because of Mina" in page
    assert "Retire one first, or say why one more." in page
    assert 'name="beyond_few"' in page


def test_without_a_goal_the_page_says_where_to_go(
    cast: Any, client_of: Door, evaluated: Referral
) -> None:
    page = client_of(cast.therapist).get(url("activity_new", evaluated)).content.decode()
    assert "no goal is at work" in page
    assert url("goal_list", evaluated) in page


def test_two_therapists_lose_nothing(cast: Any, client_of: Door, activity: Activity) -> None:
    referral = activity.referral
    edit = url("activity_edit", referral, activity)
    client_of(cast.colleague).post(edit, typed(referral, edition=1, title="Two buttons"))
    ot = client_of(cast.therapist)
    again = ot.post(edit, typed(referral, edition=1, title="Three buttons"))
    assert again.status_code == 409
    assert again.context["form"]["title"].value() == "Three buttons"
    assert ot.post(edit, typed(referral, edition=2, title="Three buttons")).status_code == 302
    activity.refresh_from_db()
    assert (activity.title, activity.edition) == ("Three buttons", 3)


def test_a_goal_of_another_child_cannot_be_chosen(
    cast: Any, client_of: Door, aimed: Referral
) -> None:
    answer = client_of(cast.therapist).post(
        url("activity_new", aimed), typed(aimed, goals=[str(new_id())])
    )
    assert answer.status_code == 422
    assert not Activity.objects.exists()


# --- Reading ----------------------------------------------------------------------------------


def test_each_side_reads_what_is_meant_for_it(
    cast: Any, client_of: Door, at_home: Referral
) -> None:
    one = at_home.activities.get()
    for who in ("family", "therapist", "pediatrician", "coordinator"):
        door = client_of(getattr(cast, who))
        page = door.get(url("activity_detail", at_home, one)).content.decode()
        assert "Mina closes that one." in page
        assert "Which hand should she use?" in page
        assert "She laughed." in page
        assert ("Well done" in page) is (who == "therapist")
        assert ("How often, over time" in page) is (who != "family")
        listed = door.get(url("activity_list", at_home)).content.decode()
        assert ("asks for a pause" in listed) is (who == "therapist")
        assert "One button on the way out" in door.get(
            url("referral_detail", at_home)
        ).content.decode()  # fmt: skip


def test_what_clinicians_ask_each_other_no_family_reads(
    cast: Any, client_of: Door, at_home: Referral
) -> None:
    asked = {"id": str(new_id()), "text": "Is her mother coping?"}
    client_of(cast.pediatrician).post(url("check_in_new", at_home), asked)
    for who in ("family", "therapist", "pediatrician", "coordinator"):
        for page in ("check_in_list", "referral_detail"):
            text = client_of(getattr(cast, who)).get(url(page, at_home)).content.decode()
            assert ("Is her mother coping?" in text) is (who != "family")
            assert "Which hand should she use?" in text


def test_one_tap_answers_an_entry_and_the_family_reads_it(
    cast: Any, client_of: Door, at_home: Referral
) -> None:
    one = at_home.activities.get()
    practice = one.practices.get()
    tap = url("practice_react", at_home, one, practice)
    ot = client_of(cast.therapist)
    said = {"id": str(new_id()), "sign": "well_done", "words": "How lovely."}
    assert ot.post(tap, said)["Location"] == url("activity_detail", at_home, one)
    assert ot.post(tap, said).status_code == 302
    assert Reaction.objects.count() == 1
    wrong = ot.post(tap, {"id": str(new_id()), "sign": "bravo", "words": "Mine."})
    assert wrong.status_code == 422
    assert "Mine." in wrong.content.decode()
    page = client_of(cast.family).get(url("activity_detail", at_home, one)).content.decode()
    assert "Well done: How lovely." in page


def test_marks_for_the_therapist_only(cast: Any, client_of: Door, at_home: Referral) -> None:
    one = at_home.activities.get()
    one.practices.update(after_retired=True, clock_was_off=True)
    page = url("activity_detail", at_home, one)
    for mark in ("after the activity was retired", "clock was off"):
        assert mark in client_of(cast.therapist).get(page).content.decode()
        assert mark not in client_of(cast.family).get(page).content.decode()


def test_nothing_is_reached_from_another_childs_referral(
    cast: Any, client_of: Door, at_home: Referral, other_child: Any, now: Any
) -> None:
    """NPDA: an inner record opened under one's own outer one."""
    goal = at_home.goals.get()
    one, pause = at_home.activities.get(), at_home.pauses.get()
    asked, practice = at_home.check_ins.get(), one.practices.get()
    mine = sent_for(cast.child, cast.clinic, by=cast.pediatrician, at=now)
    ot = client_of(cast.therapist)
    for name, keys in (
        ("activity_detail", [one]), ("activity_edit", [one]), ("activity_retire", [one]),
        ("activity_picture", [one]), ("activity_picture_set", [one]), ("pause_answer", [pause]),
        ("check_in_answer", [asked]), ("practice_react", [one, practice]),
    ):  # fmt: skip
        here = ot.get(url(name, at_home, *keys))
        list(here)  # read to its end, a file is closed
        assert here.status_code in (200, 302), name
        assert ot.post(url(name, mine, *keys), {"x": 1}).status_code == 404, name
    other = given(at_home, by=cast.therapist, at=timezone.now(), goals=[goal])
    assert ot.post(url("practice_react", at_home, other, practice)).status_code == 404


def test_who_may_not_log_may_neither_ask_nor_pause(
    cast: Any, client_of: Door, at_home: Referral
) -> None:
    guardian_of(cast.child, cast.family, by=cast.pediatrician, at=timezone.now(), may_log=False)
    mother, one = client_of(cast.family), at_home.activities.get()
    for path in (url("activity_ask", at_home, one), url("pause_ask", at_home)):
        assert mother.get(path).status_code == 403
    page = mother.get(url("activity_detail", at_home, one)).content.decode()
    assert "Ask about this" not in page
    assert b"".join(mother.get(url("activity_picture", at_home, one)))


# --- The picture ------------------------------------------------------------------------------


def test_a_picture_is_shown_through_the_door_and_runs_nothing(
    cast: Any, client_of: Door, at_home: Referral
) -> None:
    one = at_home.activities.get()
    path = url("activity_picture", at_home, one)
    answer = client_of(cast.family).get(path)
    assert b"".join(answer)[:3] == b"\xff\xd8\xff"
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-store"
    page = client_of(cast.family).get(url("activity_detail", at_home, one)).content.decode()
    assert f'src="{path}" alt="A hand on a button"' in page
    put = url("activity_picture_set", at_home, one)
    ot = client_of(cast.therapist)
    for stale in ({"edition": 1}, {}, {"edition": "x"}):  # of an older page, or of none
        assert ot.post(put, {"do": "remove", **stale}).status_code == 302
    assert client_of(cast.family).get(url("activity_detail", at_home, one)).content.count(b"A hand")
    for _ in range(2):
        assert ot.post(put, {"do": "remove", "edition": 2}).status_code == 302
    assert client_of(cast.family).get(path).status_code == 404


def test_a_disguised_picture_is_said_at_its_field(
    cast: Any, client_of: Door, activity: Activity
) -> None:
    put = url("activity_picture_set", activity.referral, activity)
    ot = client_of(cast.therapist)
    for upload, sentence in (
        (picture("a.png"), "is not what its name says it is"),
        (picture("empty.jpg").__class__("empty.jpg", b""), "is empty"),
    ):
        answer = ot.post(put, {"edition": 1, "shows": "A button", "upload": upload})
        assert answer.status_code == 422
        assert sentence in answer.context["form"].errors["upload"][0]
        assert answer.context["form"]["shows"].value() == "A button"


# --- The end ----------------------------------------------------------------------------------


def test_after_therapy_ended_it_is_read_and_nothing_is_asked(
    cast: Any, client_of: Door, at_home: Referral
) -> None:
    Referral.objects.filter(pk=at_home.pk).update(
        state="discharged", closed_at=timezone.now(), closed_by=cast.therapist,
        closing_reason="The goals are reached.",
    )  # fmt: skip
    one = at_home.activities.get()
    ot = client_of(cast.therapist)
    assert ot.get(url("activity_edit", at_home, one)).status_code == 409
    answer = ot.post(url("activity_edit", at_home, one), typed(at_home, edition=2, title="Late"))
    assert answer.status_code == 409
    assert answer.context["form"]["title"].value() == "Late"
    page = client_of(cast.family).get(url("activity_detail", at_home, one)).content.decode()
    assert "Ask about this" not in page
    assert "Mina closes that one." in page


def test_a_given_activity_is_for_the_action_what_it_is_for_the_page(
    cast: Any, client_of: Door, aimed: Referral
) -> None:
    """The page refuses what the action refuses, with the same sentence at the same field."""
    answer = client_of(cast.therapist).post(url("activity_new", aimed), typed(aimed, minutes=61))
    assert "minutes" in answer.context["form"].errors
    give_activity(
        id=new_id(), referral=aimed, goals=list(aimed.goals.all()), by=cast.therapist,
        at=timezone.now(), **an_activity(),
    )  # fmt: skip
