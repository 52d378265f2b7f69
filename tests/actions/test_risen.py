"""Is a mark that what is due has risen there just where a reminder says so?"""

from datetime import date, datetime
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from referrals.actions.reminder import raise_reminders, risen_amiss
from referrals.models import Referral, Task

pytestmark = pytest.mark.django_db

LONG_AGO, LATER = date(2026, 1, 2), date(2026, 3, 2)


@pytest.fixture
def late(sent: Referral, now: datetime) -> Referral:
    """Overdue for so long that it rose."""
    Referral.objects.filter(pk=sent.pk).update(next_due_on=LONG_AGO)
    raise_reminders(at=now)
    return sent


def mark(referral: Referral) -> date | None:
    return Referral.objects.values_list("risen_on", flat=True).get(pk=referral.pk)


def looked_at() -> list[tuple[int, int]]:
    """What is amiss before, what is mended, and what is amiss then."""
    return [risen_amiss(mend=mend) for mend in (False, True, False)]


def test_it_is_kept_with_the_reminder(late: Referral) -> None:
    assert (mark(late), risen_amiss(mend=False)) == (LONG_AGO, (0, 0))


def test_one_that_lacks_is_set(late: Referral) -> None:
    Referral.objects.update(risen_on=None)  # an older server raised the reminder
    assert looked_at() == [(1, 0), (1, 0), (0, 0)]
    assert mark(late) == LONG_AGO


def test_one_without_a_reminder_is_taken_back(late: Referral) -> None:
    Referral.objects.update(next_due_on=LATER, risen_on=LATER)
    assert looked_at() == [(0, 1), (0, 1), (0, 0)]
    assert mark(late) is None


def test_one_of_another_date_says_nothing(late: Referral) -> None:
    Referral.objects.update(next_due_on=LATER)
    assert (mark(late), risen_amiss(mend=False)) == (LONG_AGO, (0, 0))


# --- A task says of whose clinic it is ------------------------------------------------------------


@pytest.fixture
def owed(plan_explained: Referral, later: datetime) -> Referral:
    """What is owed beside its plan is overdue for so long that it rose."""
    Task.objects.update(from_on=LONG_AGO, due_on=LONG_AGO, opened_at=later.replace(month=1))
    raise_reminders(at=later)
    return plan_explained


def said_by(tasks: Any) -> set[tuple[date | None, Any]]:
    return set(tasks.values_list("risen_on", "clinic"))


def test_until_it_rises_it_says_nothing(plan_explained: Referral) -> None:
    assert said_by(Task.objects.all()) == {(None, None)}


def test_as_it_rises_it_says_whose_clinic_it_is_about(owed: Referral) -> None:
    tasks = Task.objects.filter(is_open=True)
    assert said_by(tasks) == {(LONG_AGO, owed.clinic_id)}
    assert risen_amiss(mend=False) == (0, 0)


@pytest.mark.parametrize("way", ["migrated", "mended"])
def test_one_that_rose_on_an_older_server_is_told_of_later(owed: Referral, way: str) -> None:
    tasks = Task.objects.filter(is_open=True)
    silent = tasks.update(clinic=None)
    if way == "migrated":
        import_module("referrals.migrations.0030_risen_of_clinic").of_the_clinics_own(apps, None)
    else:
        assert looked_at() == [(silent, 0), (silent, 0), (0, 0)]
    assert said_by(tasks) == {(LONG_AGO, owed.clinic_id)}
