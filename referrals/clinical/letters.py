"""Which letters are there, what must stand in each, and how is a text of theirs filled in?

The texts hold places such as `{child}` and nothing else: no code, no attributes, no markup. What is
filled in is never looked at again, so that a name such as “{phone}” stays a name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from .tables import read, read_texts
from .text import Text

#: Whom a letter goes to: an adult of the family, or a place of this kind.
ADULT: Final = "adult"


@dataclass(frozen=True, slots=True)
class LetterKind:
    """One kind of letter: by which parties, to whom, with which facts, and its own text."""

    code: str
    label: str
    to: str
    by: frozenset[str]
    required: tuple[str, ...]
    optional: tuple[str, ...]
    source: str
    subject: Text
    body: Text

    @property
    def places(self) -> tuple[str, ...]:
        """Every place that its text may hold."""
        return (*self.required, *self.optional)

    @property
    def for_family(self) -> bool:
        return self.to == ADULT


_TABLE: Final = read("letters")
#: What each place is filled with, in words.
FACTS: Final[Mapping[str, str]] = MappingProxyType(_TABLE["fact"])
KINDS: Final[Mapping[str, LetterKind]] = MappingProxyType({
    entry["code"]: LetterKind(**{
        **entry, "by": frozenset(entry["by"]),
        "subject": entry["subject"],
        "body": Text(entry["body"].en.strip(), entry["body"].es.strip()),
    })
    for entry in read_texts("letters", "letter", "subject", "body")
})  # fmt: skip
PHRASES: Final[Mapping[str, Text]] = MappingProxyType({
    entry["code"]: entry["words"] for entry in read_texts("letters", "phrase", "words")
})  # fmt: skip

_BRACES: Final = re.compile(r"\{([a-z_]+)\}|[{}]")
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>|&[A-Za-z#][A-Za-z0-9]*;")


def fill(text: str, facts: Mapping[str, str]) -> str:
    """The text with each place filled in, once: what comes in is set as it is, never read again.

    Raises KeyError for a place that nothing is known for, ValueError for a brace that is none.
    """

    def said(found: re.Match[str]) -> str:
        if found[1] is None:
            raise ValueError("A brace that belongs to no place")
        return facts[found[1]]

    return _BRACES.sub(said, text)


def faults(kind: LetterKind, subject: str, body: str) -> list[str]:
    """Why this text cannot be the text of such letters; empty where it can."""
    both = f"{subject}\n{body}"
    held = [found[1] for found in _BRACES.finditer(both)]
    said = []
    if not subject.strip() or not body.strip():
        said.append("Write a subject and a text.")
    unknown = sorted({name for name in held if name is not None and name not in kind.places})
    if unknown:
        allowed = ", ".join(f"{{{name}}}" for name in sorted(kind.places))
        strange = ", ".join(f"{{{name}}}" for name in unknown)
        said.append(f"This letter knows no {strange}. It knows: {allowed}.")
    if None in held:
        said.append("Braces only stand around the name of a place, such as {child}.")
    missing = [name for name in kind.required if name not in held]
    if missing:
        named = ", ".join(f"{{{name}}} ({FACTS[name]})" for name in missing)
        said.append(f"This must stand in the letter: {named}.")
    if _TAG.search(both):
        said.append("Write plain text: marks such as <b> would be read as they are typed.")
    return said


def lost(kind: LetterKind, facts: Mapping[str, str], subject: str, body: str) -> list[str]:
    """Which required facts no longer stand in a letter whose words were changed, each in words."""
    both = " ".join(f"{subject} {body}".split())
    return [
        f"{FACTS[name]}: “{facts[name]}”"
        for name in kind.required
        if facts[name] and " ".join(facts[name].split()) not in both
    ]
