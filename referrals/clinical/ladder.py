"""Are the five steps of a goal a ladder? One variable, five different amounts, one direction, today on it."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from referrals.clinical.gas import BASELINE_LEVEL, LEVELS
from referrals.clinical.text import Text

#: What each level is called, to clinicians and to families; -2 and -1 depend on where today is.
EXPECTED: Final[Mapping[int, str]] = {
    -2: "Much less than expected",
    -1: "Less than expected",
    0: "As expected",
    1: "More than expected",
    2: "Much more than expected",
}
_START: Final = Text("Where we start", "Donde empezamos")
_FROM_THE_GOAL: Final[Mapping[int, Text]] = {
    0: Text("Our goal", "Nuestra meta"),
    1: Text("More than we hoped", "Más de lo que esperábamos"),
    2: Text("Much more than we hoped", "Mucho más de lo que esperábamos"),
}
FAMILY: Final[Mapping[str, Mapping[int, Text]]] = {
    "minus_two": {-2: _START, -1: Text("On the way", "En camino"), **_FROM_THE_GOAL},
    "minus_one": {
        -2: Text("Less than at the start", "Menos que al principio"), -1: _START, **_FROM_THE_GOAL,
    },
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """What is wrong, as a sentence for who wrote it, and at which part; `level` where it is one's."""

    sentence: str
    part: Literal["measure", "convention", "amount", "words", "levels"]
    level: int | None = None


def signed(level: int) -> str:
    """A level as it is written: −2, −1, 0, +1, +2."""
    return f"+{level}" if level > 0 else str(level).replace("-", "−")


def plain(amount: float) -> str:
    """An amount without needless digits: 3, 2.5."""
    return f"{amount:g}"


def faults(
    levels: Sequence[Mapping[str, Any]], *, measure: str, convention: str, baseline: str = ""
) -> tuple[Fault, ...]:
    """All that is wrong with five levels from -2 to +2, each {"amount": number, "words": text}.

    Empty for a ladder that can be rated. `measure` is the one variable of all five amounts;
    `convention` ("minus_two" or "minus_one") says which level is today; where `baseline`, today
    in words, names numbers, the amount of today's level must be among them.
    """
    found = []
    if not measure.strip():
        found.append(Fault("Say what is counted or measured, one thing only.", "measure"))
    if convention not in BASELINE_LEVEL:
        found.append(Fault("Say which level is today: −2 or −1.", "convention"))
    if len(levels) != len(LEVELS):
        return (*found, Fault("A goal has five levels, from −2 to +2.", "levels"))
    found += _missing(levels)
    amounts = [number(step.get("amount")) for step in levels]
    known = [amount for amount in amounts if amount is not None]
    if len(known) == len(LEVELS):
        found += _out_of_order(known)
        if convention in BASELINE_LEVEL:
            found += _not_today(known, BASELINE_LEVEL[convention], baseline)
    return (*found, *_said_twice(levels))


def number(value: Any) -> float | None:
    """The amount as a number; None where there is none, or one that cannot be compared."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def _missing(levels: Sequence[Mapping[str, Any]]) -> list[Fault]:
    found = []
    for level, step in zip(LEVELS, levels, strict=True):
        if number(step.get("amount")) is None:
            lack = f"Level {signed(level)} needs an amount, as a number."
            found.append(Fault(lack, "amount", level))
        if not str(step.get("words") or "").strip():
            found.append(Fault(f"Level {signed(level)} needs words.", "words", level))
    return found


def _out_of_order(amounts: Sequence[float]) -> list[Fault]:
    """Equal amounts, and the first step against the direction that the ends of the ladder give."""
    found = []
    seen: dict[float, int] = {}
    for level, amount in zip(LEVELS, amounts, strict=True):
        if amount in seen:
            twice = f"Levels {signed(seen[amount])} and {signed(level)} are both {plain(amount)}."
            found.append(Fault(f"{twice} Each level needs its own amount.", "amount", level))
        seen.setdefault(amount, level)
    if found:
        return found
    rises = amounts[-1] > amounts[0]
    for level, below, amount in zip(LEVELS[1:], amounts, amounts[1:], strict=False):
        if (amount > below) != rises:
            against = (
                f"The amounts must {'rise' if rises else 'fall'} from −2 to +2: "
                f"level {signed(level)} is {plain(amount)} after {plain(below)}."
            )
            return [Fault(against, "amount", level)]
    return []


def _not_today(amounts: Sequence[float], today: int, baseline: str) -> list[Fault]:
    amount = amounts[LEVELS.index(today)]
    named = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", baseline)]
    if not named or any(math.isclose(n, abs(amount)) for n in named):
        return []
    other = (
        f"Level {signed(today)} is today, with {plain(amount)}; but today is told otherwise: "
        f"“{baseline.strip()}”."
    )
    return [Fault(other, "amount", today)]


def _said_twice(levels: Sequence[Mapping[str, Any]]) -> list[Fault]:
    seen: dict[str, int] = {}
    for level, step in zip(LEVELS, levels, strict=True):
        words = " ".join(str(step.get("words") or "").lower().split())
        if words and words in seen:
            same = f"Levels {signed(seen[words])} and {signed(level)} say the same."
            return [Fault(same, "words", level)]
        seen.setdefault(words, level)
    return []
