"""Of what is every printed document made? One structure, which page, print and PDF draw alike.

No HTTP and no layout: a block says what kind it is, and whoever draws it decides how.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, ClassVar, Final, TypeVar

from django.utils.functional import Promise
from django.utils.translation import pgettext

from referrals.clinical.glossary import words_in
from referrals.wording import Typed, in_which, language
from referrals.wording import later as _

D = TypeVar("D")

#: Said where nobody wrote anything: a document holds each of its fields, also the empty ones.
NOT_RECORDED: Final = _("Not recorded")


@dataclass(frozen=True, slots=True)
class Paragraph:
    kind: ClassVar = "paragraph"
    text: str


@dataclass(frozen=True, slots=True)
class Field:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Fields:
    """Labels, each with what was written beside it."""

    kind: ClassVar = "fields"
    rows: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a table, with the head of its column: on a phone the two stand together."""

    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; the column `wide` holds the sentences."""

    kind: ClassVar = "table"
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    wide: int

    @property
    def lines(self) -> list[list[Cell]]:
        return [[Cell(*pair) for pair in zip(self.columns, row, strict=True)] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Rung:
    """One level of a goal: its label, its words, and whether the child stood there at the start."""

    label: str
    words: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The levels of a goal, the highest first."""

    kind: ClassVar = "ladder"
    rungs: tuple[Rung, ...]


@dataclass(frozen=True, slots=True)
class Steps:
    """What is done one after the other."""

    kind: ClassVar = "steps"
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG with its words; a page shows it by its address, a file holds it."""

    kind: ClassVar = "picture"
    shows: str
    address: str
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it; a section may hold smaller ones."""

    kind: ClassVar = "section"
    heading: str
    blocks: tuple["Block", ...]


Block = Paragraph | Fields | Table | Ladder | Steps | Picture | Section


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation as a letterhead names it."""

    role: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed, as they were on that day, and when."""

    role: str
    name: str
    on: str


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. `marks` say that it is amended, ended or void; `child` and `born` head each page."""

    title: str
    version: str
    marks: tuple[str, ...]
    child: str
    born: str
    facts: Fields
    places: tuple[Place, ...]
    sections: tuple[Section, ...]
    signatures: tuple[Signature, ...]
    footer: str
    #: In big print, to hang on a wall.
    large: bool = False


def said(pairs: dict[str, str]) -> Fields:
    """Fields of which each says something: what nobody wrote is said to be not recorded."""
    return Fields(tuple(Field(label, value or NOT_RECORDED) for label, value in pairs.items()))


def paragraph(text: str) -> Paragraph:
    return Paragraph(text or NOT_RECORDED)


def with_each_text(value: D, change: Callable[[str], str]) -> D:
    """The same structure, each of its texts changed."""
    changed: Any = value
    if isinstance(value, str | Promise):
        changed = value.alike(change(value)) if isinstance(value, Typed) else change(str(value))
    elif isinstance(value, tuple):
        changed = tuple(with_each_text(one, change) for one in value)
    elif is_dataclass(value) and not isinstance(value, type):
        parts = {f.name: with_each_text(getattr(value, f.name), change) for f in fields(value)}
        changed = replace(value, **parts)
    return changed  # type: ignore[no-any-return]


def plain(text: str) -> str:
    """The text on one kind of line ends, and without signs that nobody can see.

    A sign that turns the direction of writing round could make a signed page read otherwise.
    """
    lines = "\n".join(text.expandtabs(1).splitlines())
    return "".join(letter for letter in lines if _is_seen(letter)).strip()


#: They join letters of Persian and figures of a family into one, and are seen in what they do.
_JOINERS: Final = frozenset("\u200c\u200d")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs"})


def _is_seen(letter: str) -> bool:
    return letter == "\n" or letter in _JOINERS or unicodedata.category(letter) not in _UNSEEN


def texts(value: object) -> list[str]:
    """Every text of a document or of a part of it, in the order in which it is read."""
    if isinstance(value, str | Promise):
        return [str(value)] if value else []
    if isinstance(value, tuple):
        return [text for one in value for text in texts(one)]
    if is_dataclass(value) and not isinstance(value, type):
        return [text for f in fields(value) for text in texts(getattr(value, f.name))]
    return []


def explained(document: Document) -> Document:
    """The document with its hard words said plainly at its end; once is enough."""
    found = words_in(" ".join(texts(document)), language())
    title = pgettext("heading", "Words explained")
    if not found or any(section.heading == title for section in document.sections):
        return document
    rows = tuple(Field(word[0].upper() + word[1:], plain_words) for word, plain_words in found)
    return replace(document, sections=(*document.sections, Section(title, (Fields(rows),))))


def data(value: object) -> Any:
    """The structure as plain lists and mappings, each block with its kind."""
    if isinstance(value, Typed):
        other = value.language != language()
        return {
            "text": str(value),
            "lang": value.language,
            "mark": in_which(value.language) if other else "",
        }
    if isinstance(value, tuple):
        return [data(one) for one in value]
    if isinstance(value, bytes):
        return list(value)
    if is_dataclass(value) and not isinstance(value, type):
        kind = getattr(value, "kind", "")
        return {"kind": kind} | {f.name: data(getattr(value, f.name)) for f in fields(value)}
    return value
