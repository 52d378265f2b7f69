"""Does the server refuse to start where it would not be safe, and say what to do?"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.architecture.source import ROOT

GOOD = {"SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": "care.example"}


def started(tmp_path: Path, code: str = "", **told: str) -> subprocess.CompletedProcess[str]:
    """What loading the settings says, with nothing in the environment but this."""
    code = code or (
        "from django.conf import settings as s; s.DEBUG; "
        "print(s.SECOND_FACTOR, s.HTTPS, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS, s.SESSION_COOKIE_SECURE, s.DEBUG, s.DEMO, s.LOG_LEVEL,"
        " len(s.SECRET_KEY_FALLBACKS), s.ALLOWED_HOSTS)"
    )
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True,
        env={
            "PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "ot_coord.settings",
            "DATA_DIR": str(tmp_path), **told,
        },
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, "Set SECRET_KEY"),
        ({"DEMO": "1", "ALLOWED_HOSTS": "care.example"}, "Unset DEMO"),
        (GOOD | {"METRICS_TOKEN": "short"}, "METRICS_TOKEN needs 32"),
        (GOOD | {"SESSION_HOURS": "100"}, "SESSION_HOURS is 1 to 24"),
        (GOOD | {"REPLICA_URLS": "postgres://copy/care"}, "replicas of a PostgreSQL database"),
        (GOOD | {"LOG_LEVEL": "LOUD"}, "LOG_LEVEL is one of"),
        (
            GOOD | {"FILES_BUCKET": "b", "FILES_ENDPOINT": "http://store.example"},
            "begins with https://",
        ),
        (GOOD | {"FILES_BUCKET": "b", "FILES_ENDPOINT": "store.example"}, "begins with https://"),
        (GOOD | {"BREACHED_PASSWORDS": "/no/list"}, "names a file that cannot be read"),
    ],
)
def test_it_does_not_start(told: dict[str, str], said: str, tmp_path: Path) -> None:
    done = started(tmp_path, **told)
    assert done.returncode == 1
    assert said in done.stderr.splitlines()[-1]


def test_what_is_unset_is_safe(tmp_path: Path) -> None:
    done = started(tmp_path, **GOOD)
    assert done.stdout == "True True True 31536000 True False False INFO 0 ['care.example']\n", (
        done.stderr
    )


def test_keys_of_before_stay_good(tmp_path: Path) -> None:
    done = started(tmp_path, **GOOD, SECRET_KEY_FALLBACKS="y,z", HTTPS="0")
    assert done.stdout == "True False False 0 False False False INFO 2 ['care.example']\n", (
        done.stderr
    )


def test_every_setting_of_the_environment_stands_in_the_readme() -> None:
    table = (ROOT / "README.md").read_text().split("## Settings")[1].split("\n## ")[0]
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.M))
    code = (ROOT / "ot_coord" / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', code))
    server = (ROOT / "ot_coord" / "server.py").read_text()
    read |= set(re.findall(r'environ\.get\("([A-Z_]+)"', server))
    assert told == read


def test_a_connection_of_sqlite_is_durable_and_keeps_sixteen_megabytes(tmp_path: Path) -> None:
    code = (
        "import django; django.setup(); from django.db import connection; asked = connection.cursor(); "
        "names = ('journal_mode', 'synchronous', 'cache_size'); "
        "print([asked.execute(f'PRAGMA {name}').fetchone()[0] for name in names])"
    )
    done = started(tmp_path, code, **GOOD)
    assert done.stdout == "['wal', 2, -16384]\n", done.stderr


@pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite alone")
@pytest.mark.django_db
def test_the_tests_keep_as_many_pages_and_only_need_not_be_durable() -> None:
    with connection.cursor() as asked:
        said = [asked.execute(f"PRAGMA {n}").fetchone()[0] for n in ("synchronous", "cache_size")]
    assert said == [0, -16384]
