"""Which hard words stand in a text, and how is each said plainly?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from referrals.clinical import tables


@dataclass(frozen=True)
class Word:
    """A clinical word with the forms in which it is written, and what it means, in both languages."""

    code: str
    words: tuple[str, ...]
    words_es: tuple[str, ...]
    plain: str
    plain_es: str
    source: str

    def forms(self, language: str) -> tuple[str, ...]:
        return self.words_es if language == "es" else self.words

    def said(self, language: str) -> tuple[str, str]:
        """The word as it is shown, and its explanation."""
        return self.forms(language)[0], self.plain_es if language == "es" else self.plain


GLOSSARY: Mapping[str, Word] = MappingProxyType(
    {entry["code"]: Word(**entry) for entry in tables.read("glossary")["word"]}
)


_WORD = re.compile(r"\w+")


@lru_cache(maxsize=2)
def _by_first_word(language: str) -> Mapping[str, tuple[tuple[re.Pattern[str], Word], ...]]:
    """What to look for where a word is met: every form that begins with it."""
    found: dict[str, tuple[tuple[re.Pattern[str], Word], ...]] = {}
    for word in GLOSSARY.values():
        for form in word.forms(language):
            first = _WORD.findall(form)[0]
            whole = re.compile(rf"\b{re.escape(form)}\b")
            found[first] = (*found.get(first, ()), (whole, word))
    return MappingProxyType(found)


def words_in(text: str, language: str) -> list[tuple[str, str]]:
    """The hard words of a text in the order in which they are met, each once with its explanation.

    `language` is “en” or “es”, the language of the words that are looked for and explained.
    """
    text = " ".join(text.lower().split())
    table = _by_first_word(language)
    at: dict[str, int] = {}
    for first in table.keys() & set(_WORD.findall(text)):
        for whole, word in table[first]:
            hit = whole.search(text)
            if hit:
                at[word.code] = min(hit.start(), at.get(word.code, hit.start()))
    return [GLOSSARY[code].said(language) for code in sorted(at, key=lambda code: at[code])]
