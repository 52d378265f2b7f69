"""Do records come back with their files from and into a store that speaks S3, all or nothing?"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from referrals.models import Attachment, Referral, User
from tests.bucket import *  # noqa: F403  # fixtures
from tests.bucket import Store
from tests.factories.person import UserFactory
from tests.views.typed import PDF, pdf

from .keeping import *  # noqa: F403  # fixtures
from .keeping import backup, emptied, everything, refusal, restore

pytestmark = pytest.mark.django_db(transaction=True)
COMMIT = "django.db.backends.base.base.BaseDatabaseWrapper.commit"
OLD = {"attachment/one": b"%PDF-1.4 one"}
NEW = {"attachment/one": b"%PDF-1.4 another", "attachment/two": b"%PDF-1.4 two"}


@pytest.fixture
def in_store(store: Store) -> User:
    """One person and one file."""
    for name, content in OLD.items():
        default_storage.save(name, ContentFile(content))
    return UserFactory(given_name="Ada", family_name="Okafor", email="ada@example.org")


@pytest.fixture
def changed_since(in_store: User, kept: Path, store: Store) -> dict[str, bytes]:
    """A backup, and what was done after it."""
    backup(kept)
    UserFactory(email="later@example.org")
    default_storage.delete("attachment/one")
    for name, content in NEW.items():
        default_storage.save(name, ContentFile(content))
    return store.holds()


def test_records_and_files_come_back_into_a_store_that_was_emptied(
    store: Store,
    client_of: Callable[[User], Client],
    pediatrician: User,
    sent: Referral,
    kept: Path,
) -> None:
    door = client_of(pediatrician)
    door.post(reverse("referral_attach", args=[sent.pk]), {"attachments": [pdf(), pdf(mark="2")]})
    rows, files = everything(), store.holds()
    assert len(files) == 2

    backup(kept)
    emptied()
    for name in files:
        default_storage.delete(name)
    restore(kept)

    assert (everything(), store.holds()) == (rows, files)
    attachment = Attachment.objects.get(name="letter.pdf", size=len(PDF))
    address = reverse("attachment_download", args=[sent.pk, attachment.pk])
    assert b"".join(client_of(pediatrician).get(address)) == PDF


def test_files_move_from_a_folder_into_a_store(
    small: User, kept: Path, request: pytest.FixtureRequest
) -> None:
    backup(kept)
    rows = everything()
    store = request.getfixturevalue("store")
    assert "--replace takes them out" in refusal(kept)
    restore(kept, replace=True, yes=True)
    assert (everything(), store.holds()) == (rows, OLD)


def test_what_was_done_since_goes_and_what_was_changed_is_as_it_was(
    changed_since: dict[str, bytes], store: Store, in_store: User, kept: Path
) -> None:
    restore(kept, replace=True, yes=True)
    assert store.holds() == OLD
    assert User.objects.get() == in_store


def test_what_the_database_refuses_leaves_the_store_as_it_was(
    changed_since: dict[str, bytes], store: Store, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(COMMIT, full)
    with pytest.raises(CommandError, match="Nothing was changed"):
        restore(kept, replace=True, yes=True)
    monkeypatch.undo()
    assert store.holds() == changed_since
    assert User.objects.count() == 2


def test_a_store_that_is_away_keeps_and_changes_nothing(
    changed_since: dict[str, bytes], store: Store, kept: Path
) -> None:
    store.gate.shut()
    assert refusal(kept, replace=True, yes=True).startswith("Nothing was changed.")
    another = kept.with_name("another.zip")
    with pytest.raises(CommandError, match="Nothing was kept"):
        backup(another)
    assert list(kept.parent.iterdir()) == [kept]
    store.gate.open()
    assert store.holds() == changed_since


def test_a_store_that_goes_away_in_the_middle_says_where_the_files_of_before_lie(
    changed_since: dict[str, bytes], store: Store, in_store: User, kept: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def away(*_: Any) -> None:
        store.gate.shut()
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(COMMIT, away)
    with pytest.raises(CommandError, match=r"The records are as they were.*below \.restore-"):
        restore(kept, replace=True, yes=True)
    monkeypatch.undo()
    store.gate.open()
    assert User.objects.count() == 2
    assert NEW["attachment/one"] in store.holds().values()
    # And again, as it was told.
    restore(kept, replace=True, yes=True)
    assert store.holds()["attachment/one"] == OLD["attachment/one"]
    assert User.objects.get() == in_store
