"""Does a file go in batch by batch, each once, at its hour, and as quickly where very many are alike?"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import Model
from django.db.models.signals import post_init
from pytest_django import Settings

from referrals.actions import batching
from referrals.actions.batching import work_on_caseload
from referrals.actions.caseload import bring_caseload, drop_caseload, map_caseload
from referrals.actions.matching import MOST
from referrals.models import Caseload, CaseloadRow, Child, Event
from referrals.queries.caseload import counts, faults
from tests.conftest import Cast
from tests.factories.caseload import brought, checked, csv, row, taken, worked
from tests.factories.child import ChildFactory


@pytest.fixture(autouse=True)
def own_files(settings: Settings, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def found(caseload: Caseload) -> dict[str, int]:
    return {kind: number for kind, number in counts(caseload).items() if number}


def children(count: int) -> bytes:
    """A practice's list, a name and a birthday to a row."""
    letters = "abcdefghij"
    names = ["".join(letters[int(d)] for d in f"{n:04}") for n in range(count)]
    lines = (f"{name},Sol,2021-05-17" for name in names)
    return ("Given name,Family name,Date of birth\r\n" + "\r\n".join(lines)).encode()


def test_a_worker_that_dies_in_the_middle_is_followed_by_one_that_goes_on(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "BATCH", 5)
    made = checked(children(23), cast.practice, by=cast.pediatrician, at=now)
    bring_caseload(caseload=made, mode="right", near_too=False, by=cast.pediatrician, at=now)
    bring = batching.bring_row
    written = []

    def dies(**told: Any) -> None:
        bring(**told)
        written.append(told)
        if len(written) == 13:
            raise KeyboardInterrupt

    monkeypatch.setattr(batching, "bring_row", dies)
    with pytest.raises(KeyboardInterrupt):
        work_on_caseload(at=now)
    monkeypatch.setattr(batching, "bring_row", bring)

    here = Child.objects.filter(family_name="Sol")
    assert here.count() == 10
    assert Caseload.objects.get(pk=made.pk).done_rows == 10
    assert work_on_caseload(at=now) is False  # its lease still holds
    later = now + batching.LEASE + timedelta(seconds=1)
    assert worked(made, later).state == "done"
    assert here.count() == 23
    assert Event.objects.filter(kind="child_registered", child__in=here).count() == 23


def test_two_workers_do_not_work_on_one_file(cast: Cast, now: datetime) -> None:
    made = checked(children(3), cast.practice, by=cast.pediatrician, at=now)
    bring_caseload(caseload=made, mode="right", near_too=False, by=cast.pediatrician, at=now)
    Caseload.objects.filter(pk=made.pk).update(leased_until=now + timedelta(minutes=1))
    assert work_on_caseload(at=now) is False
    assert not Child.objects.filter(family_name="Sol").exists()


def test_between_batches_the_worker_looks_at_what_else_is_due(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "BATCH", 2)
    monkeypatch.setattr(batching, "BATCHES", 2)
    made = taken(children(9), cast.practice, by=cast.pediatrician, at=now)
    map_caseload(caseload=made, mapping=made.mapping, day_first=None, by=cast.pediatrician, at=now)
    seen = []
    while work_on_caseload(at=now):
        seen.append(Caseload.objects.get(pk=made.pk).done_rows)
    assert seen == [4, 8, 9]


def at_hour(now: datetime, hour: int) -> datetime:
    return now.astimezone(ZoneInfo("America/New_York")).replace(hour=hour)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Elsewhere several write at a time.")
def test_on_sqlite_many_rows_or_none_wait_for_the_night(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("referrals.models.caseload.AT_ONCE", 2)
    made = checked(children(3), cast.practice, by=cast.pediatrician, at=now)
    bring_caseload(caseload=made, mode="all", near_too=False, by=cast.pediatrician, at=now)
    few = checked(children(2), cast.other_practice, by=cast.stranger_pediatrician, at=now)
    bring_caseload(caseload=few, mode="all", near_too=False, by=cast.stranger_pediatrician, at=now)

    assert worked(made, at_hour(now, 15)).state == "bringing"
    assert worked(few, now).state == "done"  # nobody waits behind it
    assert worked(made, at_hour(now, 2)).state == "done"
    assert Child.objects.filter(family_name="Sol", practice=cast.practice).count() == 3


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Elsewhere several write at a time.")
def test_what_waits_for_the_night_can_still_be_put_away(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("referrals.models.caseload.AT_ONCE", 2)
    made = checked(children(3), cast.practice, by=cast.pediatrician, at=now)
    bring_caseload(caseload=made, mode="all", near_too=False, by=cast.pediatrician, at=now)
    drop_caseload(caseload=made, by=cast.pediatrician, at=now)
    assert worked(made, at_hour(now, 2)).state == "dropped"
    assert not Child.objects.filter(family_name="Sol").exists()


# --- However many are alike -----------------------------------------------------------------------


@contextmanager
def loaded(model: type[Model]) -> Iterator[list[Any]]:
    """Every row of this table that is read or made meanwhile."""
    found: list[Any] = []

    def note(instance: Any, **told: Any) -> None:
        found.append(instance)

    post_init.connect(note, sender=model)
    try:
        yield found
    finally:
        post_init.disconnect(note, sender=model)


def test_a_row_is_held_against_those_of_its_name_not_against_all_of_one_birthday(
    cast: Cast, now: datetime
) -> None:
    brought(children(60), cast.practice, by=cast.pediatrician, at=now)
    with loaded(Child) as read:
        again = checked(children(60), cast.practice, by=cast.pediatrician, at=now)
    assert found(again) == {"known": 60}
    assert len(read) == 60


def test_of_very_many_alike_a_few_are_looked_at_and_a_person_decides(
    cast: Cast, now: datetime
) -> None:
    for _ in range(30):
        ChildFactory(given_name="Luz", family_name="Sol", date_of_birth=date(2021, 5, 17),
                     practice=cast.practice, by=cast.pediatrician, at=now)  # fmt: skip
    one = b"Given name,Family name,Date of birth\r\nLuz,Sol,2021-05-17\r\n"
    with loaded(Child) as read:
        made = checked(one, cast.practice, by=cast.pediatrician, at=now)
    assert found(made) == {"near": 1}
    assert len(read) == MOST + 1


def test_rows_of_one_child_are_held_against_what_was_said_not_against_each_other(
    cast: Cast, now: datetime
) -> None:
    adults = [
        row("7", "Luz", adult=(f"Ines{n}", "Sol", "mother", "212-555-0144")) for n in range(80)
    ]
    contrary = row("7", "Lucía")
    with loaded(CaseloadRow) as read:
        made = checked(csv([*adults, contrary]), cast.clinic, by=cast.coordinator, at=now)
    assert (found(made), len(read)) == ({"new": 80, "wrong": 1}, 81)
    assert [f.sentence for f in faults(made)[0]] == ["Row 2 says something else of the same child."]
