"""Does the discharge summary hold all that clinical ground asks of it, and only once signed?"""

import pytest

from referrals.actions.discharge import note_discharge
from referrals.documents.discharge import discharge_summary
from referrals.documents.document import Paragraph, Table, texts
from referrals.models import Discharge, Evaluation, Referral
from tests.discharge_stages import summary
from tests.factories.document import score

from .reading import block, rows


def read(referral, *, for_family=False):
    found = discharge_summary(referral, summary(referral).pk, for_family=for_family)
    assert found is not None
    return found


def section(document, heading):
    (one,) = (s for s in document.sections if s.heading == heading)
    return one.blocks


def test_it_has_every_section_of_the_clinical_ground(discharged):
    document = read(discharged)
    assert (document.title, document.version, document.marks) == (
        "Discharge summary", "Version 1", (),
    )  # fmt: skip
    assert rows(document.facts)["Last day of therapy"] == "23 Mar 2026"
    assert [one.heading for one in document.sections] == [
        "Diagnoses", "Dates and visits", "Why therapy ends", "Goals", "Goal attainment",
        "Scores of the evaluation", "What comes next", "Coming back", "Who was told",
    ]  # fmt: skip


def test_dates_visits_and_reason(discharged):
    document = read(discharged)
    dates, visits = section(document, "Dates and visits")
    assert rows(dates) == {
        "Therapy began on": "9 Mar 2026", "First visit": "16 Mar 2026",
        "Last visit": "23 Mar 2026", "Last day of therapy": "23 Mar 2026",
    }  # fmt: skip
    assert rows(visits) == {"Attended": "2"}
    assert rows(block(document, "Why therapy ends")) == {
        "Reason": "Enough is reached for now", "How it went": "She learned fast.",
    }  # fmt: skip


def test_each_goal_from_its_start_to_its_end_and_why(discharged):
    (goal,) = section(read(discharged), "Goals")
    statement, facts = goal.blocks
    assert goal.heading.startswith("Goal ")
    assert "fasten the buttons of her jacket" in statement.text
    assert rows(facts) == {
        "In the family’s own words": "She wants to do her jacket by herself.",
        "At the start": "−2 Much less than expected: Fastens 0 of 5 buttons",
        "At the end": "−1 Less than expected: Fastens 2 of 5 buttons",
        "Outcome": "Partly met", "Why": "Two of three.",
    }  # fmt: skip


def test_the_t_scores_are_for_clinicians(discharged):
    table, how = section(read(discharged), "Goal attainment")
    assert table.rows == (("Therapist", "30.0", "40.0", "+10.0", "1 of 1"),)
    assert "50 is what was expected" in how.text
    copy = read(discharged, for_family=True)
    assert "Goal attainment" not in [one.heading for one in copy.sections]
    assert not [text for text in texts(copy) if "T-score" in text]


def test_without_a_rating_or_a_score_it_says_so(discharged):
    figures = summary(discharged).figures | {"scores": {}, "visits": {}, "evaluation": ""}
    Discharge.objects.update(figures=figures)
    document = read(discharged)
    assert block(document, "Goal attainment") == Paragraph("No goal was rated.")
    assert block(document, "Scores of the evaluation") == Paragraph("No test was scored.")
    assert section(document, "Dates and visits")[1] == Paragraph("No therapy visit was held.")


def test_the_scores_are_those_of_the_evaluation_that_stood(discharged):
    Evaluation.objects.update(scores=[score()])
    named, table, how = section(read(discharged), "Scores of the evaluation")
    assert named == Paragraph("Evaluation of 9 Mar 2026, version 1.")
    assert isinstance(table, Table)
    assert table.rows[0][2] == "80"
    assert "computed" in how.text


def test_what_comes_next_and_when_to_come_back(discharged):
    document = read(discharged)
    assert rows(block(document, "What comes next")) == {
        "Equipment": "Not recorded", "What to keep up at home": "Let her button the top two.",
        "Recommendations": "Swimming.",
    }  # fmt: skip
    assert rows(block(document, "Coming back")) == {
        "Come back if": "She stops buttoning for two weeks.",
        "Without a new referral until": "5 Jul 2026",
    }  # fmt: skip


def test_who_was_told_and_who_has_read_it(discharged, family, ending):
    told = {
        "Told at the end": "Rosa, at the last visit.",
        "Signed and sent to": "Ada Okafor, MD, Elm Street Pediatrics, 6 Apr 2026",
    }
    assert rows(block(read(discharged), "Who was told")) == told
    note_discharge(discharge=summary(discharged), by=family, at=ending)
    assert rows(block(read(discharged), "Who was told")) == told | {
        "Read by the family": "Rosa Fontaine, 6 Apr 2026"
    }


def test_an_amended_one_and_an_ended_one_say_so(amended_discharge):
    new, old = Discharge.objects.order_by("-number")
    first = discharge_summary(amended_discharge, old.pk, for_family=False)
    assert first is not None
    assert first.marks == ("Amended: replaced by version 2 on 6 Apr 2026.",)
    assert read(amended_discharge).version == (
        "Version 2, replaces version 1 of 6 Apr 2026, because: Her teacher wrote."
    )
    Discharge.objects.filter(pk=new.pk).update(status="ended")
    assert read(amended_discharge).marks == ("Ended: it is no longer in force.",)


def test_a_draft_is_no_document(summed_up):
    assert discharge_summary(summed_up, summary(summed_up).pk, for_family=False) is None


@pytest.mark.parametrize("goals", [1, 30])
def test_it_costs_four_queries(goals, discharged, django_assert_num_queries):
    one = summary(discharged)
    Discharge.objects.filter(pk=one.pk).update(outcomes=one.outcomes * goals)
    # The door has read these with the referral.
    known = Referral.objects.select_related("child", "clinic", "practice", "author")
    discharged = known.get(pk=discharged.pk)
    with django_assert_num_queries(4):
        discharge_summary(discharged, one.pk, for_family=False)
