"""What are the stages of care, who may move a referral from one to the next, and what is owed then?

The first file to open. One table of states (each with its step of the loop and what it owes),
one of moves (who, from where, to where), one of acts. All others ask here; nothing repeats it.
Sources: shared clinical ground, sections 5, 7 and 8; loop: IHI/NPSF "Closing the Loop" (2017).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Party(StrEnum):
    """Who acts on a referral: a side of it, not a job title."""

    PEDIATRICIAN = "pediatrician"  # of the practice that referred
    THERAPIST = "therapist"  # of the clinic that receives
    COORDINATOR = "coordinator"  # of the clinic that receives
    FAMILY = "family"  # an adult with a seat by guardianship
    ADMIN = "admin"  # through the Django admin only
    SYSTEM = "system"  # a computer system of either organisation


class State(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    RECEIVED = "received"
    INFO_NEEDED = "info_needed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CONTACTING = "contacting"
    SCHEDULED = "scheduled"
    MISSED = "missed"
    VISIT_CANCELLED = "visit_cancelled"
    EVALUATED = "evaluated"
    PLAN_SHARED = "plan_shared"
    PLAN_SENT = "plan_sent"
    PLAN_ACKNOWLEDGED = "plan_acknowledged"
    IN_THERAPY = "in_therapy"
    DISCHARGED = "discharged"
    CLOSED_UNREACHABLE = "closed_unreachable"
    CLOSED_FAMILY_DECLINED = "closed_family_declined"
    CLOSED_NOT_ELIGIBLE = "closed_not_eligible"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered_in_error"


class Move(StrEnum):
    """A verb that an action of the same name makes (`accept` is `accept_referral`)."""

    SEND = "send"
    ARRIVE = "arrive"
    RECEIVE = "receive"
    ASK = "ask"
    ANSWER = "answer"
    ACCEPT = "accept"
    DECLINE = "decline"
    CONTACT = "contact"
    OFFER = "offer"
    BOOK = "book"
    PICK = "pick"
    MISS = "miss"
    CANCEL_VISIT = "cancel_visit"
    CUT_SHORT = "cut_short"
    SIGN_EVALUATION = "sign_evaluation"
    EXPLAIN_PLAN = "explain_plan"
    SEND_PLAN = "send_plan"
    CERTIFY_PLAN = "certify_plan"
    RETURN_PLAN = "return_plan"
    REVISE_PLAN = "revise_plan"
    START_THERAPY = "start_therapy"
    SEND_REPORT = "send_report"
    DISCHARGE = "discharge"
    REOPEN = "reopen"
    CLOSE_UNREACHABLE = "close_unreachable"
    CLOSE_FAMILY_DECLINED = "close_family_declined"
    CLOSE_NOT_ELIGIBLE = "close_not_eligible"
    CANCEL = "cancel"
    ACKNOWLEDGE = "acknowledge"
    CONFIRM = "confirm"
    POSTPONE = "postpone"
    HAND_OVER = "hand_over"
    MARK_ERROR = "mark_error"


class Step(StrEnum):
    """What is owed next. `NONE` is owed by nobody: the referral is closed and everybody knows."""

    SEND = "send"
    RECEIVE = "receive"
    TRIAGE = "triage"
    ANSWER = "answer"
    FIRST_CONTACT = "first_contact"
    REACH_FAMILY = "reach_family"
    SCHEDULE_AGAIN = "schedule_again"
    EVALUATE = "evaluate"
    EXPLAIN_PLAN = "explain_plan"
    SEND_PLAN = "send_plan"
    ACKNOWLEDGE_PLAN = "acknowledge_plan"
    REVISE_PLAN = "revise_plan"
    AGREE_GOALS = "agree_goals"
    REPORT_PROGRESS = "report_progress"
    ACKNOWLEDGE_CLOSING = "acknowledge_closing"
    CONFIRM_CANCELLATION = "confirm_cancellation"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step, said to its owner (`verb`) and to everybody else (`waiting`), and its clock.

    `clock` is a code of `clinical/clocks.toml`, `clock_urgent` the one of an urgent referral.
    Without a clock the move that leads here says the date (an appointment is due on its day).
    """

    owner: Party
    verb: str
    waiting: str
    clock: str | None = None
    clock_urgent: str | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A state of the referral: its labels, where it stands in the loop, and what it owes.

    `step` is its step of the nine-step strip, `done` how many lie behind it (0 to 9). A closing
    state has neither: the strip stays, and all that is owed is that the other side takes note.
    """

    label: str
    family_label: str
    step: int | None
    done: int | None
    owes: Step

    @property
    def closing(self) -> bool:
        return self.step is None


@dataclass(frozen=True, slots=True)
class Rule:
    """One legal move: who, from where, to where. `to` None leaves the state as it is.

    From a state in `keeps` it is made too and the state stays: a plan renewed during therapy.
    """

    by: frozenset[Party]
    sources: frozenset[State]
    to: State | None
    label: str
    event: str
    keeps: frozenset[State] = frozenset()

    def leads(self, state: State) -> State | None:
        """Where the move leads from this state; None where the state stays."""
        return None if state in self.keeps else self.to


P, S, M = Party, State, Move

LOOP: Final[tuple[str, ...]] = (
    "Ordered",
    "Sent to the therapist",
    "Reviewed and accepted",
    "Evaluation scheduled",
    "Evaluation done",
    "Plan written",
    "Report sent",
    "Pediatrician acknowledged",
    "Family agreed the plan",
)

STEPS: Final[Mapping[Step, NextStep]] = MappingProxyType({
    Step.SEND: NextStep(P.PEDIATRICIAN, "Finish and send", "The pediatrician finishes the referral", "send"),
    Step.RECEIVE: NextStep(P.COORDINATOR, "Take in", "The clinic takes the referral in", "receive"),
    Step.TRIAGE: NextStep(P.THERAPIST, "Review", "A therapist reviews the referral", "triage", "triage_urgent"),
    Step.ANSWER: NextStep(P.PEDIATRICIAN, "Answer the question", "The pediatrician answers a question", "answer"),
    Step.FIRST_CONTACT: NextStep(P.COORDINATOR, "Contact the family", "The clinic contacts the family", "first_contact"),
    Step.REACH_FAMILY: NextStep(P.COORDINATOR, "Agree a time", "The clinic and the family agree a time", "next_attempt"),
    Step.SCHEDULE_AGAIN: NextStep(P.COORDINATOR, "Find a new time", "The clinic finds a new time", "schedule_again"),
    Step.EVALUATE: NextStep(P.THERAPIST, "Evaluate", "The therapist sees the child"),
    Step.EXPLAIN_PLAN: NextStep(P.THERAPIST, "Write and explain the plan", "The therapist writes the plan", "report"),
    Step.SEND_PLAN: NextStep(P.THERAPIST, "Send the plan", "The therapist sends the plan", "report"),
    Step.ACKNOWLEDGE_PLAN: NextStep(P.PEDIATRICIAN, "Read and sign the plan", "The pediatrician reads the plan", "acknowledge_report"),
    Step.REVISE_PLAN: NextStep(P.THERAPIST, "Change the plan", "The therapist changes the plan", "revise_plan"),
    Step.AGREE_GOALS: NextStep(P.THERAPIST, "Agree the goals", "The family and the therapist agree the goals", "agree_plan"),
    Step.REPORT_PROGRESS: NextStep(P.THERAPIST, "Report progress", "The therapist reports progress", "progress_report"),
    Step.ACKNOWLEDGE_CLOSING: NextStep(P.PEDIATRICIAN, "Take note of the ending", "The pediatrician takes note", "acknowledge_closing"),
    Step.CONFIRM_CANCELLATION: NextStep(P.COORDINATOR, "Confirm the cancellation", "The clinic takes note", "confirm_cancellation"),
})  # fmt: skip

STAGES: Final[Mapping[State, Stage]] = MappingProxyType({
    S.DRAFT: Stage("Draft", "Being written", 1, 0, Step.SEND),
    S.SENT: Stage("Sent", "Sent to the therapy clinic", 2, 1, Step.RECEIVE),
    S.RECEIVED: Stage("Received", "The clinic is reading it", 2, 2, Step.TRIAGE),
    S.INFO_NEEDED: Stage("Question asked", "The clinic asked your doctor a question", 3, 2, Step.ANSWER),
    S.ACCEPTED: Stage("Accepted", "The clinic said yes", 3, 3, Step.FIRST_CONTACT),
    S.DECLINED: Stage("Declined", "The clinic said no; your doctor will talk with you", None, None, Step.ACKNOWLEDGE_CLOSING),
    S.CONTACTING: Stage("Contacting the family", "The clinic wants to agree a time with you", 4, 3, Step.REACH_FAMILY),
    S.SCHEDULED: Stage("Scheduled", "Your first visit is set", 4, 4, Step.EVALUATE),
    S.MISSED: Stage("Visit missed", "The visit did not happen; a new time is being found", 4, 3, Step.SCHEDULE_AGAIN),
    S.VISIT_CANCELLED: Stage("Visit cancelled", "The visit was cancelled; a new time is being found", 4, 3, Step.SCHEDULE_AGAIN),
    S.EVALUATED: Stage("Evaluated", "The evaluation is done", 5, 5, Step.EXPLAIN_PLAN),
    S.PLAN_SHARED: Stage("Plan explained", "The plan was explained to you", 6, 6, Step.SEND_PLAN),
    S.PLAN_SENT: Stage("Plan sent", "Your doctor is reading the plan", 7, 7, Step.ACKNOWLEDGE_PLAN),
    S.PLAN_ACKNOWLEDGED: Stage("Plan acknowledged", "Your doctor has read the plan", 8, 8, Step.AGREE_GOALS),
    S.IN_THERAPY: Stage("In therapy", "Therapy is under way", 9, 9, Step.REPORT_PROGRESS),
    S.DISCHARGED: Stage("Discharged", "Therapy has ended", None, None, Step.ACKNOWLEDGE_CLOSING),
    S.CLOSED_UNREACHABLE: Stage("Closed: family not reached", "Closed: we could not reach you", None, None, Step.ACKNOWLEDGE_CLOSING),
    S.CLOSED_FAMILY_DECLINED: Stage("Closed: family declined", "Closed as you asked", None, None, Step.ACKNOWLEDGE_CLOSING),
    S.CLOSED_NOT_ELIGIBLE: Stage("Closed: not eligible", "Closed: this service does not fit", None, None, Step.ACKNOWLEDGE_CLOSING),
    S.CANCELLED: Stage("Cancelled", "Cancelled by your doctor", None, None, Step.CONFIRM_CANCELLATION),
    S.ENTERED_IN_ERROR: Stage("Entered in error", "Removed: it was entered by mistake", None, None, Step.CONFIRM_CANCELLATION),
})  # fmt: skip

#: A family is called unreachable only after so many attempts, on so many channels and days.
UNREACHABLE_ATTEMPTS, UNREACHABLE_CHANNELS, UNREACHABLE_DAYS = 3, 2, 3

REFERRER: Final = frozenset({P.PEDIATRICIAN})
OT: Final = frozenset({P.THERAPIST})
CLINIC: Final = frozenset({P.THERAPIST, P.COORDINATOR})
FAMILY: Final = frozenset({P.FAMILY})
#: An e-referral is taken in by the system that brings it, or by who decides whose child it is for.
BRINGING: Final = frozenset({P.SYSTEM, P.COORDINATOR, P.THERAPIST})
AUTHORS: Final = frozenset({P.PEDIATRICIAN, P.ADMIN})

TRYING: Final = frozenset({S.ACCEPTED, S.CONTACTING, S.MISSED, S.VISIT_CANCELLED})
BEFORE_EVALUATION: Final = frozenset({S.SENT, S.RECEIVED, S.INFO_NEEDED, S.SCHEDULED}) | TRYING
CLOSING: Final = frozenset(state for state, stage in STAGES.items() if stage.closing)
WITHDRAWN: Final = frozenset({S.CANCELLED, S.ENTERED_IN_ERROR})
RUNNING: Final = frozenset(STAGES) - CLOSING
PLANNING: Final = frozenset({S.EVALUATED, S.PLAN_SHARED, S.PLAN_SENT, S.PLAN_ACKNOWLEDGED})
TREATING: Final = frozenset({S.IN_THERAPY})
ENDED: Final = frozenset({S.DISCHARGED})
REPORT_VISITS: Final = 10  # or the clock of the progress report, whichever is sooner

MOVES: Final[Mapping[Move, Rule]] = MappingProxyType({
    M.SEND: Rule(REFERRER, frozenset({S.DRAFT}), S.SENT, "Send", "referral_sent"),
    M.ARRIVE: Rule(BRINGING, frozenset({S.DRAFT}), S.RECEIVED, "Take in from another system", "referral_arrived"),
    M.RECEIVE: Rule(CLINIC, frozenset({S.SENT}), S.RECEIVED, "Take in", "referral_received"),
    M.ASK: Rule(OT, frozenset({S.RECEIVED}), S.INFO_NEEDED, "Ask a question", "referral_asked"),
    M.ANSWER: Rule(REFERRER, frozenset({S.INFO_NEEDED}), S.RECEIVED, "Answer", "referral_answered"),
    M.ACCEPT: Rule(OT, frozenset({S.RECEIVED}), S.ACCEPTED, "Accept", "referral_accepted"),
    M.DECLINE: Rule(OT, frozenset({S.RECEIVED}), S.DECLINED, "Decline", "referral_declined"),
    M.CONTACT: Rule(CLINIC, TRYING, S.CONTACTING, "Log a contact attempt", "referral_contacted"),
    M.OFFER: Rule(CLINIC, TRYING, S.CONTACTING, "Offer times", "appointment_offered"),
    M.BOOK: Rule(CLINIC, TRYING, S.SCHEDULED, "Book a visit", "appointment_booked"),
    M.PICK: Rule(FAMILY, frozenset({S.CONTACTING}), S.SCHEDULED, "Pick this time", "appointment_picked"),
    M.MISS: Rule(CLINIC, frozenset({S.SCHEDULED}), S.MISSED, "Visit was missed", "appointment_missed"),
    M.CANCEL_VISIT: Rule(CLINIC, frozenset({S.SCHEDULED}), S.VISIT_CANCELLED, "Cancel the visit", "appointment_cancelled"),
    M.CUT_SHORT: Rule(OT, frozenset({S.SCHEDULED}), S.CONTACTING, "The visit was cut short", "evaluation_cut_short"),
    M.SIGN_EVALUATION: Rule(OT, frozenset({S.SCHEDULED}), S.EVALUATED, "Sign the evaluation", "evaluation_signed"),
    M.EXPLAIN_PLAN: Rule(OT, frozenset({S.EVALUATED}) | TREATING, S.PLAN_SHARED, "Explain the plan", "plan_explained", TREATING),
    M.SEND_PLAN: Rule(OT, frozenset({S.PLAN_SHARED}) | TREATING, S.PLAN_SENT, "Send the plan", "plan_sent", TREATING),
    M.CERTIFY_PLAN: Rule(REFERRER, frozenset({S.PLAN_SENT}) | TREATING, S.PLAN_ACKNOWLEDGED, "Sign the plan", "plan_certified", TREATING),
    M.RETURN_PLAN: Rule(REFERRER, frozenset({S.PLAN_SENT}) | TREATING, S.PLAN_ACKNOWLEDGED, "Return with changes", "plan_returned", TREATING),
    M.REVISE_PLAN: Rule(OT, frozenset({S.PLAN_SHARED, S.PLAN_ACKNOWLEDGED}), S.EVALUATED, "Write a new version", "plan_revised"),
    M.START_THERAPY: Rule(OT, frozenset({S.PLAN_ACKNOWLEDGED}), S.IN_THERAPY, "Start therapy", "therapy_started"),
    M.SEND_REPORT: Rule(OT, TREATING, None, "Send the progress report", "report_sent"),
    M.DISCHARGE: Rule(OT, TREATING, S.DISCHARGED, "Sign the discharge summary", "discharge_signed"),
    M.REOPEN: Rule(REFERRER | OT, frozenset({S.DISCHARGED}), S.EVALUATED, "Take therapy up again", "referral_reopened"),
    M.CLOSE_UNREACHABLE: Rule(CLINIC, TRYING - {S.ACCEPTED}, S.CLOSED_UNREACHABLE, "Close: family not reached", "referral_closed_unreachable"),
    M.CLOSE_FAMILY_DECLINED: Rule(CLINIC, BEFORE_EVALUATION - {S.SENT} | PLANNING, S.CLOSED_FAMILY_DECLINED, "Close: family declined", "referral_closed_family_declined"),
    M.CLOSE_NOT_ELIGIBLE: Rule(CLINIC, BEFORE_EVALUATION - {S.SENT} | {S.EVALUATED, S.PLAN_SHARED}, S.CLOSED_NOT_ELIGIBLE, "Close: not eligible", "referral_closed_not_eligible"),
    M.CANCEL: Rule(REFERRER, BEFORE_EVALUATION | {S.DRAFT}, S.CANCELLED, "Cancel the referral", "referral_cancelled"),
    M.ACKNOWLEDGE: Rule(REFERRER, CLOSING - WITHDRAWN, None, "Take note", "referral_acknowledged"),
    M.CONFIRM: Rule(CLINIC, WITHDRAWN, None, "Confirm", "referral_confirmed"),
    M.POSTPONE: Rule(REFERRER | CLINIC, frozenset(STAGES) - {S.DRAFT}, None, "Move the due date", "referral_postponed"),
    M.HAND_OVER: Rule(REFERRER | CLINIC | {P.ADMIN}, frozenset(STAGES), None, "Hand over", "referral_handed_over"),
    M.MARK_ERROR: Rule(AUTHORS, frozenset(STAGES) - {S.ENTERED_IN_ERROR}, S.ENTERED_IN_ERROR, "Mark as entered in error", "referral_marked_error"),
})  # fmt: skip


def able(step: Step) -> frozenset[Party]:
    """Who can do what this step asks for: a therapist can also do the coordinator's part."""
    owner = STEPS[step].owner
    return CLINIC if owner is Party.COORDINATOR else frozenset({owner})


def owner_of(state: State) -> Party | None:
    """The party that owes the next step in this state, while anything is owed."""
    step = STAGES[state].owes
    return STEPS[step].owner if step is not Step.NONE else None


def moves_from(state: State, parties: frozenset[Party]) -> tuple[Move, ...]:
    """The moves these parties may make now, in the order of the table."""
    return tuple(
        move for move, rule in MOVES.items() if state in rule.sources and rule.by & parties
    )
