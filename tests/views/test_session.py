"""Are therapy visits planned, held, noted and read from their pages, and is no word ever lost?"""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from referrals.actions.plan import draft_plan, sign_plan
from referrals.models import Appointment, Authorisation, Plan, Rating, Series, Session
from referrals.models.record import new_id
from tests.factories.goal import agreed
from tests.session_stages import attended, noted, signed, visits_of, written
from tests.stages import day_of, fresh
from tests.views.typed import local


def url(name, referral, *keys):
    return reverse(name, args=[referral.pk, *keys])


@pytest.fixture
def now():
    """Nine days back, so that the first therapy visit of `booked` was this morning or yesterday."""
    then = timezone.localtime() - timedelta(days=9)
    return then.replace(hour=10, minute=0, second=0, microsecond=0)


@pytest.fixture
def visit(booked):
    return visits_of(booked)[0]


def a_series(referral, therapist, **changes):
    day = timezone.localdate() + timedelta(days=2)
    return {
        "id": new_id(), "therapist": therapist.pk, "first_on": day, "weekdays": [day.weekday()],
        "starts_at": "15:00", "every_weeks": 1, "visits": 6, "minutes": 45, "place": "clinic",
        "address": "", "beyond_reason": "", "block_weeks": "", "rest_weeks": "",
    } | changes  # fmt: skip


def a_note(note=None, **changes):
    typed = {"id": note.pk if note else new_id(), "version": note.edition if note else ""}
    return typed | {
        "plan": Plan.objects.get(status="final").pk, "done": "Zips.", "child_was": "eager",
        "practise": "One zip a day.", "do": "sign",
    } | changes  # fmt: skip


# --- Planning -------------------------------------------------------------------------------------


def test_session_plan_begins_with_the_plan_and_books_once(cast, in_therapy, client_of):
    door = client_of(cast.coordinator)
    page = door.get(url("session_plan", in_therapy))
    form = page.context["form"]
    assert (form["visits"].value(), form["weekdays"].value()) == (24, [0, 3])
    typed = a_series(in_therapy, cast.therapist)
    for _ in range(2):
        answer = door.post(url("session_plan", in_therapy), typed, follow=True)
        assert "Booked. The family and the therapist are told." in answer.content.decode()
    assert (Series.objects.count(), len(visits_of(in_therapy))) == (1, 6)


def test_session_plan_says_what_is_wrong_and_keeps_all_that_was_typed(cast, in_therapy, client_of):
    door = client_of(cast.therapist)
    typed = a_series(in_therapy, cast.therapist, place="telehealth", address="ftp://x", visits=7)
    page = door.post(url("session_plan", in_therapy), typed)
    assert page.status_code == 422
    assert "begins with https://" in page.content.decode()
    assert 'value="ftp://x"' in page.content.decode()
    assert not visits_of(in_therapy)


def test_session_plan_offers_only_therapists_of_the_clinic(cast, in_therapy, client_of):
    door = client_of(cast.coordinator)
    page = door.post(url("session_plan", in_therapy), a_series(in_therapy, cast.stranger))
    assert page.status_code == 422
    assert not visits_of(in_therapy)


def test_session_authorise(cast, in_therapy, client_of):
    typed = {
        "id": new_id(), "visits": 12, "valid_from": "2026-01-01", "valid_until": "2026-06-30",
        "reference": "A-7",
    }  # fmt: skip
    answer = client_of(cast.coordinator).post(url("session_authorise", in_therapy), typed)
    assert answer.headers["Location"] == url("session_list", in_therapy)
    assert Authorisation.objects.get().visits == 12
    bad = client_of(cast.coordinator).post(
        url("session_authorise", in_therapy), typed | {"id": new_id(), "valid_until": "2025-01-01"}
    )
    assert (bad.status_code, Authorisation.objects.count()) == (422, 1)


def test_series_cancel_calls_off_what_is_to_come(cast, booked, client_of):
    series = Series.objects.get()
    typed = {"cancelled_by": "family", "reason": "They travel."}
    asked = client_of(cast.coordinator).get(url("series_cancel", booked, series.pk))
    assert f"visits from {series.first_on:%-d %b %Y}." in asked.content.decode()
    client_of(cast.coordinator).post(url("series_cancel", booked, series.pk), typed)
    assert [v.status for v in visits_of(booked)].count("cancelled") == 7
    page = client_of(cast.coordinator).post(url("series_cancel", booked, series.pk), typed)
    assert page.status_code == 409
    assert "They travel." in page.content.decode()


def test_session_move_shows_the_second_of_two_what_is_so_now(cast, booked, client_of):
    visit = visits_of(booked)[2]
    to = visit.starts_at + timedelta(hours=2)
    typed = {
        "seen": f"{timezone.localtime(visit.starts_at):%Y-%m-%d %H:%M:%S}", "starts_at": local(to),
        "reason": "Dentist.", "therapist": cast.therapist.pk, "minutes": 45, "place": "clinic",
        "address": "", "beyond_reason": "",
    }  # fmt: skip
    door, path = client_of(cast.coordinator), url("session_move", booked, visit.pk)
    assert door.post(path, typed).status_code == 302
    assert door.post(path, typed).status_code == 302  # the second click
    page = door.post(path, typed | {"starts_at": local(to + timedelta(hours=1))})
    assert page.status_code == 409
    assert "Dentist." in page.content.decode()
    assert visits_of(booked)[2].starts_at == to


# --- What became of a visit -----------------------------------------------------------------------


def test_session_attend_leads_the_therapist_to_the_note_and_the_coordinator_to_the_visit(
    cast, booked, client_of
):
    first, *_ = visits_of(booked)
    answer = client_of(cast.therapist).post(url("session_attend", booked, first.pk))
    assert answer.headers["Location"] == url("session_write", booked, first.pk)
    assert visits_of(booked)[0].status == "fulfilled"
    undone = client_of(cast.coordinator).post(url("session_undo", booked, first.pk))
    assert undone.headers["Location"] == url("session_detail", booked, first.pk)
    assert visits_of(booked)[0].status == "booked"
    again = client_of(cast.coordinator).post(url("session_attend", booked, first.pk))
    assert again.headers["Location"] == url("session_detail", booked, first.pk)


def test_a_visit_that_lies_ahead_cannot_be_attended(cast, booked, client_of):
    last = visits_of(booked)[-1]
    page = client_of(cast.therapist).post(url("session_attend", booked, last.pk), follow=True)
    assert "This visit has not begun yet." in page.content.decode()
    assert visits_of(booked)[-1].status == "booked"


@pytest.mark.parametrize(
    ("name", "typed", "status"),
    [
        ("session_miss", {"note": ""}, "noshow"),
        ("session_cancel", {"cancelled_by": "clinic", "reason": "Flu."}, "cancelled"),
    ],
)
def test_session_miss_and_cancel(name, typed, status, cast, booked, client_of):
    first = visits_of(booked)[0]
    typed = {"csrfmiddlewaretoken": "x"} | typed
    client_of(cast.coordinator).post(url(name, booked, first.pk), typed)
    assert visits_of(booked)[0].status == status


def test_a_visit_of_another_referral_is_not_there(cast, booked, client_of):
    evaluation = booked.appointments.get(purpose="evaluation")
    door = client_of(cast.therapist)
    for name in ("session_detail", "session_write", "session_miss", "session_move"):
        assert door.get(url(name, booked, evaluation.pk)).status_code == 404
        assert door.get(url(name, booked, new_id())).status_code == 404


# --- The note -------------------------------------------------------------------------------------


@pytest.fixture
def four(cast, booked, later):
    """The child's four goals."""
    three = (cast.therapist, cast.pediatrician, cast.family)
    for n in range(3):
        agreed(booked, three, at=later + timedelta(hours=7, minutes=n), wish=f"Wish {n}.")
    return list(booked.goals.order_by("proposed_at", "id"))


def test_four_taps_and_a_line_are_a_signed_note(cast, visit, four, booked, client_of):
    attended(visit, cast.therapist)
    door, path = client_of(cast.therapist), url("session_write", booked, visit.pk)
    page = door.get(path)
    assert len(page.context["goals"]) == 4
    typed = a_note() | {f"level_{goal.pk}": n - 2 for n, goal in enumerate(four)}
    for _ in range(2):
        answer = door.post(path, typed)
        assert answer.headers["Location"] == url("session_detail", booked, visit.pk)
    note = Session.objects.get()
    assert (note.status, note.done, note.child_was) == ("final", "Zips.", "eager")
    assert sorted(Rating.objects.values_list("level", flat=True)) == [-2, -1, 0, 1]
    shown = door.get(url("session_detail", booked, visit.pk)).content.decode()
    assert "Thea Marsh, OTR/L" in shown
    assert "Fastens 3 of 5 buttons" in shown


def test_it_keeps_itself_while_it_is_typed_and_says_so(cast, held, client_of):
    visit = visits_of(held)[0]
    door, path = client_of(cast.therapist), url("session_write", held, visit.pk)
    key = new_id()
    first = door.post(path, a_note(id=key, done="Zi"), headers={"X-Autosave": "1"})
    assert (first.status_code, first["X-Version"]) == (200, "1")
    assert b"Saved as a draft" in first.content
    second = door.post(path, a_note(id=key, version=1), headers={"X-Autosave": "1"})
    assert second["X-Version"] == "2"
    stale = door.post(path, a_note(id=key, version=1, done="Old."), headers={"X-Autosave": "1"})
    assert stale.status_code == 409
    note = Session.objects.get()
    assert (note.status, note.done) == ("draft", "Zips.")


def test_what_another_wrote_meanwhile_stands_beside_what_was_typed(cast, held, client_of):
    visit = visits_of(held)[0]
    written(visit, by=cast.colleague)
    page = client_of(cast.therapist).post(url("session_write", held, visit.pk), a_note())
    text = page.content.decode()
    assert page.status_code == 409
    assert "Buttons on the big board." in text
    assert "Zips." in text
    assert Session.objects.get().is_draft


def test_a_note_signed_while_the_plan_was_replaced_is_kept_and_signed_on_the_new_one(
    cast, held, client_of, later
):
    visit = visits_of(held)[0]
    door, path = client_of(cast.therapist), url("session_write", held, visit.pk)
    typed = a_note()
    at = visit.ends_at + timedelta(minutes=1)
    old = Plan.objects.get()
    new = draft_plan(
        id=new_id(), referral=fresh(held), reason="Once a week.", by=cast.colleague, at=at,
        review_on=old.review_on + timedelta(days=200),
    )  # fmt: skip
    sign_plan(plan=new, by=cast.colleague, at=at)
    page = door.post(path, typed)
    text = page.content.decode()
    assert page.status_code == 409
    assert "The plan of care was replaced meanwhile" in text
    assert "Zips." in text
    note = Session.objects.get()
    assert (note.is_draft, note.done) == (True, "Zips.")
    form = page.context["form"]
    again = {name: form[name].value() for name in ("id", "version", "plan", "done", "practise")}
    assert door.post(path, again | {"do": "sign"}).status_code == 302
    assert Session.objects.get().plan == new


def test_what_was_to_be_practised_is_there_and_the_last_note_beside_it(
    cast, note_signed, client_of
):
    second = visits_of(note_signed)[1]
    attended(second, cast.therapist)
    page = client_of(cast.therapist).get(url("session_write", note_signed, second.pk))
    text = page.content.decode()
    assert page.context["form"]["practise"].value() == "Two buttons."
    assert "Buttons on the big board." in text
    assert "last time" in text


def test_session_amend_asks_why_and_keeps_what_was_signed(cast, note_signed, client_of):
    first = visits_of(note_signed)[0]
    door = client_of(cast.therapist)
    path = url("session_amend", note_signed, first.pk)
    answer = door.post(path, {"id": new_id(), "reason": "Miscounted."})
    assert answer.headers["Location"] == url("session_write", note_signed, first.pk)
    draft = Session.objects.get(status="draft")
    assert draft.done == "Buttons on the big board."
    goal = note_signed.goals.get()
    typed = a_note(draft, done="Small buttons.", **{f"level_{goal.pk}": 0})
    door.post(url("session_write", note_signed, first.pk), typed)
    page = door.get(url("session_detail", note_signed, first.pk)).content.decode()
    assert "Small buttons." in page
    assert "Earlier versions (1)" in page


def test_an_assistants_note_is_read_and_co_signed(cast, assistant, booked, client_of):
    first = visits_of(booked)[0]
    noted(first, by=assistant)
    path = url("session_cosign", booked, first.pk)
    detail = url("session_detail", booked, first.pk)
    assert "Co-sign as" not in client_of(assistant).get(detail).content.decode()
    assert "Co-sign as Thea Marsh" in client_of(cast.therapist).get(detail).content.decode()
    read = {"id": Session.objects.get().pk}
    client_of(assistant).post(path, read)
    assert Session.objects.get().cosigned_at is None
    for _ in range(2):  # a double click
        client_of(cast.therapist).post(path, read)
    assert Session.objects.get().cosignature == "Thea Marsh, OTR/L"


@pytest.mark.parametrize("page", ["session_move", "session_cancel"])
def test_who_says_why_is_told_that_the_family_reads_it(page, cast, booked, client_of):
    first = visits_of(booked)[0]
    text = client_of(cast.coordinator).get(url(page, booked, first.pk)).content.decode()
    assert "The family reads this." in text


def test_a_co_signature_stands_under_what_was_read_and_nothing_else(
    cast, assistant, booked, client_of
):
    first = visits_of(booked)[0]
    read = noted(first, by=assistant)
    door = client_of(cast.therapist)
    path, detail = (url(n, booked, first.pk) for n in ("session_cosign", "session_detail"))
    assert f'name="id" value="{read.pk}"' in door.get(detail).content.decode()
    signed(written(first, by=assistant, reason="A slip.", done="Something else."), by=assistant)
    for stale in ({"id": read.pk}, {}, {"id": "x"}, {"id": new_id()}):
        door.post(path, stale)
    assert not Session.objects.filter(cosigned_at__isnull=False).exists()


# --- Reading --------------------------------------------------------------------------------------


def test_a_family_reads_what_was_done_and_no_codes(cast, note_signed, client_of):
    first = visits_of(note_signed)[0]
    door = client_of(cast.family)
    for path in (url("session_list", note_signed), url("session_detail", note_signed, first.pk)):
        text = door.get(path).content.decode()
        assert "Buttons on the big board." in text
        assert "Two buttons." in text
        for hidden in ("−1", "Less than expected", "Attendance", "What is due", "OTR/L, "):
            assert hidden not in text


def test_a_draft_is_read_by_nobody_but_those_who_write(cast, held, client_of):
    visit = visits_of(held)[0]
    written(visit, by=cast.therapist, done="Half a thought.")
    for person in (cast.family, cast.pediatrician, cast.coordinator):
        for path in (url("session_list", held), url("session_detail", held, visit.pk)):
            assert "Half a thought." not in client_of(person).get(path).content.decode()


def test_the_video_room_is_opened_from_the_visit_and_the_home(cast, booked, client_of):
    later_visit = visits_of(booked)[1]
    link = "https://video.example/room"
    Appointment.objects.filter(pk=later_visit.pk).update(place="telehealth", address=link)
    Appointment.objects.filter(pk=visits_of(booked)[0].pk).update(
        status="noshow", ended_by=cast.therapist, ended_at=later_visit.proposed_at
    )
    door = client_of(cast.family)
    for path in (url("session_detail", booked, later_visit.pk), reverse("home")):
        assert f'href="{link}"' in door.get(path).content.decode()
    calendar = door.get(url("appointment_calendar", booked, later_visit.pk))
    assert b"BEGIN:VEVENT" in calendar.content


def test_the_day_of_a_therapist_says_what_to_do(cast, booked, client_of):
    first = visits_of(booked)[0]
    attend = url("session_attend", booked, first.pk)
    with time_machine.travel(first.starts_at - timedelta(minutes=1), tick=False):
        assert attend not in client_of(cast.therapist).get("/").content.decode()
    with time_machine.travel(first.starts_at + timedelta(minutes=50), tick=False):
        door = client_of(cast.therapist)
        assert attend in door.get("/").content.decode()
        office = client_of(cast.coordinator).get("/").content.decode()
        assert url("session_detail", booked, first.pk) in office
        attended(first, cast.therapist)
        assert url("session_write", booked, first.pk) in door.get("/").content.decode()
        written_ = written(first, by=cast.therapist)
        typed = a_note(written_)
        door.post(url("session_write", booked, first.pk), typed)
        assert "Attended, note signed" in door.get("/").content.decode()


def test_the_notes_that_wait_lead_to_the_visits(cast, held, client_of):
    day = day_of(visits_of(held)[0].starts_at, held)
    assert day <= timezone.localdate()
    home = client_of(cast.therapist).get("/").content.decode()
    assert "Finish the visit notes" in home
    assert url("session_list", held) in home


def test_every_button_of_a_list_carries_its_token(cast, booked, client_of):
    """What is included gets only what it is given, and needs the token to be sent."""
    first = visits_of(booked)[0]
    with time_machine.travel(first.starts_at + timedelta(minutes=50), tick=False):
        door = client_of(cast.therapist)
        for path in (reverse("home"), url("session_list", booked)):
            text = door.get(path).content.decode()
            assert url("session_attend", booked, first.pk) in text
            assert text.count('method="post"') == text.count("csrfmiddlewaretoken")
