"""When somebody else signs in in another tab, is anything of the page still open written in their name?"""

from typing import Any

from referrals.models import Child, Event, Message, Organization, Referral, Thread
from tests.factories.person import PASSWORD
from tests.journeys.conftest import Enter
from tests.journeys.person import Person

from .test_bad_days import QUESTION, writes_a_referral

SAYS = "Not sent. Somebody else has signed in here. Your text is still here"


def comes_in(user: Any, *, beside: Person) -> Person:
    """Somebody opens a tab of the browser in which another is signed in, and takes it over."""
    theirs = Person(beside.page.context.new_page(), beside.site, user.given_name).goes_home()
    theirs.page.locator("details.menu > summary").click()
    theirs.presses("Sign out")
    return theirs.gives_password(user.email, PASSWORD)


def test_a_referral_is_not_accepted_in_the_name_of_a_colleague(
    received: Referral, cast: Any, desk: Enter
) -> None:
    thea = desk(cast.therapist).opens(f"/referrals/{received.pk}/accept/")
    cora = comes_in(cast.colleague, beside=thea)
    thea.page.get_by_role("button", name="Accept", exact=True).click()
    thea.reads(SAYS).looks()
    assert Referral.objects.get().state == "received"
    again = comes_in(cast.therapist, beside=cora)
    again.page.close()
    thea.presses("Accept").reads("Accepted.")
    assert Event.objects.get(kind="referral_accepted").by == cast.therapist


def test_a_draft_and_a_search_wait_for_whose_they_are(
    child: Child, clinic: Organization, cast: Any, pediatrician_desk: Person
) -> None:
    ada = writes_a_referral(pediatrician_desk, child).pauses("Saved as a draft at")
    kept = Referral.objects.get().question
    comes_in(cast.coordinator, beside=ada)
    ada.writes(QUESTION, "Hers alone.").page.keyboard.press("Tab")
    ada.reads(SAYS)
    ada.page.get_by_label("Search diagnoses by words").press_sequentially("coordination")
    ada.page.get_by_role("button", name="Sign and send").click()
    ada.page.wait_for_timeout(500)  # in which something would be sent
    ada.reads(SAYS).finds(QUESTION, "Hers alone.")
    assert Referral.objects.get().question == kept


def test_a_message_is_not_sent_by_the_other_parent(
    with_family: Thread, cast: Any, phone: Enter
) -> None:
    rosa = phone(cast.family).opens(f"/children/{cast.child.pk}/messages/{with_family.pk}/")
    rosa.writes("Your message", "From Rosa.").ticks("No, it can wait a few days")
    comes_in(cast.other_family, beside=rosa)
    rosa.page.get_by_role("button", name="Send").click()
    rosa.reads(SAYS).finds("Your message", "From Rosa.")
    assert Message.objects.count() == 1
