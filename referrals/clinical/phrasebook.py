"""Is a text still as one of the banks words it, and how is it said in another language?

What a therapist takes from a bank is written into the record, and may be fitted to the child. As
long as nobody changed the words they are ours, and each reader is told them in their language.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from referrals.clinical.activity_bank import ACTIVITIES
from referrals.clinical.goal_bank import BANK, BankEntry, restated, statement
from referrals.clinical.text import ENGLISH, LANGUAGES, SPANISH, Text

_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")


def texts() -> Iterator[Text]:
    """Every text of the banks that can stand in a record as it is; levels have an amount besides."""
    for activity in ACTIVITIES.values():
        yield from activity.texts
    for goal in BANK.values():
        yield from (goal.title, *goal.texts)


def _as_they_are(texts: Iterable[Text]) -> Mapping[str, Text]:
    return {text.said(language): text for text in texts for language in LANGUAGES if text.en}


Levels = Mapping[str, list[tuple[re.Pattern[str], Text]]]


def _levels(goals: Iterable[BankEntry]) -> Levels:
    """The words of a level, found by the text with its numbers left out."""
    found: dict[str, list[tuple[re.Pattern[str], Text]]] = {}
    for goal in goals:
        for language in LANGUAGES:
            step = goal.step.said(language)
            before, after = map(re.escape, step.split("{amount}"))
            pattern = re.compile(f"{before}({_NUMBER.pattern}){after}")
            found.setdefault(_bare(step.format(amount=0)), []).append((pattern, goal.step))
    return found


def _bare(text: str) -> str:
    return _NUMBER.sub("#", text)


def _level(text: str, levels: Levels) -> Text | None:
    for pattern, step in levels.get(_bare(text), ()):
        level = pattern.fullmatch(text)
        if level is not None:
            return Text(*(step.said(lang).format(amount=level[1]) for lang in LANGUAGES))
    return None


_AS_THEY_ARE: Final = MappingProxyType(_as_they_are(texts()))
_LEVELS: Final = MappingProxyType(_levels(BANK.values()))


def ours(text: str, language: str) -> str | None:
    """The same in that language where the words are ours; None where somebody else chose them."""
    known = _AS_THEY_ARE.get(text) or _level(text, _LEVELS)
    return known.said(language) if known is not None else restated(text, language)


# --- What an organisation says in two languages: by its English the Spanish, empty where none is ---


def carried(texts: Iterable[str], goals: Iterable[BankEntry]) -> dict[str, str]:
    """Of some texts of a goal those that one of these entries words, levels with any amount."""
    goals = tuple(goals)
    plain, levels = _as_they_are(text for goal in goals for text in goal.texts), _levels(goals)
    known = [plain.get(text) or _level(text, levels) for text in texts]
    return {one.en: one.es if one.es != one.en else "" for one in known if one is not None}


def language_of(texts: Iterable[str], spanish: Mapping[str, str]) -> str | None:
    """The language in which all of these stand as they are carried; None where one is somebody's."""
    texts = list(texts)
    if all(text in spanish for text in texts):
        return ENGLISH
    return SPANISH if all(text in spanish.values() for text in texts) else None


def own(text: str, language: str, spanish: Mapping[str, str]) -> str | None:
    """The same in that language, as it is carried; None for what is not, or not in that language."""
    if language == ENGLISH:
        return text if text in spanish else next((e for e, s in spanish.items() if s == text), None)
    return text if text in spanish.values() else spanish.get(text) or None


def stated(who: str, deed: Iterable[str], by: date, spanish: Mapping[str, str]) -> dict[str, str]:
    """The statement of a goal whose deed is carried whole; empty for any other."""
    deed = list(deed)
    if language_of(deed, spanish) is None:
        return {}
    said = {lang: [own(text, lang, spanish) or "" for text in deed] for lang in LANGUAGES}
    made = {lang: statement(who, *parts, by, lang) for lang, parts in said.items() if all(parts)}  # type: ignore[call-arg,arg-type]
    return {made[ENGLISH]: made.get(SPANISH, "")}
