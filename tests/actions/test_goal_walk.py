"""Whatever the three do to a goal: does an agreement ever outlive its version, or an agreed level change?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.actions.goal import change_goal, end_goal
from referrals.actions.refusal import Refused
from referrals.models import Goal, Referral
from tests.factories.goal import BUTTONS, answer, levels, owing, proposed, stand

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["therapist", "family", "pediatrician"]),
        st.sampled_from(
            ["agree", "agree", "agree", "change", "decline", "word", "levels", "stale"]
        ),
    ),
    max_size=14,
)


@settings(max_examples=25)
@given(steps=STEPS)
def test_whatever_they_do_no_agreement_outlives_its_version_and_agreed_levels_stay(
    cast: Any, evaluated: Referral, later: datetime, steps: list[tuple[str, str]]
) -> None:
    at = later + timedelta(days=1)
    goal = proposed(evaluated, by=cast.therapist, at=at)
    locked: Any = None
    for n, (who, what) in enumerate(steps):
        before = goal.number
        try:
            goal = step(goal, getattr(cast, who), what, n, at + timedelta(hours=n + 1))
        except Refused:
            goal = Goal.objects.get(pk=goal.pk)
        said = stand(goal)
        standing = goal.versions.get(number=goal.number)
        if goal.number != before:
            assert said == dict.fromkeys(said) | {who: "agree"}
            assert goal.status == "proposed"
        assert (goal.status == "active") == (set(said.values()) == {"agree"})
        assert (goal.status == "active") <= (goal.agreed_at is not None)
        locked = locked or (standing.levels if goal.status == "active" else None)
        assert locked in (None, standing.levels)
    end_goal(
        goal=goal, edition=goal.edition, outcome="retired", reason="Done.", by=cast.therapist,
        at=at + timedelta(days=7),
    )  # fmt: skip
    assert owing(evaluated) == []


def step(goal: Goal, person: Any, what: str, n: int, at: datetime) -> Goal:
    changing: dict[str, Callable[[], dict[str, Any]]] = {
        "word": lambda: {"how_well": f"{n} of 5 buttons"},
        "levels": lambda: {"levels": levels([*BUTTONS[:4], 5 + n])},
    }
    if what in changing:
        return change_goal(
            goal=goal, number=goal.number, reason=f"Step {n}", by=person, at=at, **changing[what]()
        )
    if what == "stale":
        return answer(goal, person, at, number=goal.number - 1)
    return answer(goal, person, at, what, words="" if what == "agree" else f"Because {n}.")
