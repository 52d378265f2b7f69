"""Does a home activity come from the bank to the family's wall, and its question back to an answer?"""

from datetime import datetime
from typing import Any

import pytest

from referrals.models import Activity, CheckIn, Reaction, Referral, User
from tests.factories.activity import given, picture
from tests.factories.practice import practised
from tests.journeys.conftest import Enter
from tests.journeys.visit import yesterday


@pytest.fixture
def now() -> datetime:
    """Eight days back, so that the visit of a week later was yesterday."""
    return yesterday()


def test_from_the_bank_to_the_wall_and_a_question_to_its_answer(
    in_therapy: Referral, desk: Enter, phone: Enter, therapist: User, family: User
) -> None:
    ot = desk(therapist).follows("Mina Fontaine").follows("Give an activity")
    ot.chooses("Area", "Dressing, washing and using the toilet").presses("Show")
    ot.presses("Use Sock helper").finds("Name", "Sock helper")
    ot.writes("Name", "Red socks for Mina").writes("Minutes each time", "3")
    goal = in_therapy.goals.get()
    ot.ticks(goal.versions.get().statement).presses("Give it")
    ot.reads("Given. The family is told.").follows("Red socks for Mina").follows("Add a picture")
    photo = picture(size=(640, 480)).read()
    ot.attaches("Picture", "sock.gif", b"GIF89a" + b"0" * 40)
    ot.writes("What the picture shows", "Two thumbs in a red sock").presses("Save the picture")
    ot.reads("is not a JPEG, PNG or WebP picture")
    ot.attaches("Picture", "sock.jpg", photo).presses("Save the picture")
    ot.reads("The picture is saved.")
    width = ot.page.locator(".activity-picture img").evaluate("image => image.naturalWidth")
    assert width == 640

    activity = Activity.objects.get()
    assert (activity.bank_code, activity.minutes) == ("a09", 3)
    mother = phone(family).opens(f"/referrals/{in_therapy.pk}/activities/")
    mother.reads("Red socks for Mina").follows("Print").reads("Let your child pull it up.")
    assert mother.downloads("Save as PDF").startswith(b"%PDF-")
    mother.opens(f"/referrals/{in_therapy.pk}/activities/").follows("Red socks for Mina")
    mother.follows("Ask about this").writes("Your question", "Left foot first?").presses("Send")
    mother.reads("Your therapist has your question.", "Left foot first?")

    ot.opens(f"/referrals/{in_therapy.pk}/").reads("Answer a question", within="Also open")
    ot.follows("Answer", within="Questions").reads("Left foot first?")
    ot.writes("Your answer", "The foot she likes.").presses("Send the answer")
    mother.page.reload()
    mother.reads("The foot she likes.")
    assert CheckIn.objects.get().answered_by == therapist


def test_a_pause_is_asked_for_and_practice_is_answered_without_a_script(
    in_therapy: Referral, desk: Enter, phone: Enter, therapist: User, family: User, later: Any
) -> None:
    activity = given(in_therapy, by=therapist, at=later)
    practised(activity, by=family, at=later, word="She laughed.")
    at = f"/referrals/{in_therapy.pk}/activities/"
    mother = phone(family, java_script_enabled=False).opens(at).follows("Ask for a pause")
    mother.writes("Last day", "2001-01-01").writes("Why?", "Ill.").presses("Ask")
    mother.reads("The last day comes after the first.").finds("Why?", "Ill.")
    mother.writes("Last day", mother.field("First day").input_value()).presses("Ask")
    mother.reads("Your therapist has it and will answer.")

    ot = desk(therapist, java_script_enabled=False).opens(at).follows("Answer")
    ot.ticks("Agree: nothing is asked of them on these days").presses("Send the answer")
    ot.reads("Answered. The family is told.", "Paused until")
    ot.follows("One button on the way out").presses("Well done").reads("The family can see it.")
    assert Reaction.objects.get().sign == "well_done"
    mother.opens(at).reads("Nothing is asked of you until then.")
    mother.follows("One button on the way out").reads("Well done")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_for_everybody(
    scheme: str, at_home: Referral, desk: Enter, phone: Enter, therapist: User, family: User,
    pediatrician: User,
) -> None:  # fmt: skip
    """Each page of practice at home, wide and small, light and dark."""
    at, one = f"/referrals/{at_home.pk}/", at_home.activities.get()
    pause, asked = at_home.pauses.get(), at_home.check_ins.get()
    of_one = f"activities/{one.pk}/"
    for enter in (desk, phone):
        ot = enter(therapist, color_scheme=scheme)
        for path in (
            "", "activities/", "activities/new/", "activities/handout/", of_one, f"{of_one}edit/",
            f"{of_one}retire/", f"{of_one}picture/", "pauses/agree/", f"pauses/{pause.pk}/answer/",
            "check-ins/", f"check-ins/{asked.pk}/answer/",
        ):  # fmt: skip
            ot.opens(at + path)
    enter = phone if scheme == "dark" else desk
    mother = enter(family, color_scheme=scheme)
    for path in ("activities/", of_one, f"{of_one}ask/", "pauses/ask/", "check-ins/"):
        mother.opens(at + path)
    doctor = enter(pediatrician, color_scheme=scheme)
    for path in ("", "activities/", of_one, "check-ins/", "check-ins/new/"):
        doctor.opens(at + path)
