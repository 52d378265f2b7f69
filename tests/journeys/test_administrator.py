"""Does an administrator find a child, see who looked at it, and change an adult's rights?"""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from referrals.models import Guardian, Organization, Referral, Seat, User
from referrals.models.guardian import Right
from tests.journeys.conftest import Enter


def test_from_the_child_to_who_looked_and_what_an_adult_may(
    sent: Referral, guardian: Guardian, family: User, admin: User, phone: Enter, desk: Enter
) -> None:
    phone(family).follows("Mina Fontaine")

    keeper = desk(admin).reads("People, places and records")
    keeper.follows("Children")
    keeper.page.get_by_role("searchbox").fill("mina font")
    keeper.presses("Search").follows("Mina Fontaine").follows("Who opened the record")
    keeper.reads("Rosa Fontaine", "child_detail")

    keeper.opens(f"/admin/referrals/guardian/{guardian.pk}/change/")
    keeper.page.get_by_label("May agree").uncheck()
    keeper.presses("Save").reads("was changed successfully")
    seat = Seat.objects.live(timezone.now()).get(user=family, role=Seat.Role.FAMILY)
    assert Right.AGREE not in seat.rights
    assert Right.SEE in seat.rights


#: Pages that choose, list, and hold lists within a form: each as an administrator meets it.
PAGES = (
    "", "referrals/membership/", "referrals/membership/add/", "referrals/organization/{clinic}/change/",
    "referrals/organization/shipped/", "referrals/child/", "referrals/child/{child}/change/",
    "referrals/guardian/{guardian}/change/", "referrals/invitation/", "referrals/system/add/",
    "referrals/user/{family}/change/", "referrals/event/", "referrals/recordview/", "referrals/ownactivity/add/",
)  # fmt: skip


@pytest.mark.parametrize("screen", ["phone", "desk"])
def test_no_page_of_the_administration_keeps_anybody_out(
    screen: str, guardian: Guardian, clinic: Organization, family: User, admin: User,
    phone: Enter, desk: Enter,
) -> None:  # fmt: skip
    keys = {
        "clinic": clinic.pk, "child": guardian.child_id, "guardian": guardian.pk, "family": family.pk,
    }  # fmt: skip
    keeper = {"phone": phone, "desk": desk}[screen](admin)
    for page in PAGES:
        keeper.opens(f"/admin/{page.format(**keys)}")


def test_a_choice_that_is_searched_is_named_by_its_label(admin: User, desk: Enter) -> None:
    keeper = desk(admin).opens("/admin/referrals/membership/add/")
    expect(keeper.page.get_by_role("combobox", name="User")).to_be_visible()


def test_a_calendar_opens_within_the_window(
    clinic: Organization, coordinator: User, admin: User, desk: Enter
) -> None:
    keeper = desk(admin).opens(f"/admin/referrals/organization/{clinic.pk}/change/")
    for sign, box in (("Choose a Date", ".calendarbox"), ("Choose a Time", ".clockbox")):
        keeper.page.get_by_role("link", name=sign).last.click()
        opened = keeper.page.locator(f"{box}:visible")
        expect(opened).to_be_in_viewport(ratio=1)
        keeper.page.keyboard.press("Escape")
