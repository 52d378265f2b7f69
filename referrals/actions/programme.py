"""How is a child referred to early intervention or a school district, and followed until it has help?"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from referrals.access import Permission, standing, who_can
from referrals.clinical.clocks import due_by
from referrals.clinical.knowledge import UnknownSign, sign
from referrals.clinical.programmes import (
    ProgrammeStep,
    next_step,
    programme_hint,
    step_of,
)
from referrals.models import Child, Concern, Organization, Programme, User
from referrals.models.record import NO_DUE_DATE

from .clock import days_of, local_date
from .recording import record
from .refusal import Outrun, Refused, check_seen
from .result import live_consent

#: Which programme a place is asked for.
KINDS: Final[Mapping[str, str]] = {
    Organization.Kind.EARLY_INTERVENTION: Programme.Kind.EARLY_INTERVENTION,
    Organization.Kind.SCHOOL: Programme.Kind.SCHOOL,
}


@transaction.atomic
def refer_programme(
    *, id: UUID, child: Child, place: Organization, identified_on: date, reason: str, asked: str,
    signs: Iterable[str] = (), referred_on: date | None = None, concern: Concern | None = None,
    by: User, at: datetime,
) -> Programme:  # fmt: skip
    """Begin the way into a programme; until it is sent, sending it is owed within the law's days."""
    _allowed(child, Permission.REFER, by)
    known = Programme.objects.filter(pk=id).first()
    if known is not None:
        if known.created_by_id != by.pk or known.child_id != child.pk:
            raise Outrun("This form was already used. Please start again.")
        return known
    today = local_date(at, child.practice)
    kind = _kind(child, place, identified_on, referred_on or today, today)
    if not reason.strip() or not asked.strip():
        raise Refused("Say why, and what you ask for.", "asked" if reason.strip() else "reason")
    if child.programmes.filter(place=place, is_open=True).exists():
        raise Refused(f"{place} was asked already: see the child’s page.", "place")
    try:
        seen = sorted({sign(code).code for code in signs})
    except UnknownSign:
        raise Refused("One of the signs is not on the list.", "signs") from None
    programme = Programme(
        id=id,
        child=child,
        place=place,
        organization=child.practice,
        owner=by,
        concern=concern,
        kind=kind,
        signs=seen,
        reason=reason.strip(),
        asked=asked.strip(),
        identified_on=identified_on,
        referred_on=referred_on,
        created_by=by,
        created_at=at,
    )
    for name, value in _owed(programme).items():
        setattr(programme, name, value)
    programme.save(force_insert=True)
    if referred_on is None:
        record(
            "programme_identified", child=child, about=programme.pk, by=by, at=at, place=place.name
        )
    else:
        record(
            "programme_referred", child=child, about=programme.pk, by=by, at=at, place=place.name,
            on=referred_on.isoformat(),
        )  # fmt: skip
    return programme


@transaction.atomic
def note_programme(
    *, programme: Programme, step: str, on: date, eligible: bool = True, by: User, at: datetime
) -> Programme:
    """Write down that a step was done, on which day; the next one is owed from then on."""
    _allowed(programme.child, Permission.FOLLOW_PROGRAMME, by)
    stored = _locked(programme)
    made = step_of(stored.kind, step)
    if made is None:
        raise Refused("This step is not part of the programme.")
    if getattr(stored, made.done) == on:
        return stored  # the second click
    if not stored.is_open or stored.next_step != step:
        raise Outrun("Somebody else has noted this meanwhile. Please look again.")
    today = local_date(at, stored.child.practice)
    last = max(day for day in stored.dates.values() if day is not None)
    if not last <= on <= today:
        raise Refused(f"Choose a day from {last:%-d %b %Y} to today.", "on")
    columns: dict[str, Any] = {made.done: on}
    for name, value in columns.items():
        setattr(stored, name, value)
    if step == "meet":
        columns |= _ended(Programme.Outcome.SERVED, "", by, at)
    elif step == "decide" and not eligible:
        columns |= _ended(Programme.Outcome.NOT_ELIGIBLE, "", by, at)
    else:
        columns |= _owed(stored)
    _write(stored, columns)
    if step == "refer":
        kind = "programme_referred"
    elif step == "receive":
        kind = "programme_received"
    elif step == "consent":
        kind = "programme_consented"
    elif step == "evaluate":
        kind = "programme_evaluated"
    elif step == "meet":
        kind = "programme_met"
    elif eligible:
        kind = "programme_found_eligible"
    else:
        kind = "programme_found_not_eligible"
    record(
        kind, child=stored.child, about=stored.pk, by=by, at=at, place=stored.place.name,
        on=on.isoformat(),
    )  # fmt: skip
    return stored


@transaction.atomic
def except_programme(
    *, programme: Programme, reason: str, due_on: date, seen: str | None = None, by: User,
    at: datetime,
) -> Programme:  # fmt: skip
    """Write down why the limit is not kept and the day aimed at; the law's own day stays shown.

    `seen` is `exception_mark` of what the form was opened on: who was outrun is told.
    """
    _allowed(programme.child, Permission.FOLLOW_PROGRAMME, by)
    stored = _locked(programme)
    if not stored.is_open:
        raise Outrun("This has ended meanwhile.")
    if (stored.exception_by_id, stored.exception_reason, stored.exception_due_on) == (
        by.pk, reason.strip(), due_on,
    ):  # fmt: skip
        return stored  # the second click
    check_seen(
        seen, exception_mark(stored),
        "Somebody has written down another reason meanwhile: "
        f"“{stored.exception_reason}”. Save again if yours should stand.",
    )  # fmt: skip
    if not reason.strip():
        raise Refused("Say why it takes longer.", "reason")
    if due_on < local_date(at, stored.child.practice):
        raise Refused("Choose a day to come.", "due_on")
    columns: dict[str, Any] = {
        "exception_reason": reason.strip(), "exception_due_on": due_on, "exception_by": by,
        "exception_at": at, "next_due_on": due_on,
    }  # fmt: skip
    before = stored.next_due_on
    _write(stored, columns)
    record(
        "programme_excepted", child=stored.child, about=stored.pk, by=by, at=at,
        place=stored.place.name, reason=reason.strip(), before=before.isoformat(),
        after=due_on.isoformat(),
    )  # fmt: skip
    return stored


def exception_mark(programme: Programme) -> str:
    """Another one for each exception that was written down; empty where none was."""
    return programme.exception_at.isoformat() if programme.exception_at else ""


@transaction.atomic
def close_programme(
    *, programme: Programme, outcome: str, reason: str, by: User, at: datetime
) -> Programme:
    """End it before its last step, and say why."""
    _allowed(programme.child, Permission.FOLLOW_PROGRAMME, by)
    stored = _locked(programme)
    if not stored.is_open:
        if (stored.closed_by_id, stored.closed_reason) == (by.pk, reason.strip()):
            return stored  # the second click
        raise Outrun("This has ended meanwhile.")
    if outcome not in (Programme.Outcome.DECLINED, Programme.Outcome.OTHER):
        raise Refused("Choose how it ended.", "outcome")
    if not reason.strip():
        raise Refused("Say why it ends.", "reason")
    _write(stored, _ended(outcome, reason.strip(), by, at))
    record(
        "programme_closed", child=stored.child, about=stored.pk, by=by, at=at,
        place=stored.place.name, outcome=outcome,
    )  # fmt: skip
    return stored


@transaction.atomic
def send_letter(
    *, programme: Programme, content: Mapping[str, Any], by: User, at: datetime
) -> Programme:
    """Sign the letter as it reads now and hand it to the place, once; it never changes again.

    Only to a place that the family has opened results to: what the letter holds is clinical.
    """
    _allowed(programme.child, Permission.REFER, by)
    stored = _locked(programme)
    if stored.letter_at is not None:
        if stored.letter_by_id == by.pk:
            return stored  # the second click
        raise Outrun("Somebody else has sent this letter meanwhile.")
    if live_consent(stored.child, stored.place, at=at) is None:
        raise Refused(
            f"The family has not opened results to {stored.place}: ask them on the child’s page."
        )
    columns: dict[str, Any] = {"letter": dict(content), "letter_by": by, "letter_at": at}
    if stored.referred_on is None:
        columns["referred_on"] = stored.referred_on = local_date(at, stored.child.practice)
        columns |= _owed(stored)
    _write(stored, columns)
    record(
        "programme_letter_sent", child=stored.child, about=stored.pk, by=by, at=at,
        place=stored.place.name,
    )  # fmt: skip
    return stored


def lawful_due(programme: Programme, step: ProgrammeStep) -> date | None:
    """The day on which this step's clock runs out; None while the clock has not begun."""
    since: date | None = getattr(programme, step.since)
    if since is None:
        return None
    return due_by(step.clock, since, days_of(step.clock, programme.child.practice))


def _kind(child: Child, place: Organization, identified: date, sent: date, today: date) -> str:
    """Which programme this place is, if the law sends a child of this age there."""
    if place.kind not in KINDS or not place.is_active:
        raise Refused("Choose an early-intervention programme or a school.", "place")
    if not child.date_of_birth <= identified <= sent <= today:
        raise Refused("These days cannot be: seen, then sent, by today.", "identified_on")
    hint = programme_hint(child.date_of_birth, identified, sent)
    if hint is None:
        raise Refused("Public programmes end before the 22nd birthday.", "place")
    kind = KINDS[place.kind]
    if hint.code != kind:
        raise Refused(f"{hint.title}. {hint.text}", "place")
    return kind


def _owed(programme: Programme) -> dict[str, Any]:
    """The next step and its day, on what is known now."""
    step = next_step(programme.kind, programme.dates)
    assert step is not None, "the last step closes it"
    due = lawful_due(programme, step)
    assert due is not None, "a step's clock begins with the step before it"
    return {"next_step": step.code, "next_due_on": step.later(due, programme.exception_due_on)}


def _ended(outcome: str, reason: str, by: User, at: datetime) -> dict[str, Any]:
    return {
        "outcome": outcome, "closed_reason": reason, "closed_by": by, "closed_at": at,
        "is_open": False, "next_step": "", "next_due_on": NO_DUE_DATE,
    }  # fmt: skip


def _allowed(child: Child, permission: Permission, by: User) -> None:
    if not standing(by, child.pk).holds(permission):
        raise Refused(who_can(permission))


def _locked(programme: Programme) -> Programme:
    return Programme.objects.select_for_update(of=("self",)).select_related(
        "child__practice", "place"
    ).get(pk=programme.pk)  # fmt: skip


def _write(programme: Programme, columns: Mapping[str, Any]) -> None:
    Programme.objects.filter(pk=programme.pk).update(**columns)
    for name, value in columns.items():
        setattr(programme, name, value)
