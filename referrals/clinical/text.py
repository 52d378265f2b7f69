"""In which languages does the product have its own words, and how is a text said in one of them?"""

from dataclasses import dataclass
from typing import Final

ENGLISH: Final = "en"
SPANISH: Final = "es"
LANGUAGES: Final = (ENGLISH, SPANISH)


@dataclass(frozen=True, slots=True)
class Text:
    """One text in every language that a family can read it in; clinicians read `en`."""

    en: str
    es: str

    def __str__(self) -> str:
        return self.en

    def said(self, language: str) -> str:
        """Its wording in a language (“es”, “es-us”); in English where we have no other."""
        return self.es if language.partition("-")[0] == "es" else self.en
