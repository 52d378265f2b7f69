"""What does a clinic's own test do where an evaluation is written and read, and is it nobody else's?"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from referrals.actions.evaluation import amend_evaluation, draft_evaluation, sign_evaluation
from referrals.actions.refusal import Refused
from referrals.documents.document import texts
from referrals.documents.evaluation import evaluation_report
from referrals.fhir.document import score as observation
from referrals.models import Evaluation, OwnInstrument, OwnScale, Referral, User
from referrals.models.instrument import instruments_at
from referrals.models.record import new_id
from tests.conftest import Cast
from tests.factories.shelf import MINUTE, STRAIN, own_instrument

Door = Callable[[User], Client]
Count = Callable[[int], Any]
SCORE = {"instrument": "h_pegs", "scale": "minute", "score": "12"}


@pytest.fixture
def ot(cast: Cast, client_of: Door, begun: Referral, later: datetime, time_machine: Any) -> Client:
    """The therapist, after the visit at which the evaluation was begun."""
    time_machine.move_to(later, tick=False)
    return client_of(cast.therapist)


def url(name: str, *keys: Any) -> str:
    return reverse(name, args=[getattr(key, "pk", key) for key in keys])


def sent(draft: Evaluation, test: str, score: str, **row: str) -> dict[str, Any]:
    rows = {"test": test, "score": score, "age_used": "chronological"} | row
    return {
        "id": str(draft.pk), "version": draft.edition, "findings": "0", "scores": "1",
        "do": "save", **{f"score0-{name}": value for name, value in rows.items()},
    }  # fmt: skip


def offered(door: Client, referral: Referral) -> dict[str, list[str]]:
    """The scales of each test of the clinic's own that the form offers."""
    form = door.get(url("evaluation_write", referral)).context["form"]
    choices = dict(form.scores[0].fields["test"].choices)
    return {
        name: [code for code, _ in scales]
        for name, scales in choices.items()
        if isinstance(scales, list) and scales[0][0].startswith("h_")
    }


def stored() -> dict[str, Any]:
    (score,) = Evaluation.objects.get().scores
    assert isinstance(score, dict)
    return score


LABEL = "Harbor Peg Check, edition 2026: grip and release"


def test_it_is_offered_beside_the_shipped_ones_and_scored_by_its_rules(
    cast: Cast, ot: Client, begun: Referral, drafted: Evaluation
) -> None:
    own_instrument(cast.clinic)
    write = url("evaluation_write", begun)
    assert offered(ot, begun) == {LABEL: ["h_pegs:minute", "h_pegs:strain"]}
    refused = ot.post(write, sent(drafted, "h_pegs:minute", "41"))
    assert (refused.status_code, "This scale goes from 0 to 40." in refused.text) == (422, True)
    drafted.refresh_from_db()
    assert ot.post(write, sent(drafted, "h_pegs:strain", "58")).status_code == 302
    assert stored() == {
        "instrument": "h_pegs", "name": "Harbor Peg Check", "edition": "2026", "scale": "strain",
        "scale_name": "Strain", "score_type": "t", "score": 58.0, "mean": 50.0, "sd": 8.0,
        "minimum": None, "maximum": None, "direction": "higher_is_worse", "percentile": "",
        "category": "", "age_used": "chronological", "note": "", "from_month": 36, "to_month": 83,
    }  # fmt: skip


def test_another_clinic_never_sees_it(
    cast: Cast, ot: Client, begun: Referral, drafted: Evaluation, later: datetime
) -> None:
    own_instrument(cast.other_clinic)
    assert "h_pegs" in instruments_at(cast.other_clinic.pk)
    assert offered(ot, begun) == {}
    with pytest.raises(Refused, match="Score 1: Choose the test"):
        draft_evaluation(id=drafted.pk, referral=begun, by=cast.therapist, at=later, scores=[SCORE])


def test_of_two_clinics_with_one_code_each_reads_its_own(cast: Cast) -> None:
    own_instrument(cast.clinic)
    own_instrument(cast.other_clinic, STRAIN, name="Coat Check")
    assert instruments_at(cast.clinic.pk)["h_pegs"].name == "Harbor Peg Check"
    assert instruments_at(cast.other_clinic.pk)["h_pegs"].name == "Coat Check"


@pytest.fixture
def scored(cast: Cast, begun: Referral, drafted: Evaluation, later: datetime) -> OwnInstrument:
    """The draft has a score of the clinic's own test, which is made for older children."""
    own = own_instrument(cast.clinic)
    draft_evaluation(id=drafted.pk, referral=begun, by=cast.therapist, at=later, scores=[SCORE])
    drafted.refresh_from_db()
    return own


def retired(own: OwnInstrument) -> None:
    """Taken off, and worded and limited anew: no score that stands may tell."""
    OwnInstrument.objects.filter(pk=own.pk).update(is_active=False, name="Old", from_month=None)
    OwnScale.objects.update(label="Old", maximum=5)


def test_pediatrician_family_and_other_systems_read_it_though_it_was_retired(
    cast: Cast, client_of: Door, scored: OwnInstrument, begun: Referral, later: datetime
) -> None:
    sign_evaluation(referral=begun, by=cast.therapist, at=later)
    retired(scored)
    evaluation = Evaluation.objects.get()
    page = url("evaluation_detail", begun, evaluation)
    age = cast.child.ages(evaluation.evaluated_on).chronological  # type: ignore[arg-type]
    warning = f"Harbor Peg Check is not made for the age of {age}: read this score with care."
    for reader in (cast.pediatrician, cast.family):
        read = client_of(reader).get(page).content.decode()
        words = ["Harbor Peg Check, edition 2026", "Pegs in a minute", "Raw score", warning]
        assert [said for said in words if said not in read] == []
    with translation.override("es"):
        paper = evaluation_report(begun, evaluation.pk)
        assert paper is not None
        said = texts(paper)
    assert [
        words for words in ("Pegs in a minute", "Puntaje bruto", "12") if words not in said
    ] == []
    told = observation(evaluation, 0, evaluation.scores[0])
    assert told["code"] == {"text": "Harbor Peg Check: Pegs in a minute"}
    assert told["valueQuantity"] == {"value": 12.0, "unit": "raw"}


def test_one_that_was_retired_stays_with_the_draft_that_names_it(
    ot: Client, scored: OwnInstrument, begun: Referral, drafted: Evaluation
) -> None:
    retired(scored)
    write = url("evaluation_write", begun)
    assert list(offered(ot, begun).values()) == [["h_pegs:minute"]]
    # As the page fills it in: with the metric that the score kept.
    kept = {name: str(stored()[name]) for name in ("scale_name", "minimum", "maximum")}
    answer = ot.post(write, sent(drafted, "h_pegs:minute", "13", **kept))
    assert answer.status_code == 302
    assert (stored()["score"], stored()["maximum"], stored()["scale_name"]) == (
        13.0, 40.0, "Pegs in a minute",
    )  # fmt: skip
    drafted.refresh_from_db()
    other = ot.post(write, sent(drafted, "h_pegs:strain", "58"))
    assert other.status_code == 422


def test_a_signed_score_can_be_amended_though_its_test_was_retired(
    cast: Cast, ot: Client, scored: OwnInstrument, begun: Referral, later: datetime
) -> None:
    referral = sign_evaluation(referral=begun, by=cast.therapist, at=later)
    retired(scored)
    amended = amend_evaluation(
        id=new_id(), referral=referral, reason="A score was read wrongly.", by=cast.therapist,
        at=later,
    )  # fmt: skip
    kept = {name: str(amended.scores[0][name]) for name in ("scale_name", "minimum", "maximum")}
    write = url("evaluation_write", referral)
    answer = ot.post(write, sent(amended, "h_pegs:minute", "14", **kept))
    assert answer.status_code == 302
    amended.refresh_from_db()
    assert [score["score"] for score in amended.scores] == [14.0]


def test_a_scale_that_was_retired_is_offered_no_more(cast: Cast) -> None:
    own_instrument(cast.clinic, MINUTE, STRAIN | {"is_active": False})
    (scale,) = instruments_at(cast.clinic.pk)["h_pegs"].scales
    assert scale.code == "minute"
    kept = [{"instrument": "h_pegs", "scale": "strain"}]
    named = instruments_at(cast.clinic.pk, kept)["h_pegs"].scales
    assert [scale.code for scale in named] == ["minute", "strain"]
    OwnScale.objects.update(is_active=False)
    assert "h_pegs" not in instruments_at(cast.clinic.pk)


@pytest.mark.parametrize("rows", [1, 3])
def test_own_tests_cost_two_queries_however_many(
    rows: int, cast: Cast, django_assert_num_queries: Count
) -> None:
    for n in range(rows):
        own_instrument(cast.clinic, code=f"h_{n}")
    with django_assert_num_queries(2):
        instruments_at(cast.clinic.pk)
