"""Where does a referral stand in the nine steps of a closed loop?"""

from dataclasses import dataclass, replace
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
    """The nine steps as a row draws them: the first that is not done is now, late past its due date, or
    where it stopped. Without the days and the people many rows share theirs.
    """
    done = "".join(sorted(number for number, mark in loop.items() if mark))
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
    """The nine steps with the day and the person of each that is done."""
    return [_with_day(step, loop) for step in small_strip(state, loop, due_on, today)]


def _with_day(step: LoopStep, loop: dict[str, Any]) -> LoopStep:
    if step.status != "done":
        return step
    on, who = loop[str(step.number)]
    return replace(step, on=date.fromisoformat(on), who=who)
