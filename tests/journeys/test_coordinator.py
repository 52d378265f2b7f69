"""Does a coordinator reach the family, or end it honestly?"""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from referrals.models import Referral
from tests.journeys.person import Person


@pytest.fixture
def now() -> datetime:
    """Five days back, so that there were days to try on."""
    then = timezone.localtime() - timedelta(days=5)
    return then.replace(hour=10, minute=0, second=0, microsecond=0)


def test_a_family_is_unreachable_only_after_three_attempts(
    accepted: Referral, coordinator_desk: Person, now: datetime
) -> None:
    intake = coordinator_desk.reads("Contact the family").follows("Mina Fontaine")
    for days, channel, result in (
        (1, "Phone call", "No answer"), (2, "Text message", "Left a message"),
        (3, "Phone call", "No answer"),
    ):  # fmt: skip
        if days == 3:
            close(intake).reads("So far: 2 attempts, 2 channels, 2 days.")
            intake.follows("Back")
        intake.follows("Log a contact attempt").chooses("How", channel)
        intake.writes("When", f"{now + timedelta(days=days):%Y-%m-%dT%H:%M}")
        intake.chooses("What came of it", result).presses("Log a contact attempt")
        intake.reads("The attempt is logged.")
    close(intake).reads(
        "Closed. The pediatrician is asked to take note.", "The pediatrician takes note"
    )
    intake.goes_home().reads("Lost in the last year", "Closed: family not reached")


def close(intake: Person) -> Person:
    intake.page.get_by_text("More", exact=True).click()
    intake.follows("Close the referral").ticks("Family not reached")
    return intake.writes("What happened", "Nobody answered.").presses("Close the referral")


def test_a_due_date_moves_only_with_a_reason(
    contacting: Referral, coordinator_desk: Person
) -> None:
    intake = coordinator_desk.follows("Mina Fontaine")
    intake.page.get_by_text("More", exact=True).click()
    later = timezone.localdate() + timedelta(days=9)
    intake.follows("Move the due date").writes("New due date", later.isoformat())
    intake.presses("Move the due date").reads("This field is required.")
    intake.finds("New due date", later.isoformat())
    intake.writes("Why", "The family is away until then.").presses("Move the due date")
    intake.reads("The due date is moved.", "The family is away until then.", f"{later:%-d %b %Y}")
