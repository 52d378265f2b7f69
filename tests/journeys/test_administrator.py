"""Does an administrator find a child, see who looked at it, and change an adult's rights?"""

from django.utils import timezone

from referrals.models import Guardian, Referral, Seat, User
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
