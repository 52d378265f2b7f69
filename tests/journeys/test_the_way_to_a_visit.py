"""Does a worry become a visit, with everybody seeing at the end what comes next?"""

import re
from datetime import timedelta
from typing import Any

from django.utils import timezone

from referrals.actions.notice import deliver_notices
from referrals.models import Diagnosis, User
from tests.journeys.conftest import Enter

REPORT = b"%PDF-1.4\n% a report of nobody\n%%EOF\n"
WORD = "four calm words together"


def test_from_a_first_look_to_a_booked_visit(
    desk: Enter, phone: Enter, pediatrician: User, therapist: User, coordinator: User,
    diagnoses: list[Diagnosis], mailoutbox: Any,
) -> None:  # fmt: skip
    doctor = desk(pediatrician)
    doctor.follows("New referral").follows("Register a new child")
    doctor.fills(given_name="Tobi", family_name="Adeyemi", phone="212-555-0142")
    doctor.writes("Date of birth", (timezone.localdate() - timedelta(days=1000)).isoformat())
    doctor.writes("Adult's given name", "Grace").writes("Adult's family name", "Adeyemi")
    doctor.chooses("Relationship", "Mother").writes("E-mail", "grace@example.org")
    doctor.presses("Register and refer").reads("The child is registered.")

    doctor.ticks("Self-feeding, dressing or toileting stays behind age")
    doctor.writes("What should the therapist find out?", "Why is dressing such a fight?")
    doctor.writes("Search diagnoses by words", "motor function")
    doctor.page.get_by_role("button", name="F82").click()
    doctor.finds("Diagnoses (ICD-10-CM)", "F82")
    doctor.ticks("Habilitation: gain a new skill").chooses("Clinic that receives", "Harbor Therapy")
    doctor.attaches("Attachments", "screening.pdf", REPORT)
    doctor.presses("Sign and send").reads(
        "Sent. The clinic has it on its list now.", "screening.pdf"
    )
    assert doctor.downloads(re.compile("screening.pdf")) == REPORT

    doctor.follows("Tobi Adeyemi").follows("Invite Grace Adeyemi")
    doctor.finds("Their e-mail", "grace@example.org").presses("Send the invitation")
    doctor.reads("Grace Adeyemi gets an e-mail with a link.")

    therapy = desk(therapist).reads("Tobi Adeyemi").follows("Tobi Adeyemi")
    therapy.reads("The pediatrician can see that you have it.", "Why is dressing such a fight?")
    therapy.follows("Ask a question")
    therapy.writes("Your question to the pediatrician", "Has his hearing been tested?")
    therapy.presses("Ask a question").reads("The pediatrician has your question.")

    doctor.goes_home().reads("Answer the question").follows("Tobi Adeyemi")
    doctor.reads("Has his hearing been tested?").follows("Answer")
    doctor.writes("Your answer", "Yes, in March: it is fine.").presses("Answer")
    doctor.reads("The therapist has your answer.")

    therapy.goes_home().follows("Tobi Adeyemi").reads("Yes, in March: it is fine.")
    therapy.follows("Accept").presses("Accept")
    therapy.reads("Accepted. The family can be contacted now.")

    intake = desk(coordinator).reads("Contact the family").follows("Tobi Adeyemi")
    intake.follows("Log a contact attempt").reads("(212) 555-0142").finds("Whom", "Grace Adeyemi")
    intake.chooses("What came of it", "No answer").presses("Log a contact attempt")
    intake.reads("The attempt is logged.")
    intake.follows("Log a contact attempt").chooses("How", "Text message")
    intake.chooses("What came of it", "Left a message").presses("Log a contact attempt")
    intake.follows("Offer times")
    day = timezone.localtime().replace(hour=10, minute=0) + timedelta(days=6)
    for number in (1, 2, 3):
        time = day + timedelta(days=number)
        intake.writes(f"Time {number}", f"{time:%Y-%m-%dT%H:%M}")
    intake.presses("Offer times").reads("The family can pick a time now.")

    deliver_notices(at=timezone.localtime().replace(hour=12, minute=0))
    invitation = next(m for m in mailoutbox if m.subject.startswith("Your invitation"))
    assert invitation.to == ["grace@example.org"]
    assert "Tobi" not in invitation.body
    link = re.search(r"http\S+", invitation.body)
    assert link is not None
    grace = phone().opens(link[0])
    grace.writes("New password", WORD).writes("New password (again)", WORD)
    grace.presses("Save the password").reads("Your password is saved").follows("Sign in")
    grace.gives_password("grace@example.org", WORD)
    grace.reads("Tobi Adeyemi", "Pick a time for the first visit").follows("See the times")
    picked = day + timedelta(days=2)
    grace.taps(re.compile(f"^Pick this time.*{picked:%-d %b %Y}")).reads("Your visit is set.")

    grace.goes_home().reads("Your next visit", f"{picked:%-d %b %Y}", "Your first visit is set")
    intake.goes_home().does_not_read("Tobi Adeyemi")
    therapy.goes_home().reads("Evaluate", within="Waiting for you")
    therapy.reads("Scheduled", within="Waiting for you")
    doctor.goes_home().reads("The therapist sees the child", within="Your referrals")
    doctor.reads("Nothing waits for you")
