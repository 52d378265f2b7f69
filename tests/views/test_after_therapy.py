"""What does a family still find when therapy has ended, and what is no longer offered?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.models import Activity, Referral, User

Door = Callable[[User], Client]


@pytest.fixture
def now() -> datetime:
    """So long ago that the activity began three days before today."""
    then = timezone.localtime() - timedelta(days=10, hours=9)
    return then.replace(minute=0, second=0, microsecond=0)


@pytest.mark.parametrize("page", ["home", "practice_today"])
def test_after_therapy_they_are_still_logged_and_nothing_is_asked_of_a_therapist(
    page: str, cast: Any, activity: Activity, client_of: Door
) -> None:
    asking = ("Ask about this activity", "Ask for a pause")
    during = client_of(cast.family).get(reverse(page)).content.decode()
    assert all(link in during for link in asking)
    Referral.objects.filter(pk=activity.referral_id).update(
        state="discharged", closed_at=timezone.now(), closed_by=cast.therapist,
        closing_reason="The goals are reached.",
    )  # fmt: skip
    after = client_of(cast.family).get(reverse(page)).content.decode()
    assert activity.title in after
    assert "Did it" in after
    assert not any(link in after for link in asking)
