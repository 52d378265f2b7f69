"""Where does the time of each page go? `make profile` says so by share, and how much it cannot name.

Every function's own time belongs to a part of the work by the file it stands in; what is built into
Python belongs to whoever called it. Told of one region, on both databases, in PROFILE.md.
"""

import argparse
import cProfile
import json
import pstats
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Final

from .__main__ import machine
from .databases import ROOT, SERVER, Region, collect

PROFILE: Final = ROOT / "tests" / "benchmarks" / "PROFILE.md"
#: Of a page no more may be left without a name, in per cent.
UNNAMED: Final = 10.0
REST: Final = "not named"
#: The first that fits a file, or the name of what is built in, says what part of the work it is.
PARTS: Final = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("asking the database", r"psycopg|sqlite3|selectors|django/db/(backends|transaction|utils)"),
        ("reading rows", r"models/(base|fields|options|manager|prefetch|signals)|dispatch/|uuid\.py|(apply_converters|results_iter|execute_sql|get_converters|cursor_iter|has_results|composite_fields_to_tuples|__iter__|_fetch_all)$"),
        ("composing questions", r"django/db/models|utils/(tree|hashable|deconstruct)|copy\.py"),
        ("drawing", r"django/template|templatetags|utils/(html|safestring|formats|numberformat|text|dateformat)|html/__init__|crispy|django/(forms|shortcuts)|lucide|views/generic"),
        ("saying it in a language", r"gettext|translation|wording|phrasebook|contrib/humanize"),
        ("administration", r"contrib/admin|referrals/admin"),
        ("our rules and pages", r"referrals/|<string>"),
        ("sessions, doors, headers", r"core/handlers|middleware|contrib/|django/http|django/core|allauth|whitenoise|htmx|structlog|oauth|crypto|hmac|hashlib|base64|http/|urllib|email/|ot_coord|csp|logging"),
        ("addresses", r"django/urls|django/conf"),
        ("writing JSON", r"json/"),
        ("time zones and days", r"timezone|zoneinfo|datetime|dateparse|_strptime|calendar"),
        ("Python's own plumbing", r"asgiref|functional|functools|contextlib|threading|inspect|collections|enum|typing|abc|weakref|dataclasses|utils/(asyncio|datastructures|encoding|module_loading)|importlib|types\.py|re/|codecs|decimal|random|os\.py|posixpath|fnmatch|signal|locale|operator|string|itertools|gzip|zlib|wsgiref"),
        ("the measuring itself", r"/tests/|profil|html/parser|_markupbase|lxml"),
    )
)  # fmt: skip

Function = tuple[str, int, str]


def part_of(function: Function) -> str:
    """The part of the work that a function is; `REST` where nobody knows."""
    file, _, name = function
    place = f"{file}:{name}" if file != "~" else name
    return next((part for part, fits in PARTS if fits.search(place)), REST)


def shares(stats: Any) -> Counter[str]:
    """Seconds by part. What is built in and fits no part counts for those who called it."""
    found: Counter[str] = Counter()
    for function, (_, _, own, _, callers) in stats.items():
        part = part_of(function)
        if part != REST or not callers:
            found[part] += own
            continue
        for caller, (_, _, for_it, _) in callers.items():
            found[part_of(caller)] += for_it
    return found


def profiled(times: int) -> dict[str, dict[str, float]]:
    """Of each page the share of every part, in per cent."""
    from .pages import pages

    told = {}
    for name, ask, _ in pages():
        for _ in range(8):  # composed, planned and kept
            ask()
        profile = cProfile.Profile()
        profile.enable()
        for _ in range(times):
            ask()
        profile.disable()
        seconds = shares(pstats.Stats(profile).stats)  # type: ignore[attr-defined]
        whole = seconds.total()
        told[name] = {part: 100 * spent / whole for part, spent in seconds.items()}
    return told


def table(told: dict[str, dict[str, float]]) -> str:
    columns = [*(name for name, _ in PARTS), REST]
    head = f"| page | {' | '.join(columns)} |\n" + "|---" * (len(columns) + 1) + "|\n"
    return head + "\n".join(
        f"| {page} | " + " | ".join(f"{of.get(part, 0):.0f}" for part in columns) + " |"
        for page, of in told.items()
    )


def _here(times: int) -> int:
    import django

    django.setup()
    sys.stdout.write(json.dumps(profiled(times)))
    return 0


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--size", type=int, default=1000)
    asked.add_argument("--databases", default="sqlite,postgres")
    asked.add_argument("--folder", type=Path, default=ROOT / "var" / "bench")
    asked.add_argument("--server", default=SERVER)
    asked.add_argument("--times", type=int, default=20)
    asked.add_argument(
        "--here", type=int, default=0, help="so often, in the region of the settings"
    )
    given = asked.parse_args()
    if given.here:
        return _here(given.here)
    folder = given.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    collect(folder)
    parts, worst = [], 0.0
    for kind in given.databases.split(","):
        region = Region(folder, kind, given.size, given.server)
        region.build()
        told = json.loads(region.told("-m", "tests.benchmarks.profile", "--here", str(given.times)))
        worst = max([worst, *(of.get(REST, 0.0) for of in told.values())])
        parts.append(f"## {kind}, {given.size:,} children\n\n{table(told)}\n")
    text = (
        f"# Where the time of each page goes\n\n`make profile`, {machine()}. Per cent of a page's time while it is"
        f" watched,\nwhich makes what is called often dearer than it is. Not named: {worst:.1f} % at most.\n\n"
        + "\n".join(parts)
    )  # fmt: skip
    PROFILE.write_text(text)
    sys.stdout.write(text)
    return 1 if worst > UNNAMED else 0


if __name__ == "__main__":
    sys.exit(main())
