"""What does another computer system search for? Its parameters, read, checked, and made conditions."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import DateTimeField, F, ForeignKey, Q, UUIDField

from referrals.models import Child, ChildToken
from referrals.models.child import tokens

from .interface import KINDS, parameters
from .moment import Span, span
from .source import Reader, Rows, Source, Told
from .token import parts, token

COUNT: Final = 50
MOST: Final = 200
#: So many values a search has in all its parameters together, and so many of them names.
_MOST_VALUES: Final = 200
_MOST_NAMES: Final = 10
#: A name is looked up among so many children at most who share its beginning.
_NAMESAKES: Final = 1000
JSON: Final = frozenset({"json", "application/json", "application/fhir+json"})
#: Parameters that shape the answer and select nothing.
_SHAPING: Final = ("_count", "_summary", "_format", "_page", "_pretty")
_NAMES: Final = {
    "family": ("family_name",), "given": ("given_name", "name_used"),
    "name": ("family_name", "given_name", "name_used"),
}  # fmt: skip


class Unreadable(ValueError):
    """A parameter that means nothing; says which, and what would."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(f"{name}: {words}")
        self.name = name


@dataclass(frozen=True)
class Asked:
    """A search: the parameters that were understood, how many at most, and whether only their number."""

    kind: str
    used: tuple[tuple[str, str], ...]
    count: int = COUNT
    only_number: bool = False

    @property
    def words(self) -> str:
        """What was used, as the query of an address."""
        shaping = [("_summary", "count")] if self.only_number else [("_count", str(self.count))]
        return urlencode([*self.used, *shaping])

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(one for name, value in self.used if name == "_id" for one in parts(value))

    @property
    def patients(self) -> list[UUID]:
        """The children that were asked for by id."""
        names = ("_id",) if self.kind == "Patient" else ("patient", "subject")
        asked = (one for name, value in self.used if name in names for one in parts(value))
        return [key for one in asked if (key := as_id(one.rpartition("/")[2])) is not None]


def asked(kind: str, given: Iterable[tuple[str, str]], *, strict: bool) -> Asked:
    """Read the parameters; what is unknown is left out, or refused where the system wants that."""
    known = parameters(kind)
    used: list[tuple[str, str]] = []
    shaping: dict[str, str] = {}
    for name, value in given:
        base, modified, _ = name.partition(":")
        if "\0" in value:
            raise Unreadable(base, "this is no text.")
        if name in _SHAPING:
            shaping[name] = value
        elif modified and base in known:
            raise Unreadable(name, "this modifier is not known here.")
        elif name in known:
            if value:
                used.append((name, value))
        elif strict:
            raise Unreadable(name, f"{kind} is searched by {', '.join(known)}.")
    _check_number(used)
    for name, value in used:
        _check(kind, name, value)
    number, count = _number(shaping)
    return Asked(kind, tuple(used), count, number)


def _number(shaping: dict[str, str]) -> tuple[bool, int]:
    summary = shaping.get("_summary", "false")
    if summary not in ("count", "false"):
        raise Unreadable("_summary", "only “count” and “false” are offered.")
    return summary == "count" or shaping.get("_count") == "0", counted(shaping.get("_count"))


def counted(written: str | None) -> int:
    """How many resources a page holds."""
    if written is None:
        return COUNT
    if not (written.isascii() and written.isdigit() and len(written) < 10):
        raise Unreadable("_count", "write a whole number from 0 on.")
    return min(int(written), MOST) or COUNT


def _check_number(used: Iterable[tuple[str, str]]) -> None:
    values = names = 0
    for name, value in used:
        number = value.count(",") + 1
        values += number
        names += number if name in _NAMES else 0
        if values > _MOST_VALUES or names > _MOST_NAMES:
            raise Unreadable(name, "too many values.")


def _check(kind: str, name: str, value: str) -> None:
    rule = KINDS[kind]
    if name in ("patient", "subject"):
        for one in parts(value):
            before, _, key = one.rpartition("/")
            if as_id(key) is None or (before and before.rpartition("/")[2] != "Patient"):
                raise Unreadable(name, "write Patient/<id>, or the id alone.")
    elif name in (*rule.dates, "_lastUpdated", "birthdate", "modified"):
        for one in parts(value):
            spanned(name, one)
    elif name in ("identifier", *rule.statuses) and any(
        token(one).is_empty for one in parts(value)
    ):
        raise Unreadable(name, "write a code, system|code, |code or system|.")


def spanned(name: str, written: str) -> Span:
    found = span(written)
    if found is None:
        raise Unreadable(
            name, "write a date such as 2026, 2026-04, ge2026-04-14 or lt2026-04-14T09:30Z."
        )
    return found


def as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def keys_of(source: Source, rows: Rows, ids: Iterable[str]) -> list[Any]:
    """The keys of those rows that could be told under these ids: `<key>`, or `<key>-<part>`."""
    column = _column(rows, source.key)
    found = []
    for one in ids:
        whole = one[:36] if isinstance(column, UUIDField | ForeignKey) else one
        # A number of more digits overflows the column.
        if whole.isdigit() and len(whole) > 18:
            continue
        try:
            found.append(column.to_python(whole))
        except ValidationError:
            continue
    return found


def matching(source: Source, asked: Asked, reader: Reader) -> Rows | None:
    """The rows of a source that are asked for; None where it can hold none of them."""
    told = source.tells[asked.kind]
    rows = with_changes(source, reader)
    for name, value in asked.used:
        condition = _condition(source, told, rows, name, value, reader, asked.kind)
        if condition is None:
            return None
        rows = rows.filter(condition)
    return rows


def with_changes(source: Source, reader: Reader) -> Rows:
    """The rows of a source, each with its child and with when it last changed."""
    rows = source.rows(reader)
    if source.child:
        rows = rows.annotate(of_child=F(source.child))
    when = F(source.changed) if isinstance(source.changed, str) else source.changed
    dated: Rows = rows.annotate(changed_at=when)
    return dated


def _condition(
    source: Source, told: Told, rows: Rows, name: str, value: str, reader: Reader, kind: str
) -> Q | None:
    said, rule = parts(value), KINDS[kind]
    if name == "_id":
        return Q(**{f"{source.key}__in": keys_of(source, rows, said)})
    if name in ("patient", "subject"):
        # Of whom it is about nobody has decided yet.
        if not source.child:
            return None
        return Q(of_child__in=[as_id(one.rpartition("/")[2]) for one in said])
    if name in rule.statuses:
        meant = [token(one) for one in said]
        return _any(
            stand for code, stand in told.statuses.items()
            if any(one.fits(rule.codes, code) for one in meant)
        )  # fmt: skip
    if name == "_lastUpdated":
        moment = DateTimeField()
        return _any(spanned(name, one).condition("changed_at", moment) for one in said)
    if name in rule.dates or name in told.also or name == "birthdate":
        path = "date_of_birth" if name == "birthdate" else told.also.get(name, told.date)
        column = _column(rows, path)
        return _any(spanned(name, one).condition(path, column) for one in said)
    if name == "identifier":
        numbered = told.numbered
        return _any(numbered(token(one), reader) for one in said) if numbered else None
    return _any(Q(pk__in=_named(name, one, reader)) for one in said)


def _any(conditions: Iterable[Q]) -> Q | None:
    """One of them; None where there is none to choose from."""
    found: Q | None = None
    for condition in conditions:
        # An empty condition holds for every row, and so does any choice that has it.
        if not condition:
            return Q()
        found = condition if found is None else found | condition
    return found


def _column(rows: Rows, path: str) -> Any:
    if path in rows.query.annotations:
        return rows.query.annotations[path].output_field
    model: Any = rows.model
    column: Any = None
    for part in path.split("__"):
        column = model._meta.pk if part == "pk" else model._meta.get_field(part)
        model = column.related_model
    return column


def _named(name: str, written: str, reader: Reader) -> list[UUID]:
    """The children one of whose names begins so, by the words under which the place finds them."""
    words = sorted(tokens(written), key=len, reverse=True)[:4]
    if not words:
        return []
    places = ChildToken.objects.filter(organization=reader.place)
    children = Child.objects.filter(pk__in=reader.children().values("pk"))
    for word in words:
        # A range instead of LIKE: both databases answer it from the index.
        found = places.filter(token__gte=word, token__lt=word + "\U0010ffff")
        children = children.filter(pk__in=found.values("child"))
    rows = children.values_list("pk", *_NAMES[name]).order_by("pk")[:_NAMESAKES]
    return [
        pk for pk, *names in rows
        if all(any(own.startswith(word) for own in tokens(" ".join(names))) for word in words)
    ]  # fmt: skip
