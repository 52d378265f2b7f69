"""What is lost when something goes wrong? Nothing that was typed, and nothing is done twice."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Route, expect

from referrals.actions.appointment import offer_appointments
from referrals.models import Child, Organization, Referral, Seat, User
from tests.conftest import Cast
from tests.factories.person import PASSWORD
from tests.journeys.conftest import Enter
from tests.journeys.person import Person, breaches

SELF_CARE = "Self-feeding, dressing or toileting stays behind age"
HABILITATION = "Habilitation: gain a new skill"
QUESTION = "What should the therapist find out?"
SENT = "Sent. The clinic has it on its list now."


def leaves_the_field(person: Person, asks: str = "Why is dressing such a fight?") -> None:
    """What was typed is saved as soon as the field is left."""
    person.page.keyboard.press("Tab")
    for _ in range(100):
        if Referral.objects.filter(question=asks).exists():
            return
        person.page.wait_for_timeout(50)
    raise AssertionError(f"“{asks}” is not saved.")


def writes_a_referral(person: Person, child: Child) -> Person:
    person.opens(f"/children/{child.pk}/refer/").ticks(SELF_CARE, HABILITATION)
    person.chooses("Clinic that receives", "Harbor Therapy")
    return person.writes(QUESTION, "Why is dressing such a fight?")


# --- Twice, back, too late ----------------------------------------------------------------------


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_double_click_sends_one_referral(
    child: Child, clinic: Organization, desk: Enter, pediatrician: User, scripts: bool
) -> None:
    doctor = writes_a_referral(desk(pediatrician, java_script_enabled=scripts), child)
    doctor.page.get_by_role("button", name="Sign and send").dblclick(no_wait_after=True)
    # The second click may cut off the first answer on its way: what counts is where it ends.
    expect(doctor.page).to_have_url(re.compile("/referrals/"))
    doctor.reads("Sent", "Why is dressing such a fight?")
    assert Referral.objects.count() == 1


def test_the_way_back_after_sending_sends_nothing_again(
    child: Child, clinic: Organization, pediatrician_desk: Person
) -> None:
    doctor = writes_a_referral(pediatrician_desk, child).presses("Sign and send").reads(SENT)
    doctor.page.go_back()
    doctor.reads("What is asked", "Sent the referral").does_not_read("Sign and send")
    assert Referral.objects.exclude(state="draft").count() == 1


def test_a_session_that_ends_while_writing_loses_nothing(
    child: Child, clinic: Organization, pediatrician: User, pediatrician_desk: Person
) -> None:
    doctor = writes_a_referral(pediatrician_desk, child)
    leaves_the_field(doctor)
    doctor.reads("Saved as a draft at")
    Session.objects.all().delete()
    doctor.writes(QUESTION, "Why is dressing such a fight, and is it the buttons?")
    doctor.page.get_by_role("button", name="Sign and send").click()
    doctor.reads("You are signed out. Your text is still here")
    doctor.finds(QUESTION, "Why is dressing such a fight, and is it the buttons?")

    doctor.signs_in(pediatrician).reads("Finish and send")
    doctor.follows("Mina Fontaine", within="Referrals that wait for you").follows("Go on writing")
    doctor.finds(QUESTION, "Why is dressing such a fight?").finds_ticked(SELF_CARE, HABILITATION)
    doctor.presses("Sign and send").reads(SENT)


def test_after_signing_in_in_another_tab_the_first_goes_on(
    child: Child, clinic: Organization, pediatrician: User, pediatrician_desk: Person
) -> None:
    doctor = writes_a_referral(pediatrician_desk, child).reads("Saved as a draft at")
    Session.objects.all().delete()
    doctor.writes(QUESTION, "Is it the buttons?")
    doctor.page.get_by_role("button", name="Sign and send").click()
    doctor.reads("You are signed out.")
    other = Person(doctor.page.context.new_page(), doctor.site, doctor.name)
    other.signs_in(pediatrician).page.close()
    doctor.presses("Sign and send").reads(SENT, "Is it the buttons?")


def test_a_draft_whose_answer_was_lost_is_saved_on(
    child: Child, clinic: Organization, pediatrician_desk: Person
) -> None:
    """The server has kept it and the page does not know: that is nobody else's change."""
    doctor = writes_a_referral(pediatrician_desk, child).pauses("Saved as a draft at")
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.request.url)
            route.fetch()
            route.abort()
        else:
            route.continue_()

    doctor.page.route("**/refer/", lose_the_first)
    leaves_the_field(doctor.writes(QUESTION, "Is it the buttons?"), "Is it the buttons?")
    doctor.reads("No connection. Your text is still here.")
    sleeves = "Is it the buttons, or the sleeves?"
    leaves_the_field(doctor.writes(QUESTION, sleeves), sleeves)
    expect(doctor.page.locator("#live")).to_be_empty()
    doctor.presses("Sign and send").reads(SENT, sleeves)


def test_a_page_from_elsewhere_is_not_taken_for_a_saved_draft(
    child: Child, clinic: Organization, pediatrician_desk: Person
) -> None:
    """Something on the way answers with a page of its own, as if all were well."""
    page = pediatrician_desk.opens(f"/children/{child.pk}/refer/").page
    elsewhere = {"content_type": "text/html", "body": "<p>Back soon</p>"}
    page.route("**/refer/", lambda route: route.fulfill(status=200, **elsewhere))
    pediatrician_desk.writes(QUESTION, "Is it the buttons?")
    page.get_by_role("button", name="Sign and send").click()
    pediatrician_desk.reads("That did not work. Your text is still here")
    pediatrician_desk.finds(QUESTION, "Is it the buttons?")
    page.unroute_all()
    page.get_by_role("button", name="Sign and send").click()
    pediatrician_desk.reads("Please look at this again.").finds(QUESTION, "Is it the buttons?")


def declines(person: Person, referral: Referral) -> Person:
    person.opens(f"/referrals/{referral.pk}/decline/").writes("Why do you decline?", "We are full.")
    return person.writes("What do you suggest instead?", "Wait.")


def test_what_no_draft_keeps_stays_on_the_page_when_the_session_has_ended(
    received: Referral, therapist: User, desk: Enter
) -> None:
    thea = declines(desk(therapist), received)
    Session.objects.all().delete()
    thea.page.get_by_role("button", name="Decline", exact=True).click()
    thea.reads("You are signed out. Your text is still here").looks()
    thea.finds("Why do you decline?", "We are full.")
    Person(thea.page.context.new_page(), thea.site, thea.name).signs_in(therapist).page.close()
    thea.presses("Decline").reads("Declined.", "We are full.")


def test_what_no_draft_keeps_stays_on_the_page_without_a_connection(
    received: Referral, therapist: User, desk: Enter
) -> None:
    thea = declines(desk(therapist), received)
    thea.page.context.set_offline(True)
    thea.page.get_by_role("button", name="Decline", exact=True).click()
    thea.reads("That did not work. Your text is still here")
    thea.page.context.set_offline(False)
    thea.finds("Why do you decline?", "We are full.").presses("Decline").reads("Declined.")


def test_what_was_stopped_on_its_way_can_be_sent_again(
    received: Referral, therapist: User, desk: Enter
) -> None:
    thea = desk(therapist)
    thea.page.clock.install()
    declines(thea, received)
    stopped: list[Route] = []
    thea.page.route(
        "**/decline/",
        lambda route: (
            stopped.append(route) if route.request.method == "POST" else route.continue_()
        ),
    )
    button = thea.page.get_by_role("button", name="Decline", exact=True)
    button.click(no_wait_after=True)
    thea.page.wait_for_timeout(500)  # in which it is asked who is signed in, and the form goes
    thea.page.context.new_cdp_session(thea.page).send("Page.stopLoading")
    expect(button).to_be_disabled()
    thea.page.clock.fast_forward(30_000)
    thea.page.unroute_all(behavior="ignoreErrors")
    thea.finds("Why do you decline?", "We are full.").presses("Decline").reads("Declined.")


def test_somebody_else_was_faster(
    received: Referral, desk: Enter, therapist: User, colleague: User
) -> None:
    thea, cora = desk(therapist), desk(colleague)
    thea.opens(f"/referrals/{received.pk}/decline/")
    cora.opens(f"/referrals/{received.pk}/accept/").presses("Accept").reads("Accepted.")
    thea.writes("Why do you decline?", "We are full.").writes(
        "What do you suggest instead?", "Wait."
    )
    thea.presses("Decline").reads("This referral has changed since you opened it")
    thea.finds("Why do you decline?", "We are full.").finds("What do you suggest instead?", "Wait.")
    assert Referral.objects.get().state == "accepted"


def test_a_file_that_is_not_what_its_name_says(
    child: Child, clinic: Organization, pediatrician_desk: Person
) -> None:
    doctor = writes_a_referral(pediatrician_desk, child)
    doctor.attaches("Attachments", "report.pdf", b"plainly not a report")
    doctor.presses("Sign and send").reads("“report.pdf” is not a PDF, JPEG or PNG file.")
    doctor.finds(QUESTION, "Why is dressing such a fight?").finds_ticked(SELF_CARE, HABILITATION)
    doctor.attaches("Attachments", "report.pdf", b"%PDF-1.4\n%%EOF\n").presses("Sign and send")
    doctor.reads(SENT, "report.pdf")


# --- Without scripts, without a mouse -------------------------------------------------------------


def test_a_child_is_registered_and_referred_without_scripts(cast: Cast, desk: Enter) -> None:
    doctor = desk(cast.pediatrician, java_script_enabled=False).opens("/children/new/")
    doctor.fills(given_name="Tobi", family_name="Adeyemi", phone="212-555-0142")
    doctor.writes("Date of birth", (timezone.localdate() - timedelta(days=1000)).isoformat())
    doctor.writes("Adult's given name", "Grace").writes("Adult's family name", "Adeyemi")
    doctor.chooses("Relationship", "Mother").presses("Register and refer")
    doctor.ticks(SELF_CARE, HABILITATION).chooses("Clinic that receives", "Harbor Therapy")
    doctor.presses("Save as draft").reads("Saved as a draft.").follows("Tobi Adeyemi")
    doctor.follows("Go on writing").finds_ticked(SELF_CARE)
    doctor.writes(QUESTION, "Why is dressing such a fight?").presses("Sign and send").reads(SENT)


def test_a_time_is_picked_without_scripts(
    contacting: Referral, coordinator: User, therapist: User, family: User, phone: Enter
) -> None:
    at = timezone.now()
    times = [at + timedelta(days=days) for days in (3, 4)]
    offer_appointments(
        referral=contacting, times=times, therapist=therapist, minutes=60, place="clinic",
        by=coordinator, at=at,
    )  # fmt: skip
    mother = phone(family, java_script_enabled=False).follows("See the times")
    mother.taps(re.compile("^Pick this time")).reads("Your visit is set.")
    assert Referral.objects.get().state == "scheduled"


def test_by_keyboard_alone(
    child: Child, clinic: Organization, pediatrician: User, desk: Enter
) -> None:
    doctor = desk(reduced_motion="reduce").opens("/accounts/login/")
    keys = doctor.page.keyboard
    keys.press("Tab")
    assert focus(doctor)["words"] == "Skip to the content"
    keys.press("Enter")
    expect(doctor.page.locator("#main")).to_be_focused()
    keys.press("Tab")
    keys.type(pediatrician.email)
    keys.press("Tab")
    keys.type(PASSWORD)
    with doctor.page.expect_navigation():
        keys.press("Enter")
    doctor.reads("Waiting for you").opens(f"/children/{child.pk}/refer/")
    passed = []
    for _ in range(60):
        keys.press("Tab")
        here = focus(doctor)
        assert here["visible"], f"the focus cannot be seen: {here}"
        passed.append(here["words"])
        if here["words"] == "Save as draft":
            break
    assert passed[0] == "Skip to the content"
    assert "Sign and send" in passed


def focus(person: Person) -> dict[str, Any]:
    """What has the focus: its words, and whether somebody can see that it has it."""
    found: dict[str, Any] = person.page.evaluate(
        """() => {
            const one = document.activeElement, style = getComputedStyle(one);
            const box = one.getBoundingClientRect();
            const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
            return {
                words: one.innerText?.trim() || one.name || one.tagName,
                visible: (ring || style.boxShadow !== "none") && box.width > 0
                    && box.bottom > 0 && box.top < innerHeight,
            };
        }"""
    )
    return found


# --- In the dark ------------------------------------------------------------------------------------


def test_every_home_in_the_dark(
    cast: Cast, contacting: Referral, partner_seat: Seat, desk: Enter, phone: Enter, now: datetime
) -> None:
    for user in (cast.pediatrician, cast.therapist, cast.coordinator, cast.partner):
        desk(user, color_scheme="dark")
    mother = phone(cast.family, color_scheme="dark").follows("See every step")
    ground = mother.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(int(part) for part in re.findall(r"\d+", ground)[:3]) < 90
    assert breaches(mother.page) == []
