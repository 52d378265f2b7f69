"""Who is told that a task is theirs, and where is it done?"""

from datetime import datetime, timedelta

import pytest

from referrals.actions.check_in import ask_therapist, check_in
from referrals.actions.task import open_task
from referrals.models import Referral
from referrals.models.guardian import Right
from referrals.models.record import new_id
from referrals.pathway import DUTIES, Duty, Party
from referrals.queries.task import PAGES, tasks_of
from referrals.urls import urlpatterns
from tests.conftest import Cast
from tests.factories.phone import an_activity
from tests.session_stages import noted, visits_of


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


def test_a_family_reads_nothing_of_what_waits_between_clinicians(cast, assistant, booked):
    first = visits_of(booked)[0]
    noted(first, by=assistant)
    at, day = first.ends_at, first.ends_at.date() + timedelta(days=60)
    doctors = {"id": new_id(), "text": "How do her mornings go?", "by": cast.pediatrician}
    check_in(referral=booked, at=at, **doctors)

    def duties(reader, **how):
        return {task.words for task in tasks_of(booked, reader, day, **how)}

    between = {DUTIES[duty].waiting for duty in (Duty.COSIGN_SESSION, Duty.ANSWER_CHECK_IN)}
    assert between <= duties(cast.pediatrician)
    assert not between & duties(cast.family, for_family=True)
    activity = an_activity(booked, by=cast.therapist, at=at)
    ask_therapist(id=new_id(), activity=activity, text="Which hand?", by=cast.family, at=at)
    assert duties(cast.family, for_family=True) & between == {DUTIES[Duty.ANSWER_CHECK_IN].waiting}
