"""Can a test tell whether it was the first to need a fixture?"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.sql import emit_post_migrate_signal
from django.db import IntegrityError, transaction

from referrals.models import Organization
from tests.factories.organization import ClinicFactory, PracticeFactory
from tests.replay import TAPE, played

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)


@contextmanager
def a_test() -> Iterator[None]:
    """What is written inside is undone behind it, and the tape is rewound, as for any test."""
    TAPE.rewind()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def times() -> list[str]:
    """The fixtures that were really played, in order."""
    return []


@pytest.fixture
def clinic(db: None, times: list[str]) -> Callable[..., Organization]:
    @played
    def clinic(now: datetime) -> Organization:
        times.append("clinic")
        made: Organization = ClinicFactory(name="Harbor Therapy")
        return made

    return clinic


@pytest.fixture
def renamed(db: None, times: list[str]) -> Callable[..., Organization]:
    @played
    def renamed(clinic: Organization) -> Organization:
        times.append("renamed")
        clinic.name = "Valley Therapy"
        clinic.save()
        return clinic

    return renamed


def rows() -> list[Any]:
    """All but the moment of the writing, which the database tells anew."""
    columns = [f.attname for f in Organization._meta.concrete_fields if f.name != "row_changed_at"]
    return list(Organization.objects.order_by("pk").values(*columns))


def test_the_next_test_finds_the_same_rows(clinic: Any, renamed: Any, times: list[str]) -> None:
    found = []
    for _ in range(2):
        with a_test():
            one = renamed(clinic=clinic(now=AT))
            found.append((rows(), one.pk, one.name))
    assert found[0] == found[1]
    assert found[0][2] == "Valley Therapy"
    assert times == ["clinic", "renamed"]


def test_what_one_test_does_to_a_record_the_next_does_not_see(clinic: Any) -> None:
    for _ in range(3):
        with a_test():
            one = clinic(now=AT)
            assert one.name == "Harbor Therapy"
            one.name = "Changed"
            one.save()


@pytest.mark.parametrize("played_before", [False, True])
def test_a_fixture_leaves_what_it_is_handed_as_it_was(
    clinic: Any, renamed: Any, played_before: bool
) -> None:
    for _ in range(1 + played_before):
        with a_test():
            before = clinic(now=AT)
            renamed(clinic=before)
            assert before.name == "Harbor Therapy"


def test_at_another_time_it_is_played_anew(clinic: Any, times: list[str]) -> None:
    for days in (0, 1, 0):
        with a_test():
            clinic(now=AT + timedelta(days=days))
    assert times == ["clinic", "clinic"]


def test_after_something_else_was_played_it_is_played_anew(clinic: Any, times: list[str]) -> None:
    @played
    def practice() -> Organization:
        made: Organization = PracticeFactory()
        return made

    for other in (True, False, True):
        with a_test():
            if other:
                practice()
            clinic(now=AT)
    assert times == ["clinic", "clinic"]


def test_a_test_that_wrote_something_has_it_played_anew(clinic: Any, times: list[str]) -> None:
    for _ in range(2):
        with a_test():
            PracticeFactory()
            clinic(now=AT)
    assert times == ["clinic", "clinic"]


def test_behind_one_that_emptied_the_tables_it_is_played_anew(
    clinic: Any, times: list[str]
) -> None:
    for _ in range(2):
        with a_test():
            clinic(now=AT)
        emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert times == ["clinic", "clinic"]


def test_what_undid_a_part_of_itself_is_not_kept(db: None, times: list[str]) -> None:
    @played
    def twice() -> None:
        times.append("twice")
        one = PracticeFactory()
        with pytest.raises(IntegrityError), transaction.atomic():
            Organization.objects.bulk_create([one])

    for _ in range(2):
        with a_test():
            twice()
            assert Organization.objects.count() == 1
    assert times == ["twice", "twice"]


def test_its_files_lie_there_again(db: None, kept_files: None, times: list[str]) -> None:
    @played
    def drawn(now: datetime, kept_files: None) -> str:
        times.append("drawn")
        return default_storage.save("pictures/hand.txt", ContentFile(b"A hand"))

    for _ in range(2):
        with a_test():
            name = drawn(now=AT, kept_files=None)
            with default_storage.open(name) as file:
                assert file.read() == b"A hand"
            default_storage.delete(name)
    assert times == ["drawn"]
