"""Which goals can a person start from, and how do the parts of a goal become one sentence?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from referrals.clinical import tables
from referrals.clinical.knowledge import BANDS, DOMAINS, UnknownBand, UnknownDomain
from referrals.clinical.ladder import plain
from referrals.clinical.text import ENGLISH, LANGUAGES, Text

#: What a family reads of an entry.
_READ: Final = ("title", "does_what", "conditions", "how_well", "measure", "step")


@dataclass(frozen=True)
class BankEntry:
    """A goal to start from: the parts of its statement, what is measured, five example amounts.

    `code` says nothing: it may stand in an address. `step` is the words of a level, with
    `{amount}` where its amount goes.
    """

    code: str
    domain: str
    bands: tuple[str, ...]
    title: Text
    does_what: Text
    conditions: Text
    how_well: Text
    measure: Text
    amounts: tuple[float, ...]
    step: Text
    source: str

    @property
    def deed(self) -> Text:
        """What the child will do, how and how well: the statement after “will”."""
        parts = (self.does_what, self.conditions, self.how_well)
        return Text(*(", ".join(part.said(lang) for part in parts) for lang in LANGUAGES))

    def levels(self, language: str = ENGLISH) -> list[dict[str, float | str]]:
        """Five levels from -2 to +2, as a goal keeps them."""
        step = self.step.said(language)
        return [
            {"amount": amount, "words": step.format(amount=plain(amount))}
            for amount in self.amounts
        ]


BANK: Mapping[str, BankEntry] = MappingProxyType(
    {e["code"]: BankEntry(**e) for e in tables.read_texts("goal_bank", "goal", *_READ)}
)


def bank_for(domain: str = "", band: str = "") -> tuple[BankEntry, ...]:
    """The entries of a domain and an age band, of all where one is left empty.

    Raises UnknownDomain and UnknownBand.
    """
    if domain and domain not in DOMAINS:
        raise UnknownDomain(f"There is no domain {domain!r}.")
    if band and band not in BANDS:
        raise UnknownBand(f"There is no age band {band!r}.")
    return tuple(
        entry
        for entry in BANK.values()
        if domain in ("", entry.domain) and (not band or band in entry.bands)
    )


#: How a statement is put together; read backwards, the same tells its parts.
_SENTENCE: Final = Text(
    "By {day} {month} {year}, {who} will {deed}.",
    "Para el {day} de {month} de {year}, {who} va a {deed}.",
)
_MONTHS: Final = tuple(
    Text(*names)
    for names in (
        ("Jan", "enero"), ("Feb", "febrero"), ("Mar", "marzo"), ("Apr", "abril"),
        ("May", "mayo"), ("Jun", "junio"), ("Jul", "julio"), ("Aug", "agosto"),
        ("Sep", "septiembre"), ("Oct", "octubre"), ("Nov", "noviembre"), ("Dec", "diciembre"),
    )
)  # fmt: skip
_DEEDS: Final[Mapping[str, Text]] = MappingProxyType(
    {entry.deed.said(language): entry.deed for entry in BANK.values() for language in LANGUAGES}
)


def statement(
    who: str, does_what: str, conditions: str, how_well: str, by: date, language: str = ENGLISH
) -> str:
    """Who, does what, under what conditions, how well, by when: one sentence a stranger could check."""
    parts = [_part(part) for part in (does_what, conditions, how_well) if _part(part)]
    return _SENTENCE.said(language).format(
        day=by.day, month=_MONTHS[by.month - 1].said(language), year=by.year, who=_part(who),
        deed=", ".join(parts),
    )  # fmt: skip


def restated(text: str, language: str) -> str | None:
    """A statement made of an entry as it stands, in that language; None for any other text."""
    for known in LANGUAGES:
        made = _PARTS[known].fullmatch(text)
        deed = _DEEDS.get(made["deed"]) if made else None
        month = next((m for m in _MONTHS if made and m.said(known) == made["month"]), None)
        if made and deed and month:
            said = {"deed": deed.said(language), "month": month.said(language)}
            return _SENTENCE.said(language).format(**made.groupdict() | said)
    return None


def _parts(sentence: str) -> re.Pattern[str]:
    shapes = {
        "day": r"\d{1,2}", "month": r"\w+", "year": r"\d{4}", "who": ".+?", "deed": ".+",
    }  # fmt: skip
    named = {name: f"(?P<{name}>{shape})" for name, shape in shapes.items()}
    return re.compile(sentence.replace(".", r"\.").format(**named))


_PARTS: Final = {language: _parts(_SENTENCE.said(language)) for language in LANGUAGES}


def _part(text: str) -> str:
    return " ".join(text.split()).rstrip(" .,;")
