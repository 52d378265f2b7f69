"""Who is told that a task is theirs, and where is it done?"""

from datetime import datetime, timedelta

import pytest

from referrals.act import DUTIES, Duty
from referrals.actions.task import open_task
from referrals.models import Referral
from referrals.models.guardian import Right
from referrals.pathway import Party
from referrals.queries.task import PAGES, tasks_of
from referrals.urls import urlpatterns
from tests.conftest import Cast


def test_every_duty_has_its_page():
    names = {getattr(route, "name", "") for route in urlpatterns}
    assert set(PAGES) == set(Duty)
    assert set(PAGES.values()) <= names


@pytest.mark.parametrize(("rights", "mine"), [({Right.SEE, Right.LOG}, True), ({Right.SEE}, False)])
def test_a_duty_of_the_family_is_theirs_who_have_the_right(
    rights: set[str], mine: bool, cast: Cast, scheduled: Referral, now: datetime
):
    task = tasks_of(scheduled, cast.family, now.date(), rights=rights)[0]

    duty = DUTIES[Duty.TELL_PROFILE]
    assert (task.words, task.mine) == (duty.verb if mine else duty.waiting, mine)
    assert bool(task.url) is mine
    assert task.who == "The family"


def test_a_task_is_shown_from_its_first_day_on(cast: Cast, scheduled: Referral, now: datetime):
    day = now.date() + timedelta(days=30)
    open_task(
        scheduled, Duty.RENEW_PRESCRIPTION, about=scheduled.pk, at=now, from_on=day,
        due=day + timedelta(days=9), party=Party.PEDIATRICIAN,
    )  # fmt: skip

    def seen(on: datetime) -> list[str]:
        return [task.words for task in tasks_of(scheduled, cast.pediatrician, on.date())]

    assert "Renew the prescription" not in seen(now + timedelta(days=29))
    assert "Renew the prescription" in seen(now + timedelta(days=31))


def test_a_family_reads_nothing_of_what_clinicians_owe_each_other(
    cast: Cast, in_therapy: Referral, later: datetime
):
    """Nor that somebody else has asked the therapist a question."""
    for duty in (
        Duty.SIGN_SESSION, Duty.COSIGN_SESSION, Duty.ANSWER_CHECK_IN, Duty.ASK_PRESCRIPTION,
        Duty.AGREE_PAUSE,
    ):  # fmt: skip
        open_task(in_therapy, duty, about=in_therapy.pk, at=later, from_on=later.date())

    def words(**reader: bool) -> list[str]:
        shown = tasks_of(in_therapy, cast.family, later.date() + timedelta(days=1), **reader)
        return [task.words for task in shown]

    pause = DUTIES[Duty.AGREE_PAUSE].waiting
    assert pause in words(for_family=True)
    assert len(words()) - len(words(for_family=True)) == 4
