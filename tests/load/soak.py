"""Do fifty people at once, for as long as is asked, meet no error, and does the server not grow?

    python -m tests.load.soak --minutes 10 [--people 50] [--database postgres://…]

A server of its own is started as README says it, with the demo's story; pediatricians, therapists
and families do what they do, pausing five seconds on average, one act in five a write. It says how
long they waited and what the server holds at the beginning, in the middle and at the end, and ends
with an error where one of them met an error, or where memory or open files and connections grew.
"""

import argparse
import random
import sys
import tempfile
import threading
import time as clock
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

from .server import Server
from .visitor import Answer, Form, Visitor

PAUSE: Final = 5.0
WRITES: Final = 0.2
#: A process may take so much more at the end than when everything had been opened once.
MORE_MIB, MORE_OPEN, MORE_CONNECTIONS = 24, 8, 3
FINE: Final = (200, 404, 409)


class Person(threading.Thread):
    """Somebody at a device; what they read and write is chosen anew each time."""

    reads: ClassVar[Sequence[str]] = ()
    writes: ClassVar[Sequence[str]] = ()

    def __init__(self, visitor: Visitor, seed: int, until: float) -> None:
        super().__init__(daemon=True)
        self.visitor, self.dice, self.until = visitor, random.Random(seed), until
        self.met: list[tuple[str, Answer]] = []

    def run(self) -> None:
        self.rest()
        while clock.monotonic() < self.until:
            act = self.dice.choice(self.writes if self.dice.random() < WRITES else self.reads)
            getattr(self, act)()
            self.rest()
        self.visitor.close()

    def rest(self) -> None:
        clock.sleep(min(self.dice.expovariate(1 / PAUSE), 4 * PAUSE))

    def open(self, path: str) -> Answer:
        answer = self.visitor.open(path)
        answer.text, text = "", answer.text
        self.met.append(("read", answer))
        return Answer(answer.status, answer.path, text)

    def send(self, form: Form, **typed: str) -> Answer:
        answer = self.visitor.send(form, **typed)
        answer.text, text = "", answer.text
        self.met.append(("write", answer))
        return Answer(answer.status, answer.path, text)

    def go(self, path: str, *parts: str, beyond: str = "") -> Answer | None:
        """Open the page, and from it one of the pages that it leads to with these parts."""
        links = [link for link in self.open(path).links(*parts) if link.startswith("/")]
        links = [link for link in links if len(link) > len("/referrals/") + 36 and beyond in link]
        return self.open(self.dice.choice(links)) if links else None

    def send_one_of(self, answer: Answer | None, *parts: str, **typed: str) -> None:
        forms = answer.forms(*parts) if answer else []
        if forms:
            self.send(self.dice.choice(forms), **typed)

    # --- What everybody does ------------------------------------------------------------------

    def home(self) -> None:
        self.open("/")

    def a_child(self) -> None:
        self.go("/children/", "/children/")

    def a_referral(self) -> None:
        self.go("/referrals/", "/referrals/")

    def a_conversation(self) -> None:
        self.go("/messages/", "/messages/")

    def answer_one(self) -> None:
        page = self.go("/messages/", "/messages/")
        self.send_one_of(page, "/answer/", words=f"Thank you. {self.dice.random()}", today="no")


class Family(Person):
    reads = ("home", "today", "today", "a_child", "a_referral", "a_conversation", "progress")
    writes = ("tap", "tap", "tap", "take_back", "answer_one")

    def today(self) -> None:
        self.open("/practice/")

    def progress(self) -> None:
        page = self.go("/referrals/", "/referrals/")
        for link in page.links("/progress/")[:1] if page else []:
            self.open(link)

    def tap(self) -> None:
        result = self.dice.choice(("did", "partly", "not_today"))
        forms = [f for f in self.open("/practice/").forms("/practice/") if f.fields.get("id")]
        if forms:
            self.send(self.dice.choice(forms), result=result)

    def take_back(self) -> None:
        self.send_one_of(self.open("/practice/"), "/undo/")


class Clinician(Person):
    reads = ("home", "home", "narrowed", "look_up", "a_child", "a_referral", "a_referral",
             "a_conversation", "deep", "numbers")  # fmt: skip

    def narrowed(self) -> None:
        self.go("/referrals/?state=open", "/referrals/")

    def look_up(self) -> None:
        self.open(f"/search/?q={self.dice.choice(('ma', 'le', 'nico', 'ju', 'da+el'))}")

    def deep(self) -> None:
        page = self.go("/referrals/", "/referrals/")
        rooms = ("/evaluations/", "/plans/", "/goals/", "/progress/", "/sessions/", "/reports/")
        links = [link for room in rooms for link in (page.links(room) if page else [])]
        if links:
            self.open(self.dice.choice(links))

    def numbers(self) -> None:
        self.open("/statistics/")


class Therapist(Clinician):
    writes = ("answer_one", "note", "note")

    def note(self) -> None:
        """The draft of a visit's note, as it saves itself."""
        visits = self.go("/", "/sessions/")
        links = visits.links("/write/") if visits else []
        if links:
            self.send_one_of(self.open(links[0]), "/write/", do="save", done="Buttons, twice.")


class Pediatrician(Clinician):
    writes = ("answer_one", "refer")

    def a_name(self) -> str:
        return "".join(self.dice.choices("abdefgiklmnoprstu", k=8)).title()

    def refer(self) -> None:
        """A child that is new here, and the referral sent."""
        registered: dict[str, str] = {
            "given_name": self.a_name(), "family_name": self.a_name(),
            "date_of_birth": f"2022-{1 + self.dice.randrange(12):02}-{1 + self.dice.randrange(28):02}",
            "guardian_given_name": "Ada", "guardian_family_name": "Trial",
            "guardian_relationship": "mother", "guardian_phone": "212-555-0144",
        }  # fmt: skip
        new = self.open("/children/new/").forms("/children/new/")
        if not new:
            return
        child = self.send(new[0], **registered)
        for form in self.open(f"{child.path}refer/").forms("/refer/"):
            signs, clinics = form.choices["signs"], form.choices["clinic"]
            self.send(form, do="send", question="Buttons and zips?", signs=signs[0],
                      intent="habilitation", clinic=clinics[1])  # fmt: skip


CHAIRS: Final[tuple[tuple[type[Person], str, int], ...]] = (
    (Family, "family", 4), (Family, "theo.family", 3), (Family, "clara.family", 3),
    (Family, "levi.family", 3), (Family, "esme.family", 3), (Family, "dario.family", 3),
    (Family, "other.family", 1), (Therapist, "therapist", 8), (Therapist, "second.therapist", 6),
    (Therapist, "other.therapist", 2), (Pediatrician, "pediatrician", 8),
    (Pediatrician, "second.pediatrician", 5), (Pediatrician, "other.pediatrician", 1),
)  # fmt: skip


def seated(people: int) -> list[tuple[type[Person], str]]:
    """So many, in these shares."""
    seats = [(role, f"{who}@demo.example") for role, who, share in CHAIRS for _ in range(share)]
    return [seats[number * len(seats) // people] for number in range(people)]


def grown(before: dict[str, Any], after: dict[str, Any], mib: int = MORE_MIB) -> list[str]:
    """What a process holds more of than it may."""
    limits = {"MiB": mib, "open": MORE_OPEN, "connections": MORE_CONNECTIONS}
    return [
        f"{name}: {before[name][what]} to {after[name][what]} {what}"
        for name in before.keys() & after.keys()
        for what, more in limits.items()
        if what in before[name] and after[name][what] - before[name][what] > more
    ]


def waited(met: list[tuple[str, Answer]], kind: str) -> str:
    times = sorted(answer.seconds for of, answer in met if of == kind)
    if not times:
        return f"{kind}s: none"
    middle, late = times[len(times) // 2], times[int(len(times) * 0.95)]
    return (
        f"{kind}s: {len(times)}, median {middle * 1000:.0f} ms, 95th percentile {late * 1000:.0f} ms,"
        f" longest {times[-1] * 1000:.0f} ms"
    )


def wrong(met: list[tuple[str, Answer]]) -> list[str]:
    """Each kind of error, how often; a form refused is one too: these people type nothing wrong."""
    found = Counter(
        f"{kind} {answer.status} {answer.path}" for kind, answer in met if answer.status not in FINE
    )
    return [f"{times} times: {what}" for what, times in found.most_common()]


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def soak(server: Server, people: int, minutes: float) -> list[str]:
    """What was wrong; nothing, if all is well."""
    chairs = seated(people)
    sessions = server.sessions([email for _, email in chairs])
    begun = clock.monotonic()
    until = begun + minutes * 60
    crowd = [
        role(Visitor(server.port, session), seed, until)
        for seed, ((role, _), session) in enumerate(zip(chairs, sessions, strict=True))
    ]
    for one in crowd:
        one.start()
    held: list[dict[str, Any]] = []
    for part in (0.2, 0.6, 1.0):
        clock.sleep(max(0.0, begun + minutes * 60 * part - clock.monotonic()))
        held.append(server.holds())
        say(f"after {part:.0%}: {held[-1]}")
    for one in crowd:
        one.join(timeout=60)
    met = [answer for one in crowd for answer in one.met]
    say(f"{people} people, {minutes:g} minutes: {len(met) / minutes / 60:.1f} requests a second")
    say(waited(met, "read"))
    say(waited(met, "write"))
    return wrong(met) + grown(held[0], held[-1])


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=10)
    asked.add_argument("--people", type=int, default=50)
    asked.add_argument("--database", default="", help="SQLite where none is given")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), given.database)
        server.prepare()
        server.start()
        try:
            found = soak(server, given.people, given.minutes)
        finally:
            server.stop()
    say("\n".join(found) or "No error, and nothing grew.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
