"""What is there when somebody was written to? Fixtures that `conftest` shares with every test."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from referrals.models import Referral
from tests.factories.letter import lettered, missed
from tests.replay import played
from tests.stages import fresh


@pytest.fixture
@played
def visit_missed(cast: Any, accepted: Referral, now: datetime) -> Referral:
    """The first visit was booked, and nobody came."""
    return fresh(missed(accepted, therapist=cast.therapist, at=now + timedelta(hours=3)))


@pytest.fixture
@played
def written_to_family(cast: Any, visit_missed: Referral, now: datetime) -> Referral:
    """The therapist has written to the mother about a new time."""
    lettered(
        visit_missed, "no_show", "Rosa Fontaine", by=cast.therapist, at=now + timedelta(hours=7)
    )
    return fresh(visit_missed)


@pytest.fixture
@played
def written_to_clinic(cast: Any, sent: Referral, now: datetime) -> Referral:
    """The pediatrician has sent a cover letter after the referral."""
    lettered(sent, "referral", "Harbor Therapy", by=cast.pediatrician, at=now + timedelta(hours=1))
    return fresh(sent)


@pytest.fixture
@played
def written_to_school(cast: Any, sent: Referral, partner_seat: object, now: datetime) -> Referral:
    """The pediatrician has written to the school that the family opened results to."""
    lettered(sent, "school", "Maple School", by=cast.pediatrician, at=now + timedelta(hours=1))
    return fresh(sent)
