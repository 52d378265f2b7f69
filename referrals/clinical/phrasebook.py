"""Is a text still as one of the banks words it, and how is it said in another language?

What a therapist takes from a bank is written into the record, and may be fitted to the child. As
long as nobody changed the words they are ours, and each reader is told them in their language.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from referrals.clinical.activity_bank import ACTIVITIES
from referrals.clinical.goal_bank import BANK, restated
from referrals.clinical.text import LANGUAGES, Text

_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")


def texts() -> Iterator[Text]:
    """Every text of the banks that can stand in a record as it is; levels have an amount besides."""
    for activity in ACTIVITIES.values():
        yield from activity.texts
    for goal in BANK.values():
        yield from (goal.title, goal.does_what, goal.conditions, goal.how_well, goal.measure)


_AS_THEY_ARE: Final[Mapping[str, Text]] = MappingProxyType(
    {text.said(language): text for text in texts() for language in LANGUAGES if text.en}
)


def _levels() -> Mapping[str, list[tuple[re.Pattern[str], Text]]]:
    """The words of a level, found by the text with its numbers left out."""
    found: dict[str, list[tuple[re.Pattern[str], Text]]] = {}
    for goal in BANK.values():
        for language in LANGUAGES:
            step = goal.step.said(language)
            before, after = map(re.escape, step.split("{amount}"))
            pattern = re.compile(f"{before}({_NUMBER.pattern}){after}")
            found.setdefault(_bare(step.format(amount=0)), []).append((pattern, goal.step))
    return MappingProxyType(found)


def _bare(text: str) -> str:
    return _NUMBER.sub("#", text)


_LEVELS: Final = _levels()


def ours(text: str, language: str) -> str | None:
    """The same in that language where the words are ours; None where somebody else chose them."""
    known = _AS_THEY_ARE.get(text)
    if known is not None:
        return known.said(language)
    for pattern, step in _LEVELS.get(_bare(text), ()):
        level = pattern.fullmatch(text)
        if level is not None:
            return step.said(language).format(amount=level[1])
    return restated(text, language)
