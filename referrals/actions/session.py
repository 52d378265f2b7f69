"""How is the note of a therapy visit written, signed, co-signed and amended?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from referrals.act import Act, Duty
from referrals.clinical.gas import LEVELS
from referrals.models import Appointment, Plan, Rating, Referral, Role, Session, User
from referrals.models.signing import Signed
from referrals.pathway import Party

from .clock import due_on, local_date
from .moving import check_act
from .owner import still_there
from .plan import signed_plan
from .recording import record
from .refusal import Outrun, Refused
from .signing import (
    changed_sentence,
    check_content,
    check_credentials,
    check_edition,
    check_signs_alone,
    drafted,
    is_assistant,
    keep,
    next_number,
    sign,
    standing,
)
from .task import close_task, open_task

_FINAL: Final = Signed.Status.FINAL


@transaction.atomic
def draft_session(
    *,
    id: UUID,
    appointment: Appointment,
    reason: str = "",
    edition: int | None = None,
    by: User,
    at: datetime,
    **content: Any,
) -> Session:
    """Keep the note of a visit that took place: begun on the first call, changed on later ones.

    A note that is signed is amended: the new version begins with all of it and says why (`reason`).
    `id` comes with the form, so that a repeated save finds the same draft; `edition` guards against
    a draft that changed in another tab.
    """
    visit = Appointment.objects.select_for_update().get(pk=appointment.pk)
    referral = visit.referral
    check_act(referral, Act.WRITE_SESSION, by=by)
    check_content(Session, content)
    note = Session.objects.filter(pk=id).first()
    before = standing(visit.notes)
    content = _checked(visit, content, _before(note) if note is not None else before)
    if note is None:
        note = _begin(visit, before, id=id, reason=reason, by=by, at=at, content=content)
        kind = "session_drafted"
    else:
        if note.appointment_id != visit.pk:
            raise Outrun("This form was already used. Please start again.")
        if not keep(note, edition=edition, at=at, **content):
            return note
        kind = "session_draft_saved"
    record(
        kind, child=referral.child, about=referral.pk, by=by, at=at, referral=referral,
        note=str(note.pk),
    )  # fmt: skip
    return note


def _begin(
    visit: Appointment, before: Session | None, *, id: UUID, reason: str, by: User, at: datetime,
    content: dict[str, Any],
) -> Session:  # fmt: skip
    if visit.purpose != Appointment.Purpose.THERAPY:
        raise Refused("This visit is for the evaluation: its report is written there.")
    if visit.status != Appointment.Status.FULFILLED:
        raise Refused("Say first that the visit took place.")
    begun = drafted(visit.notes)
    if begun is not None:
        raise Outrun(changed_sentence(begun))
    plan = signed_plan(visit.referral)
    if plan is None:
        raise Refused("Sign a plan of care first: a visit takes place under one.")
    if before is not None and not reason.strip():
        raise Refused("Say why the note is amended.", "reason")
    return Session.objects.create(
        id=id, referral=visit.referral, appointment=visit, plan=plan,
        number=next_number(visit.notes), replaces=before,
        reason=reason.strip() if before is not None else "", author=by, created_at=at, saved_at=at,
        **{**(before.content if before is not None else {}), **content},
    )  # fmt: skip


@transaction.atomic
def sign_session(
    *, session: Session, edition: int | None, plan: UUID, by: User, at: datetime
) -> Session:
    """Sign a note: it is locked, and each level becomes a rating of the therapist's from this visit.

    `plan` is the plan of care that stood when the page was opened; where another stands by now,
    nothing is signed until the therapist has seen so. An assistant's note is co-signed later, and
    rates nothing before.
    """
    note = Session.objects.select_for_update().get(pk=session.pk)
    visit, referral = note.appointment, note.referral
    check_act(referral, Act.WRITE_SESSION, by=by)
    check_credentials(by)
    if note.signed_by_id == by.pk and edition is not None and note.edition == edition + 1:
        return note  # the second click
    check_edition(note, edition)
    stands = signed_plan(referral)
    if stands is None or stands.pk != plan:
        raise Outrun(replaced_sentence(stands))
    if visit.status != Appointment.Status.FULFILLED:
        raise Refused("Say first that the visit took place.")
    if not note.done.strip():
        raise Refused("Write in a line what was done.", "done")
    before = _before(note)
    _checked(visit, note.content, before)
    needs_cosign = is_assistant(by, referral.clinic, at)
    Session.objects.filter(pk=note.pk).update(plan=stands, needs_cosign=needs_cosign)
    note.plan, note.needs_cosign = stands, needs_cosign
    sign(note, edition=edition, by=by, at=at)
    if not needs_cosign:
        _rate(note, by=by, at=at)
    owe_notes(referral, by=by, at=at)
    owe_cosigning(referral, by=by, at=at)
    kind = "session_signed"
    if before is not None:
        kind = "session_amended"
    record(
        kind, child=referral.child, about=referral.pk, by=by, at=at, referral=referral,
        note=str(note.pk), starts_at=visit.starts_at.isoformat(), reason=note.reason,
    )  # fmt: skip
    return note


def replaced_sentence(plan: Plan | None) -> str:
    if plan is None:
        return "No plan of care stands any more. Your note is kept as a draft."
    return (
        f"The plan of care was replaced meanwhile: version {plan.number} stands now. Your note is "
        "kept and nothing is lost. Look at the goals once more, and sign it under the new plan."
    )


@transaction.atomic
def cosign_session(*, session: Session, by: User, at: datetime) -> Session:
    """A therapist stands by the note that an assistant has signed."""
    note = Session.objects.select_for_update().get(pk=session.pk)
    referral = note.referral
    check_act(referral, Act.COSIGN_SESSION, by=by)
    check_signs_alone(by, referral.clinic, at)
    signature = check_credentials(by)
    if note.cosigned_by_id == by.pk:
        return note  # the second click
    if note.status != _FINAL or not note.needs_cosign or note.cosigned_at is not None:
        raise Outrun("This note no longer waits for a co-signature.")
    if note.signed_by_id == by.pk:
        raise Refused("Somebody else co-signs what you have signed.")
    columns = {"cosigned_by": by, "cosigned_at": at, "cosignature": signature}
    Session.objects.filter(pk=note.pk).update(**columns)
    for name, value in columns.items():
        setattr(note, name, value)
    assert note.signed_by is not None
    _rate(note, by=note.signed_by, at=at)
    owe_cosigning(referral, by=by, at=at)
    record(
        "session_cosigned", child=referral.child, about=referral.pk, by=by, at=at,
        referral=referral, note=str(note.pk), starts_at=note.appointment.starts_at.isoformat(),
    )  # fmt: skip
    return note


def pulled_forward(visit: Appointment) -> dict[str, Any]:
    """What the first note of a visit begins with: what to practise, from the last note before it."""
    last = last_note(visit)
    return {"practise": last.practise} if last is not None else {}


def last_note(visit: Appointment) -> Session | None:
    """The signed note of the visit before this one."""
    earlier = Session.objects.filter(
        referral=visit.referral_id, status=_FINAL, appointment__starts_at__lt=visit.starts_at
    )
    return (
        earlier.select_related("appointment__organization", "signed_by")
        .order_by("-appointment__starts_at").first()
    )  # fmt: skip


def _checked(
    visit: Appointment, content: Mapping[str, Any], before: Session | None
) -> dict[str, Any]:
    """Refuse levels off the scale, and goals of another child, not agreed, ended, or taken out.

    A goal of the version before may have ended since: its level can still be put right.
    """
    checked = dict(content)
    if "worked_on" not in checked:
        return checked
    rated = _levels(before) if before is not None else {}
    goals = {str(goal.pk): goal for goal in visit.referral.goals.all()}
    found: dict[str, int] = {}
    for entry in checked["worked_on"]:
        key, level = str(entry["goal"]), entry["level"]
        goal = goals.get(key)
        if goal is None or key in found:
            raise Refused("Choose from the goals of this child, each once.", "worked_on")
        if isinstance(level, bool) or level not in LEVELS:
            raise Refused("Choose a level from −2 to +2.", "worked_on")
        if key not in rated and not (goal.is_open and goal.is_locked):
            raise Refused("A goal is worked on from when it is agreed until it ends.", "worked_on")
        if key not in rated and goal.proposed_at > visit.ends_at:
            raise Refused("This goal was proposed after the visit.", "worked_on")
        found[key] = level
    if set(rated) - set(found):
        raise Refused(
            "A level that was signed stays a rating: it can be changed, not taken out.",
            "worked_on",
        )  # fmt: skip
    checked["worked_on"] = [{"goal": key, "level": level} for key, level in found.items()]
    return checked


def _before(note: Session) -> Session | None:
    replaced: Any = note.replaces
    return replaced if isinstance(replaced, Session) else None


def _levels(note: Session) -> dict[str, int]:
    return {entry["goal"]: entry["level"] for entry in note.worked_on}


def _rate(note: Session, *, by: User, at: datetime) -> None:
    """Each level that is new is a rating on the day of the visit; of one visit the later one counts."""
    rated = Rating.objects.filter(visit=note.appointment).order_by("at", "id")
    known = {str(goal): level for goal, level in rated.values_list("goal_id", "level")}
    day = local_date(note.appointment.starts_at, note.appointment.organization)
    Rating.objects.bulk_create(
        Rating(
            goal_id=UUID(goal), party=Party.THERAPIST, level=level, rated_on=day,
            visit=note.appointment, by=by, at=at,
        )
        for goal, level in _levels(note).items()
        if known.get(goal) != level
    )  # fmt: skip


# --- What is owed -------------------------------------------------------------------------------


def owe_notes(referral: Referral, *, by: User, at: datetime) -> None:
    """Somebody owes the notes until every visit that took place has a signed one."""
    lacking = referral.appointments.filter(
        purpose=Appointment.Purpose.THERAPY, status=Appointment.Status.FULFILLED
    ).exclude(notes__status=_FINAL)
    oldest = lacking.select_related("therapist", "organization").order_by("starts_at").first()
    if oldest is None:
        close_task(referral, Duty.SIGN_SESSION, by=by, at=at)
        return
    assert oldest.ended_at is not None
    # Who saw the child writes it, unless they have left the clinic.
    there = still_there(oldest.therapist, oldest.organization, at, Role.THERAPIST)
    open_task(
        referral, Duty.SIGN_SESSION, about=oldest.pk, at=at,
        person=oldest.therapist if there else None,
        due=due_on("session_note", organization=oldest.organization, at=oldest.ended_at),
    )  # fmt: skip


def owe_cosigning(referral: Referral, *, by: User, at: datetime) -> None:
    """The therapist owes a co-signature until no note of an assistant waits for one."""
    waiting = Session.objects.filter(
        referral=referral, status=_FINAL, needs_cosign=True, cosigned_at=None
    )
    oldest = waiting.select_related("appointment__organization").order_by("signed_at").first()
    if oldest is None:
        close_task(referral, Duty.COSIGN_SESSION, by=by, at=at)
        return
    assert oldest.signed_at is not None
    place = oldest.appointment.organization
    open_task(
        referral, Duty.COSIGN_SESSION, about=oldest.pk, at=at,
        due=due_on("session_note", organization=place, at=oldest.signed_at),
    )  # fmt: skip
