"""Do two records of one child become one with nothing lost, and two again exactly as they were?"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse

from referrals.access import children_visible_to, standing
from referrals.actions.concern import share_concern
from referrals.actions.guardian import add_guardian, change_guardian, invite_guardian
from referrals.actions.merge import hurdles, merge_children, undo_merge
from referrals.actions.referral import accept_referral, receive_referral
from referrals.actions.seat import index_everywhere
from referrals.models import (
    Child,
    ChildIdentifier,
    ChildToken,
    CourtLimit,
    Event,
    Guardian,
    Listed,
    Merge,
    Programme,
    RecordView,
    Referral,
    Seat,
    Spelling,
    User,
)
from referrals.models.merge import every_row, ties
from referrals.models.record import new_id
from referrals.queries.merge import newly
from referrals.queries.search import find_children
from tests.actions.outcome import kinds, outrun, refused
from tests.conftest import Cast
from tests.factories.child import ChildFactory, guardian_of
from tests.factories.organization import SchoolFactory
from tests.factories.programme import referred
from tests.factories.referral import sent_for

TABLES = list(apps.get_app_config("referrals").get_models())
#: What is written anew of other rows, under new numbers, and what it says.
SAID = {ChildToken: ("organization", "token", "child"), Spelling: ("organization", "form", "word")}
SAID |= {Listed: ("referral", "holder", "role", "state")}


def everything() -> dict[str, Any]:
    """Every row of every table, whenever it was written; what is derived without its numbers."""
    rows: dict[str, Any] = {
        table.__name__: {
            row[table._meta.pk.attname]: {n: one for n, one in row.items() if n != "row_changed_at"}
            for row in every_row(table).values()
        }
        for table in TABLES
        if table not in SAID and table.__name__ != "Diagnosis"
    }
    return rows | {one.__name__: set(one.objects.values_list(*said)) for one, said in SAID.items()}


@pytest.fixture
def double(cast: Cast, now: datetime) -> Child:
    """The same child, registered again by the same practice with a letter left out."""
    found = ChildFactory(
        given_name="Mina", family_name="Fontane", practice=cast.practice, by=cast.pediatrician, at=now,
        date_of_birth=cast.child.date_of_birth,
    )  # fmt: skip
    ChildIdentifier.objects.create(child=found, organization=cast.practice, value="MRN-77")
    index_everywhere(found)
    guardian_of(found, cast.family, by=cast.pediatrician, at=now)
    return found


@pytest.fixture
def merged(cast: Cast, double: Child, later: datetime) -> Merge:
    return merge(cast, double, later)


@pytest.fixture
def later(now: datetime) -> datetime:
    return now + timedelta(hours=5)


def merge(cast: Cast, lost: Child, at: datetime, kept: Child | None = None) -> Merge:
    return merge_children(
        id=new_id(), kept=kept or cast.child, lost=lost, reason="Same birth certificate.",
        by=cast.admin, at=at,
    )  # fmt: skip


# --- Two become one -----------------------------------------------------------------------------


def test_all_rows_of_the_one_are_rows_of_the_other(
    cast: Cast, every_part: Child, now: datetime
) -> None:
    before = {table: set(_of(table, name, every_part)) for table, name in ties()}
    done = merge(cast, every_part, now + timedelta(days=1))
    stays = {"Guardian": 1, "Seat": 1, "Event": 1}
    for table, name in ties():
        assert Counter(_of(table, name, every_part)).total() == stays.get(table.__name__, 0), table
        gone = before[table] - set(_of(table, name, cast.child))
        assert len(gone) == {"Guardian": 1, "Seat": 1}.get(table.__name__, 0), table
    assert done.moved["Referral"] == [str(cast.child.referrals.get().pk)]


def _of(table: type[models.Model], name: str, child: Child) -> list[Any]:
    return list(every_row(table).filter(**{name: child}).values_list("pk", flat=True))


@pytest.fixture
def every_part(cast: Cast, double: Child, now: datetime) -> Child:
    """With a referral on its way, a concern, an adult of its own, a programme and a look."""
    sent_for(double, cast.clinic, by=cast.pediatrician, at=now)
    share_concern(
        id=new_id(), child=double, signs=["tod.sensory"], words="Labels hurt her.",
        since_when="spring", setting="home", by=cast.family, at=now,
    )  # fmt: skip
    other = add_guardian(
        child=double, given_name="Luc", family_name="Roy", relationship="father",
        by=cast.pediatrician, at=now,
    )  # fmt: skip
    invite_guardian(guardian=other, email="luc@example.org", by=cast.pediatrician, at=now)
    referred(double, SchoolFactory(kind="early_intervention"), by=cast.pediatrician, at=now)
    RecordView.objects.create(
        child=double, user=cast.therapist, role="therapist", page="child_detail", at=now
    )
    return double


def test_both_say_what_happened(cast: Cast, double: Child, merged: Merge) -> None:
    assert kinds(merged.pk) == ["child_merged", "child_merged"]
    told = Event.objects.filter(about=merged.pk)
    assert {event.child for event in told} == {cast.child, double}
    assert {event.by for event in told} == {cast.admin}


def test_the_one_vanishes_from_lists_and_search_and_is_found_by_its_number(
    cast: Cast, double: Child, merged: Merge
) -> None:
    for person in (cast.pediatrician, cast.family, cast.therapist):
        assert double not in children_visible_to(person)
    assert find_children(cast.pediatrician, "fontane") == []
    assert find_children(cast.pediatrician, "MRN-77") == [cast.child]


def test_its_address_leads_to_the_one_that_stays_for_who_may_see_that(
    cast: Cast, double: Child, merged: Merge, client_of: Callable[[User], Client]
) -> None:
    page = reverse("child_detail", args=[double.pk])
    answer = client_of(cast.pediatrician).get(page)
    assert (answer.status_code, answer.headers["Location"]) == (
        307, reverse("child_detail", args=[cast.child.pk]),
    )  # fmt: skip
    assert client_of(cast.stranger_pediatrician).get(page).status_code == 404
    assert client_of(cast.admin).get(page).status_code == 404


def test_an_adult_of_both_sits_once(
    cast: Cast, double: Child, merged: Merge, later: datetime
) -> None:
    family = Seat.objects.live(later).filter(user=cast.family)
    assert [seat.child for seat in family] == [cast.child]
    change_guardian(guardian=double.guardians.get(), by=cast.admin, at=later)
    assert Seat.objects.live(later).filter(user=cast.family).count() == 1


def test_a_second_click_finds_the_first(cast: Cast, double: Child, later: datetime) -> None:
    said = {
        "id": new_id(), "kept": cast.child, "lost": double, "reason": "Same.", "by": cast.admin,
        "at": later,
    }  # fmt: skip
    assert merge_children(**said) == merge_children(**said)
    assert Merge.objects.count() == 1


def test_only_an_administrator_makes_them_one(cast: Cast, double: Child, later: datetime) -> None:
    with refused(None, "Only an administrator can do this."):
        merge_children(
            id=new_id(), kept=cast.child, lost=double, reason="x", by=cast.pediatrician, at=later
        )


def test_not_without_saying_why(cast: Cast, double: Child, later: datetime) -> None:
    with refused("reason", "Say how it is known that they are one child."):
        merge_children(
            id=new_id(), kept=cast.child, lost=double, reason=" ", by=cast.admin, at=later
        )


def test_not_with_itself_and_not_twice(
    cast: Cast, double: Child, merged: Merge, later: datetime
) -> None:
    assert hurdles(cast.child, cast.child, later) == [
        "Choose another child: these are one record already."
    ]
    with refused(None, "was merged into another already"):
        merge(cast, double, later, kept=cast.other_child)


# --- Nobody sees more unsaid --------------------------------------------------------------------


def test_who_will_newly_see_what_is_said(cast: Cast, every_part: Child, later: datetime) -> None:
    day = f"{cast.child.registered_at:%-d %b %Y}"
    assert newly(cast.child, every_part, later) == [
        f"Harbor Therapy (therapy clinic): the record of Mina Fontaine registered on {day}",
        f"Luc Roy (family): the record of Mina Fontaine registered on {day}",
    ]


LIMIT = "is limited by a court, or hides their contact, and the two records do not say the same"


@pytest.mark.parametrize("which", ["kept", "lost"])
@pytest.mark.parametrize("kind", ["record", "decide", "contact"])
def test_a_limit_set_by_a_court_on_one_record_only_stands_in_the_way(
    which: str, kind: str, cast: Cast, double: Child, later: datetime
) -> None:
    child = cast.child if which == "kept" else double
    adult = child.guardians.get()
    CourtLimit.objects.create(guardian=adult, kind=kind, since=later.date())
    with refused(None, LIMIT):
        merge(cast, double, later)
    CourtLimit.objects.filter(guardian=adult).update(since="2020-01-01", until="2020-02-01")
    assert hurdles(cast.child, double, later) == []


@pytest.mark.parametrize(
    "same",
    [
        {"given_name": "ROSA", "family_name": "Fontaine"},
        {"email": "Rosa@example.org"},
        {"phone": "+12125550100"},
    ],
)
def test_also_where_the_same_adult_stands_there_without_the_account(
    same: dict[str, str], cast: Cast, double: Child, later: datetime
) -> None:
    Guardian.objects.filter(child=double).update(
        **{"user": None, "given_name": "R.", "family_name": "F.", "email": ""} | same
    )
    limited = cast.child.guardians.get()
    Guardian.objects.filter(pk=limited.pk).update(phone="+12125550100")
    CourtLimit.objects.create(guardian=limited, kind="record", since=later.date())
    with refused(None, LIMIT):
        merge(cast, double, later)


def test_two_limits_that_are_alike_are_none_lost(
    cast: Cast, double: Child, later: datetime
) -> None:
    for adult in Guardian.objects.filter(user=cast.family):
        CourtLimit.objects.create(guardian=adult, kind="record", since=later.date())
        change_guardian(guardian=adult, by=cast.admin, at=later)
    merge(cast, double, later)
    assert not children_visible_to(cast.family).exists()


def test_other_rights_on_one_record_stand_in_the_way(
    cast: Cast, double: Child, later: datetime
) -> None:
    Guardian.objects.filter(child=double).update(may_share=False)
    with refused(None, "has other rights on one record than on the other"):
        merge(cast, double, later)


def test_two_ways_to_one_programme_stand_in_the_way(
    cast: Cast, double: Child, now: datetime, later: datetime
) -> None:
    early = SchoolFactory(kind="early_intervention", name="Sound Start")
    for child in (cast.child, double):
        referred(child, early, by=cast.pediatrician, at=now)
    with refused(None, "Both are on their way to Sound Start."):
        merge(cast, double, later)


# --- One becomes two ----------------------------------------------------------------------------

GROWN = {"Event": 4, "Merge": 1}


def test_undone_every_table_is_as_before(cast: Cast, every_part: Child, now: datetime) -> None:
    before = everything()
    done = merge(cast, every_part, now + timedelta(hours=9))
    assert everything()["Child"] != before["Child"]
    undo_merge(merge=done, by=cast.admin, at=now + timedelta(hours=10))
    after = everything()
    for table in SAID:
        assert after.pop(table.__name__) == before.pop(table.__name__)
    for name, rows in before.items():
        assert {pk: after[name].get(pk) for pk in rows} == rows, name
        assert len(after[name]) - len(rows) == GROWN.get(name, 0), name


def test_what_came_since_goes_with_what_it_hangs_on(
    cast: Cast, double: Child, now: datetime, later: datetime
) -> None:
    referral = sent_for(double, cast.clinic, by=cast.pediatrician, at=now)
    done = merge(cast, double, later)
    referral = Referral.objects.get(pk=referral.pk)
    received = receive_referral(referral=referral, by=cast.coordinator, at=later)
    accept_referral(referral=received, therapist=cast.therapist, by=cast.therapist, at=later)
    concern = share_concern(
        id=new_id(), child=cast.child, signs=["tod.sensory"], words="x", since_when="",
        setting="home", by=cast.family, at=later,
    )  # fmt: skip
    undo_merge(merge=done, by=cast.admin, at=later + timedelta(hours=1))
    assert Referral.objects.get(pk=referral.pk).child == double
    told = {e.kind for e in Event.objects.filter(child=double, about=referral.pk)}
    assert {"referral_received", "referral_accepted"} <= told
    assert not Event.objects.filter(child=cast.child, about=referral.pk).exists()
    concern.refresh_from_db()
    assert concern.child == cast.child
    assert not standing(cast.therapist, cast.child.pk).roles
    assert standing(cast.therapist, double.pk).roles == {"therapist"}


def test_a_limit_set_meanwhile_holds_after_the_undoing(
    cast: Cast, double: Child, merged: Merge, later: datetime
) -> None:
    stayed = double.guardians.get()
    CourtLimit.objects.create(
        guardian=stayed, kind="record", since=later.date() - timedelta(days=2)
    )
    change_guardian(guardian=stayed, by=cast.admin, at=later)
    undo_merge(merge=merged, by=cast.admin, at=later + timedelta(hours=1))
    assert [child.pk for child in children_visible_to(cast.family)] == [cast.child.pk]


@pytest.mark.parametrize("stayed", [True, False])
def test_a_limit_set_on_the_one_that_stays_is_set_on_the_other_before_they_part(
    stayed: bool, cast: Cast, double: Child, later: datetime
) -> None:
    if not stayed:  # the same mother, entered the second time without her account
        Guardian.objects.filter(child=double).update(user=None)
    done = merge(cast, double, later)
    limited = cast.child.guardians.get(user=cast.family)
    since = later.date() - timedelta(days=2)
    CourtLimit.objects.create(guardian=limited, kind="record", since=since)
    change_guardian(guardian=limited, by=cast.admin, at=later)
    with refused(None, "was limited on the record that stays"):
        undo_merge(merge=done, by=cast.admin, at=later)
    other = Guardian.objects.exclude(pk=limited.pk).get(email=cast.family.email, child__in=(cast.child, double))  # fmt: skip
    CourtLimit.objects.create(guardian=other, kind="record", since=since)
    change_guardian(guardian=other, by=cast.admin, at=later)
    undo_merge(merge=done, by=cast.admin, at=later)
    assert not children_visible_to(cast.family).exists()


def test_after_a_day_they_stay_one(cast: Cast, merged: Merge, later: datetime) -> None:
    with refused(None, "More than a day has passed"):
        undo_merge(merge=merged, by=cast.admin, at=later + timedelta(days=1, seconds=1))


def test_it_is_undone_once_and_by_an_administrator(
    cast: Cast, merged: Merge, later: datetime
) -> None:
    with refused(None, "Only an administrator can do this."):
        undo_merge(merge=merged, by=cast.pediatrician, at=later)
    undo_merge(merge=merged, by=cast.admin, at=later)
    with outrun("undone already"):
        undo_merge(merge=merged, by=cast.admin, at=later)


def test_the_later_of_two_is_undone_first(
    cast: Cast, double: Child, merged: Merge, later: datetime
) -> None:
    third = ChildFactory(practice=cast.practice, by=cast.pediatrician, at=later, guardian=None)
    second = merge(cast, third, later)
    with refused(None, "merged again since: undo that one first"):
        undo_merge(merge=merged, by=cast.admin, at=later)
    undo_merge(merge=second, by=cast.admin, at=later)
    undo_merge(merge=merged, by=cast.admin, at=later)
    assert set(children_visible_to(cast.pediatrician)) == {cast.child, double, third}


def test_an_address_leads_on_where_the_one_that_stayed_went_too(
    cast: Cast, double: Child, merged: Merge, later: datetime, client_of: Callable[[User], Client]
) -> None:
    third = ChildFactory(practice=cast.practice, by=cast.pediatrician, at=later, guardian=None)
    merge(cast, cast.child, later, kept=third)
    answer = client_of(cast.pediatrician).get(reverse("child_detail", args=[double.pk]))
    assert answer.headers["Location"] == reverse("child_detail", args=[third.pk])


def test_two_that_go_to_one_programme_do_not_clash_when_they_part(
    cast: Cast, double: Child, now: datetime, later: datetime
) -> None:
    early = SchoolFactory(kind="early_intervention")
    referred(double, early, by=cast.pediatrician, at=now)
    done = merge(cast, double, later)
    assert Programme.objects.get().child == cast.child
    undo_merge(merge=done, by=cast.admin, at=later)
    assert Programme.objects.get().child == double
