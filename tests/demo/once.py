"""How is the demo's story there for every test that begins with it, though it is played only once?

To play it takes as long as hundreds of other tests. The first who wants it plays it, and what its
SQLite file and its uploads then are is kept as long as the run of the tests lasts; all others, also
in another process, are given a copy. In another database it is played each time.
"""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from referrals.demo import player
from referrals.models import Diagnosis
from referrals.models.child import tokens

Tell = Callable[[], None]


def named_codes() -> set[str]:
    return {
        code
        for child in player.story()["child"]
        for referral in child.get("referral", ())
        for code in referral.get("diagnoses", ())
    }


def some_diagnoses() -> None:
    """The codes the story names, so that a test need not load them all."""
    Diagnosis.objects.bulk_create(
        Diagnosis(code=code, title=code, search=f" {' '.join(sorted(tokens(code)))}")
        for code in named_codes()
    )


@pytest.fixture
def tell_the_story(transactional_db: None, tmp_path_factory: pytest.TempPathFactory) -> Tell:
    """Called, the story is in the database and nothing else: a file is copied whole."""
    run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent
    return (lambda: _copy(run)) if connection.vendor == "sqlite" else _play


def _play() -> None:
    some_diagnoses()
    player.play(now=timezone.now())


def _copy(run: Path) -> None:
    kept, uploads = run / "story.sqlite3", run / "story"
    connection.ensure_connection()
    with _alone(run / "story.lock"):
        if not kept.exists():
            uploads.mkdir(exist_ok=True)
            with override_settings(MEDIA_ROOT=uploads):
                _play()
            with closing(sqlite3.connect(kept)) as copy:
                connection.connection.backup(copy)
    with closing(sqlite3.connect(kept)) as copy:
        copy.backup(connection.connection)
    # The copy's content types have the numbers of where it was made.
    ContentType.objects.clear_cache()
    shutil.copytree(uploads, settings.MEDIA_ROOT, dirs_exist_ok=True)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
