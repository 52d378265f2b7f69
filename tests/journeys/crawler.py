"""Which pages does somebody come to by links alone, and what on them keeps anybody out?

Links are followed on the server's side, where that is quick. The browser then looks at one page of
each address, and at every further one that shows a part which none before it showed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from django.test import Client
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from ot_coord import look
from tests.journeys.person import RULES

#: From these everything about a child hangs: all of them are followed, of others the first few.
HUBS: Final = ("child_detail", "referral_detail", "home")
FEW: Final = 4
#: Opened by a link, and no page: a file, or the way out.
FILES: Final = (
    "_pdf", "_calendar", "_download", "_file", "_table", "_picture", "_logout", "_queue",
    "_export", "caseload_template", "caseload_mend",
)  # fmt: skip

WIDTHS: Final = (360, 1440)
#: 1280 px at 400 %, and 1440 px at 200 %.
ZOOMED: Final = (320, 720)
HEIGHT: Final = 800
#: Colours are all that the dark page does not share with the light one.
OF_COLOUR: Final = ["color-contrast", "link-in-text-block"]
#: Of a page of ours, those that scripts put on it too; the administration has sheets of its own.
CLASSES: Final = """() => document.querySelector("link[href*='referrals/look']")
    ? [...document.querySelectorAll("[class]")].flatMap(one => [...one.classList]) : []"""
MEASURE: Final = (Path(__file__).parent / "measure.js").read_text()


class Hypertext(HTMLParser):
    """Where a page leads by GET, and of which parts it is made."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.leads: list[str] = []
        self.parts: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.parts |= {f"{tag}.{one}" for one in said.get("class", "").split() or [""]}
        if tag == "input":
            self.parts.add(f"input:{said.get('type', 'text')}")
        if tag == "a" and said.get("href"):
            self.leads.append(said["href"])
        if tag == "form" and said.get("method", "get").lower() == "get":
            self.leads.append(said.get("action", ""))


@dataclass(frozen=True)
class Found:
    """A page that somebody came to."""

    name: str
    path: str
    parts: frozenset[str]


def name_of(path: str) -> str:
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return ""


class Walk:
    """Somebody's way through the product by links alone, breadth first.

    Of pages of one name it opens the first few; the others are left out until something is missed.
    """

    def __init__(self, client: Client, start: str = "/") -> None:
        self.client = client
        self.found: list[Found] = []
        self.left_out: list[str] = []
        self._known, self._queue = {start}, [start]
        self._met: dict[tuple[str, bool], int] = {}

    def go(self) -> "Walk":
        while self._queue:
            path = self._queue.pop(0)
            name, asks = name_of(path), "?" in path
            most = 1 if asks else len(self._known) if name in HUBS else FEW
            self._met[name, asks] = self._met.get((name, asks), 0) + 1
            if self._met[name, asks] <= most:
                self._open(path, name)
            elif not asks:
                self.left_out.append(path)
        return self

    def go_further(self) -> None:
        """Open one page that was left out, and go on from there."""
        path = self.left_out.pop(0)
        self._open(path, name_of(path))
        self.go()

    def _open(self, path: str, name: str) -> None:
        if name.endswith(FILES):
            return
        response = self.client.get(path)
        if response.status_code in (301, 302):
            leads = [response.headers["Location"]]
        elif response.status_code == 200:
            read = Hypertext(response.content.decode())
            leads = read.leads
            self.found.append(Found(name, path, frozenset(read.parts)))
        else:
            # What cannot be done twice (a pause asked for already) says so: a page of its own.
            said = f"{path} is linked and answers {response.status_code}"
            assert response.status_code == 409, said
            return
        for to in leads:
            whole = urljoin(path, to).split("#")[0]
            if whole.startswith("/") and whole not in self._known and name_of(whole):
                self._known.add(whole)
                self._queue.append(whole)


def walk(client: Client, *, start: str = "/") -> list[Found]:
    """The pages that links lead to: the first few of each name."""
    return Walk(client, start).go().found


def walk_until(clients: Iterable[Client], wanted: Iterable[str]) -> list[tuple[Client, Found]]:
    """What several people come to: the first few pages of each name, then turn by turn further ones
    for as long as something wanted was met by none of them."""
    walks = [Walk(client).go() for client in clients]

    def missing() -> set[str]:
        return set(wanted) - {one.name for each in walks for one in each.found}

    while missing() and any(each.left_out for each in walks):
        for each in walks:
            if each.left_out:
                each.go_further()
    return [(each.client, one) for each in walks for one in each.found]


def worth_a_look(found: Iterable[Found]) -> list[Found]:
    """The fullest page of each name, and each that shows a part none of those showed."""
    chosen: list[Found] = []
    shown: set[str] = set()
    names: set[str] = set()
    fullest = _fullest_first(found)
    for one in [*first_of_each(fullest), *fullest]:
        if one.name not in names or one.parts - shown:
            chosen.append(one)
            names.add(one.name)
            shown |= one.parts
    return chosen


def fullest_of_each(found: Iterable[Found]) -> list[Found]:
    return first_of_each(_fullest_first(found))


def _fullest_first(found: Iterable[Found]) -> list[Found]:
    return sorted(found, key=lambda one: -len(one.parts))


def first_of_each(pages: list[Found]) -> list[Found]:
    firsts: dict[str, Found] = {}
    for one in pages:
        firsts.setdefault(one.name, one)
    return list(firsts.values())


#: Beside the law also what axe calls good practice: one h1, headings in order, landmarks.
TAGS: Final = [*RULES, "best-practice"]
ASK: Final = """only => axe.run(document, { runOnly: only, resultTypes: ["violations"] }).then(
    found => found.violations.flatMap(rule => rule.nodes.slice(0, 4).map(node =>
        `${rule.id}: ${node.target.join(" ")} ${[...node.any, ...node.all, ...node.none][0]?.message}`)))"""


@cache
def left_out() -> set[str]:
    """What Bootstrap has rules for and the sheet of every page has not."""
    return look.classes(look.bootstrap()) - look.classes(look.made())


def axe(page: Page, only: dict[str, Any]) -> list[str]:
    found: list[str] = page.evaluate(ASK, only)
    return found


@dataclass
class Look:
    """What was looked at, in how many ways, and what was wrong."""

    tags: list[str] = field(default_factory=lambda: TAGS)
    widths: tuple[int, ...] = WIDTHS
    zoomed: tuple[int, ...] = ZOOMED
    pages: list[str] = field(default_factory=list)
    ways: int = 0
    wrong: list[str] = field(default_factory=list)

    def at(self, page: Page, address: str, name: str) -> None:
        """Come to one page, and meet it as everybody does."""
        page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(address)
        page.wait_for_load_state("load")
        self.meets(page, name)

    def meets(self, page: Page, name: str) -> None:
        """Narrow and wide, light and dark, zoomed and spaced, without motion, by keyboard."""
        self.pages.append(name)
        page.evaluate(AXE_SCRIPT)
        page.evaluate(MEASURE)

        def says(how: str, found: list[str]) -> None:
            self.ways += 1
            self.wrong += [f"{name} at {page.url} · {how} · {one}" for one in found]

        says("reduced motion", page.evaluate("measure.moving()"))
        says("a class without its style", sorted(set(page.evaluate(CLASSES)) & left_out()))
        for width in self.widths:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            says(f"{width} light", axe(page, {"type": "tag", "values": self.tags}))
            page.emulate_media(color_scheme="dark")
            says(f"{width} dark", axe(page, {"type": "rule", "values": OF_COLOUR}))
            page.emulate_media(color_scheme="light")
            says(f"{width} spaced", page.evaluate("measure.underSpacing()"))
        for width in (*self.widths, *self.zoomed):
            page.set_viewport_size({"width": width, "height": HEIGHT})
            says(f"{width} reflow", page.evaluate("measure.sideways()"))
            says(f"{width} reflow", page.evaluate("measure.unreachable()"))
        # Narrow again, where a bar lies at the bottom; a key says that there is no mouse.
        page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
        page.keyboard.press("Tab")
        says("focus", page.evaluate("measure.hidden()"))
