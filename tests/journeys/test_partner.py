"""Does a school see what the family opened and nothing more, and does it end with one tap?"""

from datetime import datetime, timedelta

from django.utils import timezone
from playwright.sync_api import expect

from referrals.actions.result import ask_result
from referrals.models import Consent, Organization, Programme, Referral, Seat, User
from referrals.models.record import new_id
from tests.conftest import Cast
from tests.factories.consent import shared
from tests.journeys.conftest import Enter


def test_a_family_shares_on_the_phone_and_closes_it_while_the_school_is_looking(
    cast: Cast, aimed: Referral, family: User, partner: User, phone: Enter, desk: Enter
) -> None:
    home = phone(family).follows("What is shared, and with whom").reads("Nothing is shared")
    home.follows("Share with a school or service")
    home.chooses("Who may see it?", "Maple School")
    home.ticks("The goals, and how far they are", "Days and times of visits")
    home.writes("What is it for?", "So that school helps the same way.").presses("Look it over")
    home.reads("Maple School will see", "They will not see", "The evaluation report")
    home.writes("Type your full name to sign", "Rosa Fontaine").presses("Share it")
    home.reads("It is shared", "They have not looked yet")

    school = desk(partner).reads("Children shared with you", "Maple School · through")
    school.follows("Mina Fontaine").reads("Shared with you by the family", "Not open")
    school.does_not_read("Harbor Therapy", "dressing", "(212)", "rosa@example.org")
    school.follows("The goals, and how far they are", within="Open to you").reads("Goals")

    home.opens(f"/children/{cast.child.pk}/consents/").reads("They looked 2 times")
    home.follows("Close it Maple School").reads("What ends now").presses("Close it now")
    home.reads("It is closed")

    answer = school.page.goto(f"{school.site}/children/{cast.child.pk}/shared/goals/")
    assert answer is not None
    assert answer.status == 404
    expect(school.page.get_by_text("There is nothing here")).to_be_visible()
    school.forgives().goes_home().reads("No family has shared a child with you")


def test_a_school_answers_what_it_was_asked(
    cast: Cast, received: Referral, partner: User, therapist: User, desk: Enter, now: datetime
) -> None:
    shared(cast.child, cast.school, "results", by=cast.family, at=now)
    ask_result(
        id=new_id(), child=cast.child, organization=cast.school, kinds=["observation"],
        words="How does she sit?", by=therapist, at=now,
    )  # fmt: skip
    school = desk(partner).reads("You are asked for")
    school.follows("What teachers or staff observe").reads("How does she sit?")
    school.writes("In words", "She slides off after ten minutes.").presses("Send")
    school.reads("Sent. Who asked is told.", "Answered")
    desk(therapist).opens(f"/children/{cast.child.pk}/results/").reads(
        "She slides off after ten minutes."
    )


def test_a_pediatrician_refers_to_early_intervention_within_seven_days(
    cast: Cast, pediatrician: User, desk: Enter
) -> None:
    Organization.objects.create(kind="early_intervention", name="Early Steps")
    seen = timezone.localdate() - timedelta(days=9)
    doctor = desk(pediatrician).opens(f"/children/{cast.child.pk}/programmes/")
    doctor.reads("Early intervention may help too").follows("Refer")
    doctor.chooses("Programme or school", "Early Steps")
    doctor.writes("When was the concern seen?", seen.isoformat())
    doctor.writes("Why do you refer?", "She cannot plan her steps.")
    doctor.writes("What do you ask for?", "An evaluation in all areas.").presses("Go on")
    doctor.reads("Send the referral", "overdue")
    doctor.goes_home().reads("Concerns and programmes", "2 days late")
    doctor.follows("Mina Fontaine", within="Concerns and programmes")
    doctor.follows("Write down that it is done").presses("Write it down")
    doctor.reads("Written down.", "Ask whether it arrived")
    assert Programme.objects.get().referred_on == timezone.localdate()


def test_a_school_that_nobody_shared_with(cast: object, partner: User, desk: Enter) -> None:
    desk(partner).reads("No family has shared a child with you").does_not_read("Mina")


def test_the_record_itself_stays_shut(
    contacting: Referral, partner_seat: Seat, partner: User, desk: Enter
) -> None:
    school = desk(partner)
    school.opens("/referrals/").reads("Nothing in this list")
    answer = school.page.goto(f"{school.site}/referrals/{contacting.pk}/")
    assert answer is not None
    assert answer.status == 404
    assert Consent.objects.count() == 1
