"""Do family, clinicians and school write to each other, each reading only what is theirs?"""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session

from referrals.models import Message, Organization, Referral, Thread, User
from tests.journeys.conftest import Enter
from tests.message_stages import PDF

WAITS = "No, it can wait a few days"
TODAY = "Yes, today"


def test_a_family_on_the_phone_and_its_therapist(
    accepted: Referral, cast: Any, clinic: Organization, phone: Enter, desk: Enter
) -> None:
    Organization.objects.filter(pk=clinic.pk).update(phone="+12125550120")
    rosa = phone(cast.family).follows("Messages").reads("No messages yet")
    rosa.opens(f"/children/{cast.child.pk}/messages/").follows("Write a message")
    rosa.reads("Harbor Therapy: therapists and coordinators", "Rosa Fontaine: Mother")
    rosa.does_not_read("Clinicians only", "cannot read this")
    rosa.writes("What is it about?", "Her splint").writes("Your message", "It rubs.\nA lot.")
    rosa.ticks(TODAY).presses("Send").reads("Please call now. Nothing was sent.", "911")
    assert not Thread.objects.exists()
    rosa.finds("Your message", "It rubs.\nA lot.").ticks(WAITS).presses("Send").reads("Sent.")

    thea = desk(cast.therapist).reads("1 new").follows("Read messages").follows("Her splint")
    thea.reads("Who can read this", "Rosa Fontaine: Mother", "It rubs.")
    thea.writes("Your message", "Please bring it along.").ticks(WAITS)
    thea.attaches("Files", "splint.pdf", PDF).presses("Send").reads("Not read yet")

    rosa.goes_home().follows("Read 1 new message thread").follows("Her splint")
    rosa.reads("Please bring it along.")
    assert rosa.downloads("splint.pdf") == PDF
    thea.opens(thea.page.url.split("#")[0]).reads("Read by", "Rosa Fontaine, Family")


def test_clinicians_among_themselves(
    accepted: Referral, cast: Any, phone: Enter, desk: Enter
) -> None:
    thea = desk(cast.therapist).opens(f"/children/{cast.child.pk}/messages/new/")
    thea.reads("The family cannot read this.").ticks("Clinicians only")
    thea.writes("What is it about?", "Hearing").writes("Your message", "Was it tested?")
    thea.ticks(WAITS).presses("Send").reads("Clinicians only. The family cannot read this.")
    ada = desk(cast.pediatrician).follows("Messages").reads("Clinicians only").follows("Hearing")
    ada.writes("Your message", "In May.").ticks(WAITS).presses("Send").reads("In May.")
    rosa = phone(cast.family).does_not_read("Hearing", "new message")
    rosa.follows("Messages").reads("No messages yet").does_not_read("Hearing")
    rosa.opens(f"/children/{cast.child.pk}/").does_not_read("Hearing", "Wrote a message")


def test_a_school_with_the_familys_consent(
    with_school: Thread, cast: Any, desk: Enter, phone: Enter
) -> None:
    paula = desk(cast.partner).follows("Messages").follows("Circle time")
    paula.reads("Maple School: the people who work with the child")
    paula.writes("Your message", "She sings along.").ticks(WAITS).presses("Send").reads("Sent.")
    phone(cast.family).follows("Messages").follows("Circle time").reads("She sings along.")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_double_click_sends_one_message(
    with_family: Thread, cast: Any, phone: Enter, scripts: bool
) -> None:
    rosa = phone(cast.family, java_script_enabled=scripts)
    rosa.opens(f"/children/{cast.child.pk}/messages/{with_family.pk}/")
    rosa.writes("Your message", "Once.").ticks(WAITS)
    rosa.page.get_by_role("button", name="Send").dblclick(no_wait_after=True)
    rosa.page.wait_for_url(re.compile("#message-2"))
    rosa.reads("Once.")
    assert Message.objects.count() == 2


def test_a_session_that_ends_while_writing_keeps_the_text(
    with_family: Thread, cast: Any, family: User, phone: Enter
) -> None:
    rosa = phone(family).opens(f"/children/{cast.child.pk}/messages/{with_family.pk}/")
    rosa.writes("Your message", "Written for long.").ticks(WAITS)
    Session.objects.all().delete()
    rosa.page.get_by_role("button", name="Send").click()
    rosa.reads("You are signed out. Your text is still here")
    rosa.finds("Your message", "Written for long.")
    assert Message.objects.count() == 1
