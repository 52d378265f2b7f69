"""Are the numbers of a place drawn once, and anew as soon as anything in them is another?"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from referrals.models import Membership, Role, User
from referrals.remembered import forget
from referrals.templatetags.once import _kept
from tests.factories.organization import PracticeFactory
from tests.factories.person import LONG_AGO, MembershipFactory, works_at
from tests.factories.sent_rows import came_to

Door = Callable[[User], Client]
PAGE = "/statistics/"


@pytest.fixture
def now() -> datetime:
    """Ten in the morning, forty days ago."""
    then = timezone.localtime() - timedelta(days=40)
    return then.replace(hour=10, minute=0, second=0, microsecond=0)


@pytest.fixture
def send(cast: Any, now: datetime) -> Callable[..., None]:
    """So many referrals to the clinic, all accepted, or ended as `state` says."""

    def sent(many: int, **said: Any) -> None:
        for _ in range(many):
            came_to(cast.practice, cast.clinic, [0, 1, 3], by=cast.pediatrician, at=now, **said)

    return sent


def rows(door: Client, title: str, **asked: str) -> list[list[str]]:
    """The lines of a table of the page."""
    page = door.get(PAGE, asked).content.decode()
    table = page.split(f">{title}</h2>")[1].split("<tbody>")[1].split("</tbody>")[0]
    return [re.findall(r"<t[hd][^>]*>([^<]*)<", line) for line in table.split("</tr>")[:-1]]


def test_a_new_referral_stands_there_at_once(
    cast: Any, client_of: Door, send: Callable[..., None]
) -> None:
    send(7)
    door = client_of(cast.coordinator)
    for sent in (7, 8):
        assert rows(door, "The nine steps")[0] == ["1 Ordered", str(sent), "100 %"]
        assert rows(door, "Caseload") == [["Not given to anybody yet", str(sent), "0"]]
        send(1)


def test_what_is_small_stays_hidden_until_it_no_longer_is(
    cast: Any, client_of: Door, send: Callable[..., None]
) -> None:
    send(6)
    door = client_of(cast.coordinator)
    for ended, shown in ((3, "fewer than 5"), (1, "fewer than 5"), (1, "5")):
        send(ended, state="closed_unreachable")
        assert rows(door, "Lost, and why")[1][:2] == ["Family not reached", shown]


def test_nobody_gets_the_numbers_of_another_place(
    cast: Any, client_of: Door, send: Callable[..., None]
) -> None:
    send(7)
    mine, theirs = client_of(cast.coordinator), client_of(cast.stranger)
    for _ in range(2):
        assert "Harbor Therapy" in mine.get(PAGE).content.decode()
        other = theirs.get(PAGE).content.decode()
        assert ("Harbor" in other, "No referral was sent in this time" in other) == (False, True)
    Membership.objects.filter(user=cast.coordinator).update(until=timezone.now())
    assert mine.get(PAGE).status_code == 403


def test_of_two_places_with_the_same_numbers_each_is_told_by_its_name(
    cast: Any, client_of: Door
) -> None:
    second = PracticeFactory(name="Zoo Lane Pediatrics")
    MembershipFactory(
        user=cast.pediatrician, organization=second, role=Role.PEDIATRICIAN, since=LONG_AGO
    )
    door = client_of(cast.pediatrician)
    for _ in range(2):
        for place in (cast.practice, second):
            page = door.get(PAGE, {"of": place.pk}).content.decode()
            assert f'<p class="lead-text">{place.name}, ' in page
            assert f'name="of" value="{place.pk}"' in page


def test_a_time_or_a_place_chosen_is_drawn_by_itself(
    cast: Any, client_of: Door, send: Callable[..., None], now: datetime
) -> None:
    send(7)
    for _ in range(5):
        came_to(cast.other_practice, cast.clinic, [0], by=cast.stranger_pediatrician, at=now)
    door = client_of(cast.coordinator)
    for _ in range(2):
        assert rows(door, "The nine steps")[0][1] == "12"
        assert rows(door, "The nine steps", site=str(cast.practice.pk))[0][1] == "7"
        assert "No referral was sent" in door.get(PAGE, {"period": "30"}).content.decode()


def test_another_name_stands_there_at_once(
    cast: Any, client_of: Door, send: Callable[..., None]
) -> None:
    send(5)
    door = client_of(cast.pediatrician)
    for given in ("Ada", "Zora"):
        User.objects.filter(pk=cast.pediatrician.pk).update(given_name=given)
        assert rows(door, "Caseload")[0][0] == f"{given} Okafor"


def test_it_is_drawn_once_for_all_who_would_see_the_same(
    cast: Any, client_of: Door, send: Callable[..., None]
) -> None:
    send(7)
    forget()
    door = client_of(cast.coordinator)
    # PostgreSQL settles on a plan, and so on an order of the rows, after it planned five times.
    for _ in range(8):
        door.get(PAGE)
    drawn = list(_kept._kept)
    for person in (cast.coordinator, works_at(cast.clinic, Role.COORDINATOR)):
        assert client_of(person).get(PAGE).status_code == 200
    assert list(_kept._kept) == drawn
    send(1)
    client_of(cast.coordinator).get(PAGE)
    assert len(_kept._kept) == len(drawn) + 1
