"""Does a page that is drawn once show what is so now, and to each what is theirs?"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from referrals.actions.practice import log_practice, undo_practice
from referrals.actions.rating import rate_goal
from referrals.models import Activity, Child, Practice, Referral, User
from referrals.models.record import new_id
from referrals.queries.today import today_of
from tests.factories.goal import agreed
from tests.factories.phone import an_activity

Door = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(cast: Any, in_therapy: Referral) -> Practice:
    """What the family has just practised: an hour ago may have been yesterday."""
    now = timezone.now()
    activity = an_activity(in_therapy, by=cast.therapist, at=now - timedelta(days=2))
    return log_practice(
        id=new_id(), activity=activity, result="did", word="With a song.", by=cast.family,
        at=now,
    )  # fmt: skip


def shown(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def activity_page(activity: Activity) -> str:
    return f"/referrals/{activity.referral_id}/activities/{activity.pk}/"


def test_a_rating_and_a_new_name_stand_on_the_page_of_a_goal_at_once(
    cast: Any, in_therapy: Referral, client_of: Door
) -> None:
    at, evaluated = timezone.now(), in_therapy
    goal = agreed(evaluated, [cast.therapist, cast.family, cast.pediatrician], at=at)
    page, client = f"/referrals/{evaluated.pk}/goals/{goal.pk}/", client_of(cast.therapist)
    assert "All ratings (" not in shown(client, page)
    rate_goal(
        id=new_id(), goal=goal, level=-1, rated_on=timezone.localdate(at), note="On <b>Monday</b>.",
        by=cast.therapist, at=at,
    )  # fmt: skip
    rated = shown(client, page)
    assert "All ratings (1)" in rated
    assert "On &lt;b&gt;Monday&lt;/b&gt;." in rated
    Child.objects.filter(pk=evaluated.child_id).update(name_used="Minou")
    assert ("Minou" in rated, "Minou" in shown(client, page)) == (False, True)


def test_each_reads_a_goal_with_what_they_may_do(
    cast: Any, in_therapy: Referral, client_of: Door
) -> None:
    at, evaluated = timezone.now(), in_therapy
    goal = agreed(evaluated, [cast.therapist, cast.family, cast.pediatrician], at=at)
    page = f"/referrals/{evaluated.pk}/goals/{goal.pk}/"
    mine = [
        (f"/goals/{goal.pk}/end/" in text, f"/goals/{goal.pk}/performance/" in text, "The ladder" in text)
        for text in (shown(client_of(who), page) for who in (cast.therapist, cast.family, cast.pediatrician))
    ]  # fmt: skip
    assert mine[0] == (True, False, True)
    assert mine[1] == (False, True, False)
    assert mine[2][1:] == (False, True)


def test_the_next_word_to_an_entry_has_another_key_each_time(
    cast: Any, entry: Practice, client_of: Door
) -> None:
    client, page = client_of(cast.therapist), activity_page(entry.activity)
    keys = [re.findall(r'name="id" value="([^"]+)"', shown(client, page)) for _ in range(2)]
    assert [len(found) for found in keys] == [1, 1]
    assert keys[0] != keys[1]
    sent = {"id": keys[1][0], "sign": "seen", "words": ""}
    client.post(f"{page}practices/{entry.pk}/react/", sent)
    assert [str(said.pk) for said in entry.reactions.all()] == keys[1]


def test_the_next_tap_has_another_key_each_time_and_its_own_token(
    cast: Any, entry: Practice, client_of: Door
) -> None:
    client = client_of(cast.family)
    pages = [shown(client, "/") for _ in range(2)]
    keys = [re.findall(r'name="id" value="([^"]+)"', page) for page in pages]
    assert [len(found) for found in keys] == [1, 1]
    assert keys[0] != keys[1]
    tokens = [set(re.findall(r'csrfmiddlewaretoken" value="([^"]+)"', page)) for page in pages]
    assert [len(found) for found in tokens] == [1, 1]
    assert tokens[0] != tokens[1]
    assert {len(token) for (token,) in tokens} == {64}


def test_an_entry_taken_back_is_gone_from_the_home(
    cast: Any, entry: Practice, client_of: Door
) -> None:
    client = client_of(cast.family)
    assert "With a song." in shown(client, "/")
    undo_practice(practice=entry, by=cast.family, at=timezone.now())
    assert "With a song." not in shown(client, "/")


def test_an_entry_is_taken_back_for_a_week(cast: Any, entry: Practice) -> None:
    week = entry.received_at + timedelta(days=7)
    for moment, still in ((week, True), (week + timedelta(seconds=1), False)):
        today = today_of(cast.family, entry.done_on + timedelta(days=7), moment)
        assert [bool(one.undo_url) for _, day in today.week for one in day] == [still]


def test_the_home_of_the_next_day_asks_anew(cast: Any, entry: Practice, client_of: Door) -> None:
    client = client_of(cast.family)
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        client.force_login(cast.family)
        assert "With a song." not in shown(client, "/")
