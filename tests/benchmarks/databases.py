"""Where is a region kept, so that it is built once? Run as a module it builds the one of its environment.

The story is played once and taken from there into each database by `backup` and `restore`.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

ROOT: Final = Path(__file__).resolve().parents[2]
#: Of the server on which the PostgreSQL regions are built.
SERVER: Final = "postgres://root@127.0.0.1:5432/test"
#: Seconds that one step may take.
PATIENT: Final = 3 * 60 * 60


@dataclass(frozen=True)
class Region:
    """`kind` is sqlite or postgres, `children` how many are copied."""

    folder: Path
    kind: str
    children: int
    server: str = SERVER

    @property
    def name(self) -> str:
        return f"bench_{self.children}"

    @property
    def url(self) -> str:
        if self.kind == "sqlite":
            return f"sqlite:///{self.folder / f'{self.name}.sqlite3'}"
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{self.name}"))

    @property
    def env(self) -> dict[str, str]:
        return os.environ | {
            "DATA_DIR": str(self.folder), "DATABASE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings",
        }  # fmt: skip

    @property
    def stamp(self) -> Path:
        return self.folder / f"{self.name}.{self.kind}.built"

    def told(self, *arguments: str, **more: str) -> str:
        """What a Python process with this region's settings prints."""
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, *arguments], cwd=ROOT, env=self.env | more, capture_output=True,
            text=True, timeout=PATIENT,
        )  # fmt: skip
        if done.returncode:
            raise AssertionError(f"{arguments}: {done.stdout[-1000:]} {done.stderr[-4000:]}")
        return done.stdout

    def build(self) -> None:
        """Once; what migrations came since is done to it each time."""
        if not self.stamp.exists():
            self._empty()
            told = story(self.folder)
            if self.kind == "sqlite":
                shutil.copy(self.folder / "bench_0.sqlite3", self.folder / f"{self.name}.sqlite3")
            else:
                self.told("manage.py", "restore", str(told), "--replace", "--yes")
            self.told("manage.py", "migrate", "-v0")
            self.told("manage.py", "createcachetable")
            self.told("-m", "tests.benchmarks.databases", str(self.children))
            self.stamp.touch()
        self.told("manage.py", "migrate", "-v0")

    def _empty(self) -> None:
        if self.kind == "sqlite":
            for file in self.folder.glob(f"{self.name}.sqlite3*"):
                file.unlink()
            return
        import psycopg

        with psycopg.connect(self.server, autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{self.name}"')
            server.execute(f'CREATE DATABASE "{self.name}" TEMPLATE template0')


def story(folder: Path) -> Path:
    """The backup of the story, played if it was not yet; with it come the collected styles."""
    kept, played = folder / "story.zip", Region(folder, "sqlite", 0)
    if not kept.exists():
        played._empty()
        played.told("manage.py", "prepare", DEMO="1")
        played.told("manage.py", "backup", str(kept), DEMO="1")
    return kept


def collect(folder: Path) -> None:
    from tests.load.server import LEFT_OUT

    # Each time: what pages wait for is measured as it is now, not as it was when regions were built.
    ignored = (part for name in LEFT_OUT for part in ("-i", name))
    Region(folder, "sqlite", 0).told("manage.py", "collectstatic", "--noinput", "-v0", *ignored)


def main() -> None:
    import django

    django.setup()
    from referrals.models import Child

    from . import region

    say: Any = region.dialect()
    region.run(*say.prepare)
    region.grow(int(sys.argv[1]))
    child = Child.objects.get(seats__user__email="family@demo.example", given_name="Nico")
    region.enrich(child, events=2000, ratings=500, logs=1000)
    region.run(*say.finish)


if __name__ == "__main__":
    main()
