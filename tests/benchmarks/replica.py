"""What does a replica take off the primary? `make bench-replica` measures and prints it.

A primary and a replica of a region's rows are started here, and pages asked of the product with and
without the replica. Neighbours share the cores, so what counts is the time that each server's own
processes were on one, not pages a second: a core of the primary answers 1000 / ms.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from tests.load.cluster import PROGRAMS, Cluster

from .databases import ROOT, SERVER, Region

#: Times that each page is asked before it is measured.
WARM: Final = 5
#: Looks alone, a look that is written down, and a tap.
ASKED: Final = (
    "home of a pediatrician", "home of a coordinator", "home of a family", "worklist", "children",
    "child, 2,000 events", "practice logged with one tap",
)  # fmt: skip
CHECK: Final = "the check alone"
Cost = dict[str, Any]


def on_a_core(folder: str) -> dict[int, int]:
    """Nanoseconds that each living process of the PostgreSQL in this folder has run."""
    master = Path(folder, "postmaster.pid").read_text().split()[0]
    below = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return {int(p): int(Path(f"/proc/{p}/schedstat").read_text().split()[0]) for p in below}


def cost(does: Callable[[], object], folders: list[str], times: int) -> Cost:
    """Milliseconds a time: of each server, of this process, and until it was done (the median)."""
    took, before, own = [], [on_a_core(one) for one in folders], time.thread_time()
    for _ in range(times):
        began = time.perf_counter()
        does()
        took.append(time.perf_counter() - began)
    own = time.thread_time() - own
    servers = [
        sum(ran - was.get(pid, 0) for pid, ran in on_a_core(one).items()) / 1e6 / times
        for one, was in zip(folders, before, strict=True)
    ]
    return {"servers": servers, "own": own * 1000 / times, "waited": statistics.median(took) * 1000}


def asked(folders: list[str], times: int) -> dict[str, Cost]:
    """By page what it cost, and in `sent` its statements by connection."""
    import django

    django.setup()
    from django.db import connections

    from ot_coord.replica import caught_up

    from .pages import pages

    found, sent = {}, Counter[str]()

    def counted(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        sent["check" if "_lsn" in sql else context["connection"].alias] += 1
        return execute(sql, params, many, context)

    with ExitStack() as counting:
        for name in connections:
            counting.enter_context(connections[name].execute_wrapper(counted))
        for name, ask, _ in pages():
            if name in ASKED:
                statuses = {ask().status for _ in range(WARM)}
                assert statuses == {200}, name
                sent.clear()
                found[name] = cost(ask, folders, times)
                found[name]["sent"] = dict(sent)
    found[CHECK] = cost(caught_up, folders, times)
    return found


def told(region: Region, primary: Cluster, replica: Cluster, times: int) -> str:
    """One table of both ways, of a region that stands in both clusters."""
    folders = json.dumps([str(primary.folder), str(replica.folder)])
    asks = ("-m", "tests.benchmarks.replica", "--times", str(times), "--asks", folders)
    alone, beside = (
        json.loads(region.told(*asks, DATABASE_URL=primary.url, REPLICA_URLS=urls))
        for urls in ("", replica.url)
    )
    lines = [
        "| page | statements | read from the replica | primary alone, ms | beside a replica | the replica"
        " | taken off the primary | web process alone | beside a replica |",
        "|---" * 9 + "|",
    ]
    for name in ASKED:
        one, two = alone[name], beside[name]
        count, there = sum(one["sent"].values()), two["sent"].get("replica_0", 0)
        was, now = one["servers"][0], two["servers"][0]
        lines.append(
            f"| {name} | {count / times:.0f} | {there / count:.0%} | {was:.2f} | {now:.2f}"
            f" | {two['servers'][1]:.2f} | {1 - now / was:.0%} | {one['own']:.1f} | {two['own']:.1f} |"
        )
    check = beside[CHECK]
    return "\n".join(lines) + (
        f"\n\n{CHECK.capitalize()}: {check['servers'][0]:.2f} ms of the primary, {check['servers'][1]:.2f} of"
        f" the replica, {check['own']:.2f} of the web process; {check['waited']:.1f} ms waited.\n"
    )


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--children", type=int, default=1000)
    given.add_argument("--server", default=SERVER)
    given.add_argument("--folder", type=Path, default=ROOT / "var" / "bench")
    given.add_argument("--times", type=int, default=100)
    given.add_argument("--asks", help=argparse.SUPPRESS)
    args = given.parse_args()
    if args.asks:
        json.dump(asked(json.loads(args.asks), args.times), sys.stdout)
        return
    assert PROGRAMS is not None, "needs the programs of a PostgreSQL server"
    args.folder.mkdir(parents=True, exist_ok=True)
    region = Region(args.folder, "postgres", args.children, args.server)
    if not region.stamp.exists():
        region.build()
    with ExitStack() as ending:
        primary, replica = Cluster(), Cluster()
        for one in (primary, replica):
            ending.callback(one.end)
        primary.begin()
        dump = [PROGRAMS / "pg_dump", "--no-owner", region.url]
        load = [PROGRAMS / "psql", "-q", "-o", os.devnull, primary.url]
        with subprocess.Popen(dump, stdout=subprocess.PIPE) as kept:  # noqa: S603 - PostgreSQL's own
            subprocess.run(load, stdin=kept.stdout, check=True)  # noqa: S603
        primary.change("VACUUM ANALYZE")
        replica.follow(primary)
        sys.stdout.write(told(region, primary, replica, args.times))


if __name__ == "__main__":
    main()
