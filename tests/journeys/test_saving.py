"""Are the newest words kept, whatever became of the save before them?"""

import pytest
from playwright.sync_api import Page, Route

from referrals.models import Child, Organization, Referral, User

from .conftest import Enter
from .person import Person
from .test_bad_days import QUESTION, declines, writes_a_referral


@pytest.fixture
def doctor(child: Child, clinic: Organization, pediatrician_desk: Person) -> Person:
    """At a draft that was saved once."""
    return writes_a_referral(pediatrician_desk, child).pauses("Saved as a draft at")


def answers(page: Page, status: int, words: str = "") -> None:
    """Saves that hold these words are answered so, on their way to the site."""

    def handle(route: Route) -> None:
        if route.request.method == "POST" and words in (route.request.post_data or ""):
            route.fulfill(status=status, content_type="text/plain", body="Later.")
        else:
            route.continue_()

    page.route("**/refer/", handle)


def comes_to_say(doctor: Person, words: str) -> None:
    for _ in range(100):
        if Referral.objects.filter(question=words).exists():
            return
        doctor.page.wait_for_timeout(50)
    raise AssertionError(f"“{words}” is not kept, but “{Referral.objects.get().question}”.")


def test_what_was_typed_last_goes_with_the_tab_that_closes(doctor: Person) -> None:
    stays = doctor.page.context.new_page()
    answers(doctor.page, 503)
    doctor.writes(QUESTION, "Buttons.").reads("Later.")
    doctor.page.unroute_all()
    doctor.page.keyboard.press("End")
    doctor.page.keyboard.type(" And zips.")
    doctor.page.close(run_before_unload=True)
    doctor.page = stays
    comes_to_say(doctor, "Buttons. And zips.")


def test_words_that_break_the_site_do_not_stand_in_the_way_of_others(doctor: Person) -> None:
    answers(doctor.page, 500, "Breaking")
    doctor.writes(QUESTION, "Breaking words.").page.keyboard.press("Tab")
    doctor.reads("Later.")
    doctor.writes(QUESTION, "Is it the buttons?").page.keyboard.press("Tab")
    comes_to_say(doctor, "Is it the buttons?")


def test_an_old_browser_sends_what_it_cannot_ask_about_first(
    received: Referral, therapist: User, desk: Enter
) -> None:
    thea = desk(therapist)
    thea.page.add_init_script("delete HTMLFormElement.prototype.requestSubmit")
    declines(thea, received).presses("Decline").reads("Declined.", "We are full.")
