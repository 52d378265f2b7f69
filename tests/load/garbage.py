"""Does any of a hundred thousand garbled requests break the product, hang it or make it grow?

    python -m tests.load.garbage --requests 100000 [--minutes 40] [--database postgres://…] [--seed 1]

Half of them go through the test client, in this process, and half through sockets to a server
started as README says it; both have the demo's story. They are made of the product's own addresses,
fields, forms and people, with something wrong in them; some are no HTTP at all. An answer of 500 or
more, no answer within twenty seconds, and a process that grows or ends are faults: each is said
once, with the request that showed it, and ends this with an error.
"""

import argparse
import os
import re
import socket
import sys
import tempfile
import threading
import time as clock
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, Final

from . import broken
from .broken import FORM, Garbled
from .server import Server, resident
from .soak import grown, say
from .visitor import Answer, Form

PEOPLE: Final = (
    "pediatrician",
    "therapist",
    "coordinator",
    "family",
    "partner",
    "admin",
    "other.family",
    "",
)
#: Seconds within which an answer comes, also on a machine with much else to do.
LONGEST: Final = 20
#: Addresses and forms that would end who asks, in the middle of it.
APART: Final = ("/accounts/logout", "/accounts/devices", "/admin/logout")
#: What a process of web may come to hold more than after the first tenth.
MORE_MIB: Final = 64
#: A gateway's words; 501 and 505 are how HTTP itself refuses a method or a version.
FAULTS: Final = (500, 502, 503, 504)
#: How many phones, at once, send half of what they promised and then nothing.
SLOW: Final = 4
#: Seconds that others may wait for these.
KEPT_OUT: Final = 100
#: A test client keeps a little of each request it sent: it is changed for a new one in time.
REQUESTS_OF_A_CLIENT: Final = 1000


class Findings:
    """What was answered how often, and the first request behind each fault."""

    def __init__(self) -> None:
        self.answers: Counter[str] = Counter()
        self.faults: dict[str, str] = {}
        self.slowest = 0.0
        self._lock = threading.Lock()

    def note(self, request: Garbled, answer: str, seconds: float, fault: str = "") -> None:
        with self._lock:
            self.answers[answer] += 1
            self.slowest = max(self.slowest, seconds)
            if seconds > LONGEST:
                fault = fault or f"took longer than {LONGEST} s"
            if fault and fault not in self.faults:
                self.faults[fault] = str(request)
                say(
                    f"  {fault}\n    first at {request}"
                )  # at once: a trial may be ended on its way

    def told(self) -> list[str]:
        counted = ", ".join(f"{answer}: {n}" for answer, n in sorted(self.answers.items()))
        say(f"  answers: {counted}; the slowest after {self.slowest:.1f} s")
        return list(self.faults)


class Maker:
    """Makes requests up, out of what there is in the product, and learns its forms on the way."""

    def __init__(self, seed: int, sessions: dict[str, str], bearer: Callable[[], str]) -> None:
        from tests.load import known

        self.dice, self.sessions, self.bearer = Random(seed), sessions, bearer
        self.routes, self.values, self.fields = known.routes(), known.values(), known.fields()
        self.user = known.user("family@demo.example")
        self.forms: deque[tuple[str, Form]] = deque(maxlen=1000)

    def learn(self, who: str, path: str, page: str) -> None:
        for form in Answer(200, path, page).forms():
            if not form.action.startswith(APART) and form.action.startswith("/"):
                self.forms.append((who, form))

    def one(self) -> tuple[str, Garbled]:
        """Who asks, and what."""
        dice = self.dice
        who = dice.choice(PEOPLE)
        if self.forms and dice.random() < 0.35:
            who, form = dice.choice(self.forms)
            made = Garbled("POST", form.action)
            self.fill(made, broken.filled(form, self.fields, dice))
        else:
            made = Garbled(
                dice.choice(["GET", "GET", "POST", dice.choice(broken.METHODS)]), self.target()
            )
            if made.method != "GET":
                self.fill(made, self.pairs())
        made.headers += [("Host", "127.0.0.1"), *self.cookies(who)]
        if made.target.startswith("/fhir") and dice.random() < 0.8:
            made.headers.append(("Authorization", f"Bearer {self.bearer()}"))
        while dice.random() < 0.15:
            made.headers.append(dice.choice(broken.HEADERS))
        if dice.random() < 0.1:
            made.headers.append(("HX-Request", "true"))
        return who, made

    def cookies(self, who: str) -> list[tuple[str, str]]:
        token = "a" * 32
        own = f"; sessionid={self.sessions[who]}" if who else ""
        return [("Cookie", f"csrftoken={token}{own}"), ("X-CSRFToken", token)]

    def target(self) -> str:
        dice = self.dice
        if dice.random() < 0.1:
            return dice.choice(broken.TARGETS)
        path = self.address()
        while path.startswith(APART):
            path = self.address()
        chance = dice.random()
        if chance < 0.15:
            return broken.twisted(path, dice)
        if chance < 0.4:
            return f"{path}?{broken.form_body(self.pairs()).decode()[:3500]}"
        return path

    def address(self) -> str:
        route, names = self.dice.choice(self.routes)
        return route({name: self.dice.choice(self.values[name]) for name in names})

    def pairs(self) -> list[tuple[str, Any]]:
        from tests.nasty import typed

        names = self.dice.sample(list(self.fields), self.dice.choice([0, 1, 3, 12]))
        return typed({name: self.fields[name] for name in names}, self.dice)

    def fill(self, made: Garbled, pairs: list[tuple[str, Any]]) -> None:
        dice = self.dice
        chance = dice.random()
        queue = made.target.startswith("/practice/queue/")
        if queue or made.target.startswith("/fhir") or chance < 0.05:
            value = broken.queue_value(dice, self.user) if queue else broken.json_value(dice)
            made.body, kind = broken.json_body(value, dice), "application/json"
        elif chance < 0.2 or any(not isinstance(value, str) for _, value in pairs):
            made.body, kind = broken.multipart_body(pairs, dice)
        elif chance < 0.25:
            made.body, kind = broken.bytes_of(dice), dice.choice(broken.KINDS)
        else:
            made.body, kind = broken.form_body(pairs), FORM
        if dice.random() < 0.05:
            kind = dice.choice(broken.KINDS)
        made.headers.append(("Content-Type", kind))


# --- Through the test client --------------------------------------------------------------------


def through_client(maker: Maker, requests: int, until: float) -> list[str]:
    from django.test import Client

    door, found = Client(), Findings()
    held, done = 0, 0
    for done in range(1, requests + 1):
        who, made = maker.one()
        if done % REQUESTS_OF_A_CLIENT == 0:
            door = Client()
        ask(door, maker, who, made, found)
        if done == requests // 10:
            held = resident(os.getpid())
        if clock.monotonic() > until:
            break
    now = resident(os.getpid())
    say(f"test client: {done} requests; this process {held} to {now} MiB")
    faults = found.told()
    return faults + ([f"this process grew: {held} to {now} MiB"] if now - held > MORE_MIB else [])


def ask(door: Any, maker: Maker, who: str, made: Garbled, found: Findings) -> None:
    kinds = [value for name, value in made.headers if name == "Content-Type"]
    headers = {n: v for n, v in made.headers if n not in ("Content-Type", "Host", "Cookie")}
    cookies = "; ".join(value for name, value in made.headers if name == "Cookie")
    host = [value for name, value in made.headers if name == "Host"][-1]
    begun = clock.monotonic()
    door.cookies.clear()
    try:
        answer = door.generic(
            made.method, made.target, made.body, kinds[0] if kinds else "", headers=headers,
            HTTP_COOKIE=cookies, HTTP_HOST=host,
        )  # fmt: skip
        content = b"".join(answer)
    except Exception as thrown:
        found.note(made, "broken", clock.monotonic() - begun, where(thrown))
        return
    seconds, status = clock.monotonic() - begun, answer.status_code
    found.note(made, str(status), seconds, f"{status}" if status in FAULTS else "")
    if status == 200 and made.method == "GET" and content.startswith(b"<!"):
        maker.learn(who, made.target, content.decode(errors="replace"))


def where(thrown: BaseException) -> str:
    """What broke, and the last place in the product on the way there."""
    frames = traceback.extract_tb(thrown.__traceback__)
    ours = [frame for frame in frames if re.search(r"/(referrals|ot_coord)/", frame.filename)]
    at = (ours or frames)[-1]
    last = frames[-1]
    return (
        f"{type(thrown).__name__}: {str(thrown)[:200]} at {Path(at.filename).name}:{at.lineno} in {at.name}"
        f" ({Path(last.filename).name}:{last.lineno})"
    )


# --- Through sockets ----------------------------------------------------------------------------


def through_sockets(server: Server, maker: Maker, requests: int, until: float) -> list[str]:
    found, pids, lock = Findings(), server.web_pids(), threading.Lock()
    held: list[dict[str, Any]] = []

    def next_ones() -> Iterator[Garbled]:
        for number in range(requests):
            if clock.monotonic() > until:
                return
            if number == requests // 10:
                held.append(server.holds())
            if maker.dice.random() < 0.2:
                torn = maker.dice.choice(broken.NO_REQUESTS)
                yield Garbled("", "", proper=False, bytes_instead=torn)
            else:
                yield maker.one()[1]

    waiting = next_ones()

    def send_them() -> None:
        while True:
            with lock:
                made = next(waiting, None)
            if made is None:
                return
            begun = clock.monotonic()
            answer = over_the_line(server.port, made)
            fault = f"{answer} from the server" if answer in map(str, FAULTS) else ""
            if answer == "hangs" or (answer == "no answer" and made.proper):
                fault = f"the server: {answer}"
            found.note(made, answer, clock.monotonic() - begun, fault)

    crowd = [threading.Thread(target=send_them) for _ in range(4)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    held.append(server.holds())
    say(f"server: {found.answers.total()} requests; {held[0]} to {held[-1]}")
    faults = found.told() + grown(held[0], held[-1], mib=MORE_MIB)
    if pids != server.web_pids():
        faults.append(f"web processes ended: {pids} to {server.web_pids()}")
    return faults + logged(server)


def over_the_line(port: int, made: Garbled) -> str:
    """The status that came back, or why there is none."""
    raw = made.raw()
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=LONGEST) as line:
            try:
                line.sendall(raw)
                line.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # it was refused before its end: the answer may be there all the same
            answer = b""
            while part := line.recv(65_536):
                answer = answer or part[:20]
    except TimeoutError:
        return "hangs"
    except OSError:
        return "no answer" if not made.proper else "cut off"
    said = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
    return said[1].decode() if said else "no answer"


def slow(server: Server) -> list[str]:
    """Who sends half and then nothing is shown out, and others are answered again after it."""
    head = b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99\r\n\r\n"
    lines = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(SLOW)]
    begun = clock.monotonic()
    for number, line in enumerate(lines):
        line.sendall((head + b"a=", head[:40], b"")[number % 3])
    server.until_ready()
    waited = clock.monotonic() - begun
    for line in lines:
        line.close()
    say(f"{SLOW} that send half and then nothing: others are answered after {waited:.1f} s")
    return [] if waited < KEPT_OUT else [f"slow senders kept others out for {waited:.0f} s"]


def logged(server: Server) -> list[str]:
    """Errors that the server wrote down, each once; where time ran out is what `slow` asks for."""
    lines = server.log.read_text(errors="replace").splitlines()
    telling = ('"status": 500', '"critical"', "Traceback")
    kinds = Counter(
        re.sub(r'"(request|timestamp)": "[^"]*", ', "", line)[:400]
        for line in lines
        if any(word in line for word in telling)
    )
    return [f"{n} times in the server's log: {line}" for line, n in kinds.most_common(10)]


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--requests", type=int, default=100_000)
    asked.add_argument(
        "--minutes", type=float, default=60, help="it ends then, and says how far it came"
    )
    asked.add_argument("--database", default="", help="SQLite where none is given")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument(
        "--folder", default="", help="where its data stay, to begin sooner next time"
    )
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = Path(given.folder or passing)
        server = Server(folder, given.database)
        # Nothing is sent, and nothing kept of it: a heap of mail would look like a leak.
        server.env["EMAIL_URL"] = "dummymail://"
        if not (folder / "prepared").exists():
            server.prepare()
            (folder / "prepared").touch()
        os.environ.update(server.env)
        faults = garbage(server, given.requests, given.minutes, given.seed)
    say("\n".join(faults) or "No fault, no hang, and nothing grew.")
    return 1 if faults else 0


def garbage(server: Server, requests: int, minutes: float, seed: int) -> list[str]:
    import django

    django.setup()
    from tests.load import known

    begun = clock.monotonic()
    maker = Maker(seed, known.sessions(PEOPLE), known.bearer())
    faults = through_client(maker, requests // 2, begun + minutes * 30)
    server.start()
    try:
        known.renew(maker.sessions)
        faults += through_sockets(server, maker, requests - requests // 2, begun + minutes * 60)
        return faults + slow(server)
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
