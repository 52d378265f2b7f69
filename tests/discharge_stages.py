"""What is there when therapy ends? Fixtures that `conftest` shares with every test."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from referrals.actions.discharge import (
    amend_discharge,
    discharge_referral,
    draft_discharge,
    reopen_referral,
)
from referrals.actions.rating import rate_goal
from referrals.models import Discharge, Referral
from referrals.models.record import new_id
from tests.factories.therapy_rows import attended
from tests.replay import played
from tests.stages import day_of, fresh

#: How long after `later` therapy ends.
WEEKS = timedelta(weeks=4)


def a_summary(**changes: Any) -> dict[str, Any]:
    """All that a summary must say and does not know by itself."""
    return {
        "why": "enough", "summary": "She learned fast.", "recommendations": "Swimming.",
        "home_programme": "Let her button the top two.",
        "return_signs": "She stops buttoning for two weeks.", "told": "Rosa, at the last visit.",
    } | changes  # fmt: skip


@pytest.fixture
def ending(later: datetime) -> datetime:
    """The moment of the discharge: four weeks into therapy."""
    return later + WEEKS


@pytest.fixture
@played
def treated(cast: Any, in_therapy: Referral, later: datetime) -> Referral:
    """Two visits were held and noted, and the therapist saw two buttons fastened."""
    for days in (7, 14):
        attended(in_therapy, later + timedelta(days=days), by=cast.therapist)
    on = later + timedelta(days=14, hours=2)
    rate_goal(
        id=new_id(), goal=in_therapy.goals.get(), level=-1, rated_on=day_of(on, in_therapy),
        by=cast.therapist, at=on,
    )  # fmt: skip
    return fresh(in_therapy)


def said_of(referral: Referral, outcome: str, why: str = "Two of three.") -> list[dict[str, Any]]:
    """The same said of every goal."""
    return [{"goal": str(goal.pk), "outcome": outcome, "why": why} for goal in referral.goals.all()]


@pytest.fixture
@played
def summed_up(cast: Any, treated: Referral, ending: datetime) -> Referral:
    """The summary is written and lacks nothing."""
    draft_discharge(
        id=new_id(), referral=treated, by=cast.therapist, at=ending,
        **a_summary(outcomes=said_of(treated, "partly")),
    )  # fmt: skip
    return fresh(treated)


@pytest.fixture
@played
def discharged(cast: Any, summed_up: Referral, ending: datetime) -> Referral:
    """Therapy has ended; the family and the pediatrician have not yet taken note."""
    at = ending + timedelta(hours=1)
    return fresh(discharge_referral(referral=summed_up, by=cast.therapist, at=at))


@pytest.fixture
@played
def amended_discharge(cast: Any, discharged: Referral, ending: datetime) -> Referral:
    """The summary was amended: the goal was met after all."""
    at = ending + timedelta(hours=2)
    draft = draft_discharge(
        id=new_id(), referral=discharged, reason="Her teacher wrote.", by=cast.therapist, at=at,
        outcomes=said_of(discharged, "met", "Three buttons at school."),
    )  # fmt: skip
    amend_discharge(discharge=draft, by=cast.therapist, at=at + timedelta(minutes=5))
    return fresh(discharged)


@pytest.fixture
@played
def reopened(cast: Any, discharged: Referral, ending: datetime) -> Referral:
    """Four weeks later the child has come back."""
    return fresh(
        reopen_referral(
            referral=discharged, reason="She stopped buttoning.", by=cast.pediatrician,
            at=ending + WEEKS,
        )
    )  # fmt: skip


def summary(referral: Referral) -> Discharge:
    """The newest version."""
    found = referral.discharges.first()
    assert found is not None
    return found
