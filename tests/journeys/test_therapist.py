"""Does a therapist say yes or no in a minute, and does nothing fall through after a missed visit?"""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from referrals.models import Referral
from tests.journeys.person import Person
from tests.journeys.visit import yesterday


@pytest.fixture
def now() -> datetime:
    """Eight days back, so that a visit of a week later was yesterday."""
    return yesterday()


def test_a_referral_is_declined_with_a_suggestion(
    received: Referral, therapist_desk: Person
) -> None:
    therapist = therapist_desk.reads("Review").follows("Mina Fontaine")
    therapist.follows("Decline")
    therapist.writes("Why do you decline?", "We have no place before the autumn.")
    therapist.presses("Decline").reads("Suggest", "This field is required.")
    therapist.finds("Why do you decline?", "We have no place before the autumn.")
    therapist.writes("What do you suggest instead?", "Valley Therapy has places now.")
    therapist.presses("Decline").reads(
        "Declined. The pediatrician reads why, and what you suggest."
    )
    therapist.reads("Valley Therapy has places now.", "The pediatrician takes note")


def test_a_visit_is_booked(accepted: Referral, therapist_desk: Person) -> None:
    tomorrow = timezone.localtime().replace(hour=14, minute=30) + timedelta(days=1)
    therapist = therapist_desk.follows("Mina Fontaine").follows("Book a visit")
    therapist.writes("Day and time", f"{tomorrow:%Y-%m-%dT%H:%M}").presses("Book a visit")
    therapist.reads("Booked. The family and the pediatrician are told.", f"{tomorrow:%-d %b %Y}")
    therapist.goes_home().reads("Evaluate", within="Waiting for you")


def test_a_missed_visit_owes_a_new_time(scheduled: Referral, therapist_desk: Person) -> None:
    therapist = therapist_desk.reads("Evaluate", within="Waiting for you")
    therapist.follows("Mina Fontaine").follows("Visit was missed")
    therapist.writes("Note", "Nobody came; no call.").presses("Visit was missed")
    therapist.reads("Recorded. A new time is owed now.", "The clinic finds a new time")
    therapist.goes_home().reads("Nothing waits for you")
