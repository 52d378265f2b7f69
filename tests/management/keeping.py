"""What do the tests of backup and restore share? Where things are kept, and how they are compared."""

import io
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import transaction

from referrals.management.tables import Ledger, names
from referrals.models import User
from tests.factories.person import UserFactory

from .test_worker import database_url


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Where the backup goes."""
    folder = tmp_path / "kept"
    folder.mkdir()
    return folder / "ferry.zip"


@pytest.fixture
def small(files: Path) -> User:
    """One person and one file."""
    default_storage.save("attachment/one", ContentFile(b"%PDF-1.4 one"))
    return UserFactory(given_name="Ada", family_name="Okafor", email="ada@example.org")


def everything() -> dict[str, list[Any]]:
    ledger = Ledger()
    return {label: list(ledger.rows(table, names(table))) for label, table in ledger.tables.items()}


def below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def emptied() -> None:
    with transaction.atomic():
        Ledger().empty()


def backup(to: Path, **options: Any) -> None:
    call_command("backup", str(to), stderr=io.StringIO(), **options)


def restore(source: Path, **options: Any) -> str:
    out = io.StringIO()
    call_command("restore", str(source), stdout=out, **options)
    return out.getvalue()


def refusal(source: Path, **options: Any) -> str:
    """What the restore says; with everything as it was before."""
    before = everything()
    with pytest.raises(CommandError) as said:
        restore(source, **options)
    assert everything() == before
    return str(said.value)


def as_in_this_test() -> dict[str, str]:
    """How another process finds the database of this test."""
    told = {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    return os.environ | told
