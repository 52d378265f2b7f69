"""Does a family, on a small telephone, see where it stands and what it can do?"""

from referrals.models import Child, Referral
from tests.journeys.person import Person


def test_a_worry_is_shared(child: Child, family_phone: Person) -> None:
    mother = family_phone.reads("Mina Fontaine").follows("Share a worry about Mina Fontaine")
    mother.ticks("My child often trips or bumps into things, or finds new movements hard.")
    mother.writes("In your own words", "She falls on the stairs.").writes(
        "Since when?", "since summer"
    )
    mother.chooses("Where do you see it?", "At home").presses("Send to my doctor")
    mother.reads("Thank you. Your pediatrician sees this now and will answer.")
    mother.reads("Your doctor has it and answers by").follows("Read it again")
    mother.reads("She falls on the stairs.")


def test_where_we_are_is_said_in_plain_words(contacting: Referral, family_phone: Person) -> None:
    mother = family_phone.reads("The clinic wants to agree a time with you", "What comes next:")
    mother.reads("Who is on the team", "Harbor Therapy").follows("See every step")
    mother.reads("Eating, dressing or potty training still needs far more help than expected.")
    mother.does_not_read("Attempts to reach the family", "Self-feeding, dressing or toileting")


def test_the_visit_goes_into_the_telephones_calendar(
    scheduled: Referral, family_phone: Person
) -> None:
    mother = family_phone.reads("Your next visit", "It takes 60 minutes.")
    calendar = mother.downloads("Add to my calendar").decode()
    assert calendar.startswith("BEGIN:VCALENDAR")
    assert "SUMMARY:Appointment" in calendar
    assert "Mina" not in calendar
    mother.follows("See every step").reads("Where we are", "Calendar file")


def test_what_is_owed_stands_before_the_nine_steps(
    contacting: Referral, family_phone: Person
) -> None:
    family_phone.follows("See every step")
    owed, steps = (
        family_phone.page.locator(part).bounding_box() for part in (".next-step", ".loop-frame")
    )
    assert owed is not None
    assert steps is not None
    assert owed["y"] + owed["height"] < steps["y"]


def test_a_mother_says_when_she_wants_to_be_written_to(
    contacting: Referral, family_phone: Person
) -> None:
    mother = family_phone.opens("/accounts/reminders/").reads("E-mails and reminders")
    mother.ticks("Once a day").writes("No e-mails from", "21:30")
    mother.presses("Save").reads("Saved. From now on it is so.")
    mother.finds_ticked("Once a day").finds("No e-mails from", "21:30")
