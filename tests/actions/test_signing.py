"""Does a therapist answer for what an assistant could not sign alone?"""

import pytest

from referrals.actions.discharge import discharge_referral, draft_discharge
from referrals.actions.refusal import Refused
from referrals.actions.report import draft_report, sign_report
from referrals.actions.session import draft_session
from referrals.models.record import new_id
from tests.session_stages import visits_of


def test_an_assistant_signs_no_report(report_drafted, assistant, reporting):
    with pytest.raises(Refused, match="A therapist signs this"):
        sign_report(report=report_drafted.reports.get(), by=assistant, at=reporting)


def test_an_assistant_ends_no_therapy(summed_up, assistant, ending):
    with pytest.raises(Refused, match="A therapist signs this"):
        discharge_referral(referral=summed_up, by=assistant, at=ending)


def test_a_draft_takes_what_its_author_writes_and_no_mark_of_a_signature(
    cast, held, report_drafted, summed_up, later
):
    """Neither the first saving nor a later one lets somebody sign, send or count by the way."""
    visit, by, at = visits_of(held)[0], cast.therapist, later
    marks = ("status", "signed_by", "sent_at", "figures", "needs_cosign", "number", "author")
    for mark in marks:
        for key in (new_id(), report_drafted.reports.get().pk):
            with pytest.raises(TypeError):
                draft_report(id=key, referral=report_drafted, by=by, at=at, **{mark: 7})
        for key in (new_id(), summed_up.discharges.get().pk):
            with pytest.raises(TypeError):
                draft_discharge(id=key, referral=summed_up, by=by, at=at, **{mark: 7})
        with pytest.raises(TypeError):
            draft_session(id=new_id(), appointment=visit, by=by, at=at, **{mark: 7})
