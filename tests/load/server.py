"""How is a server started for a trial, just as README starts it; measured, killed, started again?"""

import json
import os
import signal
import socket
import subprocess
import sys
import time as clock
from collections.abc import Iterable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parents[2]
#: Seconds after which something is wrong, also on a machine with much else to do.
PATIENT = 120
GUNICORN = ("-m", "gunicorn", "--config", "python:ot_coord.server")
WORKER = ("manage.py", "worker", "--every", "1")
#: What the Makefile leaves out as well: no page asks for it.
LEFT_OUT = ("htmax*",)


class Server:
    """Two web processes and a worker, on their own database and folder."""

    def __init__(
        self, folder: Path, database_url: str = "", *, settings: str = "ot_coord.settings"
    ) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.log = folder / "server.log"
        self.database_url = database_url if database_url.startswith("postgres") else ""
        self.env = os.environ | {
            "DEMO": "1", "DATA_DIR": str(folder), "EMAIL_URL": "memorymail://", "LOG_LEVEL": "ERROR",
            "DATABASE_URL": database_url or f"sqlite:///{folder / 'db.sqlite3'}",
            "BIND": f"127.0.0.1:{self.port}", "SITE_URL": f"http://127.0.0.1:{self.port}",
            "WORKERS": "2", "DJANGO_SETTINGS_MODULE": settings,
        }  # fmt: skip
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None

    # --- Its life -----------------------------------------------------------------------------

    def prepare(self) -> None:
        """What `make run` does before the first start; the demo's story is played too."""
        self.told("manage.py", "prepare")
        ignored = (part for name in LEFT_OUT for part in ("-i", name))
        self.told("manage.py", "collectstatic", "--noinput", "-v0", *ignored)

    def told(self, *arguments: str) -> str:
        """What another Python process with the server's settings prints."""
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True
        )
        if done.returncode:
            raise AssertionError(done.stderr[-4000:])
        return done.stdout

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.web, self.worker = (
                subprocess.Popen([sys.executable, *process], cwd=ROOT, env=self.env, stderr=log)  # noqa: S603 - our own interpreter
                for process in (GUNICORN, WORKER)
            )
        self.until_ready()

    def until_ready(self) -> None:
        give_up = clock.monotonic() + PATIENT
        while not self.is_ready():
            if clock.monotonic() > give_up:
                raise AssertionError(f"No answer: {self.log.read_text()[-2000:]}")
            clock.sleep(0.1)

    def is_ready(self) -> bool:
        line = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request("GET", "/accounts/login/")
            return line.getresponse().status == 200
        except OSError:
            return False
        finally:
            line.close()

    def kill(self) -> None:
        """As if the power went: web processes, their master and the worker, in no order."""
        for pid in self.pids():
            os.kill(pid, signal.SIGKILL)
        for process in (self.web, self.worker):
            if process is not None:
                process.wait()

    def kill_web_process(self) -> None:
        """One of those that answer; the master lives."""
        os.kill(self.web_pids()[0], signal.SIGKILL)

    def stop(self) -> None:
        for process in (self.web, self.worker):
            if process is not None and process.poll() is None:
                process.terminate()
        for process in (self.web, self.worker):
            if process is not None:
                process.wait()

    # --- What it holds ------------------------------------------------------------------------

    def web_pids(self) -> list[int]:
        assert self.web is not None
        children = Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def pids(self) -> list[int]:
        own = [process.pid for process in (self.web, self.worker) if process is not None]
        return own + self.web_pids()

    def holds(self) -> dict[str, Any]:
        """Memory in MiB and open files and connections of each process, by what it is; of PostgreSQL too."""
        assert self.web is not None
        assert self.worker is not None
        named = {"worker": self.worker.pid, "master": self.web.pid}
        named |= {f"web {number}": pid for number, pid in enumerate(self.web_pids(), start=1)}
        held: dict[str, Any] = {
            name: {"MiB": resident(pid), "open": len(list(Path(f"/proc/{pid}/fd").iterdir()))}
            for name, pid in named.items()
        }
        if self.database_url:
            held["database"] = {"connections": self.connections()}
        return held

    def connections(self) -> int:
        """How many are open to the server's PostgreSQL database, but for the one that asks."""
        with psycopg.connect(self.database_url) as asking:
            found = asking.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchone()
        return int(found[0]) if found else 0

    # --- Who is in ----------------------------------------------------------------------------

    def sessions(self, emails: Iterable[str]) -> list[str]:
        """A signed-in session for each of them. How they sign in, and how often, is tested elsewhere."""
        return list(json.loads(self.told("-m", "tests.load.sign_in", *emails)))


def resident(pid: int) -> int:
    """The memory that this process holds, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) // 1024
