"""What is further along in therapy? Fixtures of the reports, which `conftest` shares with every test."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from referrals.actions.report import draft_report, send_report, sign_report
from referrals.models import Referral, Report
from referrals.models.record import new_id
from tests.replay import played
from tests.stages import fresh


def a_report(**changes: Any) -> dict[str, Any]:
    """All a report must say that is not drafted from the data."""
    return {
        "summary": "She does three buttons now.", "family_view": "Mornings are calmer.",
        "recommendation": "continue", "what_next": "Zips, and the coat at school.",
    } | changes  # fmt: skip


@pytest.fixture
def reporting(later: datetime) -> datetime:
    """An hour after therapy began."""
    return later + timedelta(hours=7)


@pytest.fixture
@played
def report_drafted(cast: Any, in_therapy: Referral, reporting: datetime) -> Referral:
    """A report lacks nothing but the signature."""
    draft_report(id=new_id(), referral=in_therapy, by=cast.therapist, at=reporting, **a_report())
    return fresh(in_therapy)


@pytest.fixture
@played
def report_signed(cast: Any, report_drafted: Referral, reporting: datetime) -> Referral:
    at = reporting + timedelta(minutes=10)
    sign_report(report=Report.objects.get(), by=cast.therapist, at=at)
    return fresh(report_drafted)


@pytest.fixture
@played
def report_sent(cast: Any, report_signed: Referral, reporting: datetime) -> Referral:
    """The report lies with the pediatrician."""
    at = reporting + timedelta(minutes=20)
    return fresh(send_report(referral=report_signed, by=cast.therapist, at=at))
