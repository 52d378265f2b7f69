"""After how long does somebody with a slow phone in a slow network see the first of a page?

Chromium is told to be four times slower than it is and to get what it asks for late and slowly. It
knows nothing of the page yet: no style, no script. Run as a module it says, within a region, who
opens what. Times are of this machine and this hour: nothing is asserted, the budget is told.
"""

import json
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from .databases import ROOT, Region

#: Milliseconds until something is to be seen.
BUDGET: Final = 1000.0
#: So often each page is opened; the one in the middle counts.
TIMES: Final = 7
SLOWER: Final = 4
#: Slow 4G, as Chromium tells it: milliseconds a request, bytes a second down and up.
SLOW_4G: Final = {
    "offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}  # fmt: skip
PHONE: Final = {
    "viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True,
    "device_scale_factor": 2, "service_workers": "block",
}  # fmt: skip
#: Seconds in which the server must have begun to answer.
PATIENT: Final = 60
FIRST: Final = """() => new Promise(told => {
  const seen = list => list.filter(one => one.name === "first-contentful-paint").forEach(one => told(one.startTime));
  new PerformanceObserver(list => seen(list.getEntries())).observe({type: "paint", buffered: true});
})"""
CHROMIUM: Final = shutil.which("chromium")


@contextmanager
def served(region: Region) -> Iterator[str]:
    """Where the region is served as in production, packed by a proxy."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = region.env | {"BIND": f"127.0.0.1:{port}", "WORKERS": "1"}
    command = ["gunicorn", "--config", "python:ot_coord.server", "tests.benchmarks.packed"]
    server = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=env)  # noqa: S603 - our own interpreter
    try:
        give_up = time.monotonic() + PATIENT
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=PATIENT).close()
                break
            except OSError:
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def painted(region: Region, only: str = "") -> dict[str, float]:
    """Milliseconds until the first of each page is seen; empty where there is no Chromium."""
    if CHROMIUM is None or not any(only in name for name in PAGES):
        return {}
    from playwright.sync_api import sync_playwright

    told = json.loads(region.told("-m", "tests.benchmarks.paint"))
    with served(region) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            return {
                name: first_seen(browser, site, **opened)
                for name, opened in told.items()
                if only in name
            }
        finally:
            browser.close()


def first_seen(browser: Any, site: str, session: str, path: str) -> float:
    took = []
    for n in range(TIMES + 1):
        context = browser.new_context(**PHONE)
        context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        page = context.new_page()
        driver = context.new_cdp_session(page)
        driver.send("Network.enable")
        driver.send("Network.emulateNetworkConditions", SLOW_4G)
        driver.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        answer = page.goto(site + path, wait_until="commit")
        assert answer.status == 200, f"{path}: {answer.status}"
        seconds = page.evaluate(FIRST)
        assert page.url == site + path, page.url
        if n:  # the first one waits for the server to compose what it asks
            took.append(seconds)
        context.close()
    return statistics.median(took)


def quieter(region: Region, only: str = "") -> dict[str, float]:
    """Of a page that is late the better of two tries: a neighbour may have been busy."""
    found = painted(region, only)
    if missed(found):
        again = painted(region, only)
        found = {name: min(took, again[name]) for name, took in found.items()}
    return found


def missed(found: dict[str, float]) -> list[tuple[str, str]]:
    """(page, how late it is), where it is."""
    return [
        (name, f"{took:.0f} ms until the first paint, of {BUDGET:.0f}")
        for name, took in found.items()
        if took >= BUDGET
    ]


def table(found: dict[str, float]) -> str:
    late = dict(missed(found))
    lines = [f"| {name} | {took:.0f} | {late.get(name, '')} |\n" for name, took in found.items()]
    return "| page | ms until the first paint | missed |\n|---|---|---|\n" + "".join(lines)


# --- Within a region ------------------------------------------------------------------------------

PAGES: Final = {
    "paint, home of a family": ("family@demo.example", "/"),
    "paint, home of a pediatrician": ("0.pediatrician@demo.example", "/"),
    "paint, child": ("therapist@demo.example", "/children/{child}/"),
}


def main() -> None:
    import django

    django.setup()
    from referrals.models import Child
    from tests.load.sign_in import signed_in

    child = Child.objects.get(seats__user__email="family@demo.example", given_name="Nico")
    json.dump(
        {
            name: {"session": signed_in(email), "path": path.format(child=child.pk)}
            for name, (email, path) in PAGES.items()
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
