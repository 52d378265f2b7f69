"""Where does a referral stand in the nine steps of a closed loop?"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from django.utils.translation import gettext

from referrals.pathway import LOOP, STAGES, State
from referrals.wording import language

Status = Literal["done", "now", "late", "todo", "stopped"]


@dataclass(frozen=True, slots=True)
class LoopStep:
    """One step of the strip: its number 1 to 9, when it was done and by whom."""

    number: int
    name: str
    status: Status
    on: date | None
    who: str


@lru_cache(maxsize=2)
def _names(language: str) -> tuple[str, ...]:
    """The nine steps in the language that the page is in."""
    return tuple(gettext(name) for name in LOOP)


def small_strip(
    state: str, loop: dict[str, Any], due_on: date, today: date
) -> tuple[LoopStep, ...]:
    """The nine steps as a row draws them: without the days and the people. Many rows share theirs."""
    done = "".join(sorted(loop))
    return _small_strip(STAGES[State(state)].closing, done, due_on < today, language())


@lru_cache(maxsize=1024)
def _small_strip(closing: bool, done: str, late: bool, language: str) -> tuple[LoopStep, ...]:
    steps = []
    ahead: Status = "stopped" if closing else "late" if late else "now"
    for number, name in enumerate(_names(language), start=1):
        is_done = str(number) in done
        steps.append(LoopStep(number, name, "done" if is_done else ahead, None, ""))
        ahead = ahead if is_done else "todo"
    return tuple(steps)


def strip(state: str, loop: dict[str, Any], due_on: date, today: date) -> list[LoopStep]:
    """The nine steps. The first that is not done is now, late past its due date, or where it stopped."""
    closing = STAGES[State(state)].closing
    steps = []
    ahead: Status = "stopped" if closing else "late" if due_on < today else "now"
    for number, name in enumerate(_names(language()), start=1):
        mark = loop.get(str(number))
        if mark:
            steps.append(LoopStep(number, name, "done", date.fromisoformat(mark[0]), mark[1]))
        else:
            steps.append(LoopStep(number, name, ahead, None, ""))
            ahead = "todo"
    return steps
