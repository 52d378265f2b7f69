"""What does a family practise? Fixtures that `conftest` shares with every test."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from referrals.models import Activity, Referral
from tests.factories.activity import an_activity


@pytest.fixture
def activity(cast: Any, in_therapy: Referral, later: datetime) -> Activity:
    """One home activity, begun on the day therapy began."""
    return an_activity(in_therapy, by=cast.therapist, at=later + timedelta(hours=7))
