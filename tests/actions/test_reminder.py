"""Is nobody left to find out by chance: near, overdue, risen, each said once to those it concerns?"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Max

from referrals.act import DUTIES, Duty
from referrals.actions.concern import share_concern
from referrals.actions.reminder import raise_reminders
from referrals.actions.result import ask_result, withdraw_result
from referrals.actions.seat import end_seats
from referrals.clinical.clocks import CLOCKS
from referrals.clinical.programmes import PATHS
from referrals.models import (
    ClockSetting,
    Event,
    Membership,
    Notice,
    Programme,
    Referral,
    Reminder,
    Task,
)
from referrals.models.record import new_id
from referrals.pathway import STEPS, Party, Step
from referrals.queries.timeline import timeline
from tests.actions.outcome import told
from tests.factories.consent import shared
from tests.factories.organization import SchoolFactory
from tests.factories.programme import referred

ZONE = ZoneInfo("America/New_York")
#: A Monday; the clinic and the practice are open.
TODAY = date(2026, 3, 9)
NINE = datetime(2026, 3, 9, 9, tzinfo=ZONE)


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)


@pytest.fixture
def now() -> datetime:
    """A Monday, a week before."""
    return datetime(2026, 3, 2, 10, tzinfo=ZONE)


@pytest.fixture
def owed(sent):
    """A referral that the coordinator takes in, due on a day that the test says."""

    def due(day: date, **changed) -> Referral:
        Referral.objects.filter(pk=sent.pk).update(next_due_on=day, **changed)
        Task.objects.update(is_open=False, done_at=NINE, done_by=sent.author)
        Notice.objects.update(kind="before")
        return Referral.objects.get(pk=sent.pk)

    return due


def levels() -> list[tuple[str, date]]:
    return list(Reminder.objects.order_by("raised_at", "due_on").values_list("level", "due_on"))


# --- Near -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (date(2026, 3, 9), ["Kofi"]),
        (date(2026, 3, 11), ["Kofi"]),
        (date(2026, 3, 12), []),
    ],
)
def test_the_owner_is_told_two_working_days_before(owed, due, said):
    owed(due)
    raise_reminders(at=NINE)
    assert told("reminder_soon") == said


def test_a_weekend_lies_between(owed):
    owed(date(2026, 3, 17))
    raise_reminders(at=at(date(2026, 3, 12)))
    assert told("reminder_soon") == []
    raise_reminders(at=at(date(2026, 3, 13)))
    assert told("reminder_soon") == ["Kofi"]


def test_whoever_was_given_it_today_knows_of_it(owed):
    owed(date(2026, 3, 10), state_since=at(TODAY, 7))
    raise_reminders(at=NINE)
    assert told("reminder_soon") == []
    raise_reminders(at=at(date(2026, 3, 10)))
    assert told("reminder_soon") == ["Kofi"]


# --- Overdue, and risen -------------------------------------------------------------------------


def test_the_owner_is_told_once_that_it_is_overdue(owed):
    owed(date(2026, 3, 6))
    assert raise_reminders(at=NINE) == 1
    assert raise_reminders(at=NINE) == 0
    assert raise_reminders(at=at(date(2026, 3, 10))) == 0
    assert told("reminder_overdue") == ["Kofi"]


def test_what_is_due_today_is_not_overdue_where_it_is_owed(owed, clinic):
    owed(TODAY)
    raise_reminders(at=at(TODAY, 23))
    assert levels() == [("soon", TODAY)]
    clinic.time_zone = "Asia/Tokyo"
    clinic.save()
    raise_reminders(at=at(TODAY, 23))
    assert levels() == [("soon", TODAY), ("overdue", TODAY)]


def test_after_three_working_days_it_rises(owed):
    owed(date(2026, 3, 5))
    raise_reminders(at=at(date(2026, 3, 9)))
    assert levels() == [("overdue", date(2026, 3, 5))]
    raise_reminders(at=at(date(2026, 3, 10)))
    assert levels() == [("overdue", date(2026, 3, 5)), ("risen", date(2026, 3, 5))]
    assert told("reminder_risen") == ["Kofi"]


def test_a_clinic_sets_its_own_days(owed, clinic):
    ClockSetting.objects.create(organization=clinic, clock="rise_to_coordinator", days=1)
    ClockSetting.objects.create(organization=clinic, clock="due_soon", days=4)
    owed(date(2026, 3, 6))
    raise_reminders(at=NINE)
    assert {level for level, _ in levels()} == {"overdue", "risen"}
    owed(date(2026, 3, 13))
    raise_reminders(at=NINE)
    assert told("reminder_soon") == ["Kofi"]


def test_a_date_that_was_moved_is_said_anew(owed):
    owed(date(2026, 3, 2))
    raise_reminders(at=NINE)
    assert {level for level, _ in levels()} == {"overdue", "risen"}
    owed(date(2026, 3, 10))
    raise_reminders(at=at(date(2026, 3, 11)))
    assert levels()[-1] == ("overdue", date(2026, 3, 10))


def test_another_step_with_the_same_date_is_said_too(owed):
    owed(date(2026, 3, 6))
    raise_reminders(at=NINE)
    owed(date(2026, 3, 6), next_step=Step.FIRST_CONTACT)
    assert raise_reminders(at=NINE) == 1


def test_rising_is_an_event_and_the_rest_is_not(owed):
    referral = owed(date(2026, 3, 2))
    before = Event.objects.count()
    raise_reminders(at=NINE)
    (event,) = Event.objects.exclude(kind__in=[""]).order_by("-at", "-id")[
        : Event.objects.count() - before
    ]
    assert (event.kind, event.about, event.by, event.at) == (
        "reminder_risen", referral.pk, None, NINE,
    )  # fmt: skip
    newest = timeline(about=referral.pk, for_family=False, drafts=False)[0]
    assert newest.sentence == (
        "Overdue since 2 Mar 2026, and risen to Harbor Therapy: the clinic takes the referral in"
    )
    assert newest.who == "The clock"
    assert newest.sentence not in [
        entry.sentence for entry in timeline(about=referral.pk, for_family=True, drafts=False)
    ]


# --- To whom --------------------------------------------------------------------------------------


def test_what_the_practice_owes_rises_to_its_intake_and_to_the_clinic(owed, cast):
    owed(
        date(2026, 3, 2), next_step=Step.ANSWER, owner=cast.practice_colleague,
        owner_organization=cast.practice,
    )  # fmt: skip
    raise_reminders(at=NINE)
    assert told("reminder_overdue") == ["Ben"]
    assert told("reminder_risen") == ["Ada", "Kofi"]


def test_a_draft_rises_within_the_practice_alone(draft, cast):
    Referral.objects.update(next_due_on=date(2026, 3, 2))
    raise_reminders(at=NINE)
    assert (told("reminder_overdue"), told("reminder_risen")) == (["Ada"], ["Ada"])


def test_a_clinic_that_may_no_longer_see_it_is_told_nothing(owed, cast):
    referral = owed(
        date(2026, 3, 2), next_step=Step.ANSWER, owner=cast.pediatrician,
        owner_organization=cast.practice,
    )  # fmt: skip
    end_seats(referral.pk, at=at(TODAY, 1))
    raise_reminders(at=NINE)
    assert told("reminder_risen") == ["Ada"]
    assert "Harbor" not in Event.objects.get(kind="reminder_risen").data["whom"]


def test_a_concern_rises_within_the_practice(cast, now):
    concern = share_concern(
        id=new_id(), child=cast.child, signs=["tod.sensory"], by=cast.family, at=now
    )
    concern.owner = cast.practice_colleague
    concern.next_due_on = date(2026, 3, 3)
    concern.save()
    raise_reminders(at=NINE)
    assert (told("reminder_overdue"), told("reminder_risen")) == (["Ben"], ["Ada"])
    assert Event.objects.get(kind="reminder_risen").about == concern.pk


def test_a_step_towards_a_public_programme_rises_within_the_practice(cast, now):
    """The law's clocks are said like the medical ones."""
    early = SchoolFactory(kind="early_intervention", name="Early Steps")
    programme = referred(cast.child, early, by=cast.pediatrician, at=now)
    Programme.objects.update(next_due_on=date(2026, 3, 3), owner=cast.practice_colleague)
    Notice.objects.update(kind="before")
    raise_reminders(at=NINE)
    assert (told("reminder_overdue"), told("reminder_risen")) == (["Ben"], ["Ada"])
    assert Event.objects.get(kind="reminder_risen").about == programme.pk


@pytest.mark.parametrize(
    ("who", "overdue", "risen"),
    [
        ("therapist", ["Thea"], ["Kofi"]),
        ("practice_colleague", ["Ben"], ["Ada"]),
        ("partner", ["Ada"], ["Ada"]),
    ],
)
def test_results_that_do_not_come_are_asked_for_again_where_they_were_asked_for(
    received, cast, now, who, overdue, risen
):
    """A school that asks before therapy waits for the pediatrician."""
    Referral.objects.update(next_due_on=date(2026, 4, 6))
    shared(cast.child, cast.school, "results", by=cast.family, at=now)
    asked = ask_result(
        id=new_id(), child=cast.child, organization=cast.school, kinds=["progress"],
        due_on=date(2026, 3, 3), by=getattr(cast, who), at=now,
    )  # fmt: skip
    Notice.objects.update(kind="before")
    raise_reminders(at=NINE)
    assert (told("reminder_overdue"), told("reminder_risen")) == (overdue, risen)
    # What a clinic asked is a task of its referral; what the practice owes stands by itself.
    of_clinic = who == "therapist"
    assert Event.objects.get(kind="reminder_risen").about == (received if of_clinic else asked).pk
    pages = Notice.objects.exclude(kind="before").values_list("path", flat=True)
    page = f"referrals/{received.pk}" if of_clinic else f"children/{cast.child.pk}/results"
    assert set(pages) == {f"/{page}/"}
    withdraw_result(result=asked, reason="No longer needed.", by=getattr(cast, who), at=NINE)
    assert raise_reminders(at=at(date(2026, 3, 16))) == 0


def test_what_a_therapist_was_asked_for_is_said_once_as_the_task(in_therapy, cast, now):
    Referral.objects.update(next_due_on=date(2026, 4, 6))
    shared(cast.child, cast.school, "results", by=cast.family, at=now)
    Task.objects.update(is_open=False, done_at=now, done_by=cast.therapist)
    ask_result(
        id=new_id(), child=cast.child, organization=cast.school, kinds=["progress"],
        due_on=date(2026, 3, 6), by=cast.partner, at=now,
    )  # fmt: skip
    Notice.objects.update(kind="before")
    raise_reminders(at=NINE)
    assert told("reminder_overdue") == ["Thea"]


def test_an_owner_who_left_is_stood_in_for(owed, cast):
    owed(date(2026, 3, 6), owner=cast.colleague)
    Membership.objects.filter(user=cast.colleague).update(until=at(TODAY, 1))
    raise_reminders(at=NINE)
    assert told("reminder_overdue") == ["Kofi"]


def test_a_family_is_reminded_of_its_part_if_it_may_do_it(scheduled, cast, guardian, now):
    Notice.objects.update(kind="before")
    Task.objects.filter(duty=Duty.TELL_PROFILE).update(due_on=date(2026, 3, 2), opened_at=now)
    raise_reminders(at=NINE)
    assert told("reminder_overdue") == ["Rosa"]
    assert told("reminder_risen") == ["Kofi"]


def test_what_is_done_before_the_pass_is_not_said(owed):
    owed(date(2026, 3, 6), state="in_therapy")
    Referral.objects.update(next_due_on=date(2026, 4, 6))
    assert raise_reminders(at=NINE) == 0


def test_a_pass_is_bounded_and_the_next_goes_on(owed):
    owed(date(2026, 3, 2))
    assert raise_reminders(at=NINE, most=1) == 1
    assert raise_reminders(at=NINE, most=1) == 1
    assert raise_reminders(at=NINE, most=1) == 0


def test_a_notice_of_it_says_nothing(owed):
    referral = owed(date(2026, 3, 2))
    raise_reminders(at=NINE)
    for notice in Notice.objects.exclude(kind="before"):
        assert notice.path == f"/referrals/{referral.pk}/"
    longest = Notice.objects.aggregate(longest=Max("key"))["longest"]
    assert len(longest) <= 160


# --- Every clock --------------------------------------------------------------------------------

PEDIATRICIAN, CLINIC, FAMILY = "Ada", "Thea or Kofi", "Rosa"
#: Clock -> the steps and duties that it raises.
RAISES = {
    "send": {Step.SEND},
    "receive": {Step.RECEIVE},
    "triage": {Step.TRIAGE},
    "triage_urgent": {Step.TRIAGE},
    "answer": {Step.ANSWER, Duty.ANSWER_CHECK_IN, Duty.AGREE_PAUSE},
    "first_contact": {Step.FIRST_CONTACT},
    "next_attempt": {Step.REACH_FAMILY},
    "schedule_again": {Step.SCHEDULE_AGAIN},
    "report": {Step.EXPLAIN_PLAN, Step.SEND_PLAN},
    "acknowledge_report": {Step.ACKNOWLEDGE_PLAN, Duty.SIGN_RENEWED_PLAN, Duty.ACKNOWLEDGE_REPORT},
    "revise_plan": {Step.REVISE_PLAN},
    "agree_plan": {Step.AGREE_GOALS, Duty.ANSWER_GOALS},
    "progress_report": {Step.REPORT_PROGRESS},
    "acknowledge_closing": {Step.ACKNOWLEDGE_CLOSING, Duty.NOTE_DISCHARGE},
    "confirm_cancellation": {Step.CONFIRM_CANCELLATION},
    "tell_profile": {Duty.TELL_PROFILE},
    "plan_recertified": {Duty.RENEW_PLAN},
    "order_valid": {Duty.RENEW_PRESCRIPTION, Duty.ASK_PRESCRIPTION},
    "session_note": {Duty.SIGN_SESSION, Duty.COSIGN_SESSION},
    "review_concern": {"concern"},
    "answer_correction": {Duty.ANSWER_CORRECTION},
    "answer_results": {Duty.ANSWER_RESULTS},
    "results_asked": {"results", Duty.CHASE_RESULTS},
    "review_emergency": {"emergency"},
}
#: Clocks that make nothing due: how long a door stays open, and when something is said.
SAYS_WHEN = {
    "access_after_decline", "return_open", "warn_before_end", "due_soon", "rise_to_coordinator",
    "consent_ends_soon",
}  # fmt: skip
#: Each is the clock of a step of a way into a public programme.
OF_PROGRAMMES = {step.clock for path in PATHS.values() for step in path if step.clock}
#: What is owed as a row of its own: neither a step of a referral nor a task beside it.
BESIDE = {"concern", "results", "emergency"}
#: Due on the day of the appointment: no clock.
WITHOUT_CLOCK = {Step.EVALUATE}


def test_every_clock_raises_something_and_everything_has_a_clock():
    assert set(RAISES) | SAYS_WHEN | OF_PROGRAMMES == set(CLOCKS)
    named = {
        step: {owes.clock, owes.clock_urgent} - {None} for step, owes in {**STEPS, **DUTIES}.items()
    }
    for clock, raised in RAISES.items():
        assert {step for step, clocks in named.items() if clock in clocks} == raised - BESIDE
    assert set().union(*RAISES.values()) - BESIDE == {*STEPS, *DUTIES} - WITHOUT_CLOCK


@pytest.mark.parametrize("step", STEPS)
def test_every_step_is_said_overdue_and_rises(owed, cast, step):
    """To the coordinator of the clinic, and for what the practice owes to its intake as well."""
    person, place = {
        Party.PEDIATRICIAN: (cast.practice_colleague, cast.practice),
        Party.THERAPIST: (cast.therapist, cast.clinic),
        Party.COORDINATOR: (cast.coordinator, cast.clinic),
    }[STEPS[step].owner]
    owed(date(2026, 3, 2), next_step=step, owner=person, owner_organization=place)
    raise_reminders(at=NINE)
    assert told("reminder_overdue") == [person.given_name]
    assert told("reminder_risen") == (["Ada", "Kofi"] if place == cast.practice else ["Kofi"])


@pytest.mark.parametrize("duty", DUTIES)
def test_every_duty_is_said_overdue_and_rises(owed, cast, duty, now):
    referral = owed(date(2026, 4, 6))
    person, place = {
        Party.PEDIATRICIAN: (cast.practice_colleague, cast.practice),
        Party.THERAPIST: (cast.therapist, cast.clinic),
        Party.FAMILY: (None, None),
    }[DUTIES[duty].owner]
    Task.objects.create(
        referral=referral, duty=duty, party=DUTIES[duty].owner, about=referral.pk, owner=person,
        organization=place, from_on=date(2026, 3, 1), due_on=date(2026, 3, 2), opened_at=now,
    )  # fmt: skip
    raise_reminders(at=NINE)
    assert told("reminder_overdue") == [person.given_name if person else "Rosa"]
    assert told("reminder_risen") == (["Ada", "Kofi"] if place == cast.practice else ["Kofi"])
