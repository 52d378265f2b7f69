"""What is done on a referral beside its moves, and what is owed beside its next step?

Two tables after the pathway's own kind: acts (who, in which states) and duties (whose, with which
clock). All others ask here; nothing repeats it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from referrals.pathway import (
    BEFORE_EVALUATION,
    CLINIC,
    ENDED,
    FAMILY,
    OT,
    PLANNING,
    REFERRER,
    STAGES,
    TREATING,
    TRYING,
    NextStep,
    Party,
    State,
)


class Act(StrEnum):
    """What is done on a referral beside its moves; an action of the same name does it."""

    TELL_PROFILE = "tell_profile"
    WRITE_EVALUATION = "write_evaluation"
    AMEND_EVALUATION = "amend_evaluation"
    WRITE_PLAN = "write_plan"
    PRESCRIBE = "prescribe"
    PROPOSE_GOAL = "propose_goal"
    ANSWER_GOAL = "answer_goal"
    BEGIN_GOAL = "begin_goal"
    END_GOAL = "end_goal"
    RATE_GOAL = "rate_goal"
    PLAN_SESSIONS = "plan_sessions"
    HOLD_SESSION = "hold_session"
    WRITE_SESSION = "write_session"
    COSIGN_SESSION = "cosign_session"
    GIVE_ACTIVITY = "give_activity"
    LOG_PRACTICE = "log_practice"
    REACT = "react"
    ASK_PAUSE = "ask_pause"
    AGREE_PAUSE = "agree_pause"
    ASK_THERAPIST = "ask_therapist"
    CHECK_IN = "check_in"
    ANSWER_CHECK_IN = "answer_check_in"
    WRITE_REPORT = "write_report"
    ACKNOWLEDGE_REPORT = "acknowledge_report"
    WRITE_DISCHARGE = "write_discharge"
    NOTE_DISCHARGE = "note_discharge"
    ASK_CORRECTION = "ask_correction"
    ANSWER_CORRECTION = "answer_correction"
    WRITE_LETTER = "write_letter"


class Duty(StrEnum):
    """What is owed beside the next step, each as a task of its own."""

    TELL_PROFILE = "tell_profile"
    ANSWER_GOALS = "answer_goals"
    SIGN_RENEWED_PLAN = "sign_renewed_plan"
    RENEW_PLAN = "renew_plan"
    RENEW_PRESCRIPTION = "renew_prescription"
    ASK_PRESCRIPTION = "ask_prescription"
    SIGN_SESSION = "sign_session"
    COSIGN_SESSION = "cosign_session"
    ANSWER_CHECK_IN = "answer_check_in"
    AGREE_PAUSE = "agree_pause"
    ACKNOWLEDGE_REPORT = "acknowledge_report"
    NOTE_DISCHARGE = "note_discharge"
    ANSWER_CORRECTION = "answer_correction"
    ANSWER_RESULTS = "answer_results"
    CHASE_RESULTS = "chase_results"


@dataclass(frozen=True, slots=True)
class Deed:
    """One act: who may, in which states, and how it is said."""

    by: frozenset[Party]
    during: frozenset[State]
    label: str


P, S = Party, State

ALL_THREE: Final = REFERRER | OT | FAMILY
AT_WORK: Final = PLANNING | TREATING
PLACED: Final = BEFORE_EVALUATION - {S.SENT} | AT_WORK

ACTS: Final[Mapping[Act, Deed]] = MappingProxyType({
    Act.TELL_PROFILE: Deed(FAMILY, BEFORE_EVALUATION, "Tell about your child’s day"),
    Act.WRITE_EVALUATION: Deed(OT, TRYING | {S.SCHEDULED}, "Write the evaluation"),
    Act.AMEND_EVALUATION: Deed(OT, AT_WORK, "Amend the evaluation"),
    Act.WRITE_PLAN: Deed(OT, frozenset({S.EVALUATED}) | TREATING, "Write the plan of care"),
    Act.PRESCRIBE: Deed(REFERRER, BEFORE_EVALUATION | AT_WORK, "Write a prescription"),
    Act.PROPOSE_GOAL: Deed(ALL_THREE, PLACED, "Propose a goal"),
    Act.ANSWER_GOAL: Deed(ALL_THREE, PLACED, "Answer a goal"),
    Act.BEGIN_GOAL: Deed(OT, TREATING, "Begin a goal without an answer"),
    Act.END_GOAL: Deed(OT, AT_WORK, "End a goal"),
    Act.RATE_GOAL: Deed(ALL_THREE, AT_WORK, "Rate a goal"),
    Act.PLAN_SESSIONS: Deed(CLINIC, TREATING, "Plan therapy visits"),
    Act.HOLD_SESSION: Deed(CLINIC, TREATING, "Say whether a visit took place"),
    Act.WRITE_SESSION: Deed(OT, TREATING, "Write the note of a visit"),
    Act.COSIGN_SESSION: Deed(OT, TREATING, "Co-sign a note"),
    Act.GIVE_ACTIVITY: Deed(OT, AT_WORK, "Give a home activity"),
    Act.LOG_PRACTICE: Deed(FAMILY, AT_WORK | ENDED, "Log practice at home"),
    Act.REACT: Deed(OT, AT_WORK, "React to practice at home"),
    Act.ASK_PAUSE: Deed(FAMILY, AT_WORK, "Ask for a pause"),
    Act.AGREE_PAUSE: Deed(OT, AT_WORK, "Agree a pause"),
    Act.ASK_THERAPIST: Deed(FAMILY, AT_WORK, "Ask about an activity"),
    Act.CHECK_IN: Deed(REFERRER, AT_WORK, "Ask how it goes"),
    Act.ANSWER_CHECK_IN: Deed(OT, AT_WORK, "Answer a question"),
    Act.WRITE_REPORT: Deed(OT, TREATING, "Write a progress report"),
    Act.ACKNOWLEDGE_REPORT: Deed(REFERRER, TREATING | ENDED, "Take note of a progress report"),
    Act.WRITE_DISCHARGE: Deed(OT, TREATING | ENDED, "Write the discharge summary"),
    Act.NOTE_DISCHARGE: Deed(FAMILY, ENDED, "Say that you have read it"),
    Act.ASK_CORRECTION: Deed(FAMILY, frozenset(STAGES) - {S.DRAFT}, "Ask for a correction"),
    Act.ANSWER_CORRECTION: Deed(REFERRER | OT, frozenset(STAGES) - {S.DRAFT}, "Answer a wish for a correction"),
    Act.WRITE_LETTER: Deed(REFERRER | CLINIC, frozenset(STAGES) - {S.DRAFT, S.ENTERED_IN_ERROR}, "Write a letter"),
})  # fmt: skip

#: An `ANSWER_GOALS` is owed by each of the three: the task says by whom.
DUTIES: Final[Mapping[Duty, NextStep]] = MappingProxyType({
    Duty.TELL_PROFILE: NextStep(P.FAMILY, "Tell about your child’s day", "The family tells about its day", "tell_profile"),
    Duty.ANSWER_GOALS: NextStep(P.FAMILY, "Answer the goals", "An answer to the goals is awaited", "agree_plan"),
    Duty.SIGN_RENEWED_PLAN: NextStep(P.PEDIATRICIAN, "Sign the renewed plan", "The pediatrician signs the renewed plan", "acknowledge_report"),
    Duty.RENEW_PLAN: NextStep(P.THERAPIST, "Renew the plan of care", "The therapist renews the plan", "plan_recertified"),
    Duty.RENEW_PRESCRIPTION: NextStep(P.PEDIATRICIAN, "Renew the prescription", "The pediatrician renews the prescription", "order_valid"),
    Duty.ASK_PRESCRIPTION: NextStep(P.THERAPIST, "The prescription is about to end", "The prescription is about to end", "order_valid"),
    Duty.SIGN_SESSION: NextStep(P.THERAPIST, "Finish the visit notes", "The therapist finishes the visit notes", "session_note"),
    Duty.COSIGN_SESSION: NextStep(P.THERAPIST, "Co-sign the assistant’s notes", "The therapist co-signs notes", "session_note"),
    Duty.ANSWER_CHECK_IN: NextStep(P.THERAPIST, "Answer a question", "The therapist answers a question", "answer"),
    Duty.AGREE_PAUSE: NextStep(P.THERAPIST, "Answer the wish for a pause", "The therapist answers the wish for a pause", "answer"),
    Duty.ACKNOWLEDGE_REPORT: NextStep(P.PEDIATRICIAN, "Read the progress report", "The pediatrician reads the progress report", "acknowledge_report"),
    Duty.NOTE_DISCHARGE: NextStep(P.FAMILY, "Read how therapy ended", "The family reads how therapy ended", "acknowledge_closing"),
    Duty.ANSWER_CORRECTION: NextStep(P.THERAPIST, "Answer a wish for a correction", "A wish for a correction is being answered", "answer_correction"),
    Duty.ANSWER_RESULTS: NextStep(P.THERAPIST, "Send the results asked for", "The therapist sends results", "answer_results"),
    Duty.CHASE_RESULTS: NextStep(P.THERAPIST, "Ask the school or programme again, or take it back", "Results asked of a school or programme are late", "results_asked"),
})  # fmt: skip


def acts_in(state: State, parties: frozenset[Party]) -> tuple[Act, ...]:
    """The acts these parties may do now, in the order of the table."""
    return tuple(act for act, deed in ACTS.items() if state in deed.during and deed.by & parties)
