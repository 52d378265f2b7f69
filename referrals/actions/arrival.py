"""How does an e-referral of another computer system become a referral, or wait for a person?"""

import zlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from referrals import access
from referrals.arriving import (
    INFORMATION,
    MOST_WORDS,
    WARNING,
    Arriving,
    Problem,
)
from referrals.models import (
    Arrival,
    ArrivalView,
    Child,
    ChildIdentifier,
    Diagnosis,
    OrderNumber,
    Organization,
    Original,
    Referral,
    ReferralDiagnosis,
    Role,
    Seat,
    System,
    User,
)
from referrals.models.arrival import LONGEST_KEY
from referrals.models.child import validate_birth
from referrals.models.guardian import Right
from referrals.models.record import NO_DUE_DATE, new_id
from referrals.pathway import Move

from .child import register_child
from .clock import due_on, local_date
from .document import attach
from .guardian import add_guardian
from .moving import move_referral
from .owner import intake_of
from .prescription import first_prescription
from .recognition import Match, match
from .recording import record_view
from .referral import open_referrals
from .refusal import Outrun, Refused
from .seat import index_everywhere, seat
from .sender import (
    NotTaken,
    find_author,
    find_clinic,
    find_practice,
    make_author,
    make_practice,
)

OUTCOME, REASON, OF = Arrival.Outcome, Arrival.Reason, OrderNumber.Of


@transaction.atomic
def take_arrival(
    *, system: System, arriving: Arriving, sha256: str, original: bytes, by: User, at: datetime,
    reread: Callable[[Arrival], str] | None = None,
) -> tuple[Arrival, bool]:  # fmt: skip
    """Take an e-referral in; also says whether it is new. The same again changes nothing.

    `reread` says which `sha256` a kept one would have today: it was made otherwise once, and what
    came in before then is known again all the same.

    Raises NotTaken for what it names and this system may not bring, and for other content under
    a number that was used. All of it happens or nothing.
    """
    # Two at once from one sender stand in line, so that the slower finds what the faster made.
    system = System.objects.select_for_update().get(pk=system.pk)
    key = arriving.key or f"content|{sha256}"
    if len(key) > LONGEST_KEY:
        raise NotTaken([Problem("The identifier is too long.", arriving.key_at, "too-long")])
    known = Arrival.objects.select_related("referral__child").filter(system=system, key=key).first()
    if known is not None:
        if known.sha256 != sha256 and not (reread and reread(known) == sha256):
            words = (
                "This identifier was sent before with other content. "
                "Send a correction as an order of its own, with an identifier of its own."
            )
            raise NotTaken([Problem(words, arriving.key_at, "conflict")], 409)
        return _again(known, arriving.key_at, by, at), False
    clinic, practice, author = _parties(system, arriving, at)
    practice = Organization.objects.select_for_update().get(pk=practice.pk)
    found = match(arriving.patient, practice, system=system, clinic=clinic, at=at)
    reason = _why_a_person(arriving, found)
    owner = intake_of(clinic, at, Role.COORDINATOR) or intake_of(clinic, at, Role.THERAPIST)
    if owner is None:
        words = f"{clinic} has nobody who could take this on."
        raise NotTaken([Problem(words, arriving.clinic_at, "business-rule")])
    arrival = Arrival(
        system=system, key=key, sha256=sha256, received_at=at, practice=practice, clinic=clinic,
        author=author, owner=owner, outcome=OUTCOME.WAITING, reason=reason,
        remarks=[_as_row(p) for p in arriving.remarks],
    )  # fmt: skip
    if reason:
        arrival.is_open = True
        arrival.next_due_on = due_on("receive", organization=clinic, at=at)
    else:
        _take_in(arrival, arriving, found.known, by=by, at=at)
        if found.known is not None:
            # The answer tells the sender that the child is known here: a look at its record.
            record_view(child=found.known, by=by, at=at, role=Role.SYSTEM, page="arrival_take")
    arrival.save(force_insert=True)
    OrderNumber.objects.bulk_create(
        OrderNumber(arrival=arrival, of=of, system=system, value=value)
        for of, numbers in ((OF.ORDER, arriving.order_numbers), (OF.TASK, arriving.task_numbers))
        for system, value in numbers
    )
    Original.objects.create(arrival=arrival, packed=zlib.compress(original), size=len(original))
    return arrival, True


def _again(known: Arrival, at_element: str, by: User, at: datetime) -> Arrival:
    if known.referral is not None:
        # Whose system no longer sees the child is not told what became of it.
        if not access.referrals_visible_to(by).filter(pk=known.referral.pk).exists():
            words = "This was taken in before."
            raise NotTaken([Problem(words, at_element, "duplicate")], 409)
        child = known.referral.child
        record_view(child=child, by=by, at=at, role=Role.SYSTEM, page="arrival_take")
    return known


def _parties(
    system: System, arriving: Arriving, at: datetime
) -> tuple[Organization, Organization, User]:
    """Clinic, practice and author; what is wrong with any of them is told together."""
    clinic = find_clinic(system, arriving.clinic, arriving.clinic_at)
    practice = find_practice(system, arriving.practice, arriving.requester, at)
    problems = [
        one
        for one in (clinic, practice, _born_wrong(system, arriving, at))
        if isinstance(one, Problem)
    ]
    known = isinstance(practice, Organization)
    author = find_author(system, practice, arriving.requester, at) if known else None  # type: ignore[arg-type]
    told = arriving.requester
    if isinstance(author, Problem):
        problems.append(author)
    elif author is None and told.is_somebody and (not told.family or not told.given):
        words = "Nobody of this practice has this number, and there is no whole name."
        problems.append(Problem(words, told.at, "not-found"))
    if problems:
        forbidden = any(one.code == "forbidden" for one in problems)
        raise NotTaken(problems, 403 if forbidden else 422)
    assert isinstance(clinic, Organization)
    assert not isinstance(author, Problem)
    if not isinstance(practice, Organization):
        assert arriving.practice is not None
        practice = make_practice(system, arriving.practice)
    return clinic, practice, author or make_author(system, practice, told, at)


def _born_wrong(system: System, arriving: Arriving, at: datetime) -> Problem | None:
    born = arriving.patient.born
    try:
        if born is not None:
            validate_birth(born, local_date(at, system.organization))
    except ValidationError as error:
        return Problem(error.messages[0], f"{arriving.patient.at}.birthDate", "business-rule")
    return None


def _why_a_person(arriving: Arriving, found: Match) -> str:
    if arriving.patient.born is None:
        return REASON.BIRTH_DATE
    # Whose it is comes first: what else there is to decide stands among what came in.
    if found.known is None and found.near:
        return REASON.ALIKE
    if found.known is not None and open_referrals(found.known):
        return REASON.SECOND
    if not arriving.is_order:
        return REASON.NO_ORDER
    return "" if arriving.requester.is_somebody else REASON.NO_AUTHOR


# --- A person decides ---------------------------------------------------------------------------


def candidates(arrival: Arrival, arriving: Arriving, at: datetime) -> list[Child]:
    """The children of whom it may be one, as far as this clinic is shown them."""
    found = match(
        arriving.patient, arrival.practice, system=arrival.system, clinic=arrival.clinic, at=at
    )
    return [found.known] if found.known else list(found.near)


@transaction.atomic
def look_at_arrival(
    *, arrival: Arrival, shown: list[Child], by: User, at: datetime, role: str
) -> None:
    """Write down who read what came in, and at each child whose name was shown beside it."""
    ArrivalView.objects.create(arrival=arrival, user=by, at=at)
    for child in shown:
        record_view(child=child, by=by, at=at, role=role, page="arrival_decide")


@transaction.atomic
def decide_arrival(
    *, arrival: Arrival, arriving: Arriving, child: UUID | None, born: date | None = None, by: User,
    at: datetime,
) -> Arrival:  # fmt: skip
    """Say that it is for this child, or (None) for one that is new here, and take it in.

    `born` completes a birth date of which the sender knew only a part.
    """
    arrival = _waiting(arrival)
    same = next((one for one in candidates(arrival, arriving, at) if one.pk == child), None)
    if child is not None and same is None:
        raise Outrun("This child is no longer among those it may be. Please look again.", "child")
    if same is None:
        born = arriving.patient.born or born
        _check_born(arriving, born, arrival, at)
    arrival.decided_at, arrival.decided_by = at, by
    _take_in(arrival, arriving, same, born=born, by=by, at=at)
    arrival.save()
    return arrival


@transaction.atomic
def refuse_arrival(*, arrival: Arrival, reason: str, by: User, at: datetime) -> Arrival:
    """Say no, with a reason that the sender reads; nothing is made of it."""
    if not reason.strip():
        raise Refused("Say why: the sender reads it.", "reason")
    arrival = _waiting(arrival)
    arrival.outcome, arrival.refusal = OUTCOME.REFUSED, reason.strip()
    arrival.is_open, arrival.next_due_on = False, NO_DUE_DATE
    arrival.decided_at, arrival.decided_by = at, by
    arrival.save()
    return arrival


def _waiting(arrival: Arrival) -> Arrival:
    held = Arrival.objects.select_for_update(of=("self",)).select_related(
        "system", "practice", "clinic", "author"
    )
    arrival = held.get(pk=arrival.pk)
    if not arrival.is_open:
        raise Outrun("Somebody has decided this already.")
    Organization.objects.select_for_update().get(pk=arrival.practice_id)
    return arrival


def _check_born(arriving: Arriving, born: date | None, arrival: Arrival, at: datetime) -> None:
    if born is None:
        raise Refused("Give the whole birth date.", "born")
    said = arriving.patient.born_said
    if not born.isoformat().startswith(said[:10]):
        raise Refused(f"The sender says {said}. Please ask, or refuse.", "born")
    try:
        validate_birth(born, local_date(at, arrival.clinic))
    except ValidationError as error:
        raise Refused(error.messages[0], "born") from None


# --- It becomes a referral ----------------------------------------------------------------------


def _take_in(
    arrival: Arrival, arriving: Arriving, child: Child | None, *, born: date | None = None,
    by: User, at: datetime,
) -> None:  # fmt: skip
    remarks: list[Problem] = []
    if child is None:
        child = _register(arrival, arriving, born or arriving.patient.born, by=by, at=at)
    elif arriving.patient.adults:
        words = "The child is known here: its adults were left as they are."
        remarks.append(Problem(words, arriving.patient.at, "informational", INFORMATION))
    referral = _refer(arrival, arriving, child, remarks, by=by, at=at)
    for number, file in enumerate(arriving.files):
        upload = SimpleUploadedFile(f"{file.name}", file.data)
        try:
            if file.refused:
                raise Refused(file.refused)
            with transaction.atomic():
                attach(referral=referral, upload=upload, by=arrival.author, at=at)
        except Refused as refused:
            words = f"File {number + 1} was not taken over: {refused.sentence}"
            remarks.append(Problem(words, file.at, "informational", WARNING))
    arrival.remarks = [*arrival.remarks, *(_as_row(one) for one in remarks)]
    arrival.referral, arrival.outcome = referral, OUTCOME.TAKEN_IN
    arrival.is_open, arrival.next_due_on = False, NO_DUE_DATE


def _register(
    arrival: Arrival, arriving: Arriving, born: date | None, *, by: User, at: datetime
) -> Child:
    told = arriving.patient
    more: dict[str, Any] = {"language_spoken": told.language} if told.language else {}
    child = register_child(
        id=new_id(), practice=arrival.practice, pediatrician=arrival.author, given_name=told.given,
        family_name=told.family, name_used=told.name_used, date_of_birth=born, by=by, at=at, **more,
    )  # fmt: skip
    numbers = {value: system for system, value in reversed(told.identifiers)}
    taken = ChildIdentifier.objects.filter(organization=arrival.practice, value__in=numbers)
    for value in set(taken.values_list("value", flat=True)):
        del numbers[value]
    ChildIdentifier.objects.bulk_create(
        ChildIdentifier(child=child, organization=arrival.practice, value=value, system=system)
        for value, system in numbers.items()
    )
    index_everywhere(child)
    for adult in told.adults:
        add_guardian(
            child=child, given_name=adult.given, family_name=adult.family,
            relationship=adult.relationship, phone=adult.phone, email=adult.email, by=by, at=at,
        )  # fmt: skip
    return child


def _refer(
    arrival: Arrival, arriving: Arriving, child: Child, remarks: list[Problem], *, by: User,
    at: datetime,
) -> Referral:  # fmt: skip
    today = local_date(at, arrival.practice)
    ordered = arriving.ordered_on
    known, words = _diagnoses(arriving, remarks)
    referral = Referral.objects.create(
        id=arrival.pk, child=child, practice=arrival.practice, clinic=arrival.clinic,
        author=arrival.author, owner=arrival.author, owner_organization=arrival.practice,
        identified_on=ordered if ordered and ordered <= today else None,
        question=_question(arriving, words, remarks),
        urgency=Referral.Urgency.URGENT if arriving.urgent else Referral.Urgency.ROUTINE,
        service=Referral.Service.EVALUATE if arriving.only_evaluate else Referral.Service.EVALUATE_AND_TREAT,
        state_since=at, created_at=at, next_due_on=today,
    )  # fmt: skip
    ReferralDiagnosis.objects.bulk_create(
        ReferralDiagnosis(referral=referral, diagnosis=one, rank=rank)
        for rank, one in enumerate(known)
    )
    seat(
        child, organization=arrival.clinic, role=Seat.Role.CLINIC, rights=[Right.SEE],
        ground=Seat.Ground.REFERRAL, ground_id=referral.pk, since=at,
    )  # fmt: skip
    return arrive_referral(referral=referral, system=arrival.system, by=by, at=at)


@transaction.atomic
def arrive_referral(
    *, referral: Referral, system: System, by: User, at: datetime, version: int | None = None
) -> Referral:
    """Let it stand as sent by its author and received by the clinic; a therapist reviews next."""
    author: Any = referral.author
    move_referral(
        referral, Move.ARRIVE, by=by, at=at, version=version, sent_at=at, sent_by=author,
        data={"system": system.name},
    )  # fmt: skip
    first_prescription(referral, by=author, at=at)
    return referral


def _diagnoses(arriving: Arriving, remarks: list[Problem]) -> tuple[list[Diagnosis], list[str]]:
    """The codes that are known here, and the words of all others: none is lost."""
    asked = [one.code for one in arriving.diagnoses if one.code and len(one.code) <= 8]
    table = Diagnosis.objects.in_bulk(asked)
    known: dict[str, Diagnosis] = {}
    words = []
    for one in arriving.diagnoses:
        if one.code in table:
            known.setdefault(one.code, table[one.code])
            continue
        words.append(
            f"{one.words} ({one.code})" if one.words and one.code else one.words or one.code
        )
        if one.code:
            said = "This code is not in the list of ICD-10-CM here: it was kept as words."
            remarks.append(Problem(said, one.at, "informational", WARNING))
    return list(known.values()), words


def _question(arriving: Arriving, also: list[str], remarks: list[Problem]) -> str:
    said = "\n".join(dict.fromkeys([*also, *arriving.words]))
    if len(said) > MOST_WORDS:
        words = (
            f"Of the text {MOST_WORDS} characters were taken over; the original keeps all of it."
        )
        remarks.append(Problem(words, arriving.requester.at, "informational", WARNING))
    return said[:MOST_WORDS]


def _as_row(problem: Problem) -> list[str]:
    return [problem.words, problem.at, problem.code, problem.severity]
