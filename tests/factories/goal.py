"""How do goals come into the tests? Through the actions: what one says, and how far along it is."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from referrals.actions.goal import answer_goal, positions_of, propose_goal
from referrals.models import Goal, Referral
from referrals.models.record import new_id

BUTTONS = [0, 2, 3, 4, 5]


def levels(amounts: Iterable[float] = BUTTONS) -> list[dict[str, Any]]:
    return [{"amount": n, "words": f"Fastens {n} of 5 buttons"} for n in amounts]


def a_goal(at: datetime, **changes: Any) -> dict[str, Any]:
    """All a goal must say: Mina and the buttons of her jacket."""
    target: date = at.date() + timedelta(days=90)
    return {
        "term": "short", "wish": "She wants to do her jacket by herself.", "domain": "self_care",
        "who": "Mina", "does_what": "fasten the buttons of her jacket",
        "conditions": "standing, before leaving the house", "how_well": "3 of 5 buttons",
        "statement": "", "baseline": "She fastens 0 of 5 buttons.",
        "measure": "buttons fastened out of 5", "levels": levels(), "convention": "minus_two",
        "importance": 2, "difficulty": 2, "target_on": target,
    } | changes  # fmt: skip


def proposed(referral: Referral, *, by: Any, at: datetime, **changes: Any) -> Goal:
    return propose_goal(id=new_id(), referral=referral, by=by, at=at, **a_goal(at, **changes))


def agreed(referral: Referral, people: Iterable[Any], *, at: datetime, **changes: Any) -> Goal:
    """Proposed by the first of the people, agreed to by the others."""
    first, *others = people
    goal = proposed(referral, by=first, at=at, **changes)
    for person in others:
        goal = answer_goal(goal=goal, number=goal.number, answer="agree", by=person, at=at)
    return goal


def owing(referral: Referral) -> list[str]:
    """Who owes an answer to the goals."""
    tasks = referral.tasks.filter(duty="answer_goals", is_open=True)
    return sorted(tasks.values_list("party", flat=True))


def stand(goal: Goal) -> dict[str, str | None]:
    return {str(p): said.answer if said else None for p, said in positions_of(goal).items()}


def answer(goal: Goal, person: Any, at: datetime, says: str = "agree", **more: Any) -> Goal:
    given = {"number": goal.number, "answer": says} | more
    return answer_goal(goal=goal, by=person, at=at, **given)
