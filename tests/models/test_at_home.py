"""Does the database itself refuse nonsense about practice at home?"""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from referrals.models import Activity, CheckIn, Pause, Practice, Reaction, Referral
from referrals.models.record import AppendOnly, NeverDeleted
from tests.factories.practice import at_home

A_TIME, A_DAY = datetime(2026, 3, 2, tzinfo=UTC), date(2026, 3, 2)


@pytest.fixture
def practice(cast: Any, sent: Referral, now: datetime) -> Practice:
    return at_home(sent, therapist=cast.therapist, family=cast.family, at=now)


@pytest.mark.parametrize(
    ("model", "nonsense"),
    [
        (Activity, {"status": "retired"}),
        (Activity, {"status": "retired", "retired_on": A_DAY, "retired_by": F("begun_by")}),
        (Activity, {"retired_on": A_DAY}),
        (Activity, {"minutes": 0}),
        (Activity, {"minutes": 61}),
        (Activity, {"times_a_week": 0}),
        (Activity, {"times_a_week": 15}),
        (Activity, {"picture": "picture/x.jpg"}),
        (Pause, {"last_on": A_DAY}),
        (Pause, {"status": "agreed"}),
        (Pause, {"answered_at": A_TIME}),
        (Practice, {"undone_at": A_TIME}),
        (Practice, {"minutes": 241}),
        (CheckIn, {"text": ""}),
        (CheckIn, {"answer": "x", "answered_at": A_TIME}),
        (CheckIn, {"answered_at": A_TIME, "answered_by": F("asked_by")}),
        (CheckIn, {"activity": None}),
        (CheckIn, {"asked_as": "pediatrician"}),
        (CheckIn, {"asked_as": "therapist"}),
    ],
)
def test_nonsense_stays_out(model: Any, nonsense: dict[str, Any], practice: Practice) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**nonsense)


def test_what_was_said_stays_as_it_was_said(practice: Practice) -> None:
    reaction, dose = Reaction.objects.get(), practice.activity.doses.get()
    for said in (reaction, dose):
        with pytest.raises(AppendOnly):
            said.save()
        with pytest.raises(NeverDeleted):
            said.delete()
    for kept in (practice, practice.activity):
        with pytest.raises(NeverDeleted):
            kept.delete()
