"""Does somebody who sat long over a note sign it with one click, once they have said who they are?"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session as SignIn
from django.utils import timezone

from ot_coord.session import SessionStore
from referrals.models import Referral, Session, User
from tests.factories.person import PASSWORD
from tests.journeys.conftest import Enter
from tests.session_stages import visits_of


@pytest.fixture
def now() -> datetime:
    """Nine days back: the first therapy visit has been."""
    then = timezone.localtime() - timedelta(days=9)
    return then.replace(hour=10, minute=0, second=0, microsecond=0)


def sits_for(minutes: int) -> None:
    """So long ago is it now that whoever is signed in showed who they are."""
    for row in SignIn.objects.all():
        kept = row.get_decoded()
        for one in kept.get("account_authentication_methods", ()):
            one["at"] -= minutes * 60
        row.session_data = SessionStore().encode(kept)
        row.save()


def test_a_note_is_signed_after_the_password_was_said_once_more(
    held: Referral, desk: Enter, therapist: User, settings: Any
) -> None:
    settings.REAUTHENTICATION_MINUTES = 15
    visit = visits_of(held)[0]
    ot = desk(therapist).opens(f"/referrals/{held.pk}/sessions/{visit.pk}/write/")
    ot.writes("What was done", "Four zips, one of them alone.")
    sits_for(20)
    ot.presses("Sign as Thea Marsh, OTR/L").reads("Is it still you?", "Saved as a draft")
    assert Session.objects.get().status == "draft"
    ot.fills(password=PASSWORD).presses("Go on")
    ot.finds("What was done", "Four zips, one of them alone.")
    ot.presses("Sign as Thea Marsh, OTR/L").reads("Signed. The family can read what was done")
    assert Session.objects.get(status="final").done == "Four zips, one of them alone."


def test_what_is_led_to_the_second_factor_is_not_taken_for_saved(
    held: Referral, desk: Enter, therapist: User, settings: Any
) -> None:
    visit = visits_of(held)[0]
    ot = desk(therapist).opens(f"/referrals/{held.pk}/sessions/{visit.pk}/write/")
    settings.SECOND_FACTOR = True
    ot.writes("What was done", "Four zips.")
    ot.page.get_by_role("button", name="Save as draft").click()
    ot.reads("Not saved.").finds("What was done", "Four zips.")
    assert not Session.objects.exists()
