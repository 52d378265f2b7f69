"""What is the worst that could be typed into a field, and what is merely likely? Chosen by dice.

The dice are those of a trial, or Hypothesis's own: then what fails is made as small as it can be.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

TEXTS: Final = (
    "", " ", "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\u202eolleh", "\u200f\u200b", "\ufeff", "\u2028",
    "<script>alert(1)</script>", "{{ 7 * 7 }}", "{% load %}", "%s%n%d", "' OR 1=1 --", "=1+1|A0",
    "../../../etc/passwd", "a\r\nSet-Cookie: a=b", "e" + "\u0301" * 500, "None", "null", "true", "[]",
    "{}", "\x1b[31m\x07", "\x7f\x80\x85", "\U0001f3f3\ufe0f\u200d\U0001f308" * 50, "İ", "ß" * 300, "\\", '"', "%", "_",
    "x" * 10_001,
)  # fmt: skip
NUMBERS: Final = (
    "-1", "0", "NaN", "sNaN", "Infinity", "-Infinity", "1e999", "1e-999", "9" * 30, "9" * 5000, "1e5",
    "2147483648", "9223372036854775808", "-9223372036854775809", "0x10", "1_000", "١٢", "1.5", "1,5",
    "+1", " 1 ", "--1", "½", "²", "1e400000",
)  # fmt: skip
MOMENTS: Final = (
    "0001-01-01", "9999-12-31", "0000-00-00", "10000-01-01", "2021-02-30", "-001-01-01",
    "0001-01-01T00:00", "9999-12-31T23:59", "9999-12-31T23:59:59", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00", "1583-01-01T00:00:00Z", "2026-03-08T02:30", "2026-11-01T01:30",
    "2026-11-25T10:00:00+99:99", "2026-W10-1", "24:00", "00:00", "23:59:59.999999", "99:99",
)  # fmt: skip
KEYS: Final = (
    "0", "x", "0" * 32, "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "{00000000-0000-7000-8000-000000000000}", "urn:uuid:00000000-0000-7000-8000-000000000000",
)  # fmt: skip
NASTY: Final = (*TEXTS, *NUMBERS, *MOMENTS, *KEYS)
#: A million letters: as much as may come at all, and rarely.
HEAP: Final = "a" * 1_000_000
#: Names beside those of the fields: which button, where back to, how many rows.
BESIDE: Final = (
    "do", "id", "version", "next", "page", "q", "sort", "state", "after", "before", "show", "side", "form",
    "draft", "confirm", "goal", "rows-TOTAL_FORMS", "rows-INITIAL_FORMS", "finding-TOTAL_FORMS", "",
)  # fmt: skip
WORDS: Final = ("Buttons.", "Twice a week, at home.", "Mina", "2", "Los botones, después.", "F82")

_PNG: Final = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x08\x02\x00\x00\x00"
)
FILES: Final = (
    ("letter.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"), ("empty.pdf", b""),
    ("bomb.png", _PNG), ("cut.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF"), ("a.gif", b"GIF89a"),
    ("rows.csv", b"given name,family name\n\x00,\xff\n"), ("wide.csv", b"," * 20_000),
    ("quote.csv", b'"' * 9_999), ("rows.xlsx", b"PK\x03\x04" + b"\x00" * 40), ("run.exe", b"MZ"),
    ("../../up.pdf", b"%PDF-"), ("x" * 300 + ".pdf", b"%PDF-1.4"), (".pdf", b"%PDF-1.4"),
    ("\u202efdp.exe", b"%PDF-1.4"), ("utf16.csv", "a,b\n1,2\n".encode("utf-16")),
)  # fmt: skip
_TODAY: Final = date(2026, 11, 25)


def nasty(dice: Random) -> str:
    return HEAP if dice.random() < 0.005 else dice.choice(NASTY)


def a_file(dice: Random) -> SimpleUploadedFile:
    name, content = dice.choice(FILES)
    return SimpleUploadedFile(name, content)


def likely(field: forms.Field, dice: Random) -> Any:
    """What a browser might send for this field: a text, several, a file; None where nothing is."""
    match field:
        case forms.FileField():
            return a_file(dice)
        case forms.MultipleChoiceField() | forms.ModelMultipleChoiceField():
            return [code for code in offered(field) if dice.random() < 0.3]
        case forms.ChoiceField():
            return dice.choice(offered(field) or [""])
        case forms.BooleanField():
            return dice.choice(["on", None])
        case forms.IntegerField():
            least, most = field.min_value, field.max_value
            least = int(least() if callable(least) else least or 0)
            most = int(most() if callable(most) else most or least + 20)
            return str(dice.choice([least, most, (least + most) // 2, 1]))
        case forms.DateTimeField() | forms.SplitDateTimeField():
            return datetime(2026, 11, 25, dice.randrange(24)).isoformat("T", "minutes")
        case forms.DateField():
            return (_TODAY + timedelta(days=dice.randrange(-500, 500))).isoformat()
        case forms.TimeField():
            return f"{dice.randrange(24):02}:30"
        case forms.UUIDField():
            return str(UUID(int=dice.randrange(2**64)))
        case forms.EmailField():
            return dice.choice(["rosa@example.org", "a@b", "@"])
        case _:
            return dice.choice(WORDS)


def offered(field: Any) -> list[str]:
    """The codes that can be chosen, those of groups too."""
    rows = list(field.choices)
    groups = [label for _, label in rows if isinstance(label, list | tuple)]
    flat = [row for row in rows if not isinstance(row[1], list | tuple)]
    return [str(code) for code, _ in [*flat, *(row for group in groups for row in group)]]


def typed(fields: Mapping[str, forms.Field], dice: Random) -> list[tuple[str, Any]]:
    """Name and value, as they might come: likely ones, and among them none, one or many that are not.

    Names may be missing and may come twice; texts where files are asked for, and the reverse.
    """
    wrong = dice.choice([0.0, 0.1, 0.1, 0.3, 1.0])
    pairs: list[tuple[str, Any]] = []
    for name, field in fields.items():
        if dice.random() < wrong / 4:
            continue
        for _ in range(1 + (dice.random() < wrong / 4)):
            value = likely(field, dice)
            if dice.random() < wrong:
                value = a_file(dice) if dice.random() < 0.05 else nasty(dice)
            pairs += [(name, one) for one in _several(value)]
    if dice.random() < wrong:
        pairs.append((dice.choice(BESIDE), nasty(dice)))
    return pairs


def _several(value: Any) -> Iterable[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)
