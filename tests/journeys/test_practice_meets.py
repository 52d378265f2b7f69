"""What becomes of a tap, or of words, when something else happens at the same moment?"""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Route, expect

from referrals.models import Practice, Referral, User
from tests.factories.phone import an_activity
from tests.journeys.conftest import Enter
from tests.journeys.person import Person

from .test_one_browser import SAYS, comes_in
from .test_practice_offline import (
    BUTTONS,
    NO_WORKER,
    SPOON,
    card,
    comes_about,
    console_is_quiet,
    logged,
    signs_in,
    tap,
)
from .visit import yesterday

WORD = "A word about it"


@pytest.fixture
def now() -> datetime:
    """So long ago that the activities began yesterday."""
    return yesterday()


@pytest.fixture
def mother(cast: Any, in_therapy: Referral, later: datetime, phone: Enter) -> Person:
    for title in (BUTTONS, SPOON):
        an_activity(in_therapy, by=cast.therapist, at=later, title=title)
    return phone(cast.family, **NO_WORKER).opens("/practice/")


def writes_a_word(mother: Person, words: str) -> None:
    card(mother.page, BUTTONS).get_by_text("Add minutes or a word").click()
    card(mother.page, BUTTONS).get_by_label(WORD).fill(words)


def test_a_tap_after_the_session_has_ended_is_kept(mother: Person, family: User) -> None:
    Session.objects.all().delete()
    tap(mother.page, BUTTONS, "Did it")
    mother.reads("1 entry is kept on this phone. Please sign in to send.").looks()
    signs_in(mother.follows("Sign in"), family).reads("1 entry was sent.")
    assert logged() == [(BUTTONS, "did")]


def test_a_tap_after_signing_in_anew_in_another_tab_counts(mother: Person, family: User) -> None:
    comes_in(family, beside=mother)
    tap(mother.page, BUTTONS, "Did it")
    expect(card(mother.page, BUTTONS).get_by_text("Did it · you")).to_be_visible()
    assert logged() == [(BUTTONS, "did")]


def test_a_tap_is_not_another_familys(mother: Person, cast: Any) -> None:
    comes_in(cast.other_family, beside=mother)
    tap(mother.page, BUTTONS, "Did it")
    mother.reads(SAYS)
    assert logged() == []


def test_words_that_are_being_written_outlast_the_next_tap_and_the_signal(mother: Person) -> None:
    page = mother.page
    page.context.set_offline(True)
    tap(page, BUTTONS, "Did it")
    mother.reads("1 entry waits for a signal.")
    writes_a_word(mother, "In the lift.")
    tap(page, SPOON, "Partly")
    mother.reads("2 entries wait for a signal.")
    expect(card(page, BUTTONS).get_by_label(WORD)).to_have_value("In the lift.")
    console_is_quiet(mother)
    page.context.set_offline(False)
    comes_about(page, lambda: len(logged()) == 2)
    page.wait_for_timeout(500)  # in which a page that comes anew would come
    expect(card(page, BUTTONS).get_by_label(WORD)).to_have_value("In the lift.")


def test_the_first_tap_counts_and_the_moment_it_was_made(mother: Person) -> None:
    """No answer comes for eight seconds, in which midnight may pass and a finger slip."""
    page, held = mother.page, list[Route]()
    page.route(re.compile(r"/practice/$"), lambda route: held.append(route))
    page.route(re.compile(r"/queue/$"), lambda route: route.abort())
    before = timezone.now()
    tap(page, BUTTONS, "Did it")
    tap(page, BUTTONS, "Partly")
    mother.page.wait_for_timeout(8_000)
    mother.reads("1 entry waits for a signal.")
    console_is_quiet(mother)
    page.unroute_all(behavior="ignoreErrors")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    mother.reads("1 entry was sent.")
    assert logged() == [(BUTTONS, "did")]
    assert Practice.objects.get().told_at - before < timedelta(seconds=5)


def test_a_page_that_stood_open_overnight_is_drawn_anew(mother: Person) -> None:
    page = mother.page
    page.evaluate("window.stood = true")
    turns_to(page)
    assert page.evaluate("window.stood")
    tap(page, BUTTONS, "Did it")
    expect(card(page, BUTTONS).get_by_text("Did it · you")).to_be_visible()
    page.clock.set_system_time(timezone.localtime() + timedelta(days=1))
    writes_a_word(mother, "With a song.")
    turns_to(page)
    assert page.evaluate("window.stood")
    card(page, BUTTONS).get_by_label(WORD).fill("")
    page.locator("h1").click()
    with page.expect_navigation():
        turns_to(page)


def turns_to(page: Any) -> None:
    """The page is looked at again: as when the phone is taken out of the pocket."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
