"""Who reads which thread? One rule, told once more by hand, and asked by everything that shows one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.access import standing, thread_for, threads_visible_to
from referrals.actions.guardian import change_guardian
from referrals.actions.seat import end_seats
from referrals.models import (
    Consent,
    CourtLimit,
    Guardian,
    Membership,
    Notice,
    Referral,
    Seat,
    Thread,
    User,
)
from referrals.queries.message import conversation, page, unread_of_child
from tests.factories.message import consented, keep_apart, said, second_adult, started
from tests.factories.person import UserFactory

Door = Callable[[User], Client]
CLINICIANS = ("pediatrician", "practice_colleague", "therapist", "colleague", "coordinator")
STRANGERS = ("stranger", "stranger_pediatrician", "other_family", "admin", "nobody")


def fresh(person: User) -> User:
    """The person as the next request reads them."""
    return User.objects.get(pk=person.pk)


def reads(person: User, thread: Thread) -> bool:
    """Whether the thread is theirs to read; list, page and unread mark say the same."""
    person = fresh(person)
    visible = threads_visible_to(person).filter(pk=thread.pk).exists()
    opened = thread_for(person, thread.child_id, thread.pk) is not None
    listed = any(str(thread.pk) in row.url for row in page(person)[0])
    assert visible == opened == listed
    return visible


def readers(thread: Thread, cast: Any, *more: User) -> set[str]:
    people = [one for one in vars(cast).values() if isinstance(one, User)]
    return {one.given_name for one in (*people, *more) if reads(one, thread)}


TEAM = {"Ada", "Ben", "Thea", "Cora", "Kofi"}


def test_each_thread_has_its_circle(
    cast: Any, between_clinicians: Thread, with_family: Thread, with_school: Thread, nobody: User
) -> None:
    assert readers(between_clinicians, cast, nobody) == TEAM
    assert readers(with_family, cast, nobody) == TEAM | {"Rosa"}
    assert readers(with_school, cast, nobody) == TEAM | {"Rosa", "Paula"}


def test_a_thread_is_only_under_its_own_child(cast: Any, with_family: Thread) -> None:
    assert thread_for(cast.therapist, cast.other_child.pk, with_family.pk) is None


def test_a_thread_with_one_adult_is_that_adults_alone(
    cast: Any, sent: Referral, father: Guardian, guardian: Guardian, writing_time: datetime
) -> None:
    thread = started(cast.child, by=cast.therapist, at=writing_time, guardian=father)
    assert father.user is not None
    assert readers(thread, cast, father.user) == TEAM | {"Luca"}


# --- What ends takes the thread with it ---------------------------------------------------------


def test_a_consent_taken_back_shuts_the_thread_at_once(
    cast: Any, with_school: Thread, school_consent: Consent, client_of: Door
) -> None:
    there = reverse("thread_detail", args=[cast.child.pk, with_school.pk])
    assert client_of(cast.partner).get(there).status_code == 200
    Consent.objects.filter(pk=school_consent.pk).update(
        revoked_at=timezone.now(), revoked_by=cast.family
    )
    assert client_of(cast.partner).get(there).status_code == 404
    assert readers(with_school, cast) == TEAM | {"Rosa"}


@pytest.mark.parametrize("what", ["seat", "until", "scope"])
def test_a_consent_that_ends_shuts_the_thread(
    what: str, cast: Any, with_school: Thread, school_consent: Consent
) -> None:
    assert reads(cast.partner, with_school)
    if what == "seat":
        end_seats(school_consent.pk, at=timezone.now())
    elif what == "until":
        Consent.objects.filter(pk=school_consent.pk).update(until=timezone.now())
    else:
        Seat.objects.filter(ground_id=school_consent.pk).update(rights=["goals"])
    assert not reads(cast.partner, with_school)


def test_another_consent_of_the_same_school_opens_nothing_of_the_first(
    cast: Any, with_school: Thread, school_consent: Consent, guardian: Guardian, now: datetime
) -> None:
    end_seats(school_consent.pk, at=timezone.now())
    consented(cast.child, cast.school, guardian=guardian, at=now)
    assert not reads(cast.partner, with_school)


def test_a_court_that_ends_a_seat_ends_the_reading(
    cast: Any, with_family: Thread, guardian: Guardian
) -> None:
    today = timezone.localdate() - timedelta(days=1)
    CourtLimit.objects.create(guardian=guardian, kind="record", since=today)
    change_guardian(guardian=guardian, by=cast.admin, at=timezone.now())
    assert not reads(cast.family, with_family)


@pytest.mark.parametrize("who", ["pediatrician", "therapist", "coordinator", "partner", "family"])
def test_who_left_or_was_deactivated_reads_nothing(
    who: str, cast: Any, with_school: Thread
) -> None:
    person = getattr(cast, who)
    assert reads(person, with_school)
    if who == "family":
        User.objects.filter(pk=person.pk).update(is_active=False)
    else:
        Membership.objects.filter(user=person).update(until=timezone.now())
    assert not reads(person, with_school)


# --- Two homes ----------------------------------------------------------------------------------

HOW = (None, "hidden", "limited")


@pytest.mark.parametrize(
    ("mother_is", "father_is", "wrote"),
    list(product(HOW, HOW, [(), ("mother",), ("father",), ("mother", "father")])),
)
def test_what_two_adults_read_of_a_thread_with_the_whole_family(
    mother_is: str | None, father_is: str | None, wrote: tuple[str, ...], cast: Any, sent: Referral,
    guardian: Guardian, father: Guardian, writing_time: datetime,
) -> None:  # fmt: skip
    """Whoever of the two is kept apart: neither reads what the other wrote. All else they read."""
    assert father.user is not None
    thread = started(cast.child, by=cast.therapist, at=writing_time)
    for one in wrote:
        by = cast.family if one == "mother" else father.user
        said(thread, by=by, at=writing_time)
    for adult, how in ((guardian, mother_is), (father, father_is)):
        if how is not None:
            keep_apart(adult, at=writing_time, how=how)
    apart = bool(mother_is or father_is)
    assert reads(cast.family, thread) is not (apart and "father" in wrote)
    assert reads(father.user, thread) is not (apart and "mother" in wrote)
    shown = {one.name for one in _readers_shown(thread, cast.therapist)}
    expected = {
        adult.name
        for adult, user in ((guardian, cast.family), (father, father.user))
        if reads(user, thread)
    }
    assert shown - {"Elm Street Pediatrics", "Harbor Therapy"} == expected


def _readers_shown(thread: Thread, by: User) -> list[Any]:
    team = standing(by, thread.child_id)
    return conversation(thread, team, by, timezone.now()).readers


def test_a_third_adult_is_kept_only_from_the_one_who_is_apart(
    cast: Any, sent: Referral, father: Guardian, now: datetime, writing_time: datetime
) -> None:
    aunt = UserFactory(given_name="Ines", family_name="Fontaine", email="ines@example.org")
    second_adult(cast.child, aunt, by=cast.pediatrician, at=now)
    assert father.user is not None
    of_father = started(cast.child, by=cast.therapist, at=writing_time)
    said(of_father, by=father.user, at=writing_time)
    of_mother = started(cast.child, by=cast.therapist, at=writing_time)
    said(of_mother, by=cast.family, at=writing_time)
    keep_apart(father, at=writing_time, how="hidden")
    assert [reads(one, of_father) for one in (father.user, cast.family, aunt)] == [True, False, False]  # fmt: skip
    assert [reads(one, of_mother) for one in (father.user, cast.family, aunt)] == [False, True, True]  # fmt: skip


@pytest.mark.parametrize(
    ("since", "until", "holds"), [(-9, -3, False), (-9, 9, True), (3, 9, False)]
)
def test_a_court_limit_holds_within_its_days(
    since: int, until: int, holds: bool, cast: Any, sent: Referral, father: Guardian,
    writing_time: datetime,
) -> None:  # fmt: skip
    assert father.user is not None
    thread = started(cast.child, by=cast.therapist, at=writing_time)
    said(thread, by=father.user, at=writing_time)
    day = timezone.localdate()
    CourtLimit.objects.create(
        guardian=father, kind="contact", since=day + timedelta(days=since),
        until=day + timedelta(days=until),
    )  # fmt: skip
    assert reads(cast.family, thread) is not holds


def test_what_an_adult_wrote_stays_theirs_when_their_account_passes_on(
    cast: Any, sent: Referral, father: Guardian, writing_time: datetime
) -> None:
    """The address was mended: the account that wrote is nobody's now, the adult is still kept apart."""
    assert father.user is not None
    thread = started(cast.child, by=cast.therapist, at=writing_time)
    said(thread, by=father.user, at=writing_time)
    Guardian.objects.filter(pk=father.pk).update(user=None, contact_hidden=True)
    assert not reads(cast.family, thread)


# --- Clinicians' own ----------------------------------------------------------------------------


def test_nothing_of_a_family_shows_that_clinicians_write_among_themselves(
    cast: Any, between_clinicians: Thread, client_of: Door, writing_time: datetime
) -> None:
    said(between_clinicians, by=cast.pediatrician, at=writing_time, words="Yes, in May.")
    assert not Notice.objects.filter(to=cast.family, kind__in=["thread_started", "message_sent"])
    door, child = client_of(cast.family), cast.child
    client_of(cast.therapist).get(reverse("thread_detail", args=[child.pk, between_clinicians.pk]))
    for path in (
        reverse("home"), reverse("message_list"), reverse("child_list"),
        f"{reverse('message_list')}?child={child.pk}", reverse("message_child", args=[child.pk]),
        reverse("message_new", args=[child.pk]), reverse("child_detail", args=[child.pk]),
        f"{reverse('child_detail', args=[child.pk])}?show=message",
    ):  # fmt: skip
        text = door.get(path).content.decode()
        for trace in ("Hearing", "hearing tested", "Yes, in May", str(between_clinicians.pk), "linicians only", "thread_"):  # fmt: skip
            assert trace not in text, (path, trace)
        assert "Wrote a message" not in text
        assert "Began a thread" not in text
    own = Seat.objects.filter(user=cast.family, child=child)
    assert own.annotate(n=unread_of_child(fresh(cast.family))).get().n == 0
    pages = child.views.filter(user=cast.therapist).values_list("page", flat=True)
    assert set(pages) == {"message_list"}
    for name, keys in (("thread_detail", {}), ("message_answer", {}), ("enclosure_download", {"enclosure_id": between_clinicians.messages.get(number=1).enclosures.get().pk})):  # fmt: skip
        there = reverse(name, kwargs={"child_id": child.pk, "thread_id": between_clinicians.pk, **keys})  # fmt: skip
        assert door.get(there).status_code == 404
        assert door.post(there, {"words": "Hello?"}).status_code == 404


@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_read_nothing(
    who: str, cast: Any, request: pytest.FixtureRequest, between_clinicians: Thread,
    with_family: Thread, with_school: Thread, nobody: User,
) -> None:  # fmt: skip
    person = request.getfixturevalue(who)
    assert not threads_visible_to(fresh(person)).exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads small tables through")
def test_what_a_family_may_read_is_asked_without_reading_a_table_through(family: User) -> None:
    """Every adult of a region was read for each family's home."""
    plan = threads_visible_to(family).order_by().explain()
    assert "SCAN" not in plan.replace("SCAN referrals_thread", "")
