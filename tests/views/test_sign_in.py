"""Does a sign-in end when somebody went away, and at the latest after a day's work?"""

from codecs import BOM_UTF8
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from referrals.models import Child, Export, RecordView, Referral, User
from referrals.urls import urlpatterns
from tests.factories.person import PASSWORD

Door = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _short_days(settings: Any) -> None:
    settings.SESSION_IDLE_MINUTES, settings.SESSION_COOKIE_AGE = 30, 2 * 60 * 60


def stays_in(door: Client, begun: datetime, *minutes: int) -> list[bool]:
    """Whether home still opens so many minutes after the log-in, asked in this order."""
    found = []
    for after in minutes:
        with time_machine.travel(begun + timedelta(minutes=after), tick=False):
            found.append(door.get(reverse("home")).status_code == 200)
    return found


def test_who_works_here_is_out_after_half_an_hour_without_a_page(
    therapist: User, client_of: Door
) -> None:
    begun = timezone.now()
    assert stays_in(client_of(therapist), begun, 20, 45, 70) == [True, True, True]
    assert stays_in(client_of(therapist), begun, 29, 61) == [True, False]


def test_a_familys_phone_is_not_asked_between_two_activities(family: User, client_of: Door) -> None:
    assert stays_in(client_of(family), timezone.now(), 1, 59, 118) == [True, True, True]


def test_however_much_is_done_it_ends(therapist: User, family: User, client_of: Door) -> None:
    begun = timezone.now()
    for person in (therapist, family):
        door = client_of(person)
        assert stays_in(door, begun, 25, 50, 75, 100, 119, 122) == [*[True] * 5, False]
        # It has ended for good: nothing of it is left to come back to.
        assert stays_in(door, begun, 30) == [False]


def test_a_clock_that_was_set_back_keeps_nobody_in(therapist: User, client_of: Door) -> None:
    begun = timezone.now()
    assert stays_in(client_of(therapist), begun, 0, -20) == [True, True]
    assert stays_in(client_of(therapist), begun, 0, -40) == [True, False]


def test_the_log_in_leads_back_to_the_page(therapist: User, client_of: Door) -> None:
    door, path = client_of(therapist), reverse("child_list")
    with time_machine.travel(timezone.now() + timedelta(minutes=40)):
        assert door.get(path)["Location"] == f"{reverse('account_login')}?next={path}"


def test_a_page_soon_after_writes_nothing(
    therapist: User, client_of: Door, django_assert_max_num_queries: Any
) -> None:
    door, begun = client_of(therapist), timezone.now()
    with time_machine.travel(begun + timedelta(minutes=5)):
        door.get(reverse("home"))
        with django_assert_max_num_queries(200) as asked:
            door.get(reverse("home"))
    assert [one for one in asked if "UPDATE" in one["sql"] and "django_session" in one["sql"]] == []


# --- Asked again ----------------------------------------------------------------------------------


def test_a_list_is_saved_only_by_who_showed_who_they_are_lately(
    therapist: User, child: Child, sent: Referral, settings: Any
) -> None:
    settings.REAUTHENTICATION_MINUTES = 15
    door, begun = Client(), timezone.now()
    door.post(reverse("account_login"), {"login": therapist.email, "password": PASSWORD})
    path = reverse("timeline_export", args=[child.pk, "csv"])
    with time_machine.travel(begun + timedelta(minutes=14)):
        assert door.get(path).getvalue().startswith(BOM_UTF8)
    kept = Export.objects.count(), RecordView.objects.count()
    with time_machine.travel(begun + timedelta(minutes=16)):
        asked = door.get(path)["Location"]
        assert asked == f"{reverse('account_reauthenticate')}?next={quote(path, safe='')}"
        assert (Export.objects.count(), RecordView.objects.count()) == kept
        again = {"password": PASSWORD, "next": path}
        assert door.post(reverse("account_reauthenticate"), again)["Location"] == path
        assert door.get(path).getvalue().startswith(BOM_UTF8)


def test_every_list_that_is_saved_asks_and_no_tap_of_a_family_does() -> None:
    ours = [one for one in urlpatterns if isinstance(one, URLPattern)]
    asking = {one.name for one in ours if hasattr(one.callback, "asks_again")}
    lists = {one.name for one in ours if str(one.name).endswith("_export")}
    assert asking == lists | {"statistics_table", "caseload_mend"}


def test_who_signs_in_where_another_is_in_reads_whose_pages_these_are(
    therapist: User, colleague: User, client_of: Door
) -> None:
    """Their log-in page stood open while the other signed in, in the same browser."""
    door = client_of(therapist)
    for person, told in ((therapist, False), (colleague, True)):
        typed = {"login": person.email.upper(), "password": PASSWORD}
        page = door.post(reverse("account_login"), typed, follow=True).content.decode()
        assert (f"{therapist} is signed in here." in page) is told
