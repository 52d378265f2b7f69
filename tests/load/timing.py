"""Does the time an answer takes tell whether an id is in use? `python -m tests.load.timing`, on the demo.

A stranger asks for a child that is somebody else's and for one that nobody has, by turns: what else
the machine does meets both alike. Medians in milliseconds, and their ratio.
"""

import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from uuid import uuid4

from .server import Server
from .visitor import Visitor

STRANGER = "other.therapist@demo.example"
OWNER = "pediatrician@demo.example"


def compare(server: Server, turns: int) -> str:
    owner, stranger = (
        Visitor(server.port, session) for session in server.sessions([OWNER, STRANGER])
    )
    links = owner.open("/children/").links("/children/")
    theirs = next(part for link in links for part in link.split("/") if len(part) == 36)
    times: dict[str, list[float]] = {"forbidden": [], "unknown": []}
    for turn in range(turns):
        asked = [("forbidden", theirs), ("unknown", str(uuid4()))]
        for name, key in asked if turn % 2 else reversed(asked):
            begun = perf_counter()
            answer = stranger.open(f"/children/{key}/")
            times[name].append((perf_counter() - begun) * 1000)
            assert answer.status == 404
    forbidden, unknown = (median(times[name][10:]) for name in ("forbidden", "unknown"))
    return f"{forbidden:.2f} {unknown:.2f} ratio {forbidden / unknown:.3f} of {turns} turns"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        server.prepare()
        server.start()
        try:
            turns = int(sys.argv[1]) if len(sys.argv) > 1 else 300
            sys.stdout.write(f"{compare(server, turns)}\n")
        finally:
            server.stop()
