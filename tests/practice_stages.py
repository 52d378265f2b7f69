"""What does a family practise? Fixtures that `conftest` shares with every test."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from referrals.actions.practice import log_practice
from referrals.models import Activity, Referral
from referrals.models.record import new_id
from tests.factories.phone import an_activity
from tests.replay import played


@pytest.fixture
@played
def activity(cast: Any, in_therapy: Referral, later: datetime) -> Activity:
    """One home activity, begun on the day therapy began."""
    return an_activity(in_therapy, by=cast.therapist, at=later + timedelta(hours=7))


@pytest.fixture
@played
def practising(cast: Any, activity: Activity, later: datetime) -> Referral:
    """The family has practised once."""
    at = later + timedelta(hours=8)
    log_practice(
        id=new_id(), activity=activity, result="did", minutes=9, word="With a song.",
        by=cast.family, at=at,
    )  # fmt: skip
    return Referral.objects.get(pk=activity.referral_id)
