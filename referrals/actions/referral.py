"""How is a referral written, sent, reviewed and handed on, up to the family's first visit?"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from referrals.access import Permission, Standing, standing, who_can
from referrals.clinical.clocks import due_by
from referrals.clinical.knowledge import UnknownSign, sign
from referrals.models import (
    Child,
    Concern,
    ContactAttempt,
    Diagnosis,
    Event,
    Organization,
    Question,
    Referral,
    ReferralDiagnosis,
    Role,
    Seat,
    User,
)
from referrals.models.guardian import Right
from referrals.pathway import STAGES, WITHDRAWN, Move, State
from referrals.prepared import prepared

from .clock import clocks_at, due_on, local_date
from .concern import close_concern
from .handing import check_works_at
from .moving import check_move, clock_of, move_referral, write
from .owner import first_answering
from .prescription import ORDER_CLOCKS, first_prescription
from .recording import happened, leave
from .refusal import Outrun, Refused, is_again
from .seat import seat

#: What a referral must say before it can go, and how a person is asked for it.
REQUIRED_TO_SEND: Final[dict[str, str]] = {
    "source": "Say who noticed the concern.",
    "identified_on": "Give the date of the visit.",
    "question": "Ask the therapist a clinical question.",
    "intent": "Choose habilitation or rehabilitation.",
    "service": "Choose the service you order.",
    "clinic": "Choose the clinic that receives the referral.",
}


@transaction.atomic
def draft_referral(
    *, id: UUID, child: Child, practice: Organization, by: User, at: datetime,
    version: int | None = None, diagnoses: Iterable[Diagnosis] | None = None, **fields: Any,
) -> Referral:  # fmt: skip
    """Keep a referral that is being written: made on the first call, changed on later ones.

    `id` comes with the form, so that a second click or a repeated save finds the same
    draft. `version` guards against a draft that changed in another tab.
    """
    _held(child.pk)
    team, stored = standing(by, child.pk), _stored(id, None)
    referral, changed, events = _kept(
        team, stored, id=id, child=child, practice=practice, by=by, at=at, version=version,
        diagnoses=diagnoses, **fields,
    )  # fmt: skip
    if events:
        write(referral, **changed)
        leave(events, child=child, referral=referral)
    return referral


@transaction.atomic
def draft_and_send_referral(
    *, id: UUID, child: Child, practice: Organization, despite_open: bool, by: User, at: datetime,
    version: int | None = None, **draft: Any,
) -> Referral:  # fmt: skip
    """Keep the last words of a referral and send it: both or neither, on one look at who may.

    Whoever does the same at that moment waits, and then finds it sent. Raises Refused as
    `draft_referral` and `send_referral` do.
    """
    held, team = _held(child.pk), standing(by, child.pk)
    stored = _stored(id, None if despite_open else child.pk)
    referral, changed, events = _kept(
        team, stored, id=id, child=child, practice=practice, by=by, at=at, version=version,
        due=local_date(at, practice), **draft,
    )  # fmt: skip
    # The words are written as they are sent, and both events together: one statement each.
    return _sent(
        referral, held, team, others=stored, by=by, at=at, earlier=events, **changed
    )  # fmt: skip


def _kept(
    team: Standing, stored: Iterable[Referral], *, id: UUID, child: Child, practice: Organization,
    by: User, at: datetime, version: int | None, diagnoses: Iterable[Diagnosis] | None = None,
    due: date | None = None, **fields: Any,
) -> tuple[Referral, dict[str, Any], list[Event]]:  # fmt: skip
    """The draft as it is now, with the columns and the event that are not written yet.

    `due` replaces its clock where it goes out at once.
    """
    if not team.holds(Permission.REFER):
        raise Refused(who_can(Permission.REFER))
    _check_signs(fields.get("signs", ()))
    referral = next((one for one in stored if one.pk == id), None)
    if referral is None:
        _check_concern(fields.get("concern"))
        changed, codes = fields, list[str]()
        kind = "referral_drafted"
        referral = Referral(
            id=id, child=child, practice=practice, author=by, owner=by, owner_organization=practice,
            state_since=at, created_at=at,
            next_due_on=due or due_on("send", organization=practice, at=at), **fields,
        )  # fmt: skip
    else:
        if referral.child_id != child.pk or referral.practice_id != practice.pk:
            raise Outrun("This form was already used. Please start again.")
        changed = {k: v for k, v in fields.items() if getattr(referral, k) != v}
        codes = codes_of(referral) if getattr(referral, "names_diagnoses", True) else []
        same = not changed and (diagnoses is None or [d.pk for d in diagnoses] == codes)
        again = is_again(same, version, referral.version)
        check_move(referral, Move.SEND, by=by, version=None if again else version, team=team)
        if same:
            return referral, {}, []
        for name, value in changed.items():
            setattr(referral, name, value)
        kind = "referral_draft_saved"
    if diagnoses is not None:
        _name_diagnoses(referral, diagnoses, instead_of=codes)
    return referral, changed, [happened(kind, child=child, about=id, by=by, at=at)]


#: On its way to somebody, or with them.
_ON_ITS_WAY: Final = Q(is_open=True, closed_at__isnull=True) & ~Q(state=State.DRAFT)


@prepared
def _stored(id: UUID, child: UUID | None) -> QuerySet[Referral]:
    """The referral with this id, and those of the child that are on their way."""
    wanted = Q(pk=id) if child is None else Q(pk=id) | Q(_ON_ITS_WAY, child=child)
    named = Exists(ReferralDiagnosis.objects.filter(referral=OuterRef("pk")))
    with_places = Referral.objects.select_related("child", "practice", "clinic")
    return with_places.annotate(names_diagnoses=named).filter(wanted)


def _held(child: UUID) -> Child:
    """The child, of whom nobody else writes or sends a referral until this transaction ends.

    Held before the first row is written: the database holds it too when a referral is listed, and
    of two who wrote the same key each would wait for the other.
    """
    [held] = _locked(child)
    assert isinstance(held, Child)
    return held


@prepared
def _locked(child: UUID) -> QuerySet[Child]:
    return Child.objects.select_for_update().filter(pk=child)


def _check_concern(concern: Concern | None) -> None:
    if concern and concern.referrals.exclude(state__in=sorted(WITHDRAWN)).exists():
        raise Refused("A referral was already begun from this concern. You find it on your home.")


def codes_of(referral: Referral) -> list[str]:
    named = ReferralDiagnosis.objects.filter(referral=referral).order_by("rank", "id")
    return list(named.values_list("diagnosis_id", flat=True))


def _check_signs(codes: Iterable[str]) -> None:
    try:
        for code in codes:
            sign(code)
    except UnknownSign:
        raise Refused("One of the signs is not on the list.", "signs") from None


def _name_diagnoses(
    referral: Referral, diagnoses: Iterable[Diagnosis], *, instead_of: list[str]
) -> None:
    named = [
        ReferralDiagnosis(referral=referral, diagnosis=diagnosis, rank=rank)
        for rank, diagnosis in enumerate(diagnoses)
    ]
    if [one.diagnosis_id for one in named] == instead_of:
        return
    if instead_of:
        ReferralDiagnosis.objects.filter(referral=referral).delete()
    ReferralDiagnosis.objects.bulk_create(named)


def open_referrals(child: Child) -> list[Referral]:
    """The referrals of this child that are on their way: what a second one would double."""
    found = Referral.objects.filter(_ON_ITS_WAY, child=child)
    return list(found.select_related("clinic", "author"))


@transaction.atomic
def send_referral(
    *, referral: Referral, despite_open: bool = False, by: User, at: datetime,
    version: int | None = None,
) -> Referral:  # fmt: skip
    """Sign and send: the clinic gets its seat and an order, its intake owes the next step.

    A second open referral for the child goes only when the author has seen the first
    (`despite_open`). Raises Refused for what is missing.
    """
    child = _held(referral.child_id)
    team = standing(by, child.pk)
    others = [] if despite_open else open_referrals(child)
    return _sent(referral, child, team, others=others, by=by, at=at, version=version)


def _sent(
    referral: Referral, child: Child, team: Standing, *, others: Iterable[Referral], by: User,
    at: datetime, version: int | None = None, earlier: Iterable[Event] = (), **changed: Any,
) -> Referral:  # fmt: skip
    """The referral as it goes out, with those columns of its draft that are not written yet."""
    check_move(referral, Move.SEND, by=by, version=version, team=team)
    for field, sentence in REQUIRED_TO_SEND.items():
        if not getattr(referral, field):
            raise Refused(sentence, field)
    if not referral.signs and not codes_of(referral):
        raise Refused("Tick at least one sign, or name a diagnosis.", "signs")
    clinic = referral.clinic
    if clinic is None or not clinic.takes_referrals or not clinic.is_active:
        raise Refused("This clinic takes no referrals. Please choose another.", "clinic")
    if referral.identified_on and referral.identified_on > local_date(at, referral.practice):
        raise Refused("The visit lies in the future.", "identified_on")
    if any(other.pk != referral.pk for other in others):
        raise Refused(
            "This child already has an open referral. Tick the box if a second one is wanted.",
            "despite_open",
        )
    seat(
        child,
        organization=clinic,
        role=Seat.Role.CLINIC,
        rights=[Right.SEE],
        ground=Seat.Ground.REFERRAL,
        ground_id=referral.pk,
        since=at,
    )
    concern = referral.concern
    if concern is not None and concern.is_open:
        close_concern(concern, Concern.State.REFERRED)
    clock = clock_of(referral, STAGES[State.SENT].owes)
    assert clock is not None, "what a clinic owes first has a clock"
    of_order = ((referral.practice, one) for one in ORDER_CLOCKS)
    days, *order = clocks_at((clinic, clock), *of_order)
    answering = first_answering(referral, at, here=by)
    move_referral(
        referral, Move.SEND, by=by, at=at, version=version, team=team, answering=answering,
        earlier=earlier, due=due_by(clock, local_date(at, clinic), days), **changed, sent_at=at,
        sent_by=by,
    )  # fmt: skip
    first_prescription(referral, by=by, at=at, days=order, answering=answering)
    return referral


@transaction.atomic
def receive_referral(
    *, referral: Referral, by: User, at: datetime, version: int | None = None
) -> Referral:
    """Tell the pediatrician that the clinic has it; triage is owed from now on."""
    return move_referral(referral, Move.RECEIVE, by=by, at=at, version=version)


@transaction.atomic
def ask_referral(
    *, referral: Referral, question: str, by: User, at: datetime, version: int | None = None
) -> Referral:
    """Send the referral back with a question; the pediatrician owes the answer."""
    if not question.strip():
        raise Refused("Write your question.", "question")
    move_referral(referral, Move.ASK, by=by, at=at, version=version)
    Question.objects.create(referral=referral, text=question, asked_by=by, asked_at=at)
    return referral


@transaction.atomic
def answer_referral(
    *, referral: Referral, answer: str, by: User, at: datetime, version: int | None = None
) -> Referral:
    """Answer the open question; the clinic reviews again."""
    if not answer.strip():
        raise Refused("Write an answer.", "answer")
    move_referral(referral, Move.ANSWER, by=by, at=at, version=version)
    referral.questions.filter(answered_at__isnull=True).update(
        answer=answer, answered_by=by, answered_at=at
    )
    return referral


@transaction.atomic
def accept_referral(
    *, referral: Referral, therapist: User, by: User, at: datetime, version: int | None = None
) -> Referral:
    """Take the child on and name the therapist who will evaluate."""
    check_works_at(therapist, referral.clinic, Role.THERAPIST, at=at)
    return move_referral(
        referral, Move.ACCEPT, by=by, at=at, version=version, therapist=therapist,
        data={"therapist": therapist.name},
    )  # fmt: skip


@transaction.atomic
def contact_referral(
    *,
    referral: Referral,
    attempted_at: datetime,
    channel: str,
    result: str,
    whom: str = "",
    note: str = "",
    by: User,
    at: datetime,
    version: int | None = None,
) -> Referral:
    """Log one try to reach the family; the next one is owed on the clinic's clock."""
    if attempted_at > at:
        raise Refused("This attempt lies in the future.", "attempted_at")
    # A form tells a time to the minute: one within the minute of sending is not before it.
    if referral.sent_at and attempted_at < referral.sent_at.replace(second=0, microsecond=0):
        raise Refused("This attempt lies before the referral was sent.", "attempted_at")
    move_referral(
        referral, Move.CONTACT, by=by, at=at, version=version,
        data={"channel": channel, "result": result},
    )  # fmt: skip
    ContactAttempt.objects.create(
        referral=referral, at=attempted_at, by=by, channel=channel, whom=whom, result=result,
        note=note,
    )  # fmt: skip
    return referral
