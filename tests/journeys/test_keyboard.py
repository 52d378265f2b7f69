"""Does everybody get their work done without a mouse?

Nothing here clicks, and nothing is filled in that has not been come to by Tab.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from referrals.actions.attendance import attend_session
from referrals.models import (
    Activity,
    Appointment,
    Child,
    Organization,
    Position,
    Practice,
    Rating,
    Referral,
    Seat,
    Session,
    User,
)
from tests.factories.goal import proposed
from tests.factories.phone import an_activity
from tests.journeys.conftest import Enter
from tests.session_stages import planned_series

from .keyboard import Keyboard
from .visit import yesterday

CLUMSY = "Clumsy, or trouble planning movements for everyday tasks"


@pytest.fixture
def now() -> datetime:
    """Eight days back, so that the visit of a week later was yesterday."""
    return yesterday()


@pytest.fixture
def hands(desk: Enter) -> Any:
    """Somebody with a keyboard only, signed in."""

    def without_a_mouse(user: User) -> Keyboard:
        return Keyboard(desk(reduced_motion="reduce")).signs_in(user)

    return without_a_mouse


def test_a_pediatrician_sends_a_referral(
    child: Child, clinic: Organization, hands: Any, pediatrician: User
) -> None:
    doctor = hands(pediatrician).to("New referral").goes("Enter")
    doctor.skips().to("Name, date of birth or number").types("font").goes("Enter")
    doctor.follows("Mina Fontaine")
    doctor.skips().ticks(CLUMSY)
    doctor.to("What should the therapist find out?").types("Why does she fall so often?")
    doctor.picks("Service", 1).picks("Intent", 0)
    doctor.chooses("Clinic that receives", "Harbor Therapy")
    doctor.presses("Sign and send").reads("Sent. The clinic has it on its list now.")
    sent = Referral.objects.get()
    assert (sent.state, sent.question) == ("sent", "Why does she fall so often?")


def test_a_therapist_accepts_and_writes_a_note(
    received: Referral, hands: Any, therapist: User
) -> None:
    ot = hands(therapist).follows("Mina Fontaine").follows("Accept").presses("Accept")
    ot.reads("Accepted.")
    assert Referral.objects.get().state == "accepted"


def test_a_therapist_signs_the_note_of_a_visit(
    in_therapy: Referral, later: datetime, hands: Any, therapist: User
) -> None:
    began = timezone.now() - timedelta(hours=1)
    planned_series(in_therapy, by=therapist, at=later + timedelta(hours=7), visits=1)
    visits = Appointment.objects.filter(purpose="therapy")
    visits.update(starts_at=began)
    attend_session(appointment=visits.get(), by=therapist, at=timezone.now())

    ot = hands(therapist)
    ot.person.opens(f"/referrals/{in_therapy.pk}/sessions/{visits.get().pk}/write/")
    # From “Not worked on”, where the focus comes to, one up is the highest level.
    ot.skips().to("Not worked on").keys.press("ArrowUp")
    ot.to("What was done").types("Buttons on the big board.")
    ot.to("What to practise at home").types("Two buttons before breakfast.")
    ot.presses("Sign as Thea Marsh, OTR/L").reads("Signed. The family can read what was done")
    assert (Session.objects.get().status, Rating.objects.get().level) == ("final", 2)


def test_a_coordinator_logs_a_contact_and_books(
    accepted: Referral, hands: Any, coordinator: User
) -> None:
    office = hands(coordinator).follows("Mina Fontaine").follows("Log a contact attempt")
    office.skips().chooses("How", "Phone").chooses("What came of it", "No answer")
    office.presses("Log a contact attempt").reads("The attempt is logged.")
    tomorrow = timezone.localtime().replace(hour=14, minute=30) + timedelta(days=1)
    office.follows("Book a visit").skips().dates("Day and time", f"{tomorrow:%m%d%Y %I%M%p}")
    office.presses("Book a visit").reads("Booked. The family and the pediatrician are told.")
    booked = timezone.localtime(Appointment.objects.get(status="booked").starts_at)
    assert f"{booked:%Y-%m-%d %H:%M}" == f"{tomorrow:%Y-%m-%d %H:%M}"


@pytest.fixture
def buttons(cast: Any, in_therapy: Referral, later: datetime) -> Activity:
    """One activity for the family to log."""
    return an_activity(in_therapy, by=cast.therapist, at=later)


def test_a_family_logs_practice_with_one_key(buttons: Activity, hands: Any, family: User) -> None:
    mother = hands(family).skips().to("Did it")
    mother.keys.press("Space")
    mother.reads("Did it · you")
    entry = mother.page.locator(f'[data-entry="{Practice.objects.get().pk}"]')
    expect(entry).to_be_focused()
    mother.to("Undo").goes("Enter").reads("It is taken back. It counts for nothing now.")
    assert Practice.objects.get().undone_at is not None


def test_a_family_answers_a_goal(
    cast: Any, evaluated: Referral, later: datetime, hands: Any, family: User
) -> None:
    proposed(evaluated, by=cast.therapist, at=later + timedelta(minutes=20))
    mother = hands(family).follows("See the goals").follows("Answer")
    mother.skips().picks("Your answer", 0).presses("Send my answer")
    assert Position.objects.get(by=family).answer == "agree"


def test_a_partner_opens_what_is_shared(
    contacting: Referral, partner_seat: Seat, hands: Any, partner: User
) -> None:
    school = hands(partner).follows("Mina Fontaine").reads("Shared with you by the family")
    school.to("Home", back=True).goes("Enter").reads("Children shared with you")
