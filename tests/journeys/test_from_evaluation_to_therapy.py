"""Do all three come from the first visit to agreed goals, each in their own few clicks?"""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from referrals.models import Evaluation, FamilyProfile, Goal, Plan, Referral, User
from referrals.pathway import State
from tests.journeys.conftest import Enter
from tests.journeys.person import Person
from tests.journeys.visit import yesterday

TOLD = {
    "What would your child like to do? What do you want for your child?": "To put on her boots.",
    "What helps your child?": "Singing.",
    "What makes it hard?": "Hurry.",
    "What does a usual day look like?": "Up at six, childcare at eight.",
    "What matters most to you?": "A calm morning.",
}


@pytest.fixture
def now() -> datetime:
    """Eight days back, so that the visit of a week later was yesterday."""
    return yesterday()


def write_evaluation(therapist: Person) -> None:
    """All that the form asks for and does not know yet."""
    therapist.writes("Who answered questions", "Rosa Fontaine, mother")
    therapist.writes("Other services", "None.").writes("Conditions of testing", "Quiet room.")
    for number in range(5):
        row = therapist.page.locator
        row(f"[name=finding{number}-method]").select_option("observation")
        row(f"[name=finding{number}-level]").select_option("emerging")
        row(f"[name=finding{number}-words]").fill(f"Seen, number {number}.")
    therapist.writes("Strengths", "She sings while she tries.")
    therapist.writes("Interpretation", "Her hands tire early.")
    therapist.chooses("What you recommend", "Occupational therapy")
    therapist.writes("Visits", "2").chooses("In which time", "a week")
    therapist.writes("For how many weeks", "12")


def test_from_the_familys_words_to_the_start_of_therapy(
    scheduled: Referral,
    phone: Enter,
    desk: Enter,
    family: User,
    therapist: User,
    pediatrician: User,
) -> None:
    mother = phone(family).reads("Tell us about your day").follows("Answer now")
    for question, answer in TOLD.items():
        mother.writes(question, answer)
    mother.presses("Save").reads("Thank you. The therapist reads this before the visit.")
    mother.does_not_read("Tell us about your day")

    ot = desk(therapist).follows("Mina Fontaine").follows("Write the evaluation")
    ot.finds("What helps", "Singing.")
    write_evaluation(ot)
    ot.pauses("Saved as a draft").page.reload()
    ot.finds("Strengths", "She sings while she tries.")
    ot.page.locator("[name=score0-test]").select_option("bot_2:composite")
    ot.page.locator("[name=score0-score]").fill("900")
    ot.presses("Read and sign").reads("This scale goes from 0 to 110.")
    ot.page.locator("[name=score0-score]").fill("39")
    ot.presses("Read and sign").reads("14 (computed)", "is not made for the age of")
    ot.presses("Sign as Thea Marsh, OTR/L")
    ot.reads("Signed. The pediatrician and the family can read it.", "Evaluation report")

    ot.goes_home().follows("Mina Fontaine").follows("Propose a goal")
    ot.writes("In the family’s own words", "To put on her boots")
    ot.chooses("Area of daily life", "Dressing, washing and using the toilet")
    ot.writes("Who", "Mina").writes("Will do what", "put on her boots")
    ot.writes("Under what conditions", "at the door").writes("How well", "both boots, 4 of 5 days")
    ot.writes("By when", (timezone.localdate() + timedelta(days=90)).isoformat())
    ot.writes("Today", "0 days of 5").writes("What is counted or measured", "days of 5")
    for level, (sign, amount) in enumerate(
        zip(["−2", "−1", "0", "+1", "+2"], range(0, 10, 2), strict=True)
    ):
        ot.page.get_by_label(f"Amount of level {sign}").fill(str(amount))
        ot.page.get_by_label(f"Words of level {sign}").fill(f"Step {level}: {amount} days")
    ot.presses("Propose").reads("waiting for the pediatrician and the family")

    ot.goes_home().follows("Mina Fontaine").follows("Write the plan of care")
    ot.finds("Visits", "2").chooses("Kind of therapy", "Individual")
    today = timezone.localdate()
    ot.writes("Therapy starts on", today.isoformat())
    ot.writes("Plan is reviewed on", (today + timedelta(days=80)).isoformat())
    ot.writes("Discharge plan", "When she dresses alone on four of five days.")
    ot.presses("Read and sign").reads("put on her boots").presses("Sign as Thea Marsh, OTR/L")
    ot.reads("Signed. Explain it to the family, then send it.").follows("Explain the plan")
    ot.writes("To whom you explained it", "Rosa Fontaine")
    ot.writes("What the family said back", "One boot each morning.").presses("Explain the plan")
    ot.reads("Written down.").follows("Send the plan").presses("Send the plan")

    doctor = desk(pediatrician).takes_up("Read and sign the plan")
    doctor.reads("When she dresses alone on four of five days.").presses("Sign the plan")
    doctor.reads("Signed. The family and the therapist are told.")
    doctor.goes_home().takes_up("Answer the goals").follows("Answer")
    doctor.ticks("I agree").presses("Send my answer")

    mother.goes_home().reads("Goals that wait for your word").follows("See the goals")
    mother.follows("Answer").reads("Step 2: 4 days").ticks("I agree").presses("Send my answer")
    mother.goes_home().does_not_read("Goals that wait for your word")

    ot.goes_home().follows("Mina Fontaine").follows("Start therapy").presses("Start therapy")
    ot.reads("Therapy has begun. The family and the pediatrician are told.", "In therapy")

    referral = Referral.objects.get()
    assert referral.state == State.IN_THERAPY
    assert sorted(referral.loop) == [str(number) for number in range(1, 10)]
    assert Evaluation.objects.get().wants == "To put on her boots."
    assert Goal.objects.get().status == "active"
    assert referral.prescriptions.get(status="final").frequency == Plan.objects.get().frequency
    mother.goes_home().reads("Your goals", "To put on her boots", "Therapy is under way.")
    doctor.goes_home().reads("The therapist reports progress", within="Your referrals")
    ot.goes_home().reads("Report progress", within="Waiting for you")


def test_a_plan_that_comes_back_goes_out_again(
    plan_sent: Referral, desk: Enter, therapist: User, pediatrician: User
) -> None:
    doctor = desk(pediatrician).follows("Mina Fontaine").follows("Return with changes")
    doctor.writes("What should change?", "Once a week first.").presses("Return with changes")
    doctor.reads("Returned. The therapist reads what should change.")

    ot = desk(therapist).reads("Change the plan").follows("Mina Fontaine")
    ot.follows("Write a new version").reads("Once a week first.")
    ot.writes("Why is there a new version?", "As asked.").presses("Write a new version")
    ot.follows("Go on writing the plan").writes("Visits", "1").presses("Read and sign")
    ot.presses("Sign as Thea Marsh, OTR/L").reads("Signed. Explain it to the family")
    assert list(Plan.objects.order_by("number").values_list("visits", "status")) == [
        (2, "amended"), (1, "final"),
    ]  # fmt: skip


def test_two_therapists_on_one_evaluation_lose_nothing(
    scheduled: Referral, desk: Enter, therapist: User, colleague: User
) -> None:
    ot, other = desk(therapist), desk(colleague)
    for one in (ot, other):
        one.opens(f"/referrals/{scheduled.pk}/evaluations/write/")
    other.writes("Strengths", "Sings.").presses("Save as draft").reads("Saved as a draft.")
    ot.writes("Strengths", "Runs.").presses("Save as draft")
    ot.reads("Somebody changed this after you opened it", "Sings.").finds("Strengths", "Runs.")
    assert Evaluation.objects.get().strengths == "Sings."
    ot.presses("Save as draft").reads("Saved as a draft.")
    assert Evaluation.objects.get().strengths == "Runs."


def test_without_credentials_nothing_is_signed(
    begun: Referral, desk: Enter, therapist: User
) -> None:
    User.objects.filter(pk=therapist.pk).update(credentials="")
    ot = desk(therapist).opens(f"/referrals/{begun.pk}/evaluations/sign/")
    ot.reads("You cannot sign: your credentials are not in your profile.")
    ot.presses("Sign as Thea Marsh").reads("This was not signed.")
    assert Evaluation.objects.get().status == "draft"


def test_without_a_script_the_family_tells_and_the_therapist_writes(
    scheduled: Referral, phone: Enter, desk: Enter, family: User, therapist: User
) -> None:
    mother = phone(family, java_script_enabled=False).follows("Answer now")
    mother.writes("What helps your child?", "Singing.").presses("Save")
    assert FamilyProfile.objects.get().supports == "Singing."
    ot = desk(therapist, java_script_enabled=False)
    ot.follows("Mina Fontaine").follows("Write the evaluation").writes("Strengths", "Sings.")
    ot.presses("Save, and more rows").finds("Strengths", "Sings.")
    assert Evaluation.objects.get().strengths == "Sings."


def test_the_record_is_read_by_the_family_in_the_dark(
    in_therapy: Referral, phone: Enter, family: User
) -> None:
    """Every page that a family reads, on a small screen with dark colours."""
    mother = phone(family, color_scheme="dark")
    at = f"/referrals/{in_therapy.pk}/"
    evaluation, plan = Evaluation.objects.get(), Plan.objects.get()
    goal = in_therapy.goals.first()
    prescription = in_therapy.prescriptions.get(status="final")
    assert goal is not None
    for path in (
        "evaluations/", f"evaluations/{evaluation.pk}/", f"evaluations/{evaluation.pk}/print/",
        "plans/", f"plans/{plan.pk}/", f"plans/{plan.pk}/print/", "prescriptions/",
        f"prescriptions/{prescription.pk}/", "goals/", f"goals/{goal.pk}/",
        f"goals/{goal.pk}/rate/", f"goals/{goal.pk}/performance/", f"goals/{goal.pk}/edit/",
    ):  # fmt: skip
        mother.opens(at + path)
    mother.opens(at).reads("Plan and prescription", "Evaluation")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["desk", "phone"])
def test_the_clinicians_pages_are_for_everybody(
    screen: str, scheme: str, in_therapy: Referral, request: pytest.FixtureRequest,
    therapist: User, pediatrician: User,
) -> None:  # fmt: skip
    """Each page of a record in therapy, wide and small, light and dark."""
    enter = request.getfixturevalue(screen)
    at = f"/referrals/{in_therapy.pk}/"
    evaluation, plan = Evaluation.objects.get(), Plan.objects.get()
    goal = in_therapy.goals.first()
    assert goal is not None
    ot = enter(therapist, color_scheme=scheme)
    for path in (
        "", "evaluations/", f"evaluations/{evaluation.pk}/", "evaluations/amend/", "plans/",
        "plans/write/", f"plans/{plan.pk}/", "prescriptions/", "goals/", f"goals/{goal.pk}/",
        "goals/new/", f"goals/{goal.pk}/end/", f"goals/{goal.pk}/rate/",
    ):  # fmt: skip
        ot.opens(at + path)
    ot.opens("/plans/")
    doctor = enter(pediatrician, color_scheme=scheme)
    for path in ("", "prescriptions/new/", "certify-plan/", f"goals/{goal.pk}/answer/"):
        doctor.opens(at + path)
