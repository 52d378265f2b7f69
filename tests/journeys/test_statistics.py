"""Can everybody who counts read the numbers, choose the time, and take a table along?"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from referrals.models import User
from referrals.pathway import State
from tests.factories.sent_rows import came_to
from tests.journeys.conftest import Enter


@pytest.fixture
def now() -> datetime:
    """Ten in the morning, forty days ago."""
    then = timezone.localtime() - timedelta(days=40)
    return then.replace(hour=10, minute=0, second=0, microsecond=0)


@pytest.fixture
def counted(cast: Any, now: datetime) -> None:
    """Twelve referrals: ten on their way to the evaluation or past it, two lost."""
    for n in range(10):
        way = [0, 1, 2 + n % 2, 5, 12 + n, 14 + n][: 6 if n < 6 else 3]
        came_to(cast.practice, cast.clinic, way, by=cast.pediatrician, at=now)
    for _ in range(2):
        came_to(
            cast.practice, cast.clinic, [0, 1, 3], by=cast.pediatrician, at=now,
            state=State.CLOSED_UNREACHABLE,
        )  # fmt: skip


def test_a_coordinator_reads_chooses_and_takes_a_table_along(
    counted: None, desk: Enter, coordinator: User
) -> None:
    kofi = desk(coordinator).follows("Statistics")
    kofi.reads("The nine steps", "What is published", "Overdue by person", "Caseload")
    assert b"1 Ordered,12,100 %" in kofi.downloads("CSV of The nine steps")
    kofi.follows("Last 30 days").reads("No referral was sent in this time")
    kofi.follows("Last 90 days").chooses("Practice", "Elm Street Pediatrics").presses("Show")
    kofi.reads("Days from step to step", "fewer than 5")
    kofi.writes("To", "2001-01-01").presses("Show").reads("The last day comes before the first.")


def test_it_works_without_scripts(counted: None, desk: Enter, pediatrician: User) -> None:
    ada = desk(pediatrician, java_script_enabled=False).follows("Statistics")
    ada.chooses("Clinic", "Harbor Therapy").presses("Show").reads("The nine steps")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["desk", "phone"])
def test_statistics_are_for_everybody(
    screen: str, scheme: str, counted: None, request: pytest.FixtureRequest, pediatrician: User,
    therapist: User,
) -> None:  # fmt: skip
    """Wide and small, light and dark: with numbers, and with none."""
    enter = request.getfixturevalue(screen)
    enter(pediatrician, color_scheme=scheme).opens("/statistics/")
    ot = enter(therapist, color_scheme=scheme).opens("/statistics/")
    ot.opens("/statistics/?period=30").opens("/statistics/?since=2001-02-30&until=2001-03-01")
