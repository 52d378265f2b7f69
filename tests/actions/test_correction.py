"""Is a family's wish for a correction answered by who signed, and do both stay?"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from referrals.actions.correction import answer_correction, ask_correction
from referrals.documents.document import texts
from referrals.documents.evaluation import evaluation_report
from referrals.models import Correction, Evaluation, Prescription, Referral, Report
from referrals.models.record import new_id
from referrals.queries.timeline import timeline
from tests.stages import fresh

from .outcome import kinds, outrun, refused, told


@pytest.fixture
def at(later: datetime) -> datetime:
    return later + timedelta(days=1)


def ask(referral: Referral, document: Any, *, by: Any, at: datetime, **changes: Any) -> Correction:
    said = {
        "id": new_id(), "sort": type(document).__name__.lower(), "about": document.pk,
        "passage": "She does not dress herself.", "wish": "She puts on her socks. Please add it.",
    } | changes  # fmt: skip
    return ask_correction(referral=referral, by=by, at=at, **said)


def answer(asked: Correction, *, by: Any, at: datetime, **changes: Any) -> Correction:
    said = {"decision": "granted", "answer": "You are right: I will amend it."} | changes
    return answer_correction(correction=asked, by=by, at=at, **said)


def owed(referral: Referral) -> list[tuple[str, str]]:
    tasks = referral.tasks.filter(duty="answer_correction", is_open=True).order_by("party")
    return [(task.party, task.owner.given_name) for task in tasks]


def test_a_wish_is_owed_by_the_therapist_who_answers_and_both_stay(
    cast: Any, in_therapy: Referral, at: datetime
) -> None:
    report = Evaluation.objects.get()
    before = texts(evaluation_report(in_therapy, report.pk))
    key = new_id()
    for _ in range(2):  # a double click
        asked = ask(in_therapy, report, id=key, by=cast.family, at=at)
    assert (Correction.objects.count(), asked.number) == (1, 1)
    assert owed(in_therapy) == [("therapist", "Thea")]
    assert told("correction_asked") == ["Thea"]
    for _ in range(2):
        answer(asked, by=cast.therapist, at=at)
    assert (owed(in_therapy), told("correction_answered")) == ([], ["Rosa"])
    assert kinds(in_therapy.pk)[-2:] == ["correction_asked", "correction_answered"]
    said = texts(evaluation_report(in_therapy, report.pk))
    assert said[: len(before) - 1] != []
    assert [one for one in said if one not in before] == [
        "Corrections asked for by the family", "Asked on", f"{at.day} {at:%b %Y}", "The paper says",
        "She does not dress herself.", "It should say", "She puts on her socks. Please add it.",
        "Decision", "Yes, it will be corrected", "Answer", "You are right: I will amend it.",
    ]  # fmt: skip


def test_what_the_pediatrician_signed_the_pediatrician_answers(
    cast: Any, in_therapy: Referral, at: datetime
) -> None:
    asked = ask(in_therapy, Prescription.objects.get(), by=cast.family, at=at)
    assert owed(in_therapy) == [("pediatrician", "Ada")]
    with refused(sentence="Only the pediatrician"):
        answer(asked, by=cast.therapist, at=at)
    answer(
        asked, by=cast.practice_colleague, at=at, decision="declined", answer="It is as ordered."
    )
    assert Correction.objects.get().decision == "declined"


def test_the_duty_stays_until_the_last_wish_is_answered(
    cast: Any, in_therapy: Referral, at: datetime
) -> None:
    first, second = (ask(in_therapy, Evaluation.objects.get(), by=cast.family, at=at) for _ in "ab")
    due = in_therapy.tasks.get(duty="answer_correction").due_on
    assert due == at.date() + timedelta(days=60)
    answer(first, by=cast.therapist, at=at)
    assert owed(in_therapy) == [("therapist", "Thea")]
    answer(second, by=cast.colleague, at=at)
    assert owed(in_therapy) == []


def test_a_paper_not_signed_not_sent_or_not_of_this_child_is_none_to_correct(
    cast: Any, report_signed: Referral, at: datetime
) -> None:
    report = Report.objects.get()
    for about in (report.pk, new_id()):
        with refused(sentence="no such paper"):
            ask(report_signed, report, about=about, by=cast.family, at=at)
    assert Correction.objects.count() == 0


def test_words_are_needed_on_both_sides(cast: Any, in_therapy: Referral, at: datetime) -> None:
    for blank in ("passage", "wish"):
        with refused(blank, "few words"):
            ask(in_therapy, Evaluation.objects.get(), by=cast.family, at=at, **{blank: "  "})
    asked = ask(in_therapy, Evaluation.objects.get(), by=cast.family, at=at)
    with refused("answer", "Say why"):
        answer(asked, by=cast.therapist, at=at, answer=" ")


def test_nobody_else_asks_and_nobody_else_answers(
    cast: Any, in_therapy: Referral, at: datetime
) -> None:
    report = Evaluation.objects.get()
    for other in (cast.pediatrician, cast.therapist, cast.partner, cast.other_family):
        with refused(sentence="Only"):
            ask(in_therapy, report, by=other, at=at)
    asked = ask(in_therapy, report, by=cast.family, at=at)
    for other in (cast.family, cast.coordinator, cast.pediatrician, cast.stranger):
        with refused(sentence="Only"):
            answer(asked, by=other, at=at)


def test_of_two_who_answer_the_second_is_told(
    cast: Any, in_therapy: Referral, at: datetime
) -> None:
    asked = ask(in_therapy, Evaluation.objects.get(), by=cast.family, at=at)
    answer(asked, by=cast.therapist, at=at)
    with outrun("answered meanwhile"):
        answer(asked, by=cast.colleague, at=at, decision="declined", answer="No.")
    assert Correction.objects.get().decision == "granted"


def test_the_end_of_care_leaves_the_answer_owed(cast: Any, discharged: Referral) -> None:
    at = discharged.state_since + timedelta(hours=1)
    ask(discharged, Evaluation.objects.get(), by=cast.family, at=at)
    assert owed(fresh(discharged)) == [("therapist", "Thea")]


def test_the_timeline_says_which_paper_and_not_what_was_wrong(
    cast: Any, in_therapy: Referral, at: datetime
) -> None:
    ask(in_therapy, Evaluation.objects.get(), by=cast.family, at=at)
    newest = timeline(child=in_therapy.child, for_family=True, drafts=False)[0]
    assert newest.sentence == "The family asked to correct the evaluation report"
