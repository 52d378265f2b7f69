"""Which signed documents are there to print?"""

from datetime import datetime, timedelta

import pytest

from referrals.models import Evaluation, Plan, Prescription, Referral, User
from tests.actions.conftest import MONDAY
from tests.factories import document as made
from tests.replay import played

#: A week after the referral, in the morning in New York.
VISIT = MONDAY + timedelta(days=7)


@pytest.fixture
def now() -> datetime:
    return MONDAY


@pytest.fixture
@played
def evaluation(scheduled: Referral, therapist: User) -> Evaluation:
    return made.signed_evaluation(scheduled, by=therapist, at=VISIT)


@pytest.fixture
@played
def amended(evaluation: Evaluation, therapist: User) -> Evaluation:
    """The second version of the evaluation, signed two days later."""
    return made.amended_evaluation(evaluation, by=therapist, at=VISIT + timedelta(days=2))


@pytest.fixture
@played
def plan(evaluation: Evaluation, therapist: User) -> Plan:
    """Signed on the day after the visit, and shown to nobody yet."""
    return made.signed_plan(evaluation, by=therapist, at=VISIT + timedelta(days=1))


@pytest.fixture
@played
def prescription(sent: Referral, pediatrician: User) -> Prescription:
    return made.signed_prescription(sent, by=pediatrician, at=VISIT)
