"""Is what is late counted for whom owes it, and each child for whom cares for it?"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from referrals.belonging import memberships
from referrals.models import Referral, Task
from referrals.models.record import NO_DUE_DATE
from referrals.pathway import State
from referrals.queries.workload import Late, Load, workload
from tests.factories.sent_rows import came_to


def of_clinic(cast: Any) -> Any:
    return cast.coordinator, [("clinic", cast.clinic.pk)], "therapist"


@pytest.fixture
def several(cast: Any, now: datetime) -> list[Referral]:
    """Three of the clinic: one new, one accepted, one in therapy; and one of another clinic."""

    def made(clinic: Any, days: list[int], **said: Any) -> Referral:
        return came_to(cast.practice, clinic, days, by=cast.pediatrician, at=now, **said)

    return [
        made(cast.clinic, [0]),
        made(cast.clinic, [0, 0, 0], therapist=cast.therapist),
        made(cast.clinic, [0] * 9, therapist=cast.therapist),
        made(cast.other_clinic, [0], therapist=cast.stranger),
    ]


def test_each_child_counts_for_who_cares_for_it(
    cast: Any, several: list[Referral], now: datetime
) -> None:
    _, loads = workload(*of_clinic(cast), now.date())
    assert loads == [Load("Not given to anybody yet", 1, 0), Load("Thea Marsh", 2, 1)]
    of_practice = [("practice", cast.practice.pk)]
    _, loads = workload(cast.pediatrician, of_practice, "child__pediatrician", now.date())
    assert loads == [Load("Ada Okafor", 4, 1)]


def test_what_is_late_counts_for_whom_it_is_owed_by(
    cast: Any, several: list[Referral], now: datetime
) -> None:
    """The coordinator owes three next steps; two are due by the day looked at, and a task besides."""
    today = now.date()
    new, accepted, treated, other = several
    for referral, due in ((new, -1), (accepted, -3), (treated, 0), (other, -9)):
        due_on = today + timedelta(days=due)
        Referral.objects.filter(pk=referral.pk).update(
            owner=cast.coordinator, owner_organization=cast.clinic, next_due_on=due_on
        )
    said = {
        "referral": treated, "about": treated.pk, "opened_at": now, "from_on": today,
    }  # fmt: skip
    yesterday = today - timedelta(days=1)
    Task.objects.create(
        duty="renew_plan", party="therapist", owner=cast.therapist, organization=cast.clinic,
        due_on=yesterday, **said | {"from_on": yesterday},
    )  # fmt: skip
    Task.objects.create(
        duty="answer_goals", party="family", due_on=yesterday, **said | {"from_on": yesterday}
    )
    Task.objects.create(
        duty="sign_session", party="therapist", owner=cast.therapist, organization=cast.clinic,
        due_on=today, **said,
    )  # fmt: skip
    late, loads = workload(*of_clinic(cast), today)
    # However many late tasks it has, a referral is one.
    assert loads == [Load("Not given to anybody yet", 1, 0), Load("Thea Marsh", 2, 1)]
    assert late == [
        Late("Kofi Mensah", "Harbor Therapy", 2, 0),
        Late("Families", "", 0, 1),
        Late("Thea Marsh", "Harbor Therapy", 0, 1),
    ]


def test_what_has_ended_and_been_noted_is_nobodys_work(
    cast: Any, several: list[Referral], now: datetime, django_assert_num_queries: Any
) -> None:
    Referral.objects.filter(clinic=cast.clinic).update(
        state=State.DECLINED, closed_at=now, closed_by=cast.therapist, closing_reason="So.",
        closing_suggestion="Else.", is_open=False, next_step="none", next_due_on=NO_DUE_DATE,
        acknowledged_at=now, acknowledged_by=cast.pediatrician,
    )  # fmt: skip
    memberships(cast.coordinator)
    with django_assert_num_queries(1):
        assert workload(*of_clinic(cast), now.date()) == ([], [])
