"""What does practice at home look like? Fixtures that `conftest` shares with every test."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from referrals.actions.activity import set_picture
from referrals.actions.check_in import ask_therapist
from referrals.actions.pause import ask_pause
from referrals.models import Referral
from referrals.models.record import new_id
from tests.factories.activity import given, picture
from tests.factories.practice import practised
from tests.replay import played
from tests.stages import day_of, fresh


@pytest.fixture
@played
def at_home(cast: Any, in_therapy: Referral, later: datetime, kept_files: None) -> Referral:
    """One activity with a picture; the family practised it, asks about it and for a pause."""
    at = later + timedelta(hours=7)
    activity = given(in_therapy, by=cast.therapist, at=at)
    activity = set_picture(
        activity=activity, upload=picture(), shows="A hand on a button", by=cast.therapist, at=at
    )
    practised(activity, by=cast.family, at=at, word="She laughed.")
    ask_therapist(
        id=new_id(), activity=activity, text="Which hand should she use?", by=cast.family, at=at
    )
    tomorrow = day_of(at, in_therapy) + timedelta(days=1)
    ask_pause(
        id=new_id(), referral=in_therapy, first_on=tomorrow, last_on=tomorrow + timedelta(days=6),
        reason="We visit her grandmother.", by=cast.family, at=at,
    )  # fmt: skip
    return fresh(in_therapy)
