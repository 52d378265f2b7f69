"""What is there once therapy visits are? Fixtures that `conftest` shares with every test."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from referrals.actions.attendance import attend_session
from referrals.actions.plan import signed_plan
from referrals.actions.series import plan_series
from referrals.actions.session import draft_session, sign_session
from referrals.models import Appointment, Membership, Referral, Session, User
from referrals.models.record import new_id
from tests.replay import played
from tests.stages import day_of, fresh

#: How long after `now` the first therapy visit of `treated` begins: the day after therapy did.
BEGINS = timedelta(days=8)


def planned_series(referral: Referral, *, by: User, at: datetime, **changes: Any) -> Any:
    """Eight visits, one a week, the first on the day after `at`, at ten."""
    first = day_of(at, referral) + timedelta(days=1)
    return plan_series(
        **{
            "id": new_id(), "referral": referral, "therapist": referral.therapist,
            "first_on": first, "weekdays": [first.weekday()], "starts_at": time(10),
            "minutes": 45, "place": "clinic", "visits": 8, "by": by, "at": at,
        } | changes
    )  # fmt: skip


def visits_of(referral: Referral) -> list[Appointment]:
    return list(referral.appointments.filter(purpose="therapy").order_by("starts_at"))


def attended(visit: Appointment, by: User) -> Appointment:
    """It took place, and was recorded at its end."""
    return attend_session(appointment=visit, by=by, at=visit.ends_at)


def written(visit: Appointment, *, by: User, **content: Any) -> Session:
    """A draft that lacks nothing but the signature."""
    return draft_session(
        id=new_id(), appointment=visit, by=by, at=visit.ends_at + timedelta(minutes=5),
        **{"done": "Buttons on the big board.", "practise": "Two buttons.", **content},
    )  # fmt: skip


def signed(note: Session, *, by: User, **changes: Any) -> Session:
    plan = signed_plan(note.referral)
    assert plan is not None
    told = {"edition": note.edition, "plan": plan.pk, "at": note.saved_at + timedelta(minutes=1)}
    return sign_session(session=note, by=by, **(told | changes))


def noted(visit: Appointment, *, by: User, **content: Any) -> Session:
    """Attended, written and signed."""
    return signed(written(attended(visit, by), by=by, **content), by=by)


@pytest.fixture
@played
def booked(cast: Any, in_therapy: Referral, later: datetime) -> Referral:
    """Eight therapy visits are booked, one a week."""
    planned_series(in_therapy, by=cast.coordinator, at=later + timedelta(hours=7))
    return fresh(in_therapy)


@pytest.fixture
@played
def held(cast: Any, booked: Referral) -> Referral:
    """The first visit took place; its note is owed."""
    attended(visits_of(booked)[0], cast.therapist)
    return fresh(booked)


@pytest.fixture
@played
def note_signed(cast: Any, booked: Referral) -> Referral:
    """The first visit has its signed note, with the child's one goal on it."""
    goal = booked.goals.get()
    levels = [{"goal": str(goal.pk), "level": -1}]
    noted(visits_of(booked)[0], by=cast.therapist, worked_on=levels)
    return fresh(booked)


@pytest.fixture
@played
def assistant(cast: Any) -> User:
    """The clinic's other therapist works under supervision."""
    Membership.objects.filter(user=cast.colleague).update(is_assistant=True)
    colleague: User = cast.colleague
    return colleague
