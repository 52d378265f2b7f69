"""Does an e-referral that nobody can place find its child, and does its sender learn of it?"""

from datetime import datetime

from referrals.models import Referral, System
from tests.conftest import Cast
from tests.factories.system import alike, send
from tests.journeys.person import Person


def test_a_person_decides_whose_it_is_and_the_sender_reads_how_it_goes_on(
    records: System, cast: Cast, coordinator_desk: Person, therapist_desk: Person, now: datetime
) -> None:
    body = alike(cast.child)

    def told() -> str:
        status: str = send(records, body, now)[1]["entry"][12]["resource"]["status"]
        return status

    assert told() == "received"
    intake = coordinator_desk.goes_home().reads("Arrived, please decide", "Your turn")
    intake.follows("E-referral of Elm Street Pediatrics").reads("Mona Fontaine", "Drops things")
    intake.presses("Answer").reads("Choose one of these.")
    intake.ticks("A new child: register Mona Fontaine").presses("Answer")
    intake.reads("Taken in. A therapist reviews it next.", "Mona Fontaine")
    assert told() == "received"
    referral = Referral.objects.get()
    assert (referral.child.given_name, referral.author) == ("Mona", cast.pediatrician)
    therapist_desk.goes_home().follows("Mona Fontaine").reads("Ada Okafor")
    therapist_desk.follows("Accept").presses("Accept")
    assert told() == "accepted"


def test_a_refusal_reaches_the_sender(
    records: System, cast: Cast, coordinator_desk: Person, now: datetime
) -> None:
    body = alike(cast.child)
    send(records, body, now)
    intake = coordinator_desk.goes_home().follows("E-referral of Elm Street Pediatrics")
    intake.ticks("Refuse it").presses("Answer").reads("Say why: the sender reads it.")
    intake.writes("If you refuse: why?", "This child lives elsewhere.").presses("Answer")
    intake.reads("Refused. The sender reads your reason.")
    task = send(records, body, now)[1]["entry"][12]["resource"]
    assert (task["status"], task["statusReason"]["text"]) == (
        "rejected", "This child lives elsewhere.",
    )  # fmt: skip
