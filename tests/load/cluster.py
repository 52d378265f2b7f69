"""How does a trial get a PostgreSQL of its own, and a replica that follows it?

Started from the programs of the machine's PostgreSQL, in a folder of its own, as the person
`postgres` where the trial is root's: PostgreSQL refuses root.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import psycopg

_VERSIONS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parent.name))
PROGRAMS = _VERSIONS[-1] if _VERSIONS else None


class Cluster:
    """One PostgreSQL, which trusts whoever comes from this machine."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.folder = Path(tempfile.mkdtemp(prefix="cluster-"))
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")

    def begin(self) -> None:
        """A new primary with an empty database `care`."""
        self._told(
            "initdb", "-D", self.folder, "-U", "care", "-A", "trust", "--no-sync", "-E", "UTF8"
        )
        self.start()
        self._told("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "care", "care")

    def follow(self, primary: "Cluster") -> None:
        """A copy of the primary that plays what is committed there."""
        self._told(
            "pg_basebackup", "-D", self.folder, "-R", "-X", "stream", "-c", "fast", "--no-sync",
            "-h", "127.0.0.1", "-p", str(primary.port), "-U", "care",
        )  # fmt: skip
        self.start()

    def start(self) -> None:
        given = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        self._told(
            "pg_ctl", "-D", self.folder, "-l", self.folder / "log", "-o", given, "-w", "start"
        )

    def stop(self) -> None:
        self._told("pg_ctl", "-D", self.folder, "-m", "immediate", "-w", "stop")

    def end(self) -> None:
        """Nothing of it stays."""
        if (self.folder / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self.folder)

    @property
    def url(self) -> str:
        return f"postgres://care@127.0.0.1:{self.port}/care"

    def ask(self, sql: str) -> str:
        with psycopg.connect(self.url, autocommit=True) as line:
            found = line.execute(sql).fetchone()
        return str(found[0]) if found else ""

    def change(self, sql: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as line:
            line.execute(sql)

    def _told(self, program: str, *arguments: object) -> None:
        assert PROGRAMS is not None
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
            [PROGRAMS / program, *map(str, arguments)], text=True, cwd=self.folder,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            user="postgres" if os.getuid() == 0 else None,
        )  # fmt: skip
        if done.returncode:
            raise AssertionError(done.stderr[-2000:])
