"""Does a school see who the child is and who is on the team, and nothing more?"""

from referrals.models import Referral, Seat, User
from tests.journeys.conftest import Enter


def test_only_the_name_and_the_team(
    contacting: Referral, partner_seat: Seat, partner: User, desk: Enter
) -> None:
    school = desk(partner).reads("Children shared with you", "Maple School · until")
    school.does_not_read("dressing", "Contacting")
    school.follows("Mina Fontaine").reads("Shared with you by the family", "Harbor Therapy")
    school.does_not_read("dressing", "Contacting", "Timeline", "(212)", "rosa@example.org")
    school.opens("/referrals/").reads("Nothing in this list")
    response = school.page.goto(f"{school.site}/referrals/{contacting.pk}/")
    assert response is not None
    assert response.status == 404


def test_a_school_that_nobody_shared_with(cast: object, partner: User, desk: Enter) -> None:
    desk(partner).reads("No family has shared a child with you").does_not_read("Mina")
