"""Does the plan of care say what is planned, its goals for life, and where its certification stands?"""

from datetime import timedelta
from typing import Any

import pytest

from referrals.documents.document import Document, Paragraph, Rung
from referrals.documents.plan import identifier, plan_of_care
from referrals.models import Goal, Plan, Referral
from tests.factories.document import certified, explained, signed_evaluation, signed_plan

from .conftest import VISIT
from .reading import block, rows

NEXT_DAY = VISIT + timedelta(days=1)


def read(plan: Plan) -> Document:
    found = plan_of_care(Referral.objects.get(pk=plan.referral_id), plan.pk)
    assert found is not None
    return found


def goals(document: Document) -> Any:
    (section,) = (s for s in document.sections if s.heading == "Goals")
    return section.blocks


def test_the_sections_stand_in_the_order_of_the_work(plan):
    document = read(plan)
    assert (document.title, document.version) == ("Plan of care", "Version 1")
    assert rows(document.facts)["Date of the plan"] == "10 Mar 2026"
    assert [section.heading for section in document.sections] == [
        "Diagnoses", "Goals", "Therapy", "Explained to the family", "Certification",
    ]  # fmt: skip


def test_diagnoses_come_with_their_codes(plan, diagnoses):
    assert block(read(plan), "Diagnoses") == Paragraph("Not recorded")
    referral = plan.referral
    referral.diagnoses.through.objects.create(referral=referral, diagnosis_id="F82")
    assert block(read(plan), "Diagnoses") == Paragraph(
        "F82 Specific developmental disorder of motor function"
    )


def test_a_goal_is_said_whole_with_the_name_it_keeps_for_life(plan):
    long = Goal.objects.get(term="long")
    first = goals(read(plan))[0]
    assert first.heading == f"Long-term goal {identifier(long)}, version 1"
    statement, facts, ladder = first.blocks
    assert statement.text == long.versions.get().statement
    assert rows(facts) == {
        "In the family’s own words": "She wants to do her jacket by herself.",
        "Area": "Self-care",
        "At the start": "She fastens 0 of 5 buttons.",
        "To be reached by": "8 Jun 2026",
        "What is measured": "buttons fastened out of 5",
    }
    assert ladder.rungs == (
        Rung("+2 Much more than expected", "Fastens 5 of 5 buttons"),
        Rung("+1 More than expected", "Fastens 4 of 5 buttons"),
        Rung("0 As expected", "Fastens 3 of 5 buttons"),
        Rung("−1 Less than expected", "Fastens 2 of 5 buttons"),
        Rung("−2 Much less than expected", "Fastens 0 of 5 buttons", "Starts here"),
    )


def test_a_short_term_goal_stands_under_the_long_term_one_it_serves(plan):
    assert [section.heading.split(" goal ")[0] for section in goals(read(plan))] == [
        "Long-term", "Short-term",
    ]  # fmt: skip


def test_two_goals_have_two_names(plan):
    named = {identifier(goal) for goal in Goal.objects.all()}
    assert len(named) == 2
    assert all(len(name) == 9 and name[4] == "-" for name in named)


def test_a_plan_without_goals_says_so(plan):
    plan.plan_goals.update(plan=other_plan(plan))
    assert goals(read(plan)) == (Paragraph("The plan names no goal yet."),)


def other_plan(plan: Plan) -> Plan:
    return Plan.objects.create(
        referral=plan.referral, evaluation=plan.evaluation, number=2, author=plan.author,
        created_at=NEXT_DAY, saved_at=NEXT_DAY,
    )  # fmt: skip


def test_the_therapy_is_told(plan):
    (section,) = (s for s in read(plan).sections if s.heading == "Therapy")
    dose, words = section.blocks
    assert rows(dose) == {
        "Evaluation it is based on": "Evaluation of 9 Mar 2026, version 1",
        "Type": "Individual",
        "Frequency and duration": "2 visits a week of 45 minutes, for 12 weeks",
        "Setting": "At the clinic",
        "Begins on": "16 Mar 2026",
        "To be reviewed on": "8 Jun 2026",
    }
    assert rows(words) == {
        "Approaches": "Play.",
        "Precautions": "Latex.",
        "Adaptive equipment": "Button hook.",
        "Accommodations": "A quiet corner.",
        "Home programme": "Coat game.",
        "Discharge plan": "When she dresses alone.",
    }


def test_a_plan_just_signed_says_that_nobody_has_it_yet(plan):
    document = read(plan)
    assert block(document, "Explained to the family") == Paragraph("Not yet explained.")
    assert block(document, "Certification") == Paragraph("Not yet sent to the pediatrician.")
    assert [(s.role, s.name, s.on) for s in document.signatures] == [
        ("Occupational therapist", "Thea Marsh, OTR/L", "10 Mar 2026")
    ]


def test_a_plan_on_its_way_says_whom_it_waits_for(plan, therapist):
    document = read(explained(plan, by=therapist, at=NEXT_DAY))
    assert rows(block(document, "Explained to the family")) == {
        "Explained on": "10 Mar 2026",
        "By": "Thea Marsh, OTR/L",
        "To": "Rosa Fontaine",
        "Language": "Spanish",
        "An interpreter helped": "Yes",
        "What the family said back": "We practise the coat.",
    }
    assert rows(block(document, "Certification")) == {
        "Sent on": "10 Mar 2026",
        "Sent to": "Ada Okafor, MD, Elm Street Pediatrics",
        "Payer": "Standard: signed in 30 days, valid for 90",
        "Signature awaited by": "9 Apr 2026",
    }


def test_a_certified_plan_carries_both_signatures_and_its_validity(plan, therapist, pediatrician):
    sent = explained(plan, by=therapist, at=NEXT_DAY)
    document = read(certified(sent, by=pediatrician, at=VISIT + timedelta(days=3)))
    told = rows(block(document, "Certification"))
    assert told["Signed"] == "Ada Okafor, MD, 12 Mar 2026"
    assert told["Valid"] == "16 Mar 2026 to 14 Jun 2026"
    assert [(s.role, s.name, s.on) for s in document.signatures] == [
        ("Occupational therapist", "Thea Marsh, OTR/L", "10 Mar 2026"),
        ("Certified by the pediatrician", "Ada Okafor, MD, NPI 1234567893", "12 Mar 2026"),
    ]


def test_a_returned_plan_says_so_and_keeps_the_clinicians_words(plan, therapist, pediatrician):
    explained(plan, by=therapist, at=NEXT_DAY)
    Plan.objects.filter(pk=plan.pk).update(
        returned_at=VISIT + timedelta(days=3), returned_by=pediatrician,
        changes_wanted="Fewer visits.",
    )  # fmt: skip
    document = read(plan)
    told = rows(block(document, "Certification"))
    assert told["Returned with changes"] == "Ada Okafor, MD, 12 Mar 2026"
    assert "Fewer visits." not in str(document)


def test_a_new_version_replaces_the_old(plan, therapist):
    later = VISIT + timedelta(days=9)
    new = signed_plan(
        plan.evaluation, by=therapist, at=later, number=2, replaces=plan, reason="Fewer visits."
    )
    assert read(plan).marks == ("Amended: replaced by version 2 on 18 Mar 2026.",)
    assert (
        read(new).version == "Version 2, replaces version 1 of 10 Mar 2026, because: Fewer visits."
    )


def test_an_ended_plan_says_so(plan):
    Plan.objects.filter(pk=plan.pk).update(status="ended")
    assert read(plan).marks == ("Ended: it is no longer in force.",)


def test_a_draft_is_none(plan):
    draft = other_plan(plan)
    assert plan_of_care(plan.referral, draft.pk) is None


@pytest.mark.parametrize("goals", [1, 5])
def test_it_costs_four_queries_however_many_goals(
    goals, scheduled, therapist, django_assert_num_queries
):
    evaluation = signed_evaluation(scheduled, by=therapist, at=VISIT)
    plan = signed_plan(evaluation, by=therapist, at=NEXT_DAY, pairs=goals)
    referral = Referral.objects.select_related("child", "clinic", "practice", "author").get(
        pk=scheduled.pk
    )
    with django_assert_num_queries(4):
        plan_of_care(referral, plan.pk)
