"""Does the progress report say what was reached, counted and planned, and to the family without a score?"""

from datetime import timedelta

import pytest

from referrals.actions.report import acknowledge_report, amend_report, send_report, sign_report
from referrals.documents.document import Paragraph, texts
from referrals.documents.plan import identifier
from referrals.documents.report import progress_report
from referrals.models import Goal, Rating, Referral, Report
from referrals.models.record import new_id
from tests.factories import practice_rows as made
from tests.stages import fresh

from .reading import block, rows


def read(report, *, for_family=False, unsent=True):
    found = progress_report(fresh(report.referral), report.pk, for_family=for_family, unsent=unsent)
    assert found is not None
    return found


@pytest.fixture
def counted(cast, report_drafted, reporting):
    """A report on two ratings, ten visits and a week of practice, signed three weeks later."""
    goal = Goal.objects.get()
    for days, level in ((2, -1), (9, 0)):
        Rating.objects.create(
            goal=goal, party="therapist", level=level, by=cast.therapist, at=reporting,
            rated_on=(reporting + timedelta(days=days)).date(),
        )  # fmt: skip
    made.visits(
        report_drafted, reporting + timedelta(days=20), by=cast.therapist, attended=6, missed=1,
        by_family=1, by_clinic=2,
    )  # fmt: skip
    first = reporting.date()
    game = made.activity(report_drafted, by=cast.therapist, from_on=first, at=reporting)
    made.practised(game, [first + timedelta(n) for n in range(10)], by=cast.family, at=reporting)
    Report.objects.update(until_on=first + timedelta(days=20))
    report = Report.objects.get()
    goals = [one | {"words": "With her left hand."} for one in report.goals]
    Report.objects.update(goals=goals)
    at = reporting + timedelta(days=21)
    return sign_report(report=Report.objects.get(), by=cast.therapist, at=at)


def test_all_that_a_progress_report_holds_stands_in_it(counted):
    document = read(counted)
    assert (document.title, document.version) == ("Progress report", "Report 1")
    assert [section.heading for section in document.sections] == [
        "Period", "Goals", "Goal attainment", "Visits", "Practice at home", "How it went",
        "How the family sees it", "Plan", "Taken note of",
    ]  # fmt: skip
    facts = rows(document.facts)
    assert {"Age that day", "Adjusted age that day", "Date of birth"} <= set(facts)
    assert rows(block(document, "Period")) == {"From": "9 Mar 2026", "Until": "30 Mar 2026"}
    assert rows(block(document, "Visits")) == {
        "Attended": "6",
        "Missed": "1",
        "Cancelled": "1 by the family, 2 by the clinic",
        "Attendance": "75 % of the visits that the clinic kept open",
        "Delivery": "100 % (6 of 2 visits of the plan due by then)",
    }
    practice = rows(block(document, "Practice at home"))
    assert practice["Done"] == "10 of 15 times"
    assert practice["Practised on"] == "10 of 21 days"
    assert rows(block(document, "Plan")) == {
        "Recommendation": "Go on as planned", "What comes next": "Zips, and the coat at school.",
    }  # fmt: skip
    assert [(one.role, one.name) for one in document.signatures] == [
        ("Occupational therapist", "Thea Marsh, OTR/L")
    ]


def test_each_goal_says_where_it_was_and_where_it_is(counted):
    (goal,) = (s for s in read(counted).sections if s.heading == "Goals")
    (one,) = goal.blocks
    assert one.heading == f"Goal {identifier(Goal.objects.get())}"
    assert rows(one.blocks[1]) == {
        "At the start of the period": "Fastens 0 of 5 buttons (−2, much less than expected)",
        "At its end": "Fastens 3 of 5 buttons (0, as expected)",
        "Change": "+2 levels",
        "What was seen": "With her left hand.",
    }


def test_a_clinician_reads_the_change_of_t_and_the_family_does_not(counted):
    table = next(s for s in read(counted).sections if s.heading == "Goal attainment").blocks[0]
    assert table.rows == (("Therapist", "30.0", "50.0", "+20.0", "1 of 1"),)
    family = read(counted, for_family=True)
    assert "Goal attainment" not in [section.heading for section in family.sections]
    assert not any("T-score" in text for text in texts(family))


def test_who_has_read_it_is_said_and_the_answer_stays_among_clinicians(
    report_sent, pediatrician, reporting
):
    report = Report.objects.get()
    assert rows(block(read(report), "Taken note of"))["Read"] == "Not yet"
    acknowledge_report(report=report, answer="Well done.", by=pediatrician, at=reporting)
    told = rows(block(read(report), "Taken note of"))
    assert told["Read"] == "Ada Okafor, MD, 9 Mar 2026"
    assert told["What the pediatrician says"] == "Well done."
    assert not any("Well done" in text for text in texts(read(report, for_family=True)))


def test_what_is_not_sent_is_only_for_who_writes(report_signed):
    report = Report.objects.get()
    assert block(read(report), "Taken note of") == Paragraph("Not yet sent to the pediatrician.")
    assert progress_report(report_signed, report.pk, for_family=True, unsent=False) is None


def test_a_draft_is_none(report_drafted):
    key = Report.objects.get().pk
    assert progress_report(report_drafted, key, for_family=False, unsent=True) is None


def test_an_amendment_says_what_it_replaces_and_why(report_sent, therapist, reporting):
    first, at = Report.objects.get(), reporting + timedelta(days=2)
    second = amend_report(id=new_id(), report=first, reason="A slip.", by=therapist, at=at)
    sign_report(report=second, by=therapist, at=at)
    send_report(referral=fresh(report_sent), by=therapist, at=at)
    assert read(first).marks == ("Amended: replaced by report 2 on 11 Mar 2026.",)
    assert read(second).version == "Report 2, amends report 1 of 9 Mar 2026, because: A slip."


def test_an_interim_report_is_called_so(report_drafted, therapist, reporting):
    Report.objects.update(interim=True)
    signed = sign_report(report=Report.objects.get(), by=therapist, at=reporting)
    assert read(signed).title == "Interim progress report"


def test_it_costs_two_queries(report_sent, django_assert_num_queries):
    report = Report.objects.get()
    referral = Referral.objects.select_related("child", "clinic", "practice", "author").get()
    with django_assert_num_queries(2):
        progress_report(referral, report.pk, for_family=False, unsent=True)
