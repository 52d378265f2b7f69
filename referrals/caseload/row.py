"""What does one row of a spreadsheet say, and what of it cannot be understood?"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from referrals.models import Guardian, Referral
from referrals.models.child import GESTATION_WEEKS, validate_birth
from referrals.models.person import phone_number
from referrals.pathway import State

from .column import COLUMNS, EXAMPLE
from .sheet import Formula


@dataclass(slots=True)
class Told:
    """What one row says, in our words, and what is wrong with it: (column, sentence)."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_example(self) -> bool:
        return str(self.values.get("number", "")).upper().startswith(EXAMPLE)

    def wrong(self, code: str, sentence: str) -> None:
        self.faults.append((COLUMNS[code].label, sentence))


_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
         "aug august", "sep sept september", "oct october", "nov november", "dec december"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_NUMBERS: Final = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_WORDS: Final = re.compile(
    r"(\d{1,2})\.? +([a-z]+)\.?,? +(\d{4})|([a-z]+)\.? +(\d{1,2}),? +(\d{4})"
)
_WRITE: Final = "Write 2020-02-28 or 28 Feb 2020."


def day_of(text: str, day_first: bool | None) -> date:
    """The day that is written there. Raises ValidationError where it is none, or could be two."""
    written = text.strip()
    no_date = ValidationError(f"“{_shown(written)}” is no date. {_WRITE}")
    iso = re.fullmatch(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?", written)
    numbers = _NUMBERS.fullmatch(written)
    words = _WORDS.fullmatch(written.lower())
    try:
        if iso:
            return date.fromisoformat(iso[1])
        if words:
            day, month, year = words[1] or words[5], words[2] or words[4], words[3] or words[6]
            return date(int(year), _MONTHS[month], int(day))
        if numbers:
            one, two, year = (int(part) for part in numbers.groups())
            if day_first is None and one <= 12 and two <= 12 and one != two:
                raise ValidationError(
                    f"“{written}” can be two days. Say beside the columns what such dates mean in this file."
                )
            first = day_first if day_first is not None else one > 12
            return date(int(year), two if first else one, one if first else two)
    except (ValueError, KeyError):
        raise no_date from None
    raise no_date


def _shown(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def _text(longest: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > longest:
            raise ValidationError(f"At most {longest} letters.")
        if any(ord(letter) < 32 and letter not in "\n\r\t" for letter in text):
            raise ValidationError("There are signs in it that cannot be printed.")
        return text

    return read


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,4}", text) or not least <= int(text) <= most:
            raise ValidationError(f"“{_shown(text)}”: give a number from {least} to {most}.")
        return int(text)

    return read


def _yes(text: str) -> bool:
    said = {"yes": True, "y": True, "true": True, "x": True, "1": True,
            "no": False, "n": False, "false": False, "0": False}  # fmt: skip
    if text.lower() not in said:
        raise ValidationError(f"“{_shown(text)}”: write yes or no.")
    return said[text.lower()]


def _one_of(offered: Mapping[str, str]) -> Callable[[str], str]:
    """A choice by its code, or by what it is called."""

    def read(text: str) -> str:
        plain = re.sub(r"[^a-z]+", "_", text.lower()).strip("_")
        if plain not in offered:
            known = ", ".join(dict.fromkeys(code.replace("_", " ") for code in offered.values()))
            raise ValidationError(f"“{_shown(text)}” is none of: {known}.")
        return offered[plain]

    return read


def _choices(choices: type[Any], **also: str) -> dict[str, str]:
    labels = {re.sub(r"[^a-z]+", "_", str(c.label).lower()).strip("_"): c.value for c in choices}
    return {c.value: c.value for c in choices} | labels | also


def _email(text: str) -> str:
    validate_email(text)
    return _text(254)(text.lower())


def _codes(text: str) -> list[str]:
    return [code.upper() for code in re.split(r"[,;\s]+", text) if code]


#: The states of a referral that can be true without papers that nobody here has signed.
STATES: Final = (State.SENT, State.RECEIVED, State.ACCEPTED, State.CONTACTING)
_DAYS: Final = frozenset({"date_of_birth", "referred_on", "state_since"})
_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    "number": _text(40), "given_name": _text(80), "family_name": _text(80),
    "name_used": _text(80), "gestation_weeks": _number(*GESTATION_WEEKS),
    "gestation_days": _number(0, 6), "language_spoken": _text(60), "language_written": _text(60),
    "interpreter_needed": _yes, "precautions": _text(1000), "adaptive_equipment": _text(1000),
    "practice": _text(160), "pediatrician": _text(254), "clinic": _text(160),
    "therapist": _text(254), "guardian_given_name": _text(80), "guardian_family_name": _text(80),
    "guardian_relationship": _one_of(_choices(Guardian.Relationship, mom="mother", mum="mother", dad="father")),
    "guardian_phone": phone_number, "guardian_email": _email,
    "referral_state": _one_of({str(s): str(s) for s in STATES}),
    "question": _text(2000), "source": _one_of(_choices(Referral.Source, wellchild="well_child_visit")),
    "intent": _one_of(_choices(Referral.Intent)), "service": _one_of(_choices(Referral.Service)),
    "urgency": _one_of(_choices(Referral.Urgency)), "diagnoses": _codes,
}  # fmt: skip
_OF_REFERRAL: Final = ("referred_on", "question", "source", "intent", "service")


def told(
    number: int,
    cells: Sequence[str],
    mapping: Mapping[str, int],
    day_first: bool | None,
    today: date,
) -> Told:
    """What the row says. Whatever cannot be understood is a fault of its column, never a guess."""
    row = Told(number)
    for code, at in mapping.items():
        cell = cells[at] if at < len(cells) else ""
        if isinstance(cell, Formula):
            row.wrong(code, "There is a formula. Put the value itself there.")
            continue
        text = cell.strip()
        if not text:
            continue
        try:
            row.values[code] = day_of(text, day_first) if code in _DAYS else _READ[code](text)
        except ValidationError as error:
            row.wrong(code, " ".join(str(one) for one in error.messages))
    if not row.is_example:
        _whole(row, today)
    return row


def _whole(row: Told, today: date) -> None:
    """What belongs together is there together."""
    faulty = {label for label, _ in row.faults}
    said = row.values

    def lacks(code: str) -> bool:
        return code not in said and COLUMNS[code].label not in faulty

    for code, column in COLUMNS.items():
        if column.needed and lacks(code):
            row.wrong(code, "This is empty.")
    if "date_of_birth" in said:
        try:
            validate_birth(said["date_of_birth"], today)
        except ValidationError as error:
            row.wrong("date_of_birth", " ".join(error.messages))
    if "gestation_days" in said and lacks("gestation_weeks"):
        row.wrong("gestation_weeks", "Give the weeks beside the days.")
    adult = [code for code in said if code.startswith("guardian_")]
    if adult:
        for code in ("guardian_given_name", "guardian_family_name", "guardian_relationship"):
            if lacks(code):
                row.wrong(code, "This is empty, and the row names an adult.")
        if lacks("guardian_phone") and lacks("guardian_email"):
            row.wrong("guardian_phone", "Give a phone or an e-mail for the adult.")
    if "referral_state" in said:
        for code in _OF_REFERRAL:
            if lacks(code):
                row.wrong(code, "This is empty, and the row has a referral.")
        if said["referral_state"] in (State.ACCEPTED, State.CONTACTING) and lacks("therapist"):
            row.wrong("therapist", "Name the therapist: the referral is accepted.")
    _in_order(row, today)


def _in_order(row: Told, today: date) -> None:
    said = row.values
    born, sent = said.get("date_of_birth"), said.get("referred_on")
    since = said.get("state_since")
    if sent and sent > today:
        row.wrong("referred_on", "This day lies in the future.")
    if sent and born and sent < born:
        row.wrong("referred_on", "This day lies before the birth.")
    if since and since > today:
        row.wrong("state_since", "This day lies in the future.")
    if since and sent and since < sent:
        row.wrong("state_since", "This day lies before the referral.")


def moment_of(on: date, zone: Any) -> datetime:
    """Noon of a day that is told without an hour."""
    return datetime(on.year, on.month, on.day, 12, tzinfo=zone)
