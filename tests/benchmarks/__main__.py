"""Is every budget met? `make bench` builds the regions, measures, prints, writes RESULTS.md; 1 where one is missed.

Queries, bytes and pages touched are held to as they are; ratios, which neighbours can move, with
15 % to spare and, where it was close, a second try. No absolute time decides anything but what a
slow phone sees first, which is told of the smallest region.
"""

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from .databases import ROOT, SERVER, Region, collect
from .pages import BUDGETS, BYTES, FLOOR_IN_NOTHINGS, PACKED, TOUCHED
from .paint import missed as late
from .paint import quieter
from .paint import table as painted

SLACK: Final = 1.15
#: So many times the pages that a list touches in the smallest region.
MORE_TOUCHED: Final = 1.5
#: More than this is no neighbour's doing.
FAR: Final = 1.4
#: Times that each page is asked for; after a miss that a neighbour may have caused, again.
TIMES: Final = 30
RESULTS: Final = ROOT / "tests" / "benchmarks" / "RESULTS.md"

Costs = dict[str, dict[str, Any]]


def measured(region: Region, times: int, only: str = "") -> Costs:
    told = region.told("-m", "tests.benchmarks.pages", str(times), only)
    return {cost["name"]: cost for cost in json.loads(told)}


def missed(costs: Costs, smallest: Costs) -> list[tuple[str, str]]:
    """(page, what is more than its budget), of one region."""
    found = []
    nothing = costs["nothing"]["median"] if "nothing" in costs else 0
    for name, cost in costs.items():
        budget = BUDGETS.get(name)
        if budget is None:
            continue
        if cost["queries"] > budget.queries:
            found.append((name, f"{cost['queries']} queries of {budget.queries}"))
        if budget.is_list and cost["touched"] > TOUCHED:
            found.append((name, f"{cost['touched']} pages touched of {TOUCHED}"))
        before = smallest.get(name, {}).get("touched", 0)
        if budget.is_list and before and cost["touched"] > before * MORE_TOUCHED:
            found.append((name, f"{cost['touched'] / before:.1f} times the pages touched"))
        if budget.is_html and (cost["bytes"] > BYTES or cost["packed"] > PACKED):
            found.append((name, f"{cost['bytes']} bytes, {cost['packed']} packed"))
        if name != "floor" and cost["ratio"] > budget.ratio * SLACK:
            found.append((name, f"ratio {cost['ratio']:.2f} of {budget.ratio}"))
        if name == "floor" and nothing and cost["median"] / nothing > FLOOR_IN_NOTHINGS * SLACK:
            found.append((name, f"{cost['median'] / nothing:.1f} answers that say nothing"))
        if growth(cost, smallest) > budget.growth * SLACK:
            found.append((name, f"growth {growth(cost, smallest):.2f} of {budget.growth}"))
    return found


def growth(cost: dict[str, Any], smallest: Costs) -> float:
    """Of the ratio to the floor, so that a busier hour is none; 1 where there is nothing to compare."""
    before = smallest.get(cost["name"], {}).get("ratio", 0)
    return float(cost["ratio"] / before) if before and cost["name"] != "floor" else 1.0


def close(costs: Costs, smallest: Costs) -> list[str]:
    """Pages whose ratio or growth is a little more than it may be: a neighbour may have done that."""
    return [
        name
        for name, budget in BUDGETS.items()
        if (cost := costs.get(name))
        and (
            SLACK < cost["ratio"] / budget.ratio < FAR
            or SLACK < growth(cost, smallest) / budget.growth < FAR
        )
    ]


def better(first: Costs, second: Costs) -> Costs:
    """Of two tries of a page the quieter one."""
    quieter = {n: c for n, c in second.items() if n in first and c["ratio"] < first[n]["ratio"]}
    return first | quieter


HEAD: Final = (
    "| page | children | queries | ms in the database | ms in the template | median ms | 95 % ms | a second"
    " | to the floor | at a first look | growth | pages touched | kB | kB packed | missed |\n"
    + "|---" * 15
    + "|\n"
)


def table(found: dict[int, Costs]) -> str:
    smallest = found[min(found)]
    lines = [
        f"| {name} | {size:,} | {c['queries']} | {c['database']:.1f} | {c['render']:.1f}"
        f" | {c['median']:.1f} | {c['late']:.1f} | {c['per_second']:.0f} | {c['ratio']:.2f}"
        f" | {c['first']:.2f}"
        f" | {growth(c, smallest):.2f} | {c['touched'] or ''} | {c['bytes'] / 1000:.0f}"
        f" | {c['packed'] / 1000:.1f} | {'; '.join(what for n, what in missed(costs, smallest) if n == name)} |"
        for name in BUDGETS
        for size, costs in sorted(found.items())
        if (c := costs.get(name))
    ]
    return HEAD + "\n".join(lines) + "\n"


def machine() -> str:
    model = next(
        (line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
         if line.startswith("model name")), platform.machine(),
    )  # fmt: skip
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores ({model}), load"
        f" {os.getloadavg()[1]:.1f} at the end, Python {platform.python_version()}"
    )


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sizes", default="1000,100000", help="children, with commas")
    asked.add_argument("--databases", default="sqlite,postgres")
    asked.add_argument("--folder", type=Path, default=ROOT / "var" / "bench")
    asked.add_argument("--server", default=SERVER, help="where PostgreSQL regions are built")
    asked.add_argument("--times", type=int, default=TIMES)
    asked.add_argument(
        "--only", default="", help="pages whose name holds this; nothing is written down"
    )
    given = asked.parse_args()
    folder = given.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    collect(folder)
    told, wrong = [], []
    for kind in given.databases.split(","):
        found: dict[int, Costs] = {}
        for size in sorted(int(one) for one in given.sizes.split(",")):
            region = Region(folder, kind, size, given.server)
            say(f"{kind}, {size:,} children: built once, then measured")
            region.build()
            found[size] = measured(region, given.times, given.only)
            smallest = found[min(found)]
            for name in close(found[size], smallest):
                found[size] = better(found[size], measured(region, given.times, name))
            wrong += [f"{kind}, {size:,}: {n}: {what}" for n, what in missed(found[size], smallest)]
        # What a phone sees first does not depend on how large the region is.
        size = min(found)
        first = quieter(Region(folder, kind, size, given.server), given.only)
        wrong += [f"{kind}, {size:,}: {name}: {what}" for name, what in late(first)]
        told.append(f"## {kind}\n\n{table(found)}" + (f"\n{painted(first)}" if first else ""))
        say(told[-1])
    ending = "\n".join(f"- {line}" for line in wrong) or "Every budget is met."
    say(ending)
    if not given.only:
        RESULTS.write_text(
            f"# What each page costs\n\n`make bench`, {machine()}. Ratios and growth are told against"
            f" the product's own empty page,\nmeasured in turn; milliseconds are of this hour. A page is asked for again and again: what a first"
            f" look costs, of which\nnothing was drawn before in the process, is told beside it.\n\n"
            + "\n".join(told) + f"\n## Missed\n\n{ending}\n"
        )  # fmt: skip
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
