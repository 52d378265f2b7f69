"""What can the story say about a referral, and which action is that?"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile

from referrals.actions import appointment as visits
from referrals.actions import closing, handing
from referrals.actions import referral as referrals
from referrals.actions.document import attach
from referrals.models import Referral, User
from referrals.pathway import Move

from .stage import Facts, Stage, working_day

Verb = Callable[[Stage, Referral, Facts, User, datetime], object]


def letter() -> SimpleUploadedFile:
    """A page to attach that is a true PDF, and says only that it is invented."""
    text = b"BT /F1 14 Tf 72 720 Td (Invented letter of the demo story.) Tj ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    page, starts = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        starts.append(len(page))
        page += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    size = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    end += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(page))
    return SimpleUploadedFile("letter.pdf", page + end, "application/pdf")


def plain(action: Callable[..., object], *told: str) -> Verb:
    """A verb whose words in the story are the action's own arguments."""

    def verb(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
        said = {name: step[name] for name in told if name in step}
        return action(referral=referral, by=by, at=at, **said)

    return verb


def _close(move: Move) -> Verb:
    def verb(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
        return closing.close_referral(
            referral=referral, move=move, reason=step["reason"], by=by, at=at
        )

    return verb


def _save(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    saved = referrals.draft_referral(
        id=referral.pk, child=referral.child, practice=referral.practice, by=by, at=at,
        question=step["question"],
    )  # fmt: skip
    referral.version = saved.version
    return saved


def _attach(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    upload = letter()
    upload.name = step["name"]
    return attach(referral=referral, upload=upload, by=by, at=at)


def _accept(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    therapist = stage.people[step["therapist"]]
    return referrals.accept_referral(referral=referral, therapist=therapist, by=by, at=at)


def _contact(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    said = {name: step[name] for name in ("channel", "result", "whom", "note") if name in step}
    return referrals.contact_referral(referral=referral, attempted_at=at, by=by, at=at, **said)


def _visit(stage: Stage, step: Facts) -> dict[str, Any]:
    return {
        "therapist": stage.people[step["therapist"]],
        "minutes": step.get("minutes", 60),
        "place": step.get("place", "clinic"),
        "address": step.get("address", ""),
    }


def _offer(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    times = [stage.when(moment) for moment in step["times"]]
    return visits.offer_appointments(
        referral=referral, times=times, by=by, at=at, **_visit(stage, step)
    )


def _book(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    starts_at = stage.when(step["starts"])
    return visits.book_appointment(
        referral=referral, starts_at=starts_at, by=by, at=at, **_visit(stage, step)
    )


def _pick(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    wanted = referral.appointments.get(starts_at=stage.when(step["starts"]))
    return visits.pick_appointment(referral=referral, appointment=wanted, by=by, at=at)


def _postpone(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    due_on = working_day(stage.today, step["due"])
    return handing.postpone_referral(
        referral=referral, due_on=due_on, reason=step["reason"], by=by, at=at
    )


def _hand_over(stage: Stage, referral: Referral, step: Facts, by: User, at: datetime) -> object:
    owner = stage.people[step["owner"]]
    return handing.hand_over_referral(referral=referral, owner=owner, by=by, at=at)


VERBS: Final[Mapping[str, Verb]] = {
    "save": _save,
    "attach": _attach,
    Move.SEND: plain(referrals.send_referral),
    Move.RECEIVE: plain(referrals.receive_referral),
    Move.ASK: plain(referrals.ask_referral, "question"),
    Move.ANSWER: plain(referrals.answer_referral, "answer"),
    Move.ACCEPT: _accept,
    Move.DECLINE: plain(closing.decline_referral, "reason", "suggestion"),
    Move.CONTACT: _contact,
    Move.OFFER: _offer,
    Move.BOOK: _book,
    Move.PICK: _pick,
    Move.MISS: plain(visits.miss_appointment, "note"),
    Move.CANCEL_VISIT: plain(visits.cancel_appointment, "cancelled_by", "reason"),
    Move.CLOSE_UNREACHABLE: _close(Move.CLOSE_UNREACHABLE),
    Move.CLOSE_FAMILY_DECLINED: _close(Move.CLOSE_FAMILY_DECLINED),
    Move.CLOSE_NOT_ELIGIBLE: _close(Move.CLOSE_NOT_ELIGIBLE),
    Move.CANCEL: plain(closing.cancel_referral, "reason"),
    Move.ACKNOWLEDGE: plain(closing.acknowledge_referral),
    Move.CONFIRM: plain(closing.confirm_referral),
    Move.POSTPONE: _postpone,
    Move.HAND_OVER: _hand_over,
    Move.MARK_ERROR: plain(closing.mark_referral_error, "reason"),
}
