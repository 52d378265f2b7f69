"""Is the whole way walked in a browser that runs no script?"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from referrals.actions.attendance import attend_session
from referrals.models import (
    Appointment,
    Child,
    Organization,
    Position,
    Rating,
    Referral,
    Role,
    Session,
)
from referrals.queries.organization import FEW
from tests.conftest import Cast
from tests.factories.goal import proposed
from tests.factories.organization import ClinicFactory
from tests.factories.person import works_at
from tests.journeys.conftest import Enter
from tests.session_stages import planned_series

from .visit import yesterday

CLUMSY = "Clumsy, or trouble planning movements for everyday tasks"


@pytest.fixture
def now() -> datetime:
    """Eight days back, so that the visit of a week later was yesterday."""
    return yesterday()


@pytest.fixture
def plain(desk: Enter) -> Enter:
    """Somebody whose browser runs no script."""

    def without_scripts(user: Any) -> Any:
        return desk(user, java_script_enabled=False)

    return without_scripts


def test_from_the_referral_to_the_booked_visit(
    cast: Cast, child: Child, clinic: Organization, plain: Enter
) -> None:
    doctor = plain(cast.pediatrician).follows("New referral")
    doctor.writes("Name, date of birth or number", "font").presses("Search")
    doctor.follows("Mina Fontaine").ticks(CLUMSY, "Habilitation: gain a new skill")
    doctor.chooses("Clinic that receives", "Harbor Therapy")
    doctor.writes("What should the therapist find out?", "Why does she fall?")
    doctor.presses("Sign and send").reads("Sent. The clinic has it on its list now.")

    ot = plain(cast.therapist).follows("Mina Fontaine")
    ot.presses("Take in").follows("Accept").presses("Accept").reads("Accepted.")
    assert Referral.objects.get().state == "accepted"

    office = plain(cast.coordinator).follows("Mina Fontaine").follows("Log a contact attempt")
    office.chooses("How", "Phone call").chooses("What came of it", "No answer")
    office.presses("Log a contact attempt").reads("The attempt is logged.")
    tomorrow = timezone.localtime().replace(hour=14, minute=30) + timedelta(days=1)
    office.follows("Book a visit").writes("Day and time", f"{tomorrow:%Y-%m-%dT%H:%M}")
    office.presses("Book a visit").reads("Booked. The family and the pediatrician are told.")
    assert Referral.objects.get().state == "scheduled"
    plain(cast.family).reads("Your next visit")


def test_a_note_is_written_and_signed(
    cast: Cast, in_therapy: Referral, later: datetime, plain: Enter
) -> None:
    planned_series(in_therapy, by=cast.therapist, at=later + timedelta(hours=7), visits=1)
    visits = Appointment.objects.filter(purpose="therapy")
    visits.update(starts_at=timezone.now() - timedelta(hours=1))
    attend_session(appointment=visits.get(), by=cast.therapist, at=timezone.now())
    ot = plain(cast.therapist).opens(
        f"/referrals/{in_therapy.pk}/sessions/{visits.get().pk}/write/"
    )
    ot.page.locator(".goal-tap .tap input[value='1']").check(force=True)
    ot.writes("What was done", "Buttons on the big board.").presses("Save as draft")
    ot.follows("Go on writing the note").finds("What was done", "Buttons on the big board.")
    ot.writes("What to practise at home", "Two buttons.").presses("Sign as Thea Marsh, OTR/L")
    ot.reads("Signed. The family can read what was done")
    assert (Session.objects.get().status, Rating.objects.get().level) == ("final", 1)


def test_a_goal_is_answered(cast: Cast, evaluated: Referral, later: datetime, plain: Enter) -> None:
    proposed(evaluated, by=cast.therapist, at=later + timedelta(minutes=20))
    mother = plain(cast.family).follows("See the goals").follows("Answer")
    mother.ticks("I agree").presses("Send my answer")
    assert Position.objects.get(by=cast.family).answer == "agree"


def test_a_clinic_is_found_among_many(
    cast: Cast, child: Child, clinic: Organization, plain: Enter
) -> None:
    for n in range(FEW + 3):
        works_at(ClinicFactory(name=f"Clinic {n:02}", address=""), Role.COORDINATOR, intake=True)
    doctor = plain(cast.pediatrician).opens(f"/children/{child.pk}/refer/")
    doctor.ticks(CLUMSY, "Habilitation: gain a new skill")
    doctor.writes("What should the therapist find out?", "Why does she fall?")
    doctor.writes("Another place: part of its name or town", "clinic 07").presses("Find")
    doctor.reads("1 found: choose in the list.").looks()
    doctor.finds("What should the therapist find out?", "Why does she fall?")
    doctor.chooses("Clinic that receives", "Clinic 07").presses("Sign and send")
    doctor.reads("Sent. The clinic has it on its list now.")
    assert Referral.objects.get().clinic.name == "Clinic 07"
