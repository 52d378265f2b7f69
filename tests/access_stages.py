"""What is there when everybody asks for an address? Fixtures of `test_access_matrix`."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from referrals.actions.appointment import offer_appointments
from referrals.actions.closing import cancel_referral
from referrals.actions.referral import ask_referral
from referrals.models import Referral, User
from tests.factories.session import browser, session_of
from tests.replay import played

MEMBERS = (
    "pediatrician", "practice_colleague", "therapist", "colleague", "coordinator", "family",
    "partner", "stranger", "stranger_pediatrician", "other_family", "admin", "nobody", "anonymous",
)  # fmt: skip


@pytest.fixture
@played
def sessions(cast: Any, nobody: User) -> dict[str, str]:
    """Everybody has signed in."""
    people = {name: getattr(cast, name, None) for name in MEMBERS} | {"nobody": nobody}
    return {name: session_of(person) if person else "" for name, person in people.items()}


@pytest.fixture
def doors(sessions: dict[str, str]) -> dict[str, Client]:
    """A browser for each of them."""
    return {name: browser(session) for name, session in sessions.items()}


@pytest.fixture
@played
def asked(cast: Any, received: Referral, now: datetime) -> Referral:
    """The therapist has asked the pediatrician a question."""
    at = now + timedelta(hours=2)
    return ask_referral(
        referral=received, question="Has her hearing been tested?", by=cast.therapist, at=at
    )


@pytest.fixture
@played
def offered(cast: Any, accepted: Referral, now: datetime) -> Referral:
    """The family may pick one of two times."""
    return offer_appointments(
        referral=accepted, times=[now + timedelta(days=7), now + timedelta(days=8)],
        therapist=cast.therapist, minutes=60, place="clinic", by=cast.coordinator,
        at=now + timedelta(hours=3),
    )  # fmt: skip


@pytest.fixture
@played
def withdrawn(cast: Any, sent: Referral, now: datetime) -> Referral:
    """The pediatrician has cancelled what the clinic had been sent."""
    at = now + timedelta(hours=1)
    return cancel_referral(
        referral=sent, reason="The family moves away.", by=cast.pediatrician, at=at
    )
