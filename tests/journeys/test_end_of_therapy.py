"""Does therapy end with everybody told, and is everything there when the child comes back?"""

from datetime import datetime, timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from referrals.models import Discharge, Goal, Plan, Referral, User
from referrals.pathway import State
from tests.discharge_stages import summary
from tests.factories.therapy_rows import an_activity
from tests.journeys.conftest import Enter

SIGN = "She stops buttoning for two weeks."


@pytest.fixture
def now() -> datetime:
    """So long ago that the last visit of `treated` was in the last weeks."""
    then = timezone.localtime() - timedelta(days=38)
    return then.replace(hour=10, minute=0, second=0, microsecond=0)


def weeks_pass(referral: Referral) -> None:
    """Four weeks: all that has a day lies so much further back."""
    weeks = timedelta(weeks=4)
    Referral.objects.filter(pk=referral.pk).update(
        closed_at=F("closed_at") - weeks, acknowledged_at=F("acknowledged_at") - weeks
    )
    one = summary(referral)
    assert one.return_until is not None
    Discharge.objects.filter(pk=one.pk).update(return_until=one.return_until - weeks)


def test_from_the_summary_over_everybodys_note_to_the_next_plan(
    treated: Referral, phone: Enter, desk: Enter, family: User, therapist: User,
    pediatrician: User,
) -> None:  # fmt: skip
    activity = an_activity(treated, timezone.now(), by=therapist)
    ot = desk(therapist).follows("Mina Fontaine")
    ot.page.get_by_text("More", exact=True).first.click()
    ot.follows("End therapy: write the summary").reads("−1 Less than expected")
    ot.chooses("Why therapy ends", "Enough is reached for now")
    ot.writes("How it went", "She learned fast.")
    ot.writes("What to keep up at home", "Let her button the top two.")
    ot.writes("Come back if", SIGN).pauses("Saved as a draft").page.reload()
    ot.finds("Come back if", SIGN).presses("Read and sign")
    ot.reads("Say who was told, and how.", "is not met in full").follows("Go on writing")
    ot.writes("Who was told, and how", "Rosa, at the last visit.")
    ot.writes("Why, if not met in full", "The jacket is new.").presses("Read and sign")
    ot.presses("Sign as Thea Marsh, OTR/L")
    ot.reads("Signed. Therapy has ended; the family and the pediatrician are told.", "Partly met")

    doctor = desk(pediatrician).takes_up("Take note of the ending")
    doctor.reads("Enough is reached for now", "Partly met").presses("Take note")
    doctor.reads("Thank you: nothing is owed on this referral any more.")

    mother = phone(family).reads("Therapy has ended", "Let her button the top two.", SIGN)
    mother.follows("Read it and say so").reads("Partly reached", "The jacket is new.")
    mother.presses("I have read it").reads("Thank you. The therapist knows that you have read it.")
    mother.goes_home().does_not_read("Read it and say so")
    assert summary(treated).family_noted_by == family

    weeks_pass(treated)
    doctor.opens(f"/referrals/{treated.pk}/").follows("Take therapy up again").reads(SIGN)
    doctor.writes("Which sign brings the child back?", "Two weeks without a button.")
    doctor.presses("Take therapy up again").reads("Therapy is taken up again.", "Evaluated")
    doctor.reads("version 1 of", "Two weeks without a button.")

    mother.goes_home().does_not_read("Therapy has ended").reads("Your goals")
    ot.goes_home().takes_up("Write and explain the plan").follows("Write the next plan")
    ot.writes("Why is there a new version?", "She is back.").presses("Begin the new version")
    ot.finds("Visits", "2").finds("Approaches", "Play and daily routines.")
    ot.finds("Therapy starts on", "")

    referral = Referral.objects.get()
    assert (referral.state, referral.acknowledged_at) == (State.EVALUATED, None)
    assert Goal.objects.get().status == "active"
    assert Plan.objects.count() == 2
    assert referral.activities.get() == activity
    assert referral.evaluations.filter(status="final").exists()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["desk", "phone"])
def test_the_pages_of_the_end_are_for_everybody(
    screen: str, scheme: str, amended_discharge: Referral, request: pytest.FixtureRequest,
    cast: User,
) -> None:  # fmt: skip
    enter = request.getfixturevalue(screen)
    at, one = f"/referrals/{amended_discharge.pk}/", summary(amended_discharge)
    ot = enter(cast.therapist, color_scheme=scheme)
    for path in ("", "discharge/amend/", f"discharge/{one.pk}/", f"discharge/{one.pk}/print/"):
        ot.opens(at + path)
    ot.opens(f"{at}discharge/amend/").writes("Why is there a new version?", "A slip.")
    ot.presses("Begin the new version").presses("Read and sign").reads("Read and sign the")
    ot.opens(f"{at}reopen/")
    mother = enter(cast.family, color_scheme=scheme)
    for path in ("/", at, f"{at}discharge/{one.pk}/", f"{at}discharge/note/"):
        mother.opens(path)
