"""What is further along than the first visit? Fixtures that `conftest` shares with every test."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from referrals.actions.clock import local_date
from referrals.actions.evaluation import draft_evaluation, sign_evaluation
from referrals.actions.plan import (
    certify_plan,
    draft_plan,
    explain_plan,
    return_plan,
    send_plan,
    sign_plan,
)
from referrals.actions.starting import start_therapy
from referrals.models import Evaluation, Plan, Referral
from referrals.models.record import new_id
from tests.factories.goal import agreed
from tests.replay import played

#: How long after `now` the visit of `scheduled` is over.
AFTER_VISIT = timedelta(days=7, hours=2)


def findings() -> list[dict[str, str]]:
    """One finding an area."""
    areas = ("motor", "play", "handwriting", "self_feeding", "daily")
    return [
        {"area": area, "method": "observation", "level": "emerging", "words": "Begins to."}
        for area in areas
    ]


def evaluation_content(**changed: Any) -> dict[str, Any]:
    """An evaluation that lacks nothing, changed by `changed`."""
    return {
        "language": "English", "informants": "Rosa Fontaine, mother",
        "wants": "To dress alone.", "supports": "Calm mornings.", "barriers": "Buttons.",
        "routines": "Up at seven.", "priorities": "Getting out of the door in peace.",
        "history": "Born at term.", "other_services": "None.", "findings": findings(),
        "conditions": "Quiet room.", "scores": [], "strengths": "She does not give up.",
        "interpretation": "Her hands tire early.", "recommendation": "ot",
        "visits": 2, "per": "week", "minutes": 45, "weeks": 12,
    } | changed  # fmt: skip


@pytest.fixture
def later(now: datetime) -> datetime:
    """Two hours after the visit of `scheduled` began."""
    return now + AFTER_VISIT


@pytest.fixture
@played
def drafted(cast: Any, scheduled: Referral, later: datetime) -> Evaluation:
    """An evaluation that lacks nothing but the signature."""
    return draft_evaluation(
        id=new_id(), referral=scheduled, by=cast.therapist, at=later, **evaluation_content()
    )


@pytest.fixture
def begun(drafted: Evaluation) -> Referral:
    """The referral whose evaluation is written and not yet signed."""
    return Referral.objects.get(pk=drafted.referral_id)


@pytest.fixture
@played
def evaluated(cast: Any, drafted: Evaluation, later: datetime) -> Referral:
    """The evaluation is signed; the plan is owed."""
    referral = Referral.objects.get(pk=drafted.referral_id)
    sign_evaluation(referral=referral, by=cast.therapist, at=later + timedelta(minutes=10))
    return Referral.objects.get(pk=drafted.referral_id)


# --- The plan of care ----------------------------------------------------------------------------


def fresh(referral: Referral) -> Referral:
    """The referral as a page would read it: nothing remembered from before."""
    return Referral.objects.get(pk=referral.pk)


def day_of(at: datetime, referral: Referral) -> date:
    assert referral.clinic is not None
    return local_date(at, referral.clinic)


def a_plan(starts_on: date, **changes: Any) -> dict[str, Any]:
    """All a plan must say before it can be signed."""
    return {
        "therapy": "individual", "visits": 2, "per": "week", "minutes": 45, "weeks": 12,
        "starts_on": starts_on, "setting": "clinic", "approaches": "Play and daily routines.",
        "home_programme": "Two buttons on the way out.", "payer": "standard",
        "discharge_plan": "When she dresses herself on school days.",
        "review_on": starts_on + timedelta(days=60),
    } | changes  # fmt: skip


@pytest.fixture
@played
def planned(cast: Any, evaluated: Referral, later: datetime) -> Referral:
    """A plan is being written; it lacks nothing."""
    starts_on = day_of(later, evaluated) + timedelta(days=10)
    draft_plan(
        id=new_id(), referral=evaluated, by=cast.therapist, at=later + timedelta(hours=1),
        **a_plan(starts_on),
    )  # fmt: skip
    return fresh(evaluated)


@pytest.fixture
@played
def plan_signed(cast: Any, planned: Referral, later: datetime) -> Referral:
    sign_plan(plan=Plan.objects.get(), by=cast.therapist, at=later + timedelta(hours=2))
    return fresh(planned)


@pytest.fixture
@played
def plan_explained(cast: Any, plan_signed: Referral, later: datetime) -> Referral:
    return fresh(
        explain_plan(
            referral=plan_signed, explained_to="Rosa Fontaine", language="English",
            teach_back="Twice a week, and buttons every morning.", by=cast.therapist,
            at=later + timedelta(hours=3),
        )
    )  # fmt: skip


@pytest.fixture
@played
def plan_sent(cast: Any, plan_explained: Referral, later: datetime) -> Referral:
    """The plan lies with the pediatrician."""
    at = later + timedelta(hours=4)
    return fresh(send_plan(referral=plan_explained, by=cast.therapist, at=at))


@pytest.fixture
@played
def plan_certified(cast: Any, plan_sent: Referral, later: datetime) -> Referral:
    at = later + timedelta(hours=5)
    return fresh(certify_plan(referral=plan_sent, by=cast.pediatrician, at=at))


@pytest.fixture
@played
def plan_returned(cast: Any, plan_sent: Referral, later: datetime) -> Referral:
    at = later + timedelta(hours=5)
    return fresh(
        return_plan(referral=plan_sent, changes="Once a week first.", by=cast.pediatrician, at=at)
    )


@pytest.fixture
@played
def in_therapy(cast: Any, plan_certified: Referral, later: datetime) -> Referral:
    """Therapy is under way, with one goal that all three agreed."""
    everybody = (cast.therapist, cast.pediatrician, cast.family)
    agreed(plan_certified, everybody, at=later + timedelta(hours=5, minutes=30))
    at = later + timedelta(hours=6)
    return fresh(start_therapy(referral=fresh(plan_certified), by=cast.therapist, at=at))


@pytest.fixture
@played
def aimed(cast: Any, evaluated: Referral, later: datetime) -> Referral:
    """One goal that all three have agreed on."""
    three = (cast.therapist, cast.family, cast.pediatrician)
    agreed(evaluated, three, at=later + timedelta(minutes=20))
    return evaluated
