"""How do activities, practice, pauses and visits come into the tests of what is made of them? As rows."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from referrals.models import Activity, Appointment, Dose, Pause, Practice, Referral
from referrals.models.record import new_id


def activity(referral: Referral, *, by: Any, from_on: date, at: datetime, **said: Any) -> Activity:
    """A home activity with its first dose: five times a week, ten minutes."""
    content = {
        "title": "Coat game", "why": "Buttons.", "steps": "One button.", "minutes": 10,
        "times_a_week": 5, "routine": "morning", "good_looks_like": "Smiles.", "stop_when": "Tired.",
    } | said  # fmt: skip
    made = Activity.objects.create(
        referral=referral, begun_on=from_on, begun_by=by, begun_at=at, **content
    )
    dose(made, by=by, from_on=from_on, at=at, times=made.times_a_week, minutes=made.minutes)
    return made


def dose(
    one: Activity, *, by: Any, from_on: date, at: datetime, times: int, minutes: int = 10
) -> Dose:
    return Dose.objects.create(
        activity=one, from_on=from_on, times_a_week=times, minutes=minutes, by=by, at=at
    )


def practised(
    one: Activity, days: Iterable[date], *, by: Any, at: datetime, **said: Any
) -> list[Practice]:
    """One entry on each of the days."""
    child = one.referral.child
    content = {"result": "did"} | said
    return Practice.objects.bulk_create(
        Practice(
            id=new_id(), activity=one, child=child, organization=child.practice, done_on=day,
            told_at=at, received_at=at, by=by, **content,
        )
        for day in days
    )  # fmt: skip


def paused(
    referral: Referral, first_on: date, last_on: date, *, by: Any, at: datetime,
    status: str = "agreed",
) -> Pause:  # fmt: skip
    answered = {"answered_by": by, "answered_at": at} if status != "asked" else {}
    return Pause.objects.create(
        referral=referral, first_on=first_on, last_on=last_on, reason="Holiday.", status=status,
        asked_by=by, asked_as="family", asked_at=at, **answered,
    )  # fmt: skip


def visit(
    referral: Referral, starts_at: datetime, status: str, *, by: Any, **said: Any
) -> Appointment:
    """A therapy visit, and what became of it."""
    return Appointment.objects.create(
        referral=referral, organization=referral.clinic, therapist=by, purpose="therapy",
        starts_at=starts_at, minutes=45, status=status, proposed_by=by, proposed_at=starts_at,
        booked_by=by, booked_at=starts_at, **said,
    )  # fmt: skip


def visits(
    referral: Referral, last: datetime, *, by: Any, attended: int = 0, missed: int = 0,
    by_family: int = 0, by_clinic: int = 0, by_practice: int = 0,
) -> None:  # fmt: skip
    """So many visits of each kind, one a day up to `last`."""
    kinds = [
        *[("fulfilled", "")] * attended, *[("noshow", "")] * missed,
        *[("cancelled", "family")] * by_family, *[("cancelled", "clinic")] * by_clinic,
        *[("cancelled", "practice")] * by_practice,
    ]  # fmt: skip
    for n, (status, whom) in enumerate(kinds):
        visit(referral, last - timedelta(days=n), status, by=by, cancelled_by=whom)
