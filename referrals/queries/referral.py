"""What does the page of one referral say, and what may be done from it?"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext

from referrals.clinical.knowledge import sign
from referrals.models import (
    Appointment,
    Attachment,
    Concern,
    ContactAttempt,
    Question,
    Referral,
    User,
)
from referrals.pathway import CLOSING, MOVES, STAGES, STEPS, WITHDRAWN, Move, State, Step
from referrals.wording import day, spoken, typed_by

from .loop import LoopStep, strip
from .task import Owed, tasks_of


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next-step card component."""

    verb: str
    child_name: str
    child_url: str
    who: str
    due_on: date
    late: bool
    url: str
    button: str
    detail: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Page:
    state: str
    steps: list[LoopStep]
    next: NextStep | None
    fields: list[tuple[str, str]]
    signs: list[str]
    diagnoses: list[str]
    questions: list[Question]
    attempts: list[ContactAttempt]
    visits: list[Appointment]
    attachments: list[Attachment]
    tasks: list[Owed]


def read(
    referral: Referral, user: User, today: date, *, for_family: bool, rights: Collection[str]
) -> Page:
    """Six queries: diagnoses, questions, attempts, visits, files, tasks."""
    stage = STAGES[State(referral.state)]
    named = referral.diagnoses.through.objects.filter(referral=referral).select_related("diagnosis")
    signs = [sign(code) for code in referral.signs]
    return Page(
        state=gettext(stage.family_label) if for_family else stage.label,
        steps=strip(referral.state, referral.loop, referral.next_due_on, today),
        next=next_step(referral, user, today),
        fields=fields_of(referral),
        signs=[spoken(s.family_label) if for_family else s.label for s in signs],
        diagnoses=[typed_by(str(n.diagnosis), "en") for n in named.order_by("rank", "id")],
        questions=list(referral.questions.select_related("asked_by", "answered_by")),
        attempts=list(referral.attempts.select_related("by")),
        visits=list(
            # What was only offered, and not taken, was never a visit; those of therapy are
            # many, and have a page of their own.
            referral.appointments.filter(purpose=Appointment.Purpose.EVALUATION)
            .exclude(status="cancelled", booked_at__isnull=True)
            .select_related("therapist", "organization")
        ),
        attachments=list(referral.attachments.all()),
        tasks=tasks_of(referral, user, today, rights=rights, for_family=for_family),
    )


def next_step(referral: Referral, user: User, today: date) -> NextStep | None:
    """The card of what is owed; None when nothing is."""
    owed = STEPS.get(Step(referral.next_step))
    if owed is None:
        return None
    mine = referral.owner_id == user.pk
    return NextStep(
        verb=owed.verb if mine else gettext(owed.waiting),
        child_name=referral.child.name,
        child_url=reverse("child_detail", args=[referral.child_id]),
        who=f"{referral.owner}, {referral.owner_organization}",
        due_on=referral.next_due_on,
        late=referral.next_due_on < today,
        url="",
        button="",
        detail="",
        is_mine=mine,
    )


def fields_of(referral: Referral) -> list[tuple[str, str]]:
    visit, by = referral.identified_on, referral.sent_by or referral.author
    return [
        (gettext("Who noticed"), referral.get_source_display()),
        (gettext("Date of the visit"), day(visit)),
        (gettext("Clinical question"), typed_by(referral.question, by)),
        (gettext("Intent"), referral.get_intent_display()),
        (gettext("Service"), referral.get_service_display()),
        (gettext("Urgency"), referral.get_urgency_display()),
        (gettext("Precautions"), typed_by(referral.precautions, by)),
        (gettext("Last developmental screening"), typed_by(referral.screening, by)),
        (
            gettext("Referred by"),
            f"{by.signature}, {referral.practice}",
        ),
        (gettext("Clinic"), str(referral.clinic or "")),
        (
            gettext("Evaluating therapist"),
            referral.therapist.signature if referral.therapist else "",
        ),
    ]


@dataclass(frozen=True, slots=True)
class Button:
    """One move as a button. A direct one asks for nothing: the click makes it."""

    label: str
    url: str
    icon: str
    direct: bool


_ICONS: Final[dict[Move, str]] = {
    Move.RECEIVE: "inbox", Move.ASK: "circle-question-mark", Move.ANSWER: "message-circle-reply",
    Move.ACCEPT: "circle-check", Move.DECLINE: "circle-x", Move.CONTACT: "phone",
    Move.OFFER: "calendar-plus", Move.BOOK: "calendar-check", Move.PICK: "calendar-check",
    Move.MISS: "calendar-x", Move.CANCEL_VISIT: "calendar-x", Move.CANCEL: "ban",
    Move.ACKNOWLEDGE: "check-check", Move.CONFIRM: "check-check", Move.POSTPONE: "calendar-clock",
    Move.CUT_SHORT: "calendar-x", Move.SIGN_EVALUATION: "file-pen",
    Move.EXPLAIN_PLAN: "message-circle", Move.SEND_PLAN: "send", Move.CERTIFY_PLAN: "file-check",
    Move.RETURN_PLAN: "undo-2", Move.REVISE_PLAN: "file-pen", Move.START_THERAPY: "sparkles",
    Move.DISCHARGE: "flag", Move.REOPEN: "rotate-ccw",
    Move.SEND_REPORT: "send",
    Move.HAND_OVER: "arrow-right-left", Move.MARK_ERROR: "ban", Move.CLOSE_NOT_ELIGIBLE: "archive",
}  # fmt: skip
#: The three closings share a page, which asks which of them it is; what is signed is written first.
_ELSEWHERE: Final = {
    Move.CLOSE_NOT_ELIGIBLE: ("referral_close", "Close the referral"),
    Move.SIGN_EVALUATION: ("evaluation_write", "Write the evaluation"),
    Move.DISCHARGE: ("discharge_write", "End therapy: write the summary"),
}
_DIRECT: Final = frozenset({Move.RECEIVE, Move.ACKNOWLEDGE, Move.CONFIRM})
_ROUTINE: Final = (
    Move.SIGN_EVALUATION, Move.RECEIVE, Move.ACCEPT, Move.ASK, Move.DECLINE, Move.ANSWER, Move.OFFER, Move.BOOK,
    Move.CONTACT, Move.PICK, Move.MISS, Move.CANCEL_VISIT, Move.EXPLAIN_PLAN, Move.SEND_PLAN,
    Move.CERTIFY_PLAN, Move.RETURN_PLAN, Move.START_THERAPY, Move.REVISE_PLAN, Move.SEND_REPORT,
    Move.ACKNOWLEDGE, Move.CONFIRM, Move.REOPEN,
)  # fmt: skip
_RARE: Final = (
    Move.DISCHARGE,
    Move.CUT_SHORT, Move.CLOSE_NOT_ELIGIBLE, Move.POSTPONE, Move.HAND_OVER, Move.CANCEL, Move.MARK_ERROR,
)  # fmt: skip


def is_open_to(referral: Referral, move: Move) -> bool:
    """Whether a move that the state allows still makes sense: nobody takes note twice."""
    if move in (Move.ACKNOWLEDGE, Move.CONFIRM, Move.POSTPONE, Move.HAND_OVER):
        return referral.is_open
    return not (move is Move.MARK_ERROR and referral.state in CLOSING)


def primary(referral: Referral, moves: Iterable[Move]) -> list[Button]:
    """The buttons of what is usually done next."""
    able = set(moves)
    return [_button(referral, move) for move in _ROUTINE if move in able]


def secondary(referral: Referral, moves: Iterable[Move]) -> list[Button]:
    """The buttons of what is seldom done, folded away."""
    able = set(moves)
    return [_button(referral, move) for move in _RARE if move in able]


def _button(referral: Referral, move: Move) -> Button:
    page, label = _ELSEWHERE.get(move, (f"referral_{move}", MOVES[move].label))
    return Button(gettext(label), reverse(page, args=[referral.pk]), _ICONS[move], move in _DIRECT)


def draft_url(draft: Referral) -> str:
    """Where a draft is gone on with."""
    return f"{reverse('referral_write', args=[draft.child_id])}?draft={draft.pk}"


def where(referral: Referral) -> str:
    """Where a referral is gone on with: its form while it is a draft, else its page."""
    if referral.state == State.DRAFT:
        return draft_url(referral)
    return reverse("referral_detail", args=[referral.pk])


def as_form(draft: Referral) -> dict[str, Any]:
    """A draft as the form shows it."""
    named = draft.diagnoses.through.objects.filter(referral=draft).order_by("rank", "id")
    return {
        "id": draft.pk, "version": draft.version, "source": draft.source,
        "identified_on": draft.identified_on, "signs": draft.signs, "question": draft.question,
        "intent": draft.intent, "urgency": draft.urgency, "precautions": draft.precautions,
        "screening": draft.screening, "service": draft.service, "clinic": draft.clinic,
        "diagnoses": ", ".join(n.diagnosis_id for n in named),
    }  # fmt: skip


def begun_from(concern: Concern) -> Referral | None:
    """The referral that was already begun from this concern, unless it was withdrawn."""
    return concern.referrals.exclude(state__in=sorted(WITHDRAWN)).first()


def from_concern(concern: Concern) -> dict[str, Any]:
    """What a concern carries over: nothing is typed twice."""
    told = concern.recorded_as == "family"
    since = f" Since: {concern.since_when}." if concern.since_when else ""
    said = f"{'The family says' if told else 'Noticed'}: {concern.words}" if concern.words else ""
    return {
        "concern": concern,
        "signs": concern.signs,
        "source": Referral.Source.FAMILY if told else Referral.Source.WELL_CHILD_VISIT,
        "identified_on": localtime(concern.recorded_at).date(),
        "question": f"{said}{since}".strip()[:2000],
    }


def from_earlier(earlier: Referral) -> dict[str, Any]:
    """What a referral that ended without an evaluation carries into the next one."""
    kept = as_form(earlier)
    for name in ("id", "version", "identified_on"):
        del kept[name]
    if earlier.state == State.DECLINED:
        kept["clinic"] = None
    return kept | {"follows": earlier}
