"""When a part of the page changes, is it said aloud, and does nobody lose their place?"""

import re
import time as clock
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from referrals.models import Activity, Child, Diagnosis, Organization, Practice, Referral
from referrals.queries.organization import FEW
from tests.factories.organization import ClinicFactory
from tests.factories.phone import an_activity
from tests.journeys.person import Person

from .visit import yesterday

HEARD = "words => (window.heard || []).some(text => text.includes(words))"
#: Seconds, also on a machine with much else to do.
PATIENT = 20
TITLE = "Two buttons on the way out"


@pytest.fixture
def now() -> datetime:
    """So long ago that the activity has begun."""
    return yesterday()


@pytest.fixture
def at_hand(cast: Any, in_therapy: Referral, later: datetime) -> Activity:
    return an_activity(in_therapy, by=cast.therapist, at=later, title=TITLE)


def hears(page: Page, words: str) -> None:
    """A screen reader is told by a region that was there before its words."""
    spoken = page.locator("[role=status], [role=alert]").filter(has_text=words)
    give_up = clock.monotonic() + PATIENT
    while not (page.evaluate(HEARD, words) or spoken.count()):
        assert clock.monotonic() < give_up, words
        page.wait_for_timeout(50)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.name || document.activeElement.innerText"))


def card(page: Page) -> Any:
    return page.get_by_role("article", name=TITLE, exact=True).first


def test_a_search_says_how_many_and_leaves_the_hand_in_the_field(
    sent: Referral, pediatrician_desk: Person
) -> None:
    page = pediatrician_desk.opens("/search/").page
    page.get_by_label("Name, date of birth or number").press_sequentially("font")
    hears(page, "1 child found")
    assert focused(page) == "q"
    page.keyboard.type("zz")
    hears(page, "0 children found")
    pediatrician_desk.reads("No child found").looks()
    assert focused(page) == "q"


def test_a_diagnosis_is_found_and_added_and_enter_sends_nothing(
    child: Child, clinic: Organization, diagnoses: list[Diagnosis], pediatrician_desk: Person
) -> None:
    page = pediatrician_desk.opens(f"/children/{child.pk}/refer/").page
    page.get_by_label("Search diagnoses by words").press_sequentially("coordination")
    hears(page, "2 codes found")
    page.keyboard.press("Enter")
    assert focused(page) == "words"
    assert page.url.endswith("/refer/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    hears(page, "is added.")
    assert re.match(r"^R27\.\d Unspecified|^R27", focused(page))
    pediatrician_desk.finds("Diagnoses (ICD-10-CM)", focused(page).split()[0])
    assert Referral.objects.exclude(state="draft").count() == 0


def test_a_clinic_is_found_among_many_and_chosen_by_the_keyboard(
    child: Child, sent: Referral, pediatrician_desk: Person
) -> None:
    for n in range(FEW + 3):
        ClinicFactory(name=f"Clinic {n:02}", address=f"{n} Mill Bend, Weston")
    doctor = pediatrician_desk.opens(f"/children/{child.pk}/refer/").looks()
    doctor.writes("What should the therapist find out?", "Why does she fall?")
    page, address = doctor.page, doctor.page.url
    page.get_by_label("Another place: part of its name or town").press_sequentially("clinic 07")
    page.keyboard.press("Enter")
    hears(page, "1 found: choose in the list.")
    assert focused(page) == "place_words"
    assert page.url.partition("?")[0] == address
    doctor.looks().chooses("Clinic that receives", "Clinic 07, 7 Mill Bend, Weston")
    doctor.finds("What should the therapist find out?", "Why does she fall?")
    doctor.pauses("Saved as a draft")
    assert Referral.objects.get(state="draft").clinic.name == "Clinic 07"


def test_a_draft_that_is_saved_says_so(
    child: Child, clinic: Organization, pediatrician_desk: Person
) -> None:
    doctor = pediatrician_desk.opens(f"/children/{child.pk}/refer/")
    doctor.writes("What should the therapist find out?", "Why does she fall?")
    hears(doctor.page, "Saved as a draft at")
    assert focused(doctor.page) == "question"


def test_what_does_not_work_is_said(child: Child, pediatrician_desk: Person) -> None:
    page = pediatrician_desk.opens("/search/").page
    page.route("**/search/", lambda route: route.fulfill(status=500, body="broken"))
    page.get_by_label("Name, date of birth or number").press_sequentially("f")
    hears(page, "That did not work. Your text is still here")
    page.unroute_all()
    page.route("**/search/", lambda route: route.abort())
    page.keyboard.type("o")
    hears(page, "No connection. Your text is still here")
    assert focused(page) == "q"


def test_a_tap_leads_to_what_was_logged(at_hand: Activity, family_phone: Person) -> None:
    page = family_phone.page
    card(page).get_by_role("button", name="Did it").press("Enter")
    expect(card(page).get_by_role("status")).to_be_focused()
    hears(page, "Did it · you")
    # The new part settles for a fiftieth of a second, and takes the focus once more at its end.
    expect(page.locator(".htmx-settling")).to_have_count(0)
    page.keyboard.press("Tab")
    expect(card(page).get_by_role("button", name="Undo")).to_be_focused()


def test_a_tap_that_is_refused_leads_to_the_sentence_that_says_why(
    at_hand: Activity, family_phone: Person
) -> None:
    """The therapist has moved its beginning after the page was opened."""
    page = family_phone.page
    Activity.objects.update(begun_on=timezone.localdate() + timedelta(days=1))
    card(page).get_by_role("button", name="Did it").press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    assert Practice.objects.count() == 0
    family_phone.forgives().looks()


@pytest.fixture
def without_signal(at_hand: Activity, phone: Callable[..., Person], family: Any) -> Page:
    mother = phone(family, service_workers="block").opens("/practice/")
    mother.page.context.set_offline(True)
    card(mother.page).get_by_role("button", name="Did it").press("Enter")
    hears(mother.page, "1 entry waits for a signal.")
    return mother.page


def test_without_a_signal_the_hand_stays_on_the_card(without_signal: Page) -> None:
    page = without_signal
    assert focused(page) == "result"
    card(page).get_by_role("button", name=re.compile("^Undo")).press("Enter")
    hears(page, "Taken back. Nothing is sent.")
    expect(card(page).get_by_role("button", name="Did it")).to_be_focused()


def test_words_that_are_added_without_a_signal_lose_nobodys_place(without_signal: Page) -> None:
    page = without_signal
    card(page).get_by_text("Add minutes or a word").press("Enter")
    card(page).get_by_label("A word about it").press_sequentially("In the lift.")
    page.keyboard.press("Enter")
    hears(page, "Kept with your entry.")
    assert page.evaluate("document.activeElement !== document.body")
