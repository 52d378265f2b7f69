"""How does somebody in a journey use the browser, and what is looked at on every page they come to?

A person opens, follows, presses, fills in and reads, as the journey says. Each page is looked
at as it comes: the rules of WCAG 2.2 AA, no sideways scroll, no error in the browser's console
(a broken Content-Security-Policy is one), no answer from the server that nobody expects.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Error, Locator, Page, Response, expect

from referrals.models import User
from tests.factories.person import PASSWORD

#: Every rule of WCAG 2.2 at levels A and AA.
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
#: What a form that refuses, or was outrun, answers with: a page like any other.
FORM_ANSWERS: Final = (409, 422)


class Person:
    """Somebody with a browser open; `name` is said when something is wrong."""

    def __init__(self, page: Page, site: str, name: str, *, scripts: bool = True) -> None:
        self.page = page
        self.site = site
        self.name = name
        self.scripts = scripts
        self.troubles: list[str] = []
        page.set_default_timeout(10_000)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        page.on("response", self._on_response)

    # --- Going somewhere ------------------------------------------------------------------

    def opens(self, path: str) -> "Person":
        self.page.goto(path if path.startswith("http") else f"{self.site}{path}")
        return self._look(came=True)

    def goes_home(self) -> "Person":
        return self.opens("/")

    def follows(self, link: str, within: str = "") -> "Person":
        """Click a link by the words on it (the first, where a page names a child twice)."""
        found = self._inside(within).get_by_role("link", name=link, exact=True).first
        return self._goes(found.click)

    def takes_up(self, step: str) -> "Person":
        """Click the child in the row of the worklist that says this step."""
        row = self.page.get_by_role("listitem").filter(has_text=step)
        return self._goes(row.get_by_role("link").first.click)

    def presses(self, button: str, within: str = "") -> "Person":
        """Click a button that leads to a page."""
        found = self._inside(within).get_by_role("button", name=button, exact=True).first
        return self._goes(found.click)

    def taps(self, button: str | re.Pattern[str]) -> "Person":
        """Press the first button of these words, with a finger where there is one."""
        exact = isinstance(button, str)
        return self._goes(self.page.get_by_role("button", name=button, exact=exact).first.click)

    def signs_in(self, user: User) -> "Person":
        """Through the page that everybody comes in by."""
        return self.opens("/accounts/login/").gives_password(user.email, PASSWORD)

    def gives_password(self, email: str, password: str) -> "Person":
        self.fills(email=email, password=password)
        return self.presses("Sign in")

    def downloads(self, link: str | re.Pattern[str]) -> bytes:
        exact = isinstance(link, str)
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name=link, exact=exact).first.click()
        return Path(download.value.path()).read_bytes()

    # --- Filling in -------------------------------------------------------------------------

    def fills(self, **fields: str) -> "Person":
        """Fill fields by their labels: `given_name` is "Given name"."""
        for label, value in fields.items():
            self.field(label.replace("_", " ").capitalize()).fill(value)
        return self

    def writes(self, label: str, value: str) -> "Person":
        self.field(label).fill(value)
        return self

    def chooses(self, label: str, option: str) -> "Person":
        self.field(label).select_option(label=option)
        return self

    def ticks(self, *labels: str) -> "Person":
        for label in labels:
            # By force: a box may lie under its own label, and a click on that ticks it too.
            box = self.field(label)
            try:
                box.check(force=True)
            except Error:  # a hint that came meanwhile moved it from under the pointer: once more
                box.check(force=True)
        return self

    def pauses(self, until_saved: str) -> "Person":
        """Stop typing for a moment: what was written saves itself."""
        expect(self.page.locator("[data-saved]")).to_contain_text(until_saved)
        self.page.wait_for_timeout(2_500)  # longer than the pause after which a form saves itself
        self.page.wait_for_load_state("networkidle")
        return self

    def attaches(self, label: str, name: str, content: bytes) -> "Person":
        kind = "application/pdf" if name.endswith(".pdf") else "application/octet-stream"
        file: Any = {"name": name, "mimeType": kind, "buffer": content}
        self.field(label).set_input_files([file])
        return self

    def field(self, label: str) -> Locator:
        """A field by its whole label; the star of a required one is not part of it."""
        whole = re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$", re.IGNORECASE)
        return self.page.get_by_label(whole)

    # --- Reading ----------------------------------------------------------------------------

    def reads(self, *words: str, within: str = "") -> "Person":
        """The words can be seen on the page, or come to be seen."""
        for text in words:
            found = self._inside(within).get_by_text(text).filter(visible=True).first
            expect(found, f"{self.name} reads “{text}”").to_be_visible()
        return self

    def does_not_read(self, *words: str) -> "Person":
        for text in words:
            expect(self.page.get_by_text(text), f"{self.name} reads “{text}”").to_have_count(0)
        return self

    def finds(self, label: str, value: str) -> "Person":
        """A field that is filled in already."""
        expect(self.field(label), f"{label} of {self.name}").to_have_value(value)
        return self

    def finds_ticked(self, *labels: str) -> "Person":
        for label in labels:
            expect(self.field(label), f"{label} of {self.name}").to_be_checked()
        return self

    # --- Looking ----------------------------------------------------------------------------

    def looks(self) -> "Person":
        """The page has changed without going anywhere: it is looked at once more."""
        return self._look()

    def forgives(self) -> "Person":
        """The trouble up to here was asked for by the journey."""
        self.troubles.clear()
        return self

    def _inside(self, region: str) -> Any:
        """The whole page, or the part under a heading; how many are in it may stand behind it."""
        named = re.compile(rf"^{re.escape(region)}( \d+)?$")
        return self.page.get_by_role("region", name=named) if region else self.page

    def _goes(self, act: Callable[[], Any]) -> "Person":
        # Another document: that a draft is kept changes the address, and the page stays.
        with self.page.expect_event("domcontentloaded"):
            act()
        return self._look(came=True)

    def _look(self, *, came: bool = False) -> "Person":
        """Somebody who only now `came` to a page has typed nothing yet."""
        if self.scripts:
            # A page that sends itself (a referral that is taken in) is not yet the page.
            expect(self.page.locator("form[data-submit-on-load]")).to_have_count(0)
        self.page.wait_for_load_state("load")
        where = f"{self.name} at {self.page.url.removeprefix(self.site)}"
        assert self.troubles == [], f"{where}: {self.troubles}"
        wide = self.page.evaluate(
            "[document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]"
        )
        assert wide[0] <= wide[1], f"{where} scrolls sideways: {wide[0]} px in {wide[1]} px"
        if self.scripts:
            found = breaches_anew(self.page) if came else breaches(self.page)
            # The rules try styles on the page that its policy refuses: that is no fault of the page.
            self.troubles = [one for one in self.troubles if "inline style" not in one]
            assert found == [], f"{where} breaks {found}"
        return self

    def _on_console(self, message: ConsoleMessage) -> None:
        # The browser notes every answer above 399; those are judged by `_on_response`.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.troubles.append(f"console: {message.text}")

    def _on_response(self, response: Response) -> None:
        asked = response.request
        of_form = asked.is_navigation_request() or "x-autosave" in asked.headers
        fine = of_form and response.status in FORM_ANSWERS
        if response.status >= 400 and not fine:
            self.troubles.append(f"{response.status} from {response.url}")


#: Pages that were come to and broke nothing: as they stand, and what of the browser styles ask for.
_faultless: set[int] = set()
STANDS: Final = """() => [document.documentElement.outerHTML, location.pathname, location.hash,
    innerWidth, innerHeight, devicePixelRatio, navigator.language, ...["prefers-color-scheme: dark",
    "prefers-reduced-motion: reduce", "prefers-contrast: more", "forced-colors: active", "hover: hover"]
    .map(one => matchMedia(`(${one})`).matches)].join("\\n")"""
TOKEN: Final = re.compile(r"\b[A-Za-z0-9]{64}\b")


def breaches_anew(page: Page) -> list[str]:
    """The same of a page just come to; nothing where one just like it, but for its token, broke none.

    In every journey people come through the same log-in page: the rules say of it what they said.
    """
    stands = hash(TOKEN.sub("", page.evaluate(STANDS)))
    if stands in _faultless:
        return []
    found = breaches(page)
    if not found:
        _faultless.add(stands)
    return found


def breaches(page: Page) -> list[str]:
    """The rules that this page breaks, each with the places that break it."""
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {[node['target'][0] for node in rule['nodes']][:5]} {rule['nodes'][0]['any'][:1]}"
        for rule in found
    ]
