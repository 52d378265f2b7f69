"""Does the strip show what was done, by whom and when, and where the referral stands or stopped?"""

from datetime import date

import pytest

from referrals.pathway import LOOP, STAGES, State
from referrals.queries.loop import strip

TODAY = date(2026, 3, 10)
MARKS = {"1": ["2026-03-02", "Ada Okafor"], "2": ["2026-03-03", "Kofi Mensah"]}


def statuses(state, loop, due=TODAY, today=TODAY):
    return [step.status for step in strip(state, loop, due, today)]


def test_done_steps_say_when_and_who():
    first, second, *rest = strip(State.RECEIVED, MARKS, TODAY, TODAY)
    assert (first.number, first.name, first.status, first.on, first.who) == (
        1, "Ordered", "done", date(2026, 3, 2), "Ada Okafor",
    )  # fmt: skip
    assert (second.on, second.who) == (date(2026, 3, 3), "Kofi Mensah")
    assert [(s.status, s.on, s.who) for s in rest] == [
        ("now", None, ""), *[("todo", None, "")] * 6,
    ]  # fmt: skip


def test_a_draft_has_everything_ahead():
    assert statuses(State.DRAFT, {}) == ["now"] + ["todo"] * 8


def test_it_is_late_only_after_the_due_day():
    assert statuses(State.RECEIVED, MARKS, due=TODAY)[2] == "now"
    assert statuses(State.RECEIVED, MARKS, due=date(2026, 3, 9))[2] == "late"


def test_an_ending_shows_where_it_stopped_and_is_not_late():
    assert statuses(State.DECLINED, MARKS, due=date(2026, 1, 1))[1:4] == ["done", "stopped", "todo"]


@pytest.mark.parametrize("state", list(State))
def test_every_state_draws_nine_steps_with_one_ahead_at_most(state):
    done = STAGES[state].done or 0
    marks = {str(n): ["2026-03-02", "A"] for n in range(1, done + 1)}
    drawn = statuses(state, marks)
    assert len(drawn) == len(LOOP)
    assert drawn.count("done") == done
    assert len([s for s in drawn if s in ("now", "late", "stopped")]) == (done < 9)
