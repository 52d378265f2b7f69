"""Which resources are found, a page at a time? By key, never by offset, with a signed link to the next."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.cache import caches
from django.utils.crypto import get_random_string

from .asked import (
    Asked,
    Unreadable,
    keys_of,
    matching,
    with_changes,
)
from .element import Resource, instant
from .interface import sources_of
from .paper import BASE
from .source import Reader, Rows, Source

_SALT: Final = "fhir-page"
#: For so long the words of a search that was sent in a form wait for its next page (seconds).
_KEPT: Final = 600
#: They have a cache of their own: however many there are, they push out no count of failed log-ins.
_CACHE: Final = "searches"


@dataclass(frozen=True)
class Place:
    """After what a page begins: the source, the key of its row, and which of that row's resources."""

    source: int = 0
    key: str = ""
    part: int = 0


@dataclass
class Page:
    resources: list[Resource]
    #: Whose records they are from: each of them is told of the look.
    children: set[UUID]
    following: Place | None = None
    #: Who is named in them.
    named: list[Resource] = field(default_factory=list)


# --- One resource -------------------------------------------------------------------------------


def find(kind: str, key: str, reader: Reader) -> Page | None:
    """The one resource with this id, and whose it is; None where the reader knows of none."""
    found = row_of(kind, key, reader)
    return Page([found[1]], _children([found[0]])) if found else None


def row_of(kind: str, key: str, reader: Reader) -> tuple[Any, Resource] | None:
    """The row behind a resource, and the resource."""
    for source in sources_of(kind):
        rows = with_changes(source, reader)
        rows = rows.prefetch_related(*source.along([kind]))
        for row in rows.filter(**{f"{source.key}__in": keys_of(source, rows, [key])})[:1]:
            for told in _told(source, kind, row, reader):
                if told["id"] == key:
                    return row, told
    return None


def _told(source: Source, kind: str, row: Any, reader: Reader) -> Iterator[Resource]:
    for one in source.tells[kind].build(row, reader):
        yield dated(one, row.changed_at)


def dated(one: Resource, changed: datetime) -> Resource:
    return {**one, "meta": {"lastUpdated": instant(changed)}}


def _children(rows: Iterable[Any]) -> set[UUID]:
    return {row.of_child for row in rows if getattr(row, "of_child", None)}


# --- A search -----------------------------------------------------------------------------------


def page(asked: Asked, reader: Reader, after: Place) -> Page:
    """The next so many resources that are asked for. A query a source, and none that grows with them."""
    found = Page([], known(asked.patients, reader))
    for number, source in enumerate(sources_of(asked.kind)):
        if number < after.source:
            continue
        rows = matching(source, asked, reader)
        if rows is None:
            continue
        here = after if number == after.source else Place(number)
        read = partial(behind, rows, source, [asked.kind])
        if fill(found, source, [asked.kind], read, here, asked, reader):
            break
    return found


def behind(rows: Rows, source: Source, kinds: list[str], key: str, most: int) -> list[Any]:
    """So many of these rows, from that key on."""
    rows = rows.prefetch_related(*source.along(kinds)).order_by(source.key)
    return list((rows.filter(**{f"{source.key}__gte": key}) if key else rows)[:most])


def fill(
    found: Page, source: Source, kinds: list[str], read: Callable[[str, int], list[Any]], after: Place,
    asked: Asked, reader: Reader,
) -> bool:  # fmt: skip
    """Add what the rows tell after that place; True once the page is full and there is more."""
    key, part, column = after.key, after.part, source.key
    while True:
        most = asked.count - len(found.resources) + 2
        chunk = read(key, most)
        for row in chunk:
            told = [one for kind in kinds for one in _told(source, kind, row, reader)]
            own = str(getattr(row, column))
            done = part if own == key else 0
            for number, one in enumerate(told[done:], done):
                if asked.ids and one["id"] not in asked.ids:
                    continue
                if len(found.resources) == asked.count:
                    found.following = Place(after.source, own, number)
                    return True
                found.resources.append(one)
                found.children |= _children([row])
            key, part = own, len(told)
        # Rows of which nothing is told fill no page: those behind them are asked for too.
        if len(chunk) < most:
            return False


def known(keys: Iterable[UUID], reader: Reader) -> set[UUID]:
    """Those of these children whose record the reader may read. No query where none is asked for."""
    wanted = list(keys)
    if not wanted:
        return set()
    return set(reader.children().filter(pk__in=wanted).values_list("pk", flat=True))


def number(asked: Asked, reader: Reader) -> int:
    """How many there are. Rows that become several resources are told to be counted."""
    total = 0
    for source in sources_of(asked.kind):
        rows = matching(source, asked, reader)
        if rows is None:
            continue
        rows = rows.prefetch_related(*source.along([asked.kind]))
        if source.tells[asked.kind].many or asked.ids:
            told = (one for row in rows for one in _told(source, asked.kind, row, reader))
            total += sum(1 for one in told if not asked.ids or one["id"] in asked.ids)
        else:
            total += rows.order_by().count()
    return total


# --- Links --------------------------------------------------------------------------------------


def ticket(whose: UUID, about: str, at: Place) -> str:
    """A sealed word for where the next page begins, good for this system and this search alone."""
    return signing.dumps([str(whose), about, *_row(at)], salt=_SALT, compress=True)


def hidden_ticket(whose: UUID, kind: str, at: Place, words: Asked) -> str:
    """A word that says nothing: what was sent in a form waits here, and stands in no address.

    A seal would not hide it: who sees an address reads through it.
    """
    word = get_random_string(32)
    waits = [str(whose), kind, *_row(at), list(words.used), words.count]
    caches[_CACHE].set(_kept_under(word), waits, _KEPT)
    return word


def opened(word: str, whose: UUID, about: str) -> tuple[Place, list[tuple[str, str]] | None]:
    """Where a page begins, and the words that waited for it; refused where it is not this system's."""
    if ":" not in word:
        return _found(word, whose, about.partition("?")[0])
    try:
        system, of, *row = signing.loads(word, salt=_SALT)
    except signing.BadSignature:
        raise _not_as_given() from None
    if system != str(whose) or of != about:
        raise _not_as_given()
    return Place(*row), None


def _found(word: str, whose: UUID, kind: str) -> tuple[Place, list[tuple[str, str]]]:
    waiting = caches[_CACHE].get(_kept_under(word))
    if waiting is None:
        raise Unreadable("_page", "this search was begun too long ago: send it anew.")
    system, of, source, key, part, used, count = waiting
    if system != str(whose) or of != kind:
        raise _not_as_given()
    return Place(source, key, part), [*map(tuple, used), ("_count", str(count))]


def _row(at: Place) -> tuple[int, str, int]:
    return at.source, at.key, at.part


def _kept_under(word: str) -> str:
    # Hashed: who reads the table cannot go on with a search, and any word makes a key.
    return sha256(word.encode()).hexdigest()


def _not_as_given() -> Unreadable:
    return Unreadable("_page", "follow the link “next” as it was given.")


# --- The answer ---------------------------------------------------------------------------------


def searchset(
    found: Page, own: str, following: str, at: datetime, total: int | None = None
) -> Resource:
    """The page as a Bundle, with its links."""
    links = [{"relation": "self", "url": f"{settings.SITE_URL}{BASE}/{own}"}]
    if following:
        links.append({"relation": "next", "url": f"{settings.SITE_URL}{BASE}/{following}"})
    told: Resource = {
        "resourceType": "Bundle",
        "type": "searchset",
        "timestamp": instant(at),
        "link": links,
    }
    if total is not None:
        told["total"] = total
    entries = [_entry(one, "match") for one in found.resources]
    entries += [_entry(one, "include") for one in found.named]
    if entries:
        told["entry"] = entries
    return told


def _entry(one: Resource, mode: str) -> Resource:
    return {
        "fullUrl": f"{settings.SITE_URL}{BASE}/{one['resourceType']}/{one['id']}",
        "resource": one,
        "search": {"mode": mode},
    }


def whole(found: Page, after: Place) -> int | None:
    """How many there are in all, where the first page held them."""
    first = after == Place()
    return len(found.resources) if first and found.following is None else None
