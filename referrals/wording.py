"""How is anything said in the language of who reads it: a day, a number, a text of ours, one that was typed?

The one home of it, for pages, queries, documents and the sentences of actions alike. What the
tables hold is `spoken`, what stands in a record `worded`, what somebody typed `typed_by` them.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Final, cast

import phonenumbers
from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext

from referrals.clinical import phrasebook
from referrals.clinical.text import Text

_NONE: Final[Mapping[str, str]] = MappingProxyType({})
MONTHS: Final = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "es": ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"),
}
WEEKDAYS: Final = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}


def language() -> str:
    """`en` or `es`: what the page is in; English where none is told (a worker, a command)."""
    return "es" if (get_language() or "en").startswith("es") else "en"


class Typed(str):
    """What somebody typed: shown as it is, with the language of who typed it told beside it."""

    language: str

    def __new__(cls, text: str, language: str) -> "Typed":
        made = super().__new__(cls, text)
        made.language = language
        return made

    def alike(self, text: str) -> "Typed":
        """Another text of the same hand."""
        return Typed(text, self.language)


def telephone(number: str) -> str:
    """A telephone number as people read it, `+1 212-555-0110`; one that is none stays as it is."""
    if not number.startswith("+"):
        return number
    try:
        form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
        return phonenumbers.format_number(phonenumbers.parse(number), form)
    except phonenumbers.NumberParseException:
        return number


def spoken(text: Text) -> str:
    """A text of the tables, in the language of who reads."""
    return text.said(language())


def said(text: str) -> str:
    """What `gettext` says of a text of the code, kept: a list asks the same for row after row."""
    return _said(text, language())


@lru_cache(maxsize=512)
def _said(text: str, language: str) -> str:
    return gettext(text)


def ours(text: str) -> str | None:
    """A text of a record that is still the bank's own, in that language; None for anybody's else."""
    return phrasebook.ours(text, language())


def _known(text: str, spanish: Mapping[str, str]) -> str | None:
    """A text in the reader's language, where the product or an organisation's own entry says it."""
    known = ours(text)
    return phrasebook.own(text, language(), spanish) if known is None and spanish else known


def worded(text: str, spanish: Mapping[str, str] = _NONE) -> str:
    """A text of a record: in the reader's language where it is a bank's own, else as written.

    `spanish` is what the record itself keeps of an organisation's own entry.
    """
    return _known(text, spanish) or text


def typed_by(text: str | None, by: object, spanish: Mapping[str, str] = _NONE) -> str:
    """A text with the language of its author: a person, a record of theirs, or the code of a language.

    One that is still a bank's own is nobody's: it is said in the reader's language.
    """
    if not text:
        return ""
    spanish = spanish or getattr(by, "spanish", _NONE)
    known = _known(text, spanish)
    if known is not None:
        return known
    if text in spanish:
        return Typed(text, "en")  # an organisation's own entry, which nobody said in Spanish
    return Typed(text, by if isinstance(by, str) else str(getattr(by, "language", "") or "en"))


def like(text: str, changed: str) -> str:
    """A text made of another: of the same hand, where it is somebody's."""
    return text.alike(changed) if isinstance(text, Typed) else changed


def tongue(name: str) -> str:
    """A language by the name it was written under: the two that we know, in the reader’s own."""
    known = {"english": gettext("English"), "spanish": gettext("Spanish")}
    return ", ".join(known.get(part.lower(), part) for part in name.split(", "))


def in_which(code: str) -> str:
    """The mark beside what was typed in another language."""
    return gettext("in Spanish") if code == "es" else gettext("in English")


def later(text: str) -> str:
    """The text in the language of whoever comes to read it: for what is written when a file is loaded."""
    return cast(str, gettext_lazy(text))


def local_day(when: date | datetime) -> date:
    if isinstance(when, datetime):
        return (timezone.localtime(when) if timezone.is_aware(when) else when).date()
    return when


def day(when: date | datetime | None) -> str:
    """`14 Apr 2026`, `14 abr 2026`: in local time; empty where there is none."""
    if not when:
        return ""
    on = local_day(when)
    return f"{on.day} {MONTHS[language()][on.month - 1]} {on.year}"


def days(these: Iterable[date]) -> list[str]:
    """`day` of many: the language is asked for once."""
    months = MONTHS[language()]
    return [f"{on.day} {months[on.month - 1]} {on.year}" for on in these]


def short_day(when: date | datetime) -> str:
    """`14 Apr`: where the year is plain."""
    on = local_day(when)
    return f"{on.day} {MONTHS[language()][on.month - 1]}"


def weekday(when: date | datetime) -> str:
    return WEEKDAYS[language()][local_day(when).weekday()]


def moment(when: datetime | None) -> str:
    """`14 Apr 2026, 09:30`, in local time."""
    if not when:
        return ""
    local = timezone.localtime(when) if timezone.is_aware(when) else when
    return f"{day(local)}, {local:%H:%M}"


def days_away(when: date, today: date) -> str:
    """`in 3 days`, `tomorrow`, `today`, `2 days late`."""
    return _days_away((when - today).days, language())


@lru_cache(maxsize=1024)
def _days_away(left: int, language: str) -> str:
    if left < 0:
        return ngettext("%(days)d day late", "%(days)d days late", -left) % {"days": -left}
    if left == 0:
        return gettext("today")
    if left == 1:
        return gettext("tomorrow")
    return ngettext("in %(days)d day", "in %(days)d days", left) % {"days": left}
