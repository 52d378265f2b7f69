"""Does the evaluation report say all that was found, with both ages and each score in its own metric?"""

from datetime import date, timedelta
from typing import Any

import pytest

from referrals.documents.document import Document, Paragraph
from referrals.documents.evaluation import evaluation_report, report_of
from referrals.models import Child, Organization, Referral
from tests.factories.document import draft_evaluation, score, signed_evaluation

from .conftest import VISIT
from .reading import block, rows


def read(evaluation: Any) -> Document:
    """The report as a page would read it: nothing remembered from before."""
    found = evaluation_report(Referral.objects.get(pk=evaluation.referral_id), evaluation.pk)
    assert found is not None
    return found


def born(evaluation: Any, on: date, **gestation: Any) -> Document:
    Child.objects.filter(pk=evaluation.referral.child_id).update(date_of_birth=on, **gestation)
    return read(evaluation)


def test_it_says_whose_it_is_and_when(evaluation, clinic, practice):
    Organization.objects.filter(pk=clinic.pk).update(address="1 Quay Street", npi="1234567893")
    report = read(evaluation)
    assert (report.title, report.version, report.marks) == ("Evaluation report", "Version 1", ())
    assert (report.child, report.born) == ("Mina Fontaine", "2 Dec 2023")
    assert rows(report.facts) == {
        "Child": "Mina Fontaine",
        "Date of birth": "2 Dec 2023",
        "Date of the evaluation": "9 Mar 2026",
        "Age that day": "2;3;7 (years;months;days)",
        "Adjusted age that day": "None: weeks of pregnancy not recorded",
        "Age used": "Chronological age",
        "Language": "English",
        "Interpreter needed": "No",
        "Referred on": "2 Mar 2026",
    }
    assert [(p.role, p.name) for p in report.places] == [
        ("Therapy clinic", "Harbor Therapy"), ("Pediatric practice", "Elm Street Pediatrics"),
    ]  # fmt: skip
    assert report.places[0].lines == ("1 Quay Street", "+1 212-555-0100", "NPI 1234567893")
    assert report.footer == f"Evaluation report, version 1, signed 9 Mar 2026 · {evaluation.pk}"


def test_a_name_that_differs_stands_beside_the_one_used(evaluation):
    Child.objects.update(name_used="Mimi")
    report = read(evaluation)
    assert report.child == "Mimi Fontaine"
    assert rows(report.facts)["Full name"] == "Mina Fontaine"


@pytest.mark.parametrize(
    ("born_on", "weeks", "adjusted", "used", "age"),
    [
        (date(2025, 3, 9), 30, "0;9;19 (years;months;days)", "Adjusted age", "1;0;0"),
        (date(2025, 3, 9), 37, "None: born at 37 weeks", "Chronological age", "1;0;0"),
        (
            date(2024, 3, 9), 30, "None: born at 30 weeks, no longer adjusted at this age",
            "Chronological age", "2;0;0",
        ),
    ],
    ids=["premature", "at term", "premature and two years old"],
)  # fmt: skip
def test_both_ages_stand_there_and_which_was_used(born_on, weeks, adjusted, used, age, evaluation):
    facts = rows(born(evaluation, born_on, gestation_weeks=weeks, gestation_days=5).facts)
    assert facts["Age that day"] == f"{age} (years;months;days)"
    assert facts["Adjusted age that day"] == adjusted
    assert facts["Age used"] == used


def test_the_sections_stand_in_the_order_of_the_work(evaluation):
    assert [section.heading for section in read(evaluation).sections] == [
        "Referral", "Occupational profile", "History and services", "How the evaluation was done",
        "Findings", "Scores", "Strengths", "Interpretation", "Recommendation",
    ]  # fmt: skip


def test_the_referral_is_told_again(evaluation, diagnoses):
    referral = evaluation.referral
    for rank, code in enumerate(("R27.8", "F82")):
        referral.diagnoses.through.objects.create(referral=referral, diagnosis_id=code, rank=rank)
    assert rows(block(read(evaluation), "Referral")) == {
        "Referred by": "Ada Okafor, MD, Elm Street Pediatrics",
        "Diagnoses": "R27.8 Other lack of coordination\n"
        "F82 Specific developmental disorder of motor function",
        "Signs": "Self-feeding, dressing or toileting stays behind age\n"
        "Marked sensitivity to, or seeking of, texture, sound or movement",
        "Clinical question": "Does she need help with dressing and with textures?",
        "Service": "Evaluate and treat",
        "Intent": "Habilitation: gain a new skill",
    }


def test_the_familys_words_stand_as_they_are(evaluation):
    assert rows(block(read(evaluation), "Occupational profile")) == {
        "What child and family want and need to do": "Mina wants to dress herself.",
        "What helps": "Songs help.",
        "What gets in the way": "Sleeves.",
        "A usual day": "Up at seven.",
        "What matters most to the family": "Mornings without tears.",
    }


def test_how_it_was_done_says_what_could_not_be(evaluation):
    assert rows(block(read(evaluation), "How the evaluation was done")) == {
        "Place": "At the clinic",
        "Language spoken at the evaluation": "Spanish",
        "An interpreter was there": "Yes",
        "Who answered questions": "Her mother",
        "Conditions of testing": "A quiet room.",
        "What could not be done, and why": "Not recorded",
    }


def blocks(report: Document, heading: str) -> Any:
    (section,) = (s for s in report.sections if s.heading == heading)
    return section.blocks


def test_findings_stand_by_area(evaluation):
    found = blocks(read(evaluation), "Findings")
    assert {table.columns for table in found} == {("How it was seen", "Level", "What was found")}
    assert [(table.caption, table.rows) for table in found] == [
        ("Self-care", (
            ("Observation", "Emerging: begins to, not yet steadily", "Pulls off socks."),
            ("Questions to the parent", "With help", "Sleeves."),
        )),
        ("Motor skills", (("Hands-on activity", "Not yet", "Fisted grasp."),)),
    ]  # fmt: skip


def test_a_code_that_is_no_longer_in_use_stays_readable(scheduled, therapist):
    old = [{"area": "mouth_care", "method": "observation", "level": "expected", "words": "Fine."}]
    report = read(signed_evaluation(scheduled, by=therapist, at=VISIT, findings=old))
    assert blocks(report, "Findings")[0].caption == "Mouth care"


def test_each_score_keeps_its_metric_and_says_where_its_percentile_is_from(evaluation):
    peabody, sensory, how = blocks(read(evaluation), "Scores")
    assert peabody.columns == (
        "Scale", "Metric", "Score", "Percentile", "Category and notes", "Age used",
    )  # fmt: skip
    assert peabody.caption == "Peabody Developmental Motor Scales, edition 3"
    assert peabody.rows == (
        ("Fine Motor Index", "Standard score (mean 100, SD 15)", "80", "9 (computed)", "–",
         "Chronological"),
        ("Grasping", "Scaled score (mean 10, SD 3)", "6", "9 (computed)", "Two trials",
         "Chronological"),
    )  # fmt: skip
    assert sensory.caption == "Sensory Processing Measure, edition 2"
    assert sensory.rows == (
        ("Vision", "T-score (mean 50, SD 10)\nHigher means more difficulty", "58", "79",
         "Typical", "Chronological"),
    )  # fmt: skip
    assert "computed" in how.text


@pytest.mark.parametrize(
    ("typed", "shown", "percentile"),
    [
        ({"instrument": "real", "scale": "total", "score": 80}, "80", "2 (computed)"),
        ({"instrument": "spm_2", "scale": "scale", "score": 76}, "76", ">99 (computed)"),
        ({"percentile": "7"}, "80", "7"),
        ({"name": "DAYC", "scale_name": "Adaptive", "instrument": "other",
          "score_type": "age_equivalent", "score": "1;6"}, "1;6", "–"),
        ({"instrument": "other", "name": "Own", "scale_name": "Pegs", "score_type": "raw",
          "score": "12.5"}, "12.5", "–"),
    ],
    ids=["sd of 10", "beyond the table", "published", "age equivalent", "raw"],
)  # fmt: skip
def test_a_percentile_is_computed_only_where_it_can_be(
    typed, shown, percentile, scheduled, therapist
):
    one = score(**typed)
    report = read(signed_evaluation(scheduled, by=therapist, at=VISIT, scores=[one]))
    row = blocks(report, "Scores")[0].rows[0]
    assert (row[2], row[3]) == (shown, percentile)


def test_a_test_for_another_age_says_so_beside_its_score(scheduled, therapist):
    one = score(instrument="bot_2", scale="composite", score=39)
    report = read(signed_evaluation(scheduled, by=therapist, at=VISIT, scores=[one]))
    assert blocks(report, "Scores")[0].rows[0][4] == (
        "Bruininks-Oseretsky Test of Motor Proficiency is not made for the age of 2;3;7: "
        "read this score with care."
    )


def test_without_findings_and_scores_it_says_so(scheduled, therapist):
    said = {"findings": [], "scores": []}
    report = read(signed_evaluation(scheduled, by=therapist, at=VISIT, **said))
    assert block(report, "Findings") == Paragraph("Not recorded")
    assert blocks(report, "Scores") == (Paragraph("No test was scored."),)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, {"Recommended": "Occupational therapy",
              "Frequency and duration": "1 visit a week of 45 minutes, for 12 weeks"}),
        ({"recommendation": "no_ot"}, {"Recommended": "No occupational therapy"}),
        ({"recommendation": "other", "other_service": "Speech therapy", "hand_over": "Called."},
         {"Recommended": "Another service", "Which other service": "Speech therapy",
          "Hand-over to the other service": "Called."}),
    ],
    ids=["therapy", "none", "another service"],
)  # fmt: skip
def test_what_is_recommended(said, told, scheduled, therapist):
    report = read(signed_evaluation(scheduled, by=therapist, at=VISIT, **said))
    assert rows(block(report, "Recommendation")) == told


def test_it_is_signed_with_credentials_on_the_clinics_day(scheduled, therapist, clinic):
    """Eleven at night in New York is tomorrow in Greenwich; the clinic's day counts."""
    therapist.licence_number, therapist.licence_region = "OT-77", "NY"
    late = VISIT + timedelta(hours=12)
    report = read(signed_evaluation(scheduled, by=therapist, at=late))
    assert [(s.role, s.name, s.on) for s in report.signatures] == [
        ("Occupational therapist", "Thea Marsh, OTR/L, licence OT-77 NY", "9 Mar 2026")
    ]


def test_an_amended_one_says_by_what_it_was_replaced(evaluation, amended):
    old, new = read(evaluation), read(amended)
    assert old.marks == ("Amended: replaced by version 2 on 11 Mar 2026.",)
    assert old.version == "Version 1"
    assert new.marks == ()
    assert (
        new.version
        == "Version 2, amends version 1 of 9 Mar 2026, because: A score was read wrongly."
    )


def test_a_new_version_that_is_only_begun_changes_nothing(evaluation, therapist):
    draft_evaluation(
        evaluation.referral, by=therapist, at=VISIT, number=2, replaces=evaluation, reason="Why."
    )
    assert read(evaluation).marks == ()


def test_what_was_entered_in_error_says_so(evaluation):
    Referral.objects.filter(pk=evaluation.referral_id).update(
        state="entered_in_error", closed_at=VISIT, closed_by=evaluation.author, closing_reason="x"
    )
    assert read(evaluation).marks == ("Entered in error: do not use.",)


def test_a_draft_and_a_strangers_document_are_none(scheduled, therapist, evaluation, other_child):
    draft = draft_evaluation(scheduled, by=therapist, at=VISIT, number=2)
    assert evaluation_report(scheduled, draft.pk) is None
    assert evaluation_report(scheduled, other_child.pk) is None
    with pytest.raises(AssertionError):
        report_of(draft)


def test_it_costs_three_queries(evaluation, django_assert_num_queries):
    """The evaluation with its visit and its other versions, and the diagnoses."""
    referral = Referral.objects.select_related(
        "child", "clinic", "practice", "sent_by", "author"
    ).get(pk=evaluation.referral_id)
    with django_assert_num_queries(3):
        evaluation_report(referral, evaluation.pk)
