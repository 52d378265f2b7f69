"""Which resources are found, a page at a time? By key, never by offset, with a signed link to the next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.cache import caches
from django.db.models import Exists, OuterRef
from django.utils.crypto import get_random_string

from referrals.models import User
from referrals.prepared import prepared

from .asked import (
    MOST,
    Asked,
    Unreadable,
    counted,
    keys_of,
    matching,
    spanned,
    with_changes,
)
from .element import Resource, instant
from .interface import KINDS, sources_of
from .moment import Span
from .paper import BASE
from .people import organization, practitioner, practitioner_role
from .source import Reader, Rows, Source
from .table import SOURCES

_SALT: Final = "fhir-page"
#: For so long the words of a search that was sent in a form wait for its next page (seconds).
_KEPT: Final = 600
#: They have a cache of their own: however many there are, they push out no count of failed log-ins.
_CACHE: Final = "searches"
#: A page of everything asks so many tables at most; what is left stands on the next.
_TABLES: Final = 18
_NAMED: Final = ("Practitioner", "PractitionerRole", "Organization")


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
        yield _dated(one, row.changed_at)


def _dated(one: Resource, changed: datetime) -> Resource:
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
        if _fill(found, source, [asked.kind], rows, here, asked, reader):
            break
    return found


def _fill(
    found: Page, source: Source, kinds: list[str], rows: Rows, after: Place, asked: Asked,
    reader: Reader,
) -> bool:  # fmt: skip
    """Add what the rows tell after that place; True once the page is full and there is more."""
    key, part, column = after.key, after.part, source.key
    rows = rows.prefetch_related(*source.along(kinds)).order_by(column)
    while True:
        following = rows.filter(**{f"{column}__gte": key}) if key else rows
        most = asked.count - len(found.resources) + 2
        chunk = list(following[:most])
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


# --- Everything of one child --------------------------------------------------------------------


def everything(
    child: UUID, reader: Reader, after: Place, asked: Asked, kinds: frozenset[str]
) -> Page | None:
    """All of these types that is told of a child, and who is named in it; None of an unknown child.

    One query says which tables hold anything, so that an empty one costs nothing; no page asks more
    than so many of them.
    """
    since = next((spanned(name, f"ge{v}") for name, v in asked.used if name == "_since"), None)
    sources = [
        (number, source)
        for number, source in enumerate(SOURCES)
        if source.child and number >= after.source and kinds & set(source.tells)
    ]
    holding = _holding(child, reader, sources, since)
    if holding is None:
        return None
    found = Page([], {child})
    left = _TABLES
    for number, source in holding:
        told = [kind for kind in source.tells if kind in kinds]
        left -= 1 + len(source.along(told))
        if left < 0:
            found.following = Place(number)
            break
        rows = _of(child, source, reader, since)
        here = replace(after if number == after.source else Place(), source=number)
        if _fill(found, source, told, rows, here, asked, reader):
            break
    found.named = _who(found.resources, reader, kinds)
    return found


def narrowed(given: dict[str, str]) -> tuple[Asked, frozenset[str]]:
    """Since when and of which types everything is asked for; without a word, every type."""
    kinds = frozenset(given["_type"].split(",")) if given.get("_type") else frozenset(KINDS)
    if kinds - set(KINDS):
        raise Unreadable("_type", f"{', '.join(sorted(kinds - set(KINDS)))} is not told here.")
    if given.get("_since"):
        spanned("_since", f"ge{given['_since']}")
    used = tuple((name, given[name]) for name in ("_since", "_type") if given.get(name))
    return Asked("Patient", used, counted(given.get("_count", str(MOST)))), kinds


def _of(child: UUID, source: Source, reader: Reader, since: Span | None) -> Rows:
    rows = with_changes(source, reader).filter(of_child=child)
    return rows.filter(changed_at__gte=since.start) if since else rows


def _holding(
    child: UUID, reader: Reader, sources: list[tuple[int, Source]], since: Span | None
) -> list[tuple[int, Source]] | None:
    numbers = tuple(str(number) for number, _ in sources)
    began = since.start if since else None
    rows = _what_holds(child, reader.user, reader.place, reader.at, numbers, began)
    return [one for one in sources if rows[0][f"has_{one[0]}"]] if rows else None


@prepared
def _what_holds(
    child: UUID, user: User, place: UUID, at: datetime, numbers: tuple[str, ...],
    since: datetime | None,
) -> Any:  # fmt: skip
    """One row of a child that is known, with whether each of these sources tells anything of it."""
    reader = Reader(user, place, at)
    there = {}
    for number in numbers:
        rows = with_changes(SOURCES[int(number)], reader).filter(of_child=OuterRef("pk"))
        rows = rows.filter(changed_at__gte=since) if since else rows
        there[f"has_{number}"] = Exists(rows.order_by())
    known = reader.children().filter(pk=child)
    return known.annotate(**there).values(*there, "pk").order_by("pk")[:1]


def _who(told: list[Resource], reader: Reader, kinds: frozenset[str]) -> list[Resource]:
    """The practitioners with their roles, and the organisations, that the page names. Two queries."""
    named: dict[str, set[str]] = {"Practitioner": set(), "Organization": set()}
    for target in references(told):
        kind, _, key = target.partition("/")
        if kind in named:
            named[kind].add(key)
    sources = {kind: sources_of(kind)[0] for kind in _NAMED}
    found: list[Resource] = []
    if kinds & {"Practitioner", "PractitionerRole"} and named["Practitioner"]:
        work: Any = with_changes(sources["PractitionerRole"], reader)
        rows: list[Any] = list(
            work.filter(user__in=named["Practitioner"]).select_related("user").order_by("pk")
        )
        people = {one.user_id: one.user for one in rows}
        if "Practitioner" in kinds:
            found += [_dated(practitioner(one), one.row_changed_at) for one in people.values()]
        if "PractitionerRole" in kinds:
            found += [_dated(practitioner_role(one, reader.at), one.changed_at) for one in rows]
        named["Organization"] |= {str(one.organization_id) for one in rows}
    if "Organization" in kinds and named["Organization"]:
        places = with_changes(sources["Organization"], reader)
        around = places.filter(pk__in=named["Organization"]).order_by("pk")
        found += [_dated(organization(one), one.changed_at) for one in around]
    return found


def references(value: object) -> Iterator[str]:
    """Every reference in a resource, however deep."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "reference" and isinstance(inner, str):
                yield inner
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


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
