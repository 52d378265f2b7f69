"""Is the pathway complete: every state placed, every clock known, every move told, made and reachable?"""

import inspect
from importlib import import_module

import pytest

from referrals import pathway
from referrals.act import ACTS, DUTIES, Act, Duty, acts_in
from referrals.actions import (
    appointment,
    arrival,
    closing,
    discharge,
    evaluation,
    handing,
    plan,
    report,
    starting,
)
from referrals.actions import referral as referral_actions
from referrals.clinical.clocks import CLOCKS
from referrals.pathway import (
    BEFORE_EVALUATION,
    CLOSING,
    LOOP,
    MOVES,
    RUNNING,
    STAGES,
    STEPS,
    TRYING,
    WITHDRAWN,
    Move,
    Party,
    State,
    Step,
    moves_from,
    owner_of,
)
from referrals.queries.timeline import KINDS

#: The action of each move, where its verb is not the move's own or it is another room's.
ACTIONS = {
    Move.ARRIVE: (arrival, "arrive_referral"),
    Move.OFFER: (appointment, "offer_appointments"),
    Move.BOOK: (appointment, "book_appointment"),
    Move.PICK: (appointment, "pick_appointment"),
    Move.MISS: (appointment, "miss_appointment"),
    Move.CANCEL_VISIT: (appointment, "cancel_appointment"),
    Move.CLOSE_UNREACHABLE: (closing, "close_referral"),
    Move.CLOSE_FAMILY_DECLINED: (closing, "close_referral"),
    Move.CLOSE_NOT_ELIGIBLE: (closing, "close_referral"),
    Move.MARK_ERROR: (closing, "mark_referral_error"),
    Move.CUT_SHORT: (evaluation, "cut_short_evaluation"),
    Move.SIGN_EVALUATION: (evaluation, "sign_evaluation"),
    Move.EXPLAIN_PLAN: (plan, "explain_plan"),
    Move.SEND_PLAN: (plan, "send_plan"),
    Move.CERTIFY_PLAN: (plan, "certify_plan"),
    Move.RETURN_PLAN: (plan, "return_plan"),
    Move.REVISE_PLAN: (plan, "revise_plan"),
    Move.START_THERAPY: (starting, "start_therapy"),
    Move.DISCHARGE: (discharge, "discharge_referral"),
    Move.REOPEN: (discharge, "reopen_referral"),
    Move.SEND_REPORT: (report, "send_report"),
}


def test_every_state_has_its_stage_and_nothing_else_does():
    assert set(STAGES) == set(State)


def test_every_move_has_its_rule():
    assert set(MOVES) == set(Move)


def test_every_step_that_is_owed_says_by_whom_and_nothing_owes_none():
    assert set(STEPS) == set(Step) - {Step.NONE}
    assert {stage.owes for stage in STAGES.values()} == set(STEPS) - {Step.REVISE_PLAN}


@pytest.mark.parametrize("step", list(STEPS))
def test_every_clock_of_a_step_exists(step):
    owed = STEPS[step]
    assert owed.clock is None or owed.clock in CLOCKS
    assert owed.clock_urgent is None or owed.clock_urgent in CLOCKS
    assert owed.clock_urgent is None or owed.clock is not None
    assert owed.verb
    assert owed.waiting


def test_only_the_visit_itself_has_no_clock_because_it_has_a_day():
    assert {step for step, owed in STEPS.items() if owed.clock is None} == {Step.EVALUATE}


def test_an_urgent_step_is_due_sooner():
    for owed in STEPS.values():
        if owed.clock and owed.clock_urgent:
            assert CLOCKS[owed.clock_urgent].days < CLOCKS[owed.clock].days


@pytest.mark.parametrize("state", list(STAGES))
def test_every_state_stands_in_the_strip_or_closes(state):
    stage = STAGES[state]
    assert stage.label
    assert stage.family_label
    assert stage.closing == (state in CLOSING)
    if stage.closing:
        assert stage.done is None
    else:
        assert stage.step in range(1, len(LOOP) + 1)
        assert stage.done in (stage.step - 1, stage.step)


def test_the_strip_has_nine_steps_and_the_last_state_has_done_them_all():
    assert len(LOOP) == 9
    assert STAGES[State.IN_THERAPY].done == 9
    assert sorted({s.step for s in STAGES.values() if s.step}) == list(range(1, 10))


def test_the_states_are_those_of_the_shared_ground_with_their_steps():
    assert {state.value: stage.step for state, stage in STAGES.items()} == {
        "draft": 1, "sent": 2, "received": 2, "info_needed": 3, "accepted": 3, "declined": None,
        "contacting": 4, "scheduled": 4, "missed": 4, "visit_cancelled": 4, "evaluated": 5,
        "plan_shared": 6, "plan_sent": 7, "plan_acknowledged": 8, "in_therapy": 9,
        "discharged": None, "closed_unreachable": None, "closed_family_declined": None,
        "closed_not_eligible": None, "cancelled": None, "entered_in_error": None,
    }  # fmt: skip


def test_a_closing_owes_the_other_side_the_last_step():
    assert {state: STAGES[state].owes for state in CLOSING} == {
        **dict.fromkeys(CLOSING - WITHDRAWN, Step.ACKNOWLEDGE_CLOSING),
        **dict.fromkeys(WITHDRAWN, Step.CONFIRM_CANCELLATION),
    }
    assert STEPS[Step.ACKNOWLEDGE_CLOSING].owner is Party.PEDIATRICIAN
    assert STEPS[Step.CONFIRM_CANCELLATION].owner is Party.COORDINATOR


@pytest.mark.parametrize("move", list(MOVES))
def test_the_event_of_every_move_has_its_sentence(move):
    assert MOVES[move].event in KINDS
    assert MOVES[move].label


def test_no_two_moves_leave_the_same_event():
    events = [rule.event for rule in MOVES.values()]
    assert len(set(events)) == len(events)


@pytest.mark.parametrize("move", list(MOVES))
def test_every_move_has_an_action_of_its_name(move):
    module, name = ACTIONS.get(move, (None, f"{move}_referral"))
    if module is None:
        module = next(one for one in (referral_actions, handing, closing) if hasattr(one, name))
    action = getattr(module, name)
    arguments = inspect.signature(action).parameters
    assert {"referral", "by", "at", "version"} <= set(arguments)
    assert all(a.kind is inspect.Parameter.KEYWORD_ONLY for a in arguments.values())
    assert import_module(action.__module__) is module


def reachable(start: State) -> set[State]:
    found, edge = {start}, [start]
    while edge:
        state = edge.pop()
        for rule in MOVES.values():
            if state in rule.sources and rule.to is not None and rule.to not in found:
                found.add(rule.to)
                edge.append(rule.to)
    return found


def test_every_state_is_reached_from_a_draft():
    assert reachable(State.DRAFT) == set(State)


def test_from_the_end_of_therapy_the_next_therapy_is_reached():
    assert MOVES[Move.REOPEN].sources == {State.DISCHARGED}
    assert State.IN_THERAPY in reachable(State.DISCHARGED)


@pytest.mark.parametrize("state", sorted(BEFORE_EVALUATION | {State.DRAFT}))
def test_from_every_state_before_the_evaluation_a_referral_can_still_be_scheduled(state):
    assert State.SCHEDULED in reachable(state)


@pytest.mark.parametrize("state", sorted(State))
def test_whoever_owes_the_step_has_a_move_that_pays_it(state):
    owner = owner_of(state)
    assert owner is not None
    side = {Party.THERAPIST, Party.COORDINATOR} if owner is not Party.PEDIATRICIAN else {owner}
    aside = {Move.POSTPONE, Move.HAND_OVER, Move.MARK_ERROR, Move.CANCEL}
    assert set(moves_from(state, frozenset(side))) - aside


@pytest.mark.parametrize("state", list(State))
def test_nobody_without_a_side_has_a_move(state):
    assert moves_from(state, frozenset()) == ()


def test_a_family_picks_and_nothing_more():
    assert {m for m, rule in MOVES.items() if Party.FAMILY in rule.by} == {Move.PICK}


def test_a_partner_has_no_side():
    assert "partner" not in set(Party)


def test_no_move_ends_a_therapy_that_has_begun_without_discharge():
    for move, rule in MOVES.items():
        if rule.to in CLOSING and move not in (Move.DISCHARGE, Move.MARK_ERROR):
            assert State.IN_THERAPY not in rule.sources


def test_only_therapy_ends_by_discharge():
    assert MOVES[Move.DISCHARGE].sources == {State.IN_THERAPY}
    assert {move for move, rule in MOVES.items() if rule.to is State.DISCHARGED} == {Move.DISCHARGE}


def test_during_therapy_a_renewed_plan_moves_nothing():
    for rule in MOVES.values():
        assert rule.keeps <= rule.sources
        for state in rule.keeps:
            assert rule.leads(state) is None
        for state in rule.sources - rule.keeps:
            assert rule.leads(state) is rule.to


def test_every_act_and_every_duty_stands_in_its_table():
    assert set(ACTS) == set(Act)
    assert set(DUTIES) == set(Duty)
    for duty in DUTIES.values():
        assert duty.clock in CLOCKS


def test_acts_are_offered_by_state_and_side():
    family = frozenset({Party.FAMILY})
    assert acts_in(State.SENT, family) == (Act.TELL_PROFILE, Act.ASK_CORRECTION)
    assert acts_in(State.IN_THERAPY, family) == (
        Act.PROPOSE_GOAL, Act.ANSWER_GOAL, Act.RATE_GOAL, Act.LOG_PRACTICE, Act.ASK_PAUSE,
        Act.ASK_THERAPIST, Act.ASK_CORRECTION,
    )  # fmt: skip
    assert acts_in(State.DISCHARGED, family | {Party.THERAPIST}) == (
        Act.LOG_PRACTICE, Act.WRITE_DISCHARGE, Act.NOTE_DISCHARGE, Act.ASK_CORRECTION,
        Act.ANSWER_CORRECTION, Act.WRITE_LETTER,
    )  # fmt: skip


def test_the_groups_of_states_are_what_they_say():
    assert set(State) == RUNNING | CLOSING
    assert not RUNNING & CLOSING
    assert TRYING < BEFORE_EVALUATION < RUNNING


def test_a_table_cannot_be_changed_while_the_product_runs():
    for table in (STAGES, MOVES, STEPS):
        with pytest.raises(TypeError):
            table["x"] = None
    assert pathway.MOVES is MOVES
