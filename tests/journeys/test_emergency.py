"""Is a record opened in an emergency read at once, and by nobody unseen?"""

from datetime import timedelta

from django.utils import timezone

from referrals.actions.seat import end_seats
from referrals.models import Emergency, Referral, User
from tests.conftest import Cast
from tests.journeys.conftest import Enter

WHY = "He is in the emergency room and cannot tell what he may swallow."


def test_a_therapist_opens_it_the_family_sees_that_and_the_coordinator_says_it_was_right(
    cast: Cast, sent: Referral, desk: Enter, phone: Enter, family: User
) -> None:
    end_seats(sent.pk, at=timezone.now() - timedelta(seconds=1))
    child = cast.child
    ot = desk(cast.therapist).opens("/search/").follows("Open a record in an emergency")
    ot.reads("This is loud.").writes("Or the full name", child.name)
    ot.writes("Date of birth, beside the name", child.date_of_birth.isoformat())
    ot.presses("Open the record").reads("Nothing was opened.")
    ot.writes("Why do you need it now?", WHY).presses("Open the record")
    ot.reads("Open for four hours, to read.", "Mina Fontaine")
    mother = phone(family).opens(f"/children/{child.pk}/looks/")
    mother.reads("Thea Marsh", "In an emergency").does_not_read(WHY)
    office = desk(cast.coordinator).reads("Your turn").follows("Thea Marsh opened a record")
    office.reads(WHY, "The child’s page").presses("Answer").reads("This field is required.")
    office.ticks("Yes, the record was needed").presses("Answer")
    office.reads("Thank you. Who opened it and the family are told.")
    office.does_not_read("Thea Marsh opened a record")
    assert Emergency.objects.get().was_right
    mother.opens(f"/children/{child.pk}/").reads("Opened the record in an emergency")
