"""What were the tables of the tests made by? Where nothing of it has changed, they are made of a copy.

To migrate, Django makes every model anew at every third step: that takes as long as some hundreds of
tests, and each process of each run would do it again.
"""

import fcntl
import hashlib
import platform
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import django
from django.apps import apps
from django.conf import settings

#: Where pytest keeps what it wants to find again: git knows nothing of it.
KEPT: Final = Path(settings.BASE_DIR) / ".pytest_cache" / "migrated"
#: What the product is made of and no migration reads.
_SHOWN: Final = {".css", ".js", ".svg", ".png", ".pyc"}


def name_of(paths: Iterable[Path]) -> str:
    """One name for what these files say, and for the versions of what reads them."""
    digest = hashlib.sha256()
    for said in (platform.python_version(), django.__version__, sqlite3.sqlite_version):
        digest.update(said.encode())
    for path in paths:
        digest.update(f"\n{path}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:32]


def read_by_migrations() -> Iterator[Path]:
    """All that could make other tables: all code of ours, and the migrations and models of others."""
    ours = Path(settings.BASE_DIR)
    folders = {ours / "referrals", ours / "ot_coord", ours / "tests" / "sqlite3"}
    # An environment that is linked to has two paths: `pytest` comes by one, `python -m pytest` by the other.
    for place in sorted(Path(app.path).resolve() for app in apps.get_app_configs()):
        folders |= {place / "migrations", place / "models"}
        yield from place.glob("models.py")
    for folder in sorted(folders):
        yield from sorted(
            path for path in folder.rglob("*") if path.is_file() and path.suffix not in _SHOWN
        )
    yield ours / "tests" / "settings.py"
    yield ours / "tests" / "migrated.py"


@contextmanager
def alone() -> Iterator[Path]:
    """One process at a time: the file that is kept of these very migrations, or will be.

    Files of other migrations are of no use to anybody any more.
    """
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        kept = KEPT / f"{name_of(read_by_migrations())}.sqlite3"
        for other in KEPT.glob("*.sqlite3"):
            if other != kept:
                other.unlink()
        yield kept
