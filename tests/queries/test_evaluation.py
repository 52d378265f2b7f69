"""What does an evaluation say to whom, and what did an amendment change?"""

from datetime import datetime
from typing import Any

import pytest

from referrals.actions.evaluation import amend_evaluation, draft_evaluation, sign_evaluation
from referrals.models import Evaluation, Referral
from referrals.models.record import new_id
from referrals.queries.evaluation import Change, card, changes, fields_of, signed_version
from tests.conftest import Cast
from tests.stages import findings


def test_a_draft_is_on_the_card_of_those_who_write_it(begun: Referral, drafted: Evaluation):
    assert card(begun, writes=True).draft == drafted
    assert card(begun, writes=False).draft is None
    assert signed_version(begun, drafted.pk) is None


def test_the_signed_one_is_on_everybodys_card(evaluated: Referral, drafted: Evaluation):
    for writes in (True, False):
        assert card(evaluated, writes=writes).standing == drafted


def test_an_amendment_says_what_it_changed_and_nothing_else(
    cast: Cast, evaluated: Referral, later: datetime
):
    found = findings()
    found[0]["words"] = "Climbs."
    amended = amend_evaluation(
        id=new_id(), referral=evaluated, reason="More.", by=cast.therapist, at=later,
        findings=found, interpreter=True, visits=1,
    )  # fmt: skip
    lines = [
        f"{area}, Observation, Emerging: begins to, not yet steadily: Begins to."
        for area in (
            "Motor skills", "Play behaviour", "Handwriting or colouring", "Self-feeding",
            "Other daily activities",
        )
    ]  # fmt: skip
    climbs = [lines[0].replace("Begins to.", "Climbs."), *lines[1:]]

    assert changes(amended) == [
        Change("An interpreter was there", "No", "Yes"),
        Change("Findings", "\n".join(lines), "\n".join(climbs)),
        Change("Visits", "2", "1"),
    ]


def test_a_first_version_changed_nothing(evaluated: Referral, drafted: Evaluation):
    assert changes(drafted) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"recommendation": "ot"}, ""),
        ({"recommendation": "no_ot", "interpretation": "All is well."}, "All is well."),
        ({"recommendation": "other", "other_service": "Speech", "hand_over": "Says ten words."}, "Says ten words."),
    ],
)  # fmt: skip
def test_a_report_without_therapy_brings_the_words_of_the_ending(
    content: dict[str, Any], words: str, cast: Cast, begun: Referral, drafted: Evaluation,
    later: datetime,
):  # fmt: skip
    draft_evaluation(id=drafted.pk, referral=begun, by=cast.therapist, at=later, **content)
    sign_evaluation(referral=begun, by=cast.therapist, at=later)

    assert card(begun, writes=False).other_ending == words


def test_a_score_reads_with_its_percentile_and_its_warning(
    cast: Cast, begun: Referral, drafted: Evaluation, later: datetime
):
    typed = [{"instrument": "bot_2", "scale": "composite", "score": "39", "note": "Tired."}]
    draft_evaluation(id=drafted.pk, referral=begun, by=cast.therapist, at=later, scores=typed)
    drafted.refresh_from_db()

    age = cast.child.ages(drafted.evaluated_on).chronological
    assert dict(fields_of(drafted))["Scores"] == (
        "Bruininks-Oseretsky Test of Motor Proficiency, Composite: 39; 14 (computed); Tired.; "
        "Bruininks-Oseretsky Test of Motor Proficiency is not made for the age of "
        f"{age}: read this score with care."
    )
