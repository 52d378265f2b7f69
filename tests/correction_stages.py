"""What if the family wants a paper corrected? A fixture, which `conftest` shares with every test."""

from datetime import timedelta
from typing import Any

import pytest

from referrals.actions.correction import ask_correction
from referrals.models import Referral
from referrals.models.record import new_id
from tests.replay import played
from tests.stages import fresh


@pytest.fixture
@played
def corrected(cast: Any, evaluated: Referral) -> Referral:
    """The family has asked to correct the evaluation report; the therapist owes an answer."""
    ask_correction(
        id=new_id(), referral=evaluated, sort="evaluation", about=evaluated.evaluations.get().pk,
        passage="She does not dress herself.", wish="She puts on her socks. Please add it.",
        by=cast.family, at=evaluated.state_since + timedelta(hours=1),
    )  # fmt: skip
    return fresh(evaluated)
