"""Does a family read this with ease?

Plain words in short sentences: what every text of the banks is held to, ours and an organisation's.
"""

import re
from collections.abc import Iterable
from typing import Final

#: Words in a sentence, and the school grade of a whole entry.
LONGEST_SENTENCE: Final = 15
HARDEST: Final = 6.0


def sentences(text: str) -> list[str]:
    """The sentences of a text; a line is one without a full stop too."""
    return [part for part in re.split(r"(?<=[.?!:”»])\s+", text) if part]


def too_long(text: str) -> list[str]:
    """The sentences of more than `LONGEST_SENTENCE` words."""
    return [line for line in sentences(text) if len(line.split()) > LONGEST_SENTENCE]


def grade(texts: Iterable[str]) -> float:
    """The US school grade of English texts taken together, after Flesch and Kincaid.

    0.39 words a sentence + 11.8 syllables a word - 15.59 (Kincaid et al. 1975). Raises ValueError
    where there is not one English word.
    """
    lines = [line for text in texts for line in sentences(text)]
    words = re.findall(r"[a-z]+", " ".join(lines).lower().replace("’", ""))
    if not words:
        raise ValueError("There is nothing to read.")
    return (
        0.39 * len(words) / len(lines) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59
    )  # fmt: skip


def _syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = (word.endswith("e") and not word.endswith("le")) or word.endswith(("es", "ed"))
    return max(1, groups - bool(silent))
