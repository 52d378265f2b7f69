"""Which goals can a person start from, and how do the parts of a goal become one sentence?"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from referrals.clinical import ladder, tables
from referrals.clinical.activity_bank import LONGEST, NOT_OURS
from referrals.clinical.gas import BASELINE_LEVEL, LEVELS
from referrals.clinical.knowledge import BANDS, DOMAINS, UnknownBand, UnknownDomain
from referrals.clinical.ladder import plain
from referrals.clinical.text import ENGLISH, LANGUAGES, Text

#: What a family reads of an entry.
_READ: Final = ("title", "does_what", "conditions", "how_well", "measure", "step")
#: Words of a text, a level's among them.
MOST_WORDS: Final = 15


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
    def texts(self) -> tuple[Text, ...]:
        """What it fills in as it is; a level has its amount besides."""
        return (self.does_what, self.conditions, self.how_well, self.measure)

    @property
    def in_spanish(self) -> bool:
        """Whether anybody said it in Spanish; one that nobody translated has its English in either."""
        return any(text.es != text.en for text in (self.title, self.step, *self.texts))

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


def bank_for(
    domain: str = "", band: str = "", entries: Iterable[BankEntry] = tuple(BANK.values())
) -> tuple[BankEntry, ...]:
    """The entries of a domain and an age band, of all where one is left empty.

    Raises UnknownDomain and UnknownBand.
    """
    if domain and domain not in DOMAINS:
        raise UnknownDomain(f"There is no domain {domain!r}.")
    if band and band not in BANDS:
        raise UnknownBand(f"There is no age band {band!r}.")
    return tuple(
        entry
        for entry in entries
        if domain in ("", entry.domain) and (not band or band in entry.bands)
    )


def faults(entry: BankEntry) -> Iterator[tuple[str, str]]:
    """What keeps an entry out of a bank: (field, sentence); `step_es` is the Spanish of `step`.

    An entry that nobody translated has its English in either language.
    """
    if entry.domain not in DOMAINS or entry.domain == NOT_OURS:
        yield "domain", "Choose an area of daily life."
    if not entry.bands or not set(entry.bands) <= set(BANDS):
        yield "bands", "Choose at least one age."
    if len(entry.amounts) != len(LEVELS):
        yield "amounts", "Write five amounts, from the lowest level to the highest."
    for language in LANGUAGES if entry.in_spanish else (ENGLISH,):
        suffix = "" if language == ENGLISH else f"_{language}"
        for name in _READ:
            text = getattr(entry, name).said(language)
            for sentence in _unfit(text):
                yield name + suffix, sentence
        if len(entry.amounts) == len(LEVELS):
            yield from _off_the_ladder(entry, language, suffix)


def _unfit(text: str) -> Iterator[str]:
    if not text.strip():
        yield "Write this."
    elif text != text.strip().rstrip("."):
        yield "Leave out the full stop: it becomes part of a sentence."
    if len(text) > LONGEST:
        yield f"Say it in {LONGEST} characters or fewer."
    if len(text.split()) > MOST_WORDS:
        yield f"Say it in {MOST_WORDS} words or fewer."


def _off_the_ladder(entry: BankEntry, language: str, suffix: str) -> Iterator[tuple[str, str]]:
    """What keeps its five levels from being rated, or from being what the goal says."""
    step, middle = entry.step.said(language), entry.amounts[LEVELS.index(0)]
    if step.count("{amount}") != 1 or re.search("[{}]", step.replace("{amount}", "")):
        yield f"step{suffix}", "Write {amount} once, where the amount of the level goes."
        return
    if not suffix:
        levels, measure = entry.levels(language), entry.measure.said(language)
        found = [ladder.faults(levels, measure=measure, convention=c) for c in BASELINE_LEVEL]
        for fault in dict.fromkeys(fault for one in found for fault in one):
            if fault.part != "measure":
                yield "amounts", fault.sentence
    numbers = re.findall(r"\d+(?:\.\d+)?", entry.how_well.said(language))
    if plain(middle) not in numbers:
        yield f"how_well{suffix}", f"Name the amount of level 0 in figures: {plain(middle)}."


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
