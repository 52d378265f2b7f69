"""How does a document become a PDF? Through one layout file, which is handed texts and never markup."""

import json
import unicodedata
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

import typst
from django.utils.translation import gettext, pgettext

from referrals.wording import language

from .document import Document, data, with_each_text

LAYOUT: Final = Path(__file__).with_name("layout.typ")
NOT_ALL_LETTERS: Final = (
    "Some letters or pictures could not be drawn here. Read them in the record on screen."
)
_FIRST_PICTURE: Final = 0x1F000
#: What joins pictures and colours them: left out where they are said in words.
_OF_A_PICTURE: Final = frozenset("\u200d\ufe0f🏻🏼🏽🏾🏿")
#: A document says itself when it was signed: the file says nothing of when it was asked for.
_NO_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)


def pdf(document: Document) -> bytes:
    """The document as a tagged PDF (PDF/UA-1). The same document always gives the same bytes.

    A picture that no font here draws is said in words. Letters that none draws make it no PDF/UA;
    it is made all the same, and says that it lacks something.
    """
    for said in (document, with_each_text(document, in_words)):
        try:
            return _drawn(said, accessible=True)
        except typst.TypstError:
            continue
    return _drawn(said, gettext(NOT_ALL_LETTERS), accessible=False)


def in_words(text: str) -> str:
    """The text with its small pictures said in words: “(grinning face)”."""
    return "".join(_word(letter) for letter in text)


def _word(letter: str) -> str:
    if letter in _OF_A_PICTURE:
        return ""
    picture = unicodedata.category(letter) == "So" and ord(letter) >= _FIRST_PICTURE
    return f"({unicodedata.name(letter, 'picture').lower()})" if picture else letter


def _drawn(document: Document, *warnings: str, accessible: bool) -> bytes:
    return typst.compile(
        LAYOUT, root=LAYOUT.parent, font_paths=_fonts(), pdf_standards="ua-1" if accessible else [],
        sys_inputs={
            "document": json.dumps(data(document)), "warnings": json.dumps(warnings),
            "say": json.dumps(_said()),
        },
        timestamp=_NO_TIME,
    )  # fmt: skip


def _said() -> dict[str, str]:
    """What the paper says beside the document’s own texts."""
    return {
        "lang": language(), "born": gettext("born"), "page": gettext("Page"), "of": gettext("of"),
        "level": gettext("Level"), "looks": gettext("What it looks like"), "start": gettext("Start"),
        "signed_by": gettext("Signed electronically by"), "on": pgettext("a day", "on"),
    }  # fmt: skip


@cache
def _fonts() -> typst.Fonts:
    """The fonts that come with the typesetter, and after them those of this machine."""
    return typst.Fonts()
