"""Is a file whose row was rolled back removed, and no other?"""

import os
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

import pytest
import time_machine
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from pytest_django import Settings

from referrals.actions.document import attach
from referrals.actions.recording import record
from referrals.actions.sweeping import FOLDERS, sweep_files, sweep_unfinished
from referrals.models import Referral, User

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def on_disk(files: Path) -> list[Path]:
    return sorted(found for found in files.rglob("*") if found.is_file())


def lies(file: Path, *, since: timedelta, at: datetime) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    os.utime(file, ((at - since).timestamp(),) * 2)
    return file


def sent_in(draft: Referral, by: User, at: datetime) -> None:
    attach(referral=draft, upload=SimpleUploadedFile("letter.pdf", PDF), by=by, at=at)


def test_a_file_whose_row_was_rolled_back_goes_after_a_day(
    draft: Referral, pediatrician: User, now: datetime, files: Path
) -> None:
    with transaction.atomic():
        sent_in(draft, pediatrician, now)
        transaction.set_rollback(True)
    (left,) = on_disk(files)

    lies(left, since=timedelta(hours=23), at=now)
    assert sweep_files(at=now) == 0
    lies(left, since=timedelta(hours=25), at=now)
    assert sweep_files(at=now) == 1
    assert on_disk(files) == []


def test_a_file_with_a_row_stays(
    draft: Referral, pediatrician: User, now: datetime, files: Path
) -> None:
    sent_in(draft, pediatrician, now)
    (kept,) = on_disk(files)
    lies(kept, since=timedelta(days=2), at=now)

    assert sweep_files(at=now) == 0
    assert on_disk(files) == [kept]


def test_a_picture_that_only_its_event_still_names_stays(
    draft: Referral, pediatrician: User, now: datetime, files: Path
) -> None:
    """Shown once, it belongs to the record."""
    once = lies(files / "picture" / "once.jpg", since=timedelta(days=2), at=now)
    lies(files / "picture" / "never.jpg", since=timedelta(days=2), at=now)
    record(
        "activity_picture_removed", child=draft.child, about=draft.pk, referral=draft,
        by=pediatrician, at=now, picture="picture/once.jpg", title="", activity="",
    )  # fmt: skip

    assert sweep_files(at=now) == 1
    assert on_disk(files) == [once]


def test_a_restored_picture_stays_however_long_ago_it_was_shown(
    draft: Referral, pediatrician: User, now: datetime, files: Path
) -> None:
    """Restored or copied, its file is of these days, and its event is not."""
    shown = lies(files / "picture" / "shown.jpg", since=timedelta(days=2), at=now)
    with time_machine.travel(now - timedelta(days=100), tick=False):
        record(
            "activity_pictured", child=draft.child, about=draft.pk, referral=draft,
            by=pediatrician, at=now - timedelta(days=100), picture="picture/shown.jpg", title="",
            activity="",
        )  # fmt: skip

    assert sweep_files(at=now) == 0
    assert on_disk(files) == [shown]


def test_what_a_killed_process_left_of_a_list_goes_after_six_hours(
    now: datetime, settings: Settings, tmp_path: Path
) -> None:
    settings.UNFINISHED_ROOT = tmp_path / "unfinished"
    assert sweep_unfinished(at=now) == 0
    left = lies(tmp_path / "unfinished" / "ended" / "0", since=timedelta(), at=now)
    being_written = tmp_path / "unfinished" / "being_written"
    being_written.mkdir()
    os.utime(left.parent, ((now - timedelta(hours=7)).timestamp(),) * 2)
    os.utime(being_written, ((now - timedelta(hours=5)).timestamp(),) * 2)

    assert sweep_unfinished(at=now) == 1
    assert list((tmp_path / "unfinished").iterdir()) == [being_written]


def test_beside_a_wrong_database_what_was_long_kept_stays(now: datetime, files: Path) -> None:
    lies(files / "attachment" / "old", since=timedelta(days=8), at=now)
    lies(files / "elsewhere" / "foreign", since=timedelta(days=2), at=now)

    assert sweep_files(at=now) == 0


def test_every_folder_of_uploads_is_looked_through() -> None:
    fields = [
        (model, field)
        for model in apps.get_app_config("referrals").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.FileField)
    ]
    named = [field.generate_filename(model(), "file") for model, field in fields]
    assert sorted(PurePosixPath(name).parts[0] for name in named) == sorted(FOLDERS)
