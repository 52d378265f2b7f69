"""Does writing an evaluation lose no word, and does everybody read what is meant for them?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from referrals.actions.evaluation import (
    amend_evaluation,
    draft_evaluation,
    sign_evaluation,
    tell_profile,
)
from referrals.models import Evaluation, FamilyProfile, Referral, User
from referrals.models.record import new_id
from referrals.pathway import State
from tests.conftest import Cast

Door = Callable[[User], Client]


def page(name: str, referral: Referral, *more: Any) -> str:
    return reverse(name, args=[referral.pk, *more])


def typed(**fields: Any) -> dict[str, Any]:
    """What the form sends: texts, and rows of findings and scores as the page numbers them."""
    rows = {"findings": "5", "scores": "2"}
    return {"id": str(new_id()), **rows, **fields}


def stored() -> Evaluation:
    return Evaluation.objects.get()


@pytest.fixture
def visited(scheduled: Referral, now: datetime, time_machine: Any) -> Referral:
    """It is two hours after the visit began."""
    time_machine.move_to(now + timedelta(days=7, hours=2), tick=False)
    return scheduled


# --- Writing --------------------------------------------------------------------------------------


def test_the_form_begins_with_what_is_known(cast: Cast, visited: Referral, client_of: Door):
    shown = client_of(cast.therapist).get(page("evaluation_write", visited))

    assert shown.status_code == 200
    assert b"Does she need help with dressing and with textures?" in shown.content
    assert not Evaluation.objects.exists()


def test_what_was_typed_is_kept_with_its_rows(cast: Cast, visited: Referral, client_of: Door):
    door = client_of(cast.therapist)
    sent = typed(
        do="save", strengths="Patient.",
        **{"finding0-area": "motor", "finding0-method": "hands_on", "finding0-level": "emerging", "finding0-words": "Tires."},
        **{"finding1-area": "play"},
        **{"score0-test": "bot_2:composite", "score0-score": "39", "score0-age_used": "chronological"},
    )  # fmt: skip

    answer = door.post(page("evaluation_write", visited), sent)

    assert answer.status_code == 302
    kept = stored()
    assert kept.strengths == "Patient."
    assert kept.findings == [
        {"area": "motor", "method": "hands_on", "level": "emerging", "words": "Tires."}
    ]
    assert [(s["instrument"], s["score"], s["mean"]) for s in kept.scores] == [("bot_2", 39, 50)]
    again = door.get(page("evaluation_write", visited)).content
    assert b"Tires." in again
    assert b'value="39.0"' in again


def test_it_saves_itself_and_tells_the_meter(cast: Cast, visited: Referral, client_of: Door):
    sent = typed(strengths="Patient.", **{"score0-test": "bot_2:composite", "score0-score": "900"})

    answer = client_of(cast.therapist).post(
        page("evaluation_write", visited), sent, headers={"X-Autosave": "1"}
    )

    assert answer.status_code == 200
    assert answer["X-Version"] == "1"
    assert answer["X-Meter"] == "0/3,0/5,0/2,0/6,1/2,0/1"
    assert "except: score 1" in answer.text


def test_a_wrong_row_is_shown_again_with_its_sentence(
    cast: Cast, visited: Referral, client_of: Door
):
    sent = typed(do="save", **{"score0-test": "bot_2:composite", "score0-score": "900"})

    answer = client_of(cast.therapist).post(page("evaluation_write", visited), sent)

    assert answer.status_code == 422
    assert (
        '<a href="#id_score0-score">Score 1, score</a>: This scale goes from 0 to 110.'
        in answer.text
    )
    assert b'value="900"' in answer.content


def test_an_impossible_day_is_refused_at_its_field(cast: Cast, visited: Referral, client_of: Door):
    sent = typed(do="save", evaluated_on="2099-01-01", strengths="Patient.")

    answer = client_of(cast.therapist).post(page("evaluation_write", visited), sent)

    assert answer.status_code == 422
    assert b"lies in the future" in answer.content
    assert b"Patient." in answer.content


def test_the_same_form_sent_twice_is_one_draft(cast: Cast, visited: Referral, client_of: Door):
    door, sent = client_of(cast.therapist), typed(do="save", strengths="Patient.")
    for _ in range(2):
        door.post(page("evaluation_write", visited), sent)

    assert Evaluation.objects.count() == 1


def test_the_second_of_two_therapists_reads_both_texts(
    cast: Cast, visited: Referral, client_of: Door
):
    first = typed(do="save", strengths="Patient.")
    client_of(cast.colleague).post(page("evaluation_write", visited), first)

    answer = client_of(cast.therapist).post(
        page("evaluation_write", visited), typed(do="save", strengths="Quick.")
    )

    assert answer.status_code == 409
    assert b"Patient." in answer.content
    assert b"Quick." in answer.content
    assert stored().strengths == "Patient."


def test_a_form_of_another_referral_opens_nothing(
    cast: Cast, visited: Referral, drafted: Evaluation, client_of: Door
):
    missing = reverse("evaluation_write", args=[new_id()])
    assert client_of(cast.therapist).get(missing).status_code == 404
    other = client_of(cast.stranger).post(page("evaluation_write", visited), typed(do="save"))
    assert other.status_code == 404


def test_what_was_typed_while_somebody_signed_is_shown_again_beside_what_was_signed(
    cast: Cast, visited: Referral, drafted: Evaluation, later: datetime, client_of: Door
):
    sign_evaluation(referral=visited, by=cast.colleague, at=later)
    door = client_of(cast.therapist)
    sent = typed(do="save", id=str(drafted.pk), version="1", strengths="Typed late.")

    answer = door.post(page("evaluation_write", visited), sent)
    itself = door.post(page("evaluation_write", visited), sent, headers={"X-Autosave": "1"})

    assert (answer.status_code, itself.status_code) == (409, 409)
    assert b"Typed late." in answer.content
    assert b"She does not give up." in answer.content
    assert itself.text.startswith("This referral has changed since you opened it")
    assert stored().strengths == "She does not give up."


# --- Signing --------------------------------------------------------------------------------------


def test_what_is_missing_is_listed_before_the_signature(
    cast: Cast, visited: Referral, client_of: Door
):
    door = client_of(cast.therapist)
    door.post(page("evaluation_write", visited), typed(do="save", strengths="Patient."))

    shown = door.get(page("referral_sign_evaluation", visited)).content.decode()

    assert "Say who answered questions." in shown
    assert "Sign as Thea Marsh, OTR/L" in shown


def test_signing_twice_is_signing_once(
    cast: Cast, visited: Referral, drafted: Evaluation, client_of: Door
):
    door = client_of(cast.therapist)
    answers = [
        door.post(page("referral_sign_evaluation", visited), {"version": drafted.edition})
        for _ in range(2)
    ]

    report = page("evaluation_detail", visited, drafted.pk)
    assert [answer.headers["Location"] for answer in answers] == [report, report]
    assert stored().status == "final"
    assert Referral.objects.get().state == State.EVALUATED


def test_what_changed_under_the_signer_is_not_signed(
    cast: Cast, visited: Referral, drafted: Evaluation, later: datetime, client_of: Door
):
    draft_evaluation(
        id=drafted.pk, referral=visited, by=cast.colleague, at=later, strengths="Changed."
    )

    answer = client_of(cast.therapist).post(
        page("referral_sign_evaluation", visited), {"version": drafted.edition}
    )

    assert answer.status_code == 409
    assert b"It is shown below as it stands now: read it again before you sign." in answer.content
    assert b"Changed." in answer.content
    assert stored().status == "draft"


def test_without_credentials_nothing_is_signed_and_nothing_lost(
    cast: Cast, visited: Referral, drafted: Evaluation, client_of: Door
):
    User.objects.filter(pk=cast.therapist.pk).update(credentials="")

    answer = client_of(cast.therapist).post(
        page("referral_sign_evaluation", visited), {"version": drafted.edition}
    )

    assert answer.status_code == 422
    assert b"your credentials are not in your profile" in answer.content
    assert stored().strengths == "She does not give up."


# --- Reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["pediatrician", "coordinator", "family", "therapist"])
def test_the_signed_report_is_read_by_the_team(
    who: str, cast: Cast, evaluated: Referral, client_of: Door
):
    shown = client_of(getattr(cast, who)).get(
        page("evaluation_detail", evaluated, stored().pk)
    )  # fmt: skip

    assert shown.status_code == 200
    assert b"She does not give up." in shown.content
    assert b"Thea Marsh, OTR/L" in shown.content


@pytest.mark.parametrize("who", ["pediatrician", "family", "therapist"])
def test_a_draft_is_found_by_nobody(
    who: str, cast: Cast, visited: Referral, drafted: Evaluation, client_of: Door
):
    door = client_of(getattr(cast, who))

    assert door.get(page("evaluation_detail", visited, drafted.pk)).status_code == 404
    listed = door.get(page("evaluation_list", visited)).content
    assert (b"Draft" in listed) == (who == "therapist")


def test_an_amendment_shows_what_it_changed_and_the_old_one_what_replaced_it(
    cast: Cast, evaluated: Referral, drafted: Evaluation, later: datetime, client_of: Door
):
    amended = amend_evaluation(
        id=new_id(), referral=evaluated, reason="The hearing test came.", by=cast.therapist,
        at=later, history="Hearing is fine.",
    )  # fmt: skip
    sign_evaluation(referral=evaluated, by=cast.therapist, at=later)
    door = client_of(cast.pediatrician)

    new = door.get(page("evaluation_detail", evaluated, amended.pk)).content.decode()
    old = door.get(page("evaluation_detail", evaluated, drafted.pk)).content.decode()

    assert "What changed from the version before (1)" in new
    assert "<del>Born at term.</del>" in new
    assert "The hearing test came." in new
    assert "version 2" in old.lower()


def test_amending_asks_why(
    cast: Cast, evaluated: Referral, later: datetime, client_of: Door, time_machine: Any
):
    time_machine.move_to(later + timedelta(hours=1), tick=False)
    door = client_of(cast.therapist)
    silent = door.post(page("evaluation_amend", evaluated), {"id": str(new_id()), "reason": " "})
    begun = door.post(page("evaluation_amend", evaluated), {"id": str(new_id()), "reason": "More."})

    assert silent.status_code == 422
    assert begun.headers["Location"] == page("evaluation_write", evaluated)
    assert door.get(begun.headers["Location"]).status_code == 200


# --- The family's part ------------------------------------------------------------------------------


def test_the_family_tells_its_part_and_the_therapist_reads_it(
    cast: Cast, scheduled: Referral, client_of: Door
):
    answer = client_of(cast.family).post(
        page("evaluation_profile", scheduled), {"wants": "Boots.", "version": ""}
    )

    assert answer.status_code == 302
    assert FamilyProfile.objects.get().wants == "Boots."
    listed = client_of(cast.therapist).get(page("evaluation_list", scheduled)).content
    assert b"Boots." in listed


def test_two_adults_at_once_are_shown_both_texts(
    cast: Cast, scheduled: Referral, now: datetime, client_of: Door
):
    for words in ("Boots.", "Boots and hat."):
        tell_profile(referral=scheduled, by=cast.family, at=now, wants=words)

    answer = client_of(cast.family).post(
        page("evaluation_profile", scheduled), {"wants": "To swim.", "version": "1"}
    )

    assert answer.status_code == 409
    assert b"Boots and hat." in answer.content
    assert b"To swim." in answer.content


def test_nothing_told_is_asked_again(cast: Cast, scheduled: Referral, client_of: Door):
    answer = client_of(cast.family).post(page("evaluation_profile", scheduled), {"wants": " "})

    assert answer.status_code == 422
    assert b"Write a few words to at least one question." in answer.content


def test_after_the_signature_the_family_part_is_closed(
    cast: Cast, evaluated: Referral, client_of: Door
):
    shown = client_of(cast.family).get(page("evaluation_profile", evaluated))

    assert shown.status_code == 409


# --- Not as planned ---------------------------------------------------------------------------------


def test_a_visit_cut_short_says_why_and_keeps_what_was_written(
    cast: Cast, visited: Referral, drafted: Evaluation, client_of: Door
):
    door = client_of(cast.therapist)
    silent = door.post(page("referral_cut_short", visited), {"version": visited.version})
    told = door.post(
        page("referral_cut_short", visited), {"version": visited.version, "reason": "Asleep."}
    )

    assert (silent.status_code, told.status_code) == (422, 302)
    assert Referral.objects.get().state == State.CONTACTING
    assert stored().strengths == "She does not give up."
    assert door.get(page("evaluation_write", visited)).status_code == 200


def test_an_evaluation_without_therapy_offers_its_words_for_the_ending(
    cast: Cast, scheduled: Referral, drafted: Evaluation, later: datetime, client_of: Door
):
    draft_evaluation(
        id=drafted.pk, referral=scheduled, by=cast.therapist, at=later, recommendation="no_ot",
        interpretation="All is as expected for her age.",
    )  # fmt: skip
    sign_evaluation(referral=scheduled, by=cast.therapist, at=later)

    shown = client_of(cast.therapist).get(page("referral_close", scheduled)).content

    assert b"All is as expected for her age." in shown
