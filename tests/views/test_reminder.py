"""Can everybody say when they want to be told, and does what has risen stand on the right homes?"""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.act import Duty
from referrals.actions.concern import share_concern
from referrals.actions.reminder import raise_reminders
from referrals.actions.result import ask_result
from referrals.models import NoticePreference, Referral, ResultRequest, Task, User
from referrals.models.record import new_id
from referrals.pathway import Step
from referrals.queries.home import LOOK
from tests.factories.child import ChildFactory
from tests.factories.consent import shared
from tests.factories.referral import sent_for

Door = Callable[[User], Client]
LONG_AGO = date(2026, 1, 2)
CHOSEN = {
    "how": "digest", "digest_at": "18:15", "quiet_from": "21:00", "quiet_until": "06:30",
    "time_zone": "America/Denver",
}  # fmt: skip

# --- One's own e-mails ------------------------------------------------------------------------


def page(client_of: Door, user: User) -> str:
    return client_of(user).get(reverse("reminder_edit")).content.decode()


def test_it_begins_with_what_is_usual(client_of: Door, family: User, therapist: User) -> None:
    at_home, at_work = page(client_of, family), page(client_of, therapist)
    assert 'name="quiet_until" value="08:00"' in at_home
    assert 'name="quiet_until" value="07:00"' in at_work
    assert 'name="digest_at" value="07:30"' in at_work
    assert "The same as your care team (America/New York)" in at_home


def test_what_is_chosen_holds_and_is_shown_again(client_of: Door, family: User) -> None:
    door = client_of(family)
    assert door.post(reverse("reminder_edit"), CHOSEN).status_code == 302
    kept = NoticePreference.objects.get(user=family)
    assert (kept.how, kept.digest_at, kept.quiet_from, kept.quiet_until, kept.time_zone) == (
        "digest", time(18, 15), time(21), time(6, 30), "America/Denver",
    )  # fmt: skip
    text = page(client_of, family)
    assert 'value="18:15"' in text
    assert '<option value="America/Denver" selected>' in text


def test_a_place_that_is_no_time_zone_is_refused(client_of: Door, family: User) -> None:
    answer = client_of(family).post(reverse("reminder_edit"), CHOSEN | {"time_zone": "Mars/Base"})
    assert answer.status_code == 422
    assert not NoticePreference.objects.exists()
    assert 'value="18:15"' in answer.content.decode()


def test_nobody_chooses_for_another(client_of: Door, family: User, therapist: User) -> None:
    typed = CHOSEN | {"user": str(therapist.pk), "by": str(therapist.pk)}
    client_of(family).post(reverse("reminder_edit"), typed)
    assert NoticePreference.objects.get().user == family


def test_the_menu_leads_there(client_of: Door, family: User) -> None:
    home = client_of(family).get(reverse("home")).content.decode()
    assert f'href="{reverse("reminder_edit")}"' in home


# --- What has risen stands on the homes ---------------------------------------------------------


def home(client_of: Door, user: User) -> Any:
    return client_of(user).get(reverse("home")).context["desk"].made()


def rise(**changed: Any) -> None:
    Referral.objects.update(next_due_on=LONG_AGO, **changed)
    raise_reminders(at=timezone.now())


def test_what_a_therapist_left_lying_stands_on_the_coordinators_home(
    client_of: Door, cast: Any, received: Referral
) -> None:
    rise(owner=cast.therapist)
    (row,) = home(client_of, cast.coordinator).risen
    assert (row.id, row.who, row.risen) == (received.pk, "Thea Marsh", True)
    text = client_of(cast.coordinator).get(reverse("home")).content.decode()
    assert "Risen to you" in text
    assert home(client_of, cast.stranger).risen == []


def test_what_has_not_risen_is_not_marked(client_of: Door, cast: Any, received: Referral) -> None:
    Referral.objects.update(next_due_on=LONG_AGO)
    assert home(client_of, cast.coordinator).risen == []
    assert "Risen" not in client_of(cast.coordinator).get(reverse("home")).content.decode()


def test_what_the_coordinator_owes_stays_with_her_and_is_marked(
    client_of: Door, cast: Any, sent: Referral
) -> None:
    rise()
    desk = home(client_of, cast.coordinator)
    assert [(row.mine, row.risen) for row in desk.mine] == [(True, True)]
    assert desk.risen == []


def test_with_a_new_date_it_is_no_longer_risen(
    client_of: Door, cast: Any, received: Referral
) -> None:
    rise(owner=cast.therapist)
    Referral.objects.update(next_due_on=date(2026, 1, 3))
    assert home(client_of, cast.coordinator).risen == []


def test_what_the_practice_owes_stands_on_both_homes(
    client_of: Door, cast: Any, received: Referral
) -> None:
    rise(next_step=Step.ANSWER, owner=cast.practice_colleague, owner_organization=cast.practice)
    for who in (cast.coordinator, cast.pediatrician):
        assert [row.id for row in home(client_of, who).risen] == [received.pk]


def test_a_duty_of_the_family_or_of_a_therapist_rises_too(
    client_of: Door, cast: Any, scheduled: Referral, now: datetime
) -> None:
    Task.objects.create(
        referral=scheduled, duty=Duty.SIGN_SESSION, party="therapist", about=scheduled.pk,
        owner=cast.therapist, organization=cast.clinic, from_on=LONG_AGO, due_on=LONG_AGO,
        opened_at=now,
    )  # fmt: skip
    Task.objects.filter(duty=Duty.TELL_PROFILE).update(due_on=LONG_AGO, from_on=LONG_AGO)
    raise_reminders(at=timezone.now())
    rows = home(client_of, cast.coordinator).risen
    assert sorted((row.waiting, row.who, row.place) for row in rows) == [
        ("The family tells about its day", "The family", ""),
        ("The therapist finishes the visit notes", "Thea Marsh", "Harbor Therapy"),
    ]
    assert all(row.url == f"/referrals/{scheduled.pk}/" for row in rows)
    assert home(client_of, cast.pediatrician).risen == []


def test_a_concern_nobody_answered_stands_on_the_home_of_each_pediatrician_of_the_practice(
    client_of: Door, cast: Any, now: datetime
) -> None:
    concern = share_concern(
        id=new_id(), child=cast.child, signs=["tod.sensory"], by=cast.family, at=now
    )
    assert home(client_of, cast.practice_colleague).beside == []
    concern.next_due_on = LONG_AGO
    concern.save()
    raise_reminders(at=timezone.now())
    beside = home(client_of, cast.practice_colleague).beside
    assert [(one.url, one.mine, one.owner) for one in beside] == [
        (reverse("concern_detail", args=[concern.pk]), False, "Ada Okafor")
    ]
    assert home(client_of, cast.stranger_pediatrician).beside == []


def test_results_that_did_not_come_stand_with_who_asked_and_then_with_the_practice(
    client_of: Door, cast: Any, now: datetime
) -> None:
    shared(cast.child, cast.school, "results", by=cast.family, at=now)
    asked = ask_result(
        id=new_id(), child=cast.child, organization=cast.school, kinds=["school_plan"],
        by=cast.practice_colleague, at=now,
    )  # fmt: skip
    assert home(client_of, cast.practice_colleague).beside == []
    ResultRequest.objects.filter(pk=asked.pk).update(due_on=LONG_AGO)
    page = reverse("result_list", args=[cast.child.pk])
    row = (page, "Maple School was asked for results", "Ask again, or take it back")

    def told(who: User) -> list[Any]:
        beside = home(client_of, who).beside
        return [(one.url, one.note, one.verb, one.mine, one.owner) for one in beside]

    assert told(cast.practice_colleague) == [(*row, True, "Ben Lindqvist")]
    assert told(cast.pediatrician) == []
    raise_reminders(at=timezone.now())
    assert told(cast.pediatrician) == [(*row, False, "Ben Lindqvist")]
    assert told(cast.stranger_pediatrician) == []


def test_results_that_a_therapist_asked_for_stand_on_her_home_and_then_on_the_coordinators(
    client_of: Door, cast: Any, received: Referral, now: datetime
) -> None:
    Referral.objects.update(next_due_on=date(2100, 1, 1))
    shared(cast.child, cast.school, "results", by=cast.family, at=now)
    ask_result(
        id=new_id(), child=cast.child, organization=cast.school, kinds=["progress"],
        by=cast.therapist, at=now,
    )  # fmt: skip
    Task.objects.filter(duty=Duty.CHASE_RESULTS).update(due_on=LONG_AGO, from_on=LONG_AGO)
    verbs = [row.verb for row in home(client_of, cast.therapist).mine]
    assert verbs == ["Ask the school or programme again, or take it back", "Review"]
    assert home(client_of, cast.coordinator).risen == []
    raise_reminders(at=timezone.now())
    assert [(row.waiting, row.who) for row in home(client_of, cast.coordinator).risen] == [
        ("Results asked of a school or programme are late", "Thea Marsh")
    ]


@pytest.mark.parametrize("rows", [1, 30])
def test_a_home_with_what_has_risen_costs_no_more(
    rows: int, cast: Any, now: datetime, client_of: Door, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        child = ChildFactory(practice=cast.practice, by=cast.pediatrician, at=now)
        sent_for(child, cast.clinic, by=cast.pediatrician, at=now)
    rise(owner=cast.therapist, next_step=Step.TRIAGE)
    door = client_of(cast.coordinator)
    with django_assert_num_queries(5):
        answer = door.get(reverse("home"))
    assert len(answer.context["desk"].made().risen) == min(rows, LOOK)
    assert len(answer.content) < 100_000
