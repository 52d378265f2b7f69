"""Do the records of the first release live on, whole and readable, under today's migrations?"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.management.test_worker import ROOT, database_url


@pytest.fixture
def new_database(tmp_path: Path, transactional_db: None) -> Iterator[str]:
    """The address of an empty one, of the same kind as that of the tests."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'first.sqlite3'}"
        return
    address = urlsplit(database_url())
    name = f"{address.path[1:]}_first"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
        yield address._replace(path=f"/{name}").geturl()
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_nothing_is_lost_and_every_page_opens(new_database: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.migrations.forward"], cwd=ROOT, capture_output=True, text=True,
        env=os.environ
        | {
            "DATABASE_URL": new_database, "DATA_DIR": str(tmp_path / "var"),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        },
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    found = json.loads(done.stdout)
    assert found["lost"] == []
    assert sum(found["rows"].values()) == 2817
    assert found["rows"]["referrals.Child"] == 33
    pages = [page for opened in found["opened"].values() for page in opened]
    assert [page for page in pages if not page.startswith("/")] == []
    assert len(pages) > 150
