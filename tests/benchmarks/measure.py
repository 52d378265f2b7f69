"""What does one page cost: queries, time in the database, in the template and in all, bytes, pages touched?

The product is asked as a web server asks it, in this process; each page in turn with the floor, so
that a busy machine slows both alike.
"""

import gzip
import io
import json
import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.template.backends.django import Template
from django.test import Client

from referrals.prepared import Making
from referrals.remembered import forget

TOKEN: Final = "a" * 32


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


class Visitor:
    """One person, signed in, who asks the product's WSGI application itself."""

    def __init__(self, application: Any, user: Any = None, **headers: str) -> None:
        self.application = application
        self.headers = {f"HTTP_{name.upper()}": text for name, text in headers.items()}
        if user is not None:
            door = Client()
            door.force_login(user)
            session = door.cookies["sessionid"].value
            self.headers["HTTP_COOKIE"] = f"sessionid={session}; csrftoken={TOKEN}"

    def ask(self, path: str, typed: Any = None, **headers: str) -> Answer:
        place = urlsplit(path)
        body = urlencode(typed, doseq=True).encode() if typed is not None else b""
        environ = {
            "REQUEST_METHOD": "GET" if typed is None else "POST", "PATH_INFO": place.path,
            "QUERY_STRING": place.query, "SERVER_NAME": "testserver", "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "testserver", "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(), "wsgi.multithread": False, "wsgi.multiprocess": True,
            "wsgi.run_once": False, "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)), "HTTP_X_CSRFTOKEN": TOKEN,
            **self.headers, **{f"HTTP_{name.upper()}": text for name, text in headers.items()},
        }  # fmt: skip
        said: list[Any] = []
        began = time.perf_counter()
        answer = self.application(environ, lambda *what: said.append(what))
        content = b"".join(answer)
        answer.close()
        seconds = time.perf_counter() - began
        status, headers_told = said[0][:2]
        return Answer(int(status.split()[0]), dict(headers_told), content, seconds)


# --- Where the time goes --------------------------------------------------------------------------


@dataclass
class Spent:
    """Seconds, since it was last set to nothing."""

    database: float = 0.0
    template: float = 0.0

    @contextmanager
    def on(self, what: str) -> Iterator[None]:
        began, before = time.perf_counter(), self.database
        try:
            yield
        finally:
            seconds = time.perf_counter() - began
            # What a template asks of the database is counted there.
            inner = self.database - before if what == "template" else 0.0
            setattr(self, what, getattr(self, what) + seconds - inner)


SPENT: Final = Spent()


class Timed(CursorWrapper):
    def execute(self, *args: Any, **kwargs: Any) -> Any:
        with SPENT.on("database"):
            return super().execute(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.cursor, name)
        if not name.startswith("fetch"):
            return found

        def fetch(*args: Any) -> Any:
            with SPENT.on("database"):
                return found(*args)

        return fetch

    def __iter__(self) -> Any:
        rows = self.fetchall()
        return iter(rows)


@contextmanager
def watched() -> Iterator[None]:
    """In here `SPENT` tells where the time goes."""
    plain, render = connection.make_cursor, Template.render
    inside = [False]

    def rendered(self: Any, *args: Any, **kwargs: Any) -> Any:
        if inside[0]:
            return render(self, *args, **kwargs)
        inside[0] = True
        try:
            with SPENT.on("template"):
                return render(self, *args, **kwargs)
        finally:
            inside[0] = False

    connection.make_cursor = lambda cursor: Timed(cursor, connection)  # type: ignore[method-assign]
    Template.render = rendered  # type: ignore[method-assign]
    try:
        yield
    finally:
        connection.make_cursor, Template.render = plain, render  # type: ignore[method-assign]


def queries_of(ask: Callable[[], Answer]) -> list[str]:
    """Every statement of one request, BEGIN and COMMIT among them."""
    connection.force_debug_cursor = True
    try:
        ask()
        return [one["sql"] for one in connection.queries_log]
    finally:
        connection.force_debug_cursor = False


def pages_touched(queries: list[str]) -> int:
    """The most pages that one of these reads touches; PostgreSQL alone tells."""
    if connection.vendor != "postgresql":
        return 0
    most = 0
    with connection.cursor() as cursor:
        for sql in queries:
            if sql.lstrip("( ").startswith("SELECT"):
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}")
                told = cursor.fetchone()[0]
                plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
                most = max(most, plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
    return most


# --- One page ---------------------------------------------------------------------------------------


@dataclass
class Cost:
    """Times in milliseconds."""

    name: str
    queries: int
    touched: int
    bytes: int
    packed: int
    median: float
    late: float
    database: float
    render: float
    floor: float
    per_second: float
    ratio: float
    #: The same ratio where nothing of the page was drawn before in this process.
    first: float
    repeated: list[str] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        return asdict(self)


def cost_of(
    name: str, ask: Callable[[], Answer], floor: Callable[[], Answer], times: int = 40
) -> Cost:
    answer = _right(name, ask())
    ask()
    queries = queries_of(ask)
    touched = pages_touched(queries)
    took, bottom, database, template = [], [], [], []
    with watched():
        for _ in range(times):
            bottom.append(floor().seconds)
            SPENT.database = SPENT.template = 0.0
            took.append(_right(name, ask()).seconds)
            database.append(SPENT.database)
            template.append(SPENT.template)
    middle, ground = statistics.median(took), statistics.median(bottom)
    first = statistics.median(first_look(ask) for _ in range(max(times // 3, 3)))
    return Cost(
        name=name, queries=len(queries), touched=touched, bytes=len(answer.body),
        packed=len(gzip.compress(answer.body, 6)), median=middle * 1000,
        late=sorted(took)[int(len(took) * 0.95)] * 1000,
        database=statistics.median(database) * 1000, render=statistics.median(template) * 1000,
        floor=ground * 1000, per_second=1 / middle, ratio=middle / ground, first=first / ground,
        repeated=again(queries),
    )  # fmt: skip


def first_look(ask: Callable[[], Answer]) -> float:
    """Seconds, where nothing is remembered of what was drawn."""
    Making.forget()
    forget()
    return ask().seconds


def again(queries: list[str]) -> list[str]:
    """Statements that differ in their values alone: what is asked once a row shows here."""
    seen: dict[str, int] = {}
    for sql in queries:
        bare = re.sub(r"'[^']*'|\b[0-9a-f]{32}\b|\d+", "?", sql)
        seen[bare] = seen.get(bare, 0) + 1
    return [f"{n} times {bare[:200]}" for bare, n in seen.items() if n > 2]


def _right(name: str, answer: Answer) -> Answer:
    assert answer.status in (200, 302), f"{name}: {answer.status} {answer.text[:500]}"
    return answer
