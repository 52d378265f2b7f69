"""Does a pediatrician lose nothing, and type nothing twice?"""

from datetime import datetime

from referrals.actions.concern import share_concern
from referrals.models import Child, Organization, Referral, User
from referrals.models.record import new_id
from tests.journeys.conftest import Enter
from tests.journeys.person import Person

CLUMSY = "Clumsy, or trouble planning movements for everyday tasks"
HABILITATION = "Habilitation: gain a new skill"


def test_a_familys_worry_becomes_a_referral_with_one_click(
    child: Child, clinic: Organization, family: User, now: datetime, desk: Enter,
    pediatrician: User,
) -> None:  # fmt: skip
    share_concern(
        id=new_id(), child=child, signs=["tod.motor_planning"], words="She falls every day.",
        since_when="the summer", setting="home", by=family, at=now,
    )  # fmt: skip
    doctor = desk(pediatrician).reads("From the family", within="Concerns and programmes")
    doctor.follows("Mina Fontaine", within="Concerns and programmes").reads("She falls every day.")
    doctor.follows("Make it a referral").reads("From a concern.")
    doctor.finds_ticked(CLUMSY).finds("Who noticed", "family")
    doctor.finds(
        "What should the therapist find out?",
        "The family says: She falls every day. Since: the summer.",
    )
    doctor.ticks(HABILITATION).chooses("Clinic that receives", "Harbor Therapy")
    doctor.presses("Sign and send").reads("Sent. The clinic has it on its list now.")
    doctor.goes_home().does_not_read("From the family")


def test_a_declined_referral_is_noted_in_two_clicks_and_sent_elsewhere_as_it_was(
    declined: Referral, pediatrician_desk: Person
) -> None:
    doctor = pediatrician_desk.reads("Take note of the ending")
    doctor.follows("Mina Fontaine", within="Referrals that wait for you").presses("Take note")
    doctor.reads(
        "nothing is owed on this referral any more", "We see children from three years on."
    )

    doctor.follows("Refer again, with all of this").reads("Follows an earlier referral")
    doctor.finds_ticked("Self-feeding, dressing or toileting stays behind age", HABILITATION)
    doctor.finds(
        "What should the therapist find out?", "Does she need help with dressing and with textures?"
    )
    doctor.chooses("Clinic that receives", "Valley Therapy").presses("Sign and send")
    doctor.reads("Sent. The clinic has it on its list now.", "to Valley Therapy")
    assert Referral.objects.filter(follows=declined).count() == 1


def test_the_open_referral_is_seen_before_a_second_one_goes(
    sent: Referral, pediatrician_desk: Person
) -> None:
    doctor = pediatrician_desk.follows("New referral")
    doctor.writes("Name, date of birth or number", "font").presses("Search")
    doctor.follows("Mina Fontaine", within="").reads("This child already has an open referral.")
    doctor.ticks(CLUMSY, HABILITATION).chooses("Clinic that receives", "Harbor Therapy")
    doctor.writes("What should the therapist find out?", "Is it more than one thing?")
    doctor.presses("Sign and send").reads("Tick the box if a second one is wanted.")
    doctor.finds("What should the therapist find out?", "Is it more than one thing?")
    assert Referral.objects.exclude(state="draft").count() == 1
    doctor.ticks("I have seen the open referral: send a second one").presses("Sign and send")
    doctor.reads("Sent. The clinic has it on its list now.")
    assert Referral.objects.exclude(state="draft").count() == 2
