"""What is told of one child, of every type, and who is named in it?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, QuerySet

from referrals import access
from referrals.models import Child, Referral, User
from referrals.prepared import prepared

from .asked import MOST, Asked, Unreadable, counted, spanned, with_changes
from .element import Resource
from .interface import KINDS, sources_of
from .moment import Span
from .people import organization, practitioner, practitioner_role
from .search import Page, Place, behind, dated, fill
from .source import Reader, Rows, Source
from .table import SOURCES

#: A page asks so many tables at most; what is left stands on the next.
_TABLES: Final = 18
#: What is told of the referral that something hangs on.
_TOLD: Final = ("id", "child", "state")
_HOLDING: Final = (dict, list)


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
        here = replace(after if number == after.source else Place(), source=number)
        read = partial(_rows_of, child, number, told, reader, since)
        if fill(found, source, told, read, here, asked, reader):
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


def _rows_of(
    child: UUID, number: int, kinds: list[str], reader: Reader, since: Span | None, key: str, most: int
) -> list[Any]:  # fmt: skip
    """So many rows of a source about a child, from that key on; where they begin, asked as prepared."""
    began = since.start if since else None
    if key or most > MOST + 2:
        source = SOURCES[number]
        return behind(_of(child, source, reader, began), source, kinds, key, most)
    rows = _first_of(child, reader.user, reader.place, reader.at, str(number), began)[:most]
    for which, along in enumerate(SOURCES[number].along(kinds)):
        _hang(rows, along, partial(_hung, str(number), tuple(kinds), str(which)))
    return rows


@prepared
def _first_of(
    child: UUID, user: User, place: UUID, at: datetime, number: str, since: datetime | None
) -> Rows:
    source = SOURCES[int(number)]
    rows = _briefly(_of(child, source, Reader(user, place, at), since), source)
    return rows.order_by(source.key)[: MOST + 2]


def _hang(rows: list[Any], along: Any, hung: Callable[..., list[Any]]) -> None:
    """On each row what is told along with it, where `prefetch_related` would put it.

    That composes its question anew each time, which takes longer than the answer.
    """
    *way, name = along.prefetch_to.split("__")
    holders = rows
    for step in way:
        holders = [one for row in holders if (one := getattr(row, step, None))]
    if not holders:
        return
    to_holder = _to_holder(type(holders[0]), name).attname
    of: dict[UUID, list[Any]] = {one.pk: [] for one in holders}
    for one in hung(type(holders[0]), list(of)):
        of[getattr(one, to_holder)].append(one)
    for one in holders:
        held = one.__dict__.setdefault("_prefetched_objects_cache", {})
        held[name] = of[one.pk]


@prepared
def _hung(
    number: str, kinds: tuple[str, ...], which: str, model: type[Any], holders: list[UUID]
) -> Rows:
    """What hangs on these rows of a model, by the last step of what a source tells along."""
    along = SOURCES[int(number)].along(kinds)[int(which)]
    to_holder = _to_holder(model, along.prefetch_to.split("__")[-1])
    rows: Rows = along.queryset
    if rows is None:
        rows = to_holder.model._default_manager.all()
    return rows.filter(**{f"{to_holder.name}__in": holders})


def _to_holder(model: type[Any], name: str) -> Any:
    """The column by which that points at a row of this model which hangs on it by this name."""
    return model._meta.get_field(name).field


def _of(child: UUID, source: Source, reader: Reader, since: datetime | None) -> Rows:
    rows = with_changes(source, reader).filter(of_child=child)
    return rows.filter(changed_at__gte=since) if since else rows


def _briefly(rows: Rows, source: Source) -> Rows:
    """Of a row, or else of the referral beside it, only what is told: as a whole it is the larger part."""
    if source.columns:
        return rows.only(*source.columns)
    path = source.child.removesuffix("__child")
    if not path.endswith("referral"):
        return rows
    columns = Referral._meta.concrete_fields
    return rows.defer(*(f"{path}__{one.name}" for one in columns if one.name not in _TOLD))


def _holding(
    child: UUID, reader: Reader, sources: list[tuple[int, Source]], since: Span | None
) -> list[tuple[int, Source]] | None:
    numbers = tuple(str(number) for number, _ in sources)
    began = since.start if since else None
    rows = _what_holds(child, reader.user, reader.place, reader.at, numbers, began)
    return [one for one in sources if rows[0][f"has_{one[0]}"]] if rows else None


@dataclass(frozen=True)
class _OfOne(Reader):
    """Asks about one child only, whom the row around the question has found to be the reader's to read.

    It tells no row: whatever is told is asked for by the reader, with all that the reader may see.
    """

    child: UUID

    def children(self) -> QuerySet[Child]:
        return Child.objects.filter(pk=self.child)

    def referrals(self) -> QuerySet[Referral]:
        return Referral.objects.filter(access.is_told(self.user), child=self.child)


@prepared
def _what_holds(
    child: UUID, user: User, place: UUID, at: datetime, numbers: tuple[str, ...],
    since: datetime | None,
) -> Any:  # fmt: skip
    """One row of a child that is known, with whether each of these sources tells anything of it."""
    known = Reader(user, place, at).children().filter(pk=child)
    of_one = _OfOne(user, place, at, child)
    there = {}
    for number in numbers:
        source = SOURCES[int(number)]
        # When a row changed takes tables more: asked only where it counts.
        rows = (
            _of(child, source, of_one, since)
            if since
            else source.rows(of_one).filter(**{source.child: child})
        )
        there[f"has_{number}"] = Exists(rows.order_by())
    return known.annotate(**there).values(*there, "pk").order_by("pk")[:1]


def _who(told: list[Resource], reader: Reader, kinds: frozenset[str]) -> list[Resource]:
    """The practitioners with their roles, and the organisations, that the page names. Two queries."""
    named: dict[str, set[str]] = {"Practitioner": set(), "Organization": set()}
    for target in references(told):
        kind, _, key = target.partition("/")
        if kind in named:
            named[kind].add(key)
    who = (reader.user, reader.place, reader.at)
    found: list[Resource] = []
    if kinds & {"Practitioner", "PractitionerRole"} and named["Practitioner"]:
        rows = _work_of(*who, sorted(UUID(key) for key in named["Practitioner"]))
        people = {one.user_id: one.user for one in rows}
        if "Practitioner" in kinds:
            found += [dated(practitioner(one), one.row_changed_at) for one in people.values()]
        if "PractitionerRole" in kinds:
            found += [dated(practitioner_role(one, reader.at), one.changed_at) for one in rows]
        named["Organization"] |= {str(one.organization_id) for one in rows}
    if "Organization" in kinds and named["Organization"]:
        around = _places(*who, sorted(UUID(key) for key in named["Organization"]))
        found += [dated(organization(one), one.changed_at) for one in around]
    return found


@prepared
def _work_of(user: User, place: UUID, at: datetime, people: list[UUID]) -> Any:
    """The work of these people, with each of them."""
    work: Any = with_changes(sources_of("PractitionerRole")[0], Reader(user, place, at))
    return work.filter(user__in=people).select_related("user").order_by("pk")


@prepared
def _places(user: User, place: UUID, at: datetime, places: list[UUID]) -> Any:
    around = with_changes(sources_of("Organization")[0], Reader(user, place, at))
    return around.filter(pk__in=places).order_by("pk")


def references(value: object) -> Iterator[str]:
    """Every reference in a resource, however deep."""
    left: list[Any] = [value]
    for one in left:  # which grows meanwhile
        parts = one
        if isinstance(one, dict):
            named, parts = one.get("reference"), one.values()
            if isinstance(named, str):
                yield named
        left += [inner for inner in parts if isinstance(inner, _HOLDING)]
