"""Are these bytes JSON that can be read without harm, and if not, why?

The standard library reads JSON; what it lets pass and FHIR or the database does not is refused here:
other encodings, keys said twice, numbers that are none, NUL, half characters, and bodies that are
small on the wire and vast in memory.
"""

import json
import math
import re
from collections import Counter
from typing import Any, Final, NoReturn

from referrals.arriving import Problem

LARGEST: Final = 10 * 1024 * 1024  # bytes
#: Objects, lists and their members: a real referral has some thousands.
MOST_PARTS: Final = 30_000
_TEXT: Final = re.compile(rb'"[^"]*"?')
DEEPEST: Final = 60
_MARKS: Final = (
    (b"\xff\xfe\x00\x00", "UTF-32"), (b"\x00\x00\xfe\xff", "UTF-32"), (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)  # fmt: skip


class Unreadable(Exception):
    """Nothing can be said of the content: it is no JSON that this server reads."""

    def __init__(self, words: str, at: str = "", code: str = "structure") -> None:
        super().__init__(words)
        self.problem = Problem(words, at, code)


def read_json(raw: bytes) -> dict[str, Any]:
    """The JSON object in these bytes. Raises Unreadable."""
    text = _decoded(raw)
    if _parts(raw) > MOST_PARTS and _parts(_without_texts(raw)) > MOST_PARTS:
        raise Unreadable(f"The body has more than {MOST_PARTS} parts.", code="too-costly")
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except Unreadable:
        raise
    except RecursionError:
        raise Unreadable(f"The body nests deeper than {DEEPEST} levels.") from None
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"This is not JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        ) from None
    except ValueError:
        raise Unreadable("A number in the body has too many digits.") from None
    if not isinstance(found, dict):
        raise Unreadable("The body is JSON, but not a resource: send an object.")
    _check(found)
    return found


def _parts(raw: bytes) -> int:
    return sum(raw.count(mark) for mark in (b"{", b"[", b","))


def _without_texts(raw: bytes) -> bytes:
    """A comma within a text is no part."""
    return _TEXT.sub(b"", raw.replace(b"\\\\", b"").replace(b'\\"', b""))


def _decoded(raw: bytes) -> str:
    for mark, name in _MARKS:
        if raw.startswith(mark):
            raise Unreadable(f"The body is written in {name}. FHIR is sent in UTF-8.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"The body is not UTF-8: byte {error.start} does not belong to any character."
        ) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        times = Counter(name for name, _ in pairs)
        twice = next(name for name, number in times.items() if number > 1)
        raise Unreadable(f"“{twice[:40]}” stands twice in one object.")
    return made


def _no_number(word: str) -> NoReturn:
    raise Unreadable(f"{word} is not a number that JSON knows.")


def _check(found: dict[str, Any]) -> None:
    """Walk it once, without recursion; a step is (value, depth, step before, name)."""
    steps: list[tuple[Any, int, Any, str | int]] = [(found, 0, None, "")]
    while steps:
        step = steps.pop()
        value, depth = step[0], step[1]
        if isinstance(value, dict | list):
            if depth >= DEEPEST:
                raise Unreadable(f"The body nests deeper than {DEEPEST} levels.")
            members: Any = value.items() if isinstance(value, dict) else enumerate(value)
            for name, inner in members:
                if isinstance(name, str) and not _is_text(name):
                    raise Unreadable("A name holds a character that is none.", _path(step))
                steps.append((inner, depth + 1, step, name))
        elif isinstance(value, str) and not _is_text(value):
            raise Unreadable("This text holds a NUL, or half of a character.", _path(step))
        elif isinstance(value, float) and not math.isfinite(value):
            raise Unreadable("This number is too large.", _path(step))


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _path(step: Any) -> str:
    names: list[str] = []
    while step[2] is not None:
        name = step[3]
        names.append(f"[{name}]" if isinstance(name, int) else f".{name}"[:60])
        step = step[2]
    return "Bundle" + "".join(reversed(names))
