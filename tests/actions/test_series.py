"""Are therapy visits booked in one go or not at all, moved with a reason, and called off?"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from referrals.actions.closing import mark_referral_error
from referrals.actions.series import (
    cancel_series,
    move_session,
    plan_series,
    record_authorisation,
    suggested,
)
from referrals.models import Appointment, Authorisation, ClosedDays, Plan, Prescription, Series
from referrals.models.record import new_id
from tests.actions.outcome import kinds, outrun, refused, told
from tests.session_stages import noted, planned_series, visits_of
from tests.stages import day_of


@pytest.fixture
def at(later: datetime) -> datetime:
    """Evening of the day on which therapy began."""
    return later + timedelta(hours=7)


def test_a_series_books_every_visit_in_one_go(cast, in_therapy, at):
    series = planned_series(in_therapy, by=cast.coordinator, at=at)
    visits = visits_of(in_therapy)

    first = day_of(at, in_therapy) + timedelta(days=1)
    zone = ZoneInfo(in_therapy.clinic.time_zone)
    assert [visit.starts_at for visit in visits] == [
        datetime.combine(first + timedelta(weeks=n), time(10), tzinfo=zone) for n in range(8)
    ]
    assert {(v.status, v.purpose, v.series_id, v.minutes) for v in visits} == {
        ("booked", "therapy", series.pk, 45)
    }
    assert kinds(in_therapy.pk)[-1] == "series_planned"
    assert told("series_planned") == ["Rosa", "Thea"]


def test_the_second_click_finds_the_first_series(cast, in_therapy, at):
    key = new_id()
    first = planned_series(in_therapy, id=key, by=cast.coordinator, at=at)
    assert planned_series(in_therapy, id=key, by=cast.coordinator, at=at) == first
    assert len(visits_of(in_therapy)) == 8
    with outrun("already used"):
        planned_series(in_therapy, id=key, by=cast.therapist, at=at)


def test_closed_days_are_left_out_and_made_up(cast, in_therapy, at):
    first = day_of(at, in_therapy) + timedelta(days=1)
    third = first + timedelta(weeks=2)
    ClosedDays.objects.create(
        organization=cast.clinic, first_on=third, last_on=third, label="Founders’ day"
    )
    planned_series(in_therapy, visits=3, by=cast.coordinator, at=at)
    assert [day_of(v.starts_at, in_therapy) for v in visits_of(in_therapy)] == [
        first, first + timedelta(weeks=1), first + timedelta(weeks=3),
    ]  # fmt: skip


def test_the_clock_of_the_clinic_keeps_its_hour_over_the_change_of_time(cast, in_therapy, at):
    planned_series(in_therapy, visits=40, by=cast.coordinator, at=at, beyond_reason="Renewed soon.")
    zone = ZoneInfo(in_therapy.clinic.time_zone)
    assert {v.starts_at.astimezone(zone).time() for v in visits_of(in_therapy)} == {time(10)}


def test_clashes_are_named_date_by_date_and_nothing_is_half_booked(cast, booked, at):
    third, fifth = visits_of(booked)[2], visits_of(booked)[4]
    Appointment.objects.filter(series__isnull=False).exclude(pk__in=[third.pk, fifth.pk]).update(
        status="cancelled", ended_by=cast.therapist, ended_at=at
    )
    zone = ZoneInfo(booked.clinic.time_zone)
    days = "; ".join(f"{v.starts_at.astimezone(zone):%a %-d %b %Y, %H:%M}" for v in (third, fifth))
    with refused("first_on", f"already has a visit on 2 days: {days}. Nothing was booked."):
        planned_series(booked, by=cast.coordinator, at=at)
    assert Series.objects.count() == 1


def test_an_hour_that_overlaps_is_taken_and_the_next_one_is_free(cast, booked, at):
    with refused("first_on", "already has a visit"):
        planned_series(booked, starts_at=time(10, 30), visits=1, by=cast.coordinator, at=at)
    planned_series(booked, starts_at=time(10, 45), visits=1, by=cast.coordinator, at=at)
    assert len(visits_of(booked)) == 9


def test_a_child_is_not_with_two_therapists_at_once(cast, booked, at):
    with refused("first_on", "or the child already has a visit"):
        planned_series(booked, therapist=cast.colleague, by=cast.coordinator, at=at)


def test_beyond_the_prescription_a_visit_needs_a_reason(cast, in_therapy, at):
    day = day_of(at, in_therapy)
    Prescription.objects.update(valid_until=day + timedelta(days=20))
    with refused("beyond_reason", "The prescription ends on"):
        planned_series(in_therapy, by=cast.coordinator, at=at)
    with refused("beyond_reason"):
        planned_series(in_therapy, beyond_reason="  ", by=cast.coordinator, at=at)
    planned_series(in_therapy, beyond_reason="It is being renewed.", by=cast.coordinator, at=at)
    reasons = [visit.beyond_reason for visit in visits_of(in_therapy)]
    assert reasons == [""] * 3 + ["It is being renewed."] * 5


def test_an_order_for_an_evaluation_covers_no_therapy(cast, in_therapy, at):
    Prescription.objects.update(service="evaluate")
    with refused("beyond_reason"):
        planned_series(in_therapy, by=cast.coordinator, at=at)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"place": "telehealth"}, "address", "begins with https://"),
        ({"place": "telehealth", "address": "http://video.example"}, "address", "https://"),
        ({"place": "telehealth", "address": "javascript:alert(1)"}, "address", "https://"),
        ({"place": "school"}, "address", "which school"),
        ({"place": "moon"}, "place", "Choose where."),
        ({"minutes": 10}, "minutes", "from 15 to 240"),
        ({"weekdays": []}, "weekdays", "at least one day"),
        ({"visits": 0}, "visits", "1 to 104"),
        ({"visits": 90}, "visits", "Only"),
        ({"block_weeks": 4}, "rest_weeks", "say both"),
        ({"rest_weeks": 4}, "block_weeks", "say both"),
        ({"first_on": date(2020, 1, 6)}, "first_on", "in the past"),
        ({"first_on": date(2190, 1, 6), "beyond_reason": "x"}, "first_on", "within a year"),
        ({"first_on": date.max}, "first_on", "within a year"),
        ({"first_on": date.min}, "first_on", "in the past"),
    ],
    ids=str,
)  # fmt: skip
def test_what_makes_no_series_is_refused_at_its_field(
    changes, field, sentence, cast, in_therapy, at
):
    with refused(field, sentence):
        planned_series(in_therapy, by=cast.coordinator, at=at, **changes)
    assert not visits_of(in_therapy)


def test_a_stranger_can_neither_plan_nor_be_planned(cast, in_therapy, at):
    with refused(None, "Only the therapist or the clinic’s coordinator".replace("’", "'")):
        planned_series(in_therapy, by=cast.family, at=at)
    with refused("therapist", "does not work at"):
        planned_series(in_therapy, therapist=cast.stranger, by=cast.coordinator, at=at)


def test_before_therapy_no_series_is_planned(cast, plan_certified, at):
    with outrun():
        planned_series(plan_certified, by=cast.coordinator, at=at)


def test_a_visit_by_video_has_its_link(cast, in_therapy, at):
    link = "https://video.example/room"
    planned_series(
        in_therapy, visits=1, place="telehealth", address=link, by=cast.coordinator, at=at
    )
    assert visits_of(in_therapy)[0].link == link


# --- What a form begins with ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dose", "every", "weekdays", "visits"),
    [
        ({"visits": 2, "per": "week", "weeks": 12}, 1, [0, 3], 24),
        ({"visits": 1, "per": "fortnight", "weeks": 12}, 2, [0], 6),
        ({"visits": 1, "per": "month", "weeks": 52}, 4, [0], 12),
        ({"visits": 5, "per": "week", "weeks": 30}, 1, [0, 1, 2, 3, 4], 104),
    ],
)
def test_a_series_begins_with_the_dose_of_the_plan(
    dose, every, weekdays, visits, cast, in_therapy, at
):
    Plan.objects.update(**dose)
    start = suggested(in_therapy, at)
    assert (start["every_weeks"], start["weekdays"], start["visits"]) == (every, weekdays, visits)
    assert (start["minutes"], start["place"]) == (45, "clinic")
    assert start["therapist"] == cast.therapist.pk


def test_what_is_booked_already_is_not_asked_for_twice(cast, in_therapy, at):
    Plan.objects.update(starts_on=day_of(at, in_therapy))
    assert suggested(in_therapy, at)["visits"] == 24
    planned_series(in_therapy, by=cast.coordinator, at=at)
    assert suggested(in_therapy, at)["visits"] == 16


# --- Moving and calling off -----------------------------------------------------------------------


def test_a_visit_is_moved_with_a_reason_and_both_times_are_kept(cast, booked, at):
    visit = visits_of(booked)[1]
    to = visit.starts_at + timedelta(hours=3)
    moved = move_session(
        appointment=visit, starts_at=to, reason="School trip.", seen=visit.starts_at,
        by=cast.coordinator, at=at,
    )  # fmt: skip
    assert moved.starts_at == to
    event = booked.child.events.filter(kind="session_moved").get()
    assert event.data["was_at"] == visit.starts_at.isoformat()
    assert event.data["starts_at"] == to.isoformat()
    assert told("session_moved") == ["Rosa", "Thea"]


def test_a_visit_is_not_moved_without_a_reason_into_the_past_or_onto_a_closed_day(cast, booked, at):
    visit = visits_of(booked)[1]

    def move(to, reason="School trip.", **more):
        move_session(
            appointment=visit, starts_at=to, reason=reason, by=cast.coordinator, at=at, **more
        )

    with refused("reason"):
        move(visit.starts_at + timedelta(hours=3), " ")
    with refused("starts_at", "from now on"):
        move(at - timedelta(hours=1))
    day = day_of(visit.starts_at, booked) + timedelta(days=1)
    ClosedDays.objects.create(organization=cast.clinic, first_on=day, last_on=day, label="Fair")
    with refused("starts_at", "closed on that day: Fair"):
        move(visit.starts_at + timedelta(days=1))
    with refused("starts_at", "already has a visit"):
        move(visits_of(booked)[2].starts_at)
    with refused("address", "https://"):
        move(visit.starts_at + timedelta(hours=3), place="telehealth")


def test_a_visit_may_be_moved_within_its_own_hour(cast, booked, at):
    visit = visits_of(booked)[1]
    to = visit.starts_at + timedelta(minutes=15)
    move_session(appointment=visit, starts_at=to, reason="Bus.", by=cast.coordinator, at=at)
    assert visits_of(booked)[1].starts_at == to


def test_of_two_who_move_one_visit_the_second_is_told(cast, booked, at):
    visit = visits_of(booked)[1]
    seen, to = visit.starts_at, visit.starts_at + timedelta(hours=3)
    first = {"appointment": visit, "starts_at": to, "reason": "Trip.", "seen": seen, "at": at}
    move_session(**first, by=cast.coordinator)
    move_session(**first, by=cast.coordinator)  # the second click
    with outrun("moved this visit meanwhile"):
        move_session(
            **first | {"starts_at": seen + timedelta(hours=4)}, by=cast.therapist
        )  # fmt: skip
    assert kinds(booked.pk).count("session_moved") == 1


def test_the_rest_of_a_series_is_called_off_and_what_took_place_stays(cast, booked, at):
    visits = visits_of(booked)
    noted(visits[0], by=cast.therapist)
    after = visits[0].ends_at + timedelta(hours=1)
    series = Series.objects.get()
    cancel_series(
        series=series, cancelled_by="family", reason="A long journey.", by=cast.coordinator,
        at=after,
    )  # fmt: skip
    assert [v.status for v in visits_of(booked)] == ["fulfilled"] + ["cancelled"] * 7
    assert {v.reason for v in visits_of(booked)[1:]} == {"A long journey."}
    with outrun("No visit of this series"):
        cancel_series(
            series=series, cancelled_by="family", reason="x", by=cast.coordinator, at=after
        )


@pytest.mark.parametrize(
    ("cancelled_by", "reason", "field"),
    [("nobody", "x", "cancelled_by"), ("family", " ", "reason")],
)
def test_calling_off_says_by_whom_and_why(cancelled_by, reason, field, cast, booked, at):
    with refused(field):
        cancel_series(
            series=Series.objects.get(), cancelled_by=cancelled_by, reason=reason,
            by=cast.coordinator, at=at,
        )  # fmt: skip


# --- Authorisation --------------------------------------------------------------------------------


def test_an_authorisation_is_recorded_once(cast, in_therapy, at):
    day = day_of(at, in_therapy)
    told_ = {
        "id": new_id(), "referral": in_therapy, "visits": 20, "valid_from": day,
        "valid_until": day + timedelta(days=90), "reference": " A-1 ", "by": cast.coordinator,
        "at": at,
    }  # fmt: skip
    first = record_authorisation(**told_)
    assert record_authorisation(**told_) == first
    assert (first.visits, first.reference) == (20, "A-1")
    assert kinds(in_therapy.pk).count("authorisation_recorded") == 1
    with outrun():
        record_authorisation(**told_ | {"by": cast.therapist})
    for wrong, field in (
        ({"visits": 0}, "visits"), ({"valid_until": day - timedelta(1)}, "valid_until"),
        # A day beyond these would stop every page that counts what is left.
        ({"valid_until": date.max}, "valid_until"), ({"valid_from": date.min}, "valid_from"),
    ):  # fmt: skip
        with refused(field):
            record_authorisation(**told_ | {"id": new_id()} | wrong)
    assert Authorisation.objects.count() == 1


def test_plan_series_is_the_action_the_other_rooms_call():
    assert plan_series.__module__ == "referrals.actions.series"


def test_when_the_referral_ends_no_therapy_visit_stays_booked(cast, note_signed):
    at = visits_of(note_signed)[0].ends_at + timedelta(hours=1)
    mark_referral_error(
        referral=note_signed, reason="The wrong child.", by=cast.pediatrician, at=at
    )
    visits = visits_of(note_signed)
    assert [v.status for v in visits] == ["fulfilled"] + ["cancelled"] * 7
    assert {(v.reason, v.cancelled_by) for v in visits[1:]} == {("The referral ended", "clinic")}
