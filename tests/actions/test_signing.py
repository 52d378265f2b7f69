"""Does a therapist answer for what an assistant could not sign alone?"""

import pytest

from referrals.actions.discharge import discharge_referral
from referrals.actions.refusal import Refused
from referrals.actions.report import sign_report


def test_an_assistant_signs_no_report(report_drafted, assistant, reporting):
    with pytest.raises(Refused, match="A therapist signs this"):
        sign_report(report=report_drafted.reports.get(), by=assistant, at=reporting)


def test_an_assistant_ends_no_therapy(summed_up, assistant, ending):
    with pytest.raises(Refused, match="A therapist signs this"):
        discharge_referral(referral=summed_up, by=assistant, at=ending)
