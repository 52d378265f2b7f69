"""How hard is a text to read, in English and in Spanish?

English: the grade of Flesch and Kincaid (J. P. Kincaid and others, Derivation of New Readability
Formulas for Navy Enlisted Personnel, 1975): 0.39 words a sentence + 11.8 syllables a word - 15.59.

Spanish: J. Fernández Huerta (Medidas sencillas de lecturabilidad, Consigna 214, 1959), with the
words of a sentence in place of the sentences of a hundred words, as G. Law showed that it must be
read (Error in the Fernandez Huerta Readability Formula, 2011): 206.84 - 60 syllables a word -
1.02 words a sentence. 70 to 80 is fairly easy (grade 6), 60 to 70 plain (grades 7 and 8).
"""

import re
from typing import Final

#: An explanation is a line or two: too short for the floor of a text to be fair to it.
FLOOR_ES_OF_A_LINE: Final = 55.0
_SENTENCE_END: Final = re.compile(r"[.!?…]+(?:\s|$)|\n+")
_WORD: Final = re.compile(r"[A-Za-zÁÉÍÓÚÜÑáéíóúüñ]+(?:[’'][A-Za-z]+)?")
_PLACES: Final = re.compile(r"%\([a-z_0-9]+\)[sd]|\{[a-z_0-9]+\}|%%|<[^>]*>")


def plain(text: str) -> str:
    """A text as it is measured: a place that is filled in later counts as a short word."""
    return _PLACES.sub(" it ", text)


def words(text: str) -> list[str]:
    return _WORD.findall(text)


def sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE_END.split(text) if _WORD.search(part)]


def syllables_en(word: str) -> int:
    """By groups of vowels, less the silent ones: right for nine words in ten, one off for the rest."""
    word = re.sub(r"[^a-z]", "", word.lower().split("’")[0].split("'")[0])
    if len(word) <= 3:
        return 1
    word = re.sub(r"(?<=[^aeiouylr])e$|(?<=[aeiou][lr])e$|(?<=[^aeioul]l)e$(?!)", "", word)
    word = re.sub(r"(?<=[^aeioutd])ed$", "d", word)
    word = re.sub(r"(?<=[^aeiouscxzgh])es$", "s", word)
    count = len(re.findall(r"[aeiouy]+", word))
    count += len(re.findall(r"i[ao](?!n)|[^q]ua(?!l)|io[^nu]|[aeouy]ing$|ea$", word))
    return max(count, 1)


def syllables_es(word: str) -> int:
    """By vowels: two strong ones, or an accented weak one beside another, part the syllable."""
    word = re.sub(r"qu(?=[eiéí])", "q", word.lower())
    word = re.sub(r"gu(?=[eiéí])", "g", word)
    count = 0
    before = ""
    for letter in word:
        vowel = letter if letter in "aeiouáéíóúü" or (letter == "y" and word.endswith("y")) else ""
        if vowel:
            strong = vowel in "aeoáéóíú"
            joined = before and not (strong and before in "aeoáéóíú")
            count += not joined
        before = vowel
    return max(count, 1)


def flesch_kincaid(text: str) -> float:
    """The school grade of an English text."""
    said, parts = words(text), sentences(text)
    syllables = sum(map(syllables_en, said))
    return 0.39 * len(said) / len(parts) + 11.8 * syllables / len(said) - 15.59


def fernandez_huerta(text: str) -> float:
    """The ease of a Spanish text: 100 is very easy, 0 very hard."""
    said, parts = words(text), sentences(text)
    syllables = sum(map(syllables_es, said))
    return 206.84 - 60 * syllables / len(said) - 1.02 * len(said) / len(parts)
