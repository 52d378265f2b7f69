"""What does a page say, bit by bit, and in which language is each bit told to be?"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.test import Client

_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
_UNREAD = frozenset({"script", "style", "textarea", "svg"})
_SAID = ("aria-label", "title", "alt", "placeholder")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str]] = []
        self.said: list[tuple[str, str]] = []
        self.links: list[str] = []

    @property
    def language(self) -> str:
        return next((code for _, code in reversed(self.open) if code), "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in told:
            self.links.append(told["href"])
        if tag not in _VOID:
            self.open.append((tag, told.get("lang", "")))
        self.said += [(told[name], self.language) for name in _SAID if told.get(name)]

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if text and not any(tag in _UNREAD for tag, _ in self.open):
            self.said.append((text, self.language))


def read(html: str) -> list[tuple[str, str]]:
    """Every text of a page with the language it is told to be in, in reading order."""
    reader = _Reader()
    reader.feed(html)
    return reader.said


def links(html: str) -> list[str]:
    """Where the page leads within the product."""
    reader = _Reader()
    reader.feed(html)
    return [re.sub(r"[#].*$", "", one) for one in reader.links if one.startswith(("/", "?"))]


def crawl(client: Client, start: str, most: int = 200) -> Iterator[tuple[str, str]]:
    """Every page that can be reached by clicking from `start`: its address and its HTML."""
    waiting, seen = [start], {start}
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        answer = client.get(path)
        if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
            continue
        html = answer.content.decode()
        yield path, html
        for link in links(html):
            address = path.split("?")[0] + link if link.startswith("?") else link
            if address not in seen and not address.startswith(("/admin", "/accounts/log")):
                seen.add(address)
                waiting.append(address)
