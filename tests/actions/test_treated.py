"""Does the database know of which referrals therapy brought anything, whoever wrote it and how?"""

from collections.abc import Callable
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from referrals.actions.treated import treated_amiss
from referrals.models import Appointment, Discharge, Goal, Referral, Treated
from referrals.models.listed import is_kept, kept, let_go
from referrals.models.record import new_id
from referrals.models.treated import TRIGGERS
from tests.conftest import Cast
from tests.factories import practice_rows as made
from tests.factories.referral import sent_for
from tests.factories.therapy_rows import a_visit

pytestmark = pytest.mark.django_db

SOUND = (0, 0)


def amiss() -> tuple[int, int]:
    return treated_amiss(mend=False)


def treated() -> list[tuple[Any, Any, Any]]:
    return list(Treated.objects.values_list("referral", "practice", "clinic"))


def of(referral: Referral) -> tuple[Any, Any, Any]:
    return (referral.pk, referral.practice_id, referral.clinic_id)


def test_what_was_only_sent_has_nothing_to_count(sent: Referral) -> None:
    assert (treated(), amiss()) == ([], SOUND)


@pytest.mark.parametrize(
    "brought",
    [
        lambda sent, cast, at: made.activity(sent, by=cast.therapist, from_on=at.date(), at=at),
        lambda sent, cast, at: made.paused(sent, at.date(), at.date(), by=cast.therapist, at=at),
        lambda sent, cast, at: a_visit(sent, at, by=cast.therapist),
    ],
    ids=["activity", "pause", "visit"],
)
def test_whatever_therapy_brings_puts_a_referral_on_the_list_once(
    brought: Callable[..., Any], cast: Cast, sent: Referral, now: datetime
) -> None:
    brought(sent, cast, now)
    assert (treated(), amiss()) == ([of(sent)], SOUND)
    a_visit(sent, now.replace(hour=5), by=cast.therapist)
    assert treated() == [of(sent)]


@pytest.mark.parametrize("table", [Goal, Discharge])
def test_a_goal_and_an_ending_do_so_too(
    table: Any, cast: Cast, discharged: Referral, now: datetime
) -> None:
    assert (treated(), amiss()) == ([of(discharged)], SOUND)
    another = sent_for(discharged.child, cast.clinic, by=cast.pediatrician, at=now)
    row = table.objects.filter(referral=discharged).first()
    row.pk, row.referral = new_id(), another
    table.objects.bulk_create([row])
    assert sorted(treated()) == sorted([of(discharged), of(another)])


def test_a_visit_that_evaluates_is_no_therapy(cast: Cast, sent: Referral, now: datetime) -> None:
    visit = a_visit(sent, now, by=cast.therapist)
    Treated.objects.all().delete()
    Appointment.objects.filter(pk=visit.pk).update(purpose="evaluation")
    assert amiss() == SOUND


def test_it_goes_along_to_another_clinic(cast: Cast, sent: Referral, now: datetime) -> None:
    a_visit(sent, now, by=cast.therapist)
    Referral.objects.filter(pk=sent.pk).update(clinic=cast.other_clinic)
    assert (treated(), amiss()) == ([(sent.pk, cast.practice.pk, cast.other_clinic.pk)], SOUND)


def test_what_lacks_and_what_names_another_place_is_told_and_mended(
    cast: Cast, sent: Referral, now: datetime
) -> None:
    a_visit(sent, now, by=cast.therapist)
    Treated.objects.update(clinic=cast.other_clinic)
    with pytest.raises(CommandError, match=r"^1 lacking, 1 left over. Run it again with --mend.$"):
        call_command("index_referrals")
    told = StringIO()
    call_command("index_referrals", "--mend", stdout=told)
    assert (treated(), amiss()) == ([of(sent)], SOUND)
    Treated.objects.all().delete()
    assert amiss() == (1, 0)
    call_command("index_referrals", "--mend", stdout=told)
    call_command("index_referrals", stdout=told)
    assert (treated(), told.getvalue().splitlines()[-1]) == (
        [of(sent)], "0 lacking, 0 left over.",
    )  # fmt: skip


def test_where_the_triggers_were_not_there_the_next_upgrade_fills_the_list(
    cast: Cast, sent: Referral, now: datetime
) -> None:
    let_go(connection, TRIGGERS)
    assert kept(connection, TRIGGERS) == set()
    a_visit(sent, now, by=cast.therapist)
    assert treated() == []
    with pytest.raises(CommandError, match="Run `migrate` first"):
        call_command("index_referrals")
    call_command("migrate", verbosity=0)
    assert is_kept(connection, TRIGGERS)
    assert treated() == [of(sent)]


def test_a_referral_that_comes_after_what_hangs_on_it_is_on_the_list(
    cast: Cast, sent: Referral, now: datetime
) -> None:
    """A backup brings its tables in an order of its own."""
    twin = Referral.objects.get(pk=sent.pk)
    twin.pk, twin.concern = new_id(), None
    a_visit(twin, now, by=cast.therapist)
    assert treated() == []
    Referral.objects.bulk_create([twin])
    assert (treated(), amiss()) == ([of(twin)], SOUND)
