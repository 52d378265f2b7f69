"""How do the care team and a school or programme ask each other for results, and answer?"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from referrals.access import Permission, Standing, standing
from referrals.act import AT_WORK, Duty
from referrals.belonging import memberships
from referrals.models import (
    Child,
    Consent,
    Organization,
    Referral,
    ResultFile,
    ResultRequest,
    Scope,
    User,
)
from referrals.models.result import CARE_TEAM, MOST

from .clock import due_on as due_by
from .clock import local_date
from .document import claimed_type
from .recording import record
from .refusal import Outrun, Refused
from .task import close_task, open_task

_STATE = ResultRequest.State
_NOT_OPEN = "The family has not opened this to them, or no longer. Nothing was sent."


@transaction.atomic
def ask_result(
    *, id: UUID, child: Child, organization: Organization, kinds: Iterable[str], words: str = "",
    due_on: date | None = None, by: User, at: datetime,
) -> ResultRequest:  # fmt: skip
    """Ask the other side for results: of a partner it is asked, or it asks the care team."""
    team = standing(by, child.pk)
    to_partner = _of_the_team(team)
    if not to_partner and not _of_the_place(team, organization):
        raise Refused("Only the care team and the places that the family chose can ask here.")
    known = ResultRequest.objects.filter(pk=id).first()
    if known is not None:
        if known.asked_by_id != by.pk or known.child_id != child.pk:
            raise Outrun("This form was already used. Please start again.")
        return known
    consent = live_consent(child, organization, at=at)
    if consent is None:
        raise Refused(_NOT_OPEN, "organization" if to_partner else None)
    asked = set(kinds)
    chosen = [kind.value for kind in ResultRequest.Kind if kind in asked]
    if not chosen or len(chosen) != len(asked):
        raise Refused("Tick at least one thing to ask for.", "kinds")
    if ResultRequest.Kind.OTHER in chosen and not words.strip():
        raise Refused("Say in your own words what you need.", "words")
    today = local_date(at, child.practice)
    if due_on is not None and due_on < today:
        raise Refused("This day has passed.", "due_on")
    clock = "results_asked" if to_partner else "answer_results"
    referral = _asked_from(child, by) if to_partner else _treating(child)
    made = ResultRequest.objects.create(
        id=id,
        child=child,
        organization=organization,
        consent=consent,
        referral=referral,
        to_partner=to_partner,
        kinds=chosen,
        words=words.strip(),
        due_on=due_on or due_by(clock, organization=child.practice, at=at),
        asked_by=by,
        asked_at=at,
    )
    _owe(made, by=by, at=at)
    asking, asked_of = CARE_TEAM, organization.name
    if not to_partner:
        asking, asked_of = organization.name, CARE_TEAM
    record(
        "result_asked", child=child, about=made.pk, by=by, at=at, asking=asking, asked_of=asked_of
    )
    return made


@transaction.atomic
def answer_result(
    *, result: ResultRequest, answer: str = "", uploads: "Sequence[UploadedFile[bytes]]" = (),
    by: User, at: datetime,
) -> ResultRequest:  # fmt: skip
    """Send words, files or both to who asked. It stays in the child's record."""
    stored = _to_answer(result, by)
    if _said(stored) == (_STATE.ANSWERED, by.pk, answer.strip()):
        return stored  # the second click of one answer
    _still_open(stored)
    if live_consent(stored.child, stored.organization, at=at) is None:
        raise Refused(_NOT_OPEN)
    if not answer.strip() and not uploads:
        raise Refused("Write an answer or add a file.", "answer")
    if len(uploads) > MOST:
        raise Refused(f"An answer holds at most {MOST} files.", "attachments")
    for upload in uploads:
        _keep(stored, upload)
    _close(stored, _STATE.ANSWERED, answer, by=by, at=at)
    record(
        "result_answered", child=stored.child, about=stored.pk, by=by, at=at,
        place=stored.organization.name,
    )  # fmt: skip
    return stored


@transaction.atomic
def refuse_result(*, result: ResultRequest, reason: str, by: User, at: datetime) -> ResultRequest:
    """Say that it cannot be sent, and why; possible also when the consent has ended meanwhile."""
    stored = _to_answer(result, by)
    if _said(stored) == (_STATE.REFUSED, by.pk, reason.strip()):
        return stored  # the second click
    _still_open(stored)
    if not reason.strip():
        raise Refused("Say why it cannot be sent.", "answer")
    _close(stored, _STATE.REFUSED, reason, by=by, at=at)
    record(
        "result_refused", child=stored.child, about=stored.pk, by=by, at=at,
        place=stored.organization.name,
    )  # fmt: skip
    return stored


@transaction.atomic
def withdraw_result(*, result: ResultRequest, reason: str, by: User, at: datetime) -> ResultRequest:
    """Take back what one's own side asked for, while nobody has answered."""
    stored = ResultRequest.objects.select_for_update().get(pk=result.pk)
    team = standing(by, stored.child_id)
    own = _of_the_team(team) if stored.to_partner else _of_the_place(team, stored.organization)
    if not own:
        raise Refused("Only the side that asked can take it back.")
    if _said(stored) == (_STATE.WITHDRAWN, by.pk, reason.strip()):
        return stored  # the second click
    _still_open(stored)
    if not reason.strip():
        raise Refused("Say why it is no longer needed.", "answer")
    _close(stored, _STATE.WITHDRAWN, reason, by=by, at=at)
    record(
        "result_withdrawn", child=stored.child, about=stored.pk, by=by, at=at,
        place=stored.organization.name,
    )  # fmt: skip
    return stored


def close_requests(child: Child, organization: Organization, *, by: User, at: datetime) -> None:
    """The family has closed this exchange: what is open between the two is owed no longer."""
    for asked in child.results.filter(organization=organization, is_open=True):
        _close(asked, _STATE.WITHDRAWN, "The family no longer shares results.", by=by, at=at)


def live_consent(child: Child, organization: Organization, *, at: datetime) -> Consent | None:
    """The consent under which results may go to and fro now; None where there is none."""
    found = child.consents.live(at).filter(organization=organization)
    return next((one for one in found if Scope.RESULTS in one.scopes), None)


def _of_the_team(team: Standing) -> bool:
    return team.holds(Permission.EXCHANGE_RESULTS)


def _of_the_place(team: Standing, organization: Organization) -> bool:
    return organization.pk in team.places_with(Scope.RESULTS)


def _treating(child: Child) -> Referral | None:
    """The referral whose therapist answers: one at work, the newest."""
    at_work = child.referrals.filter(
        state__in=sorted(AT_WORK), is_open=True, sent_at__isnull=False, clinic__isnull=False
    )
    return at_work.order_by("-sent_at", "-id").first()


def _asked_from(child: Child, by: User) -> Referral | None:
    """The referral to the clinic at which this person works; None for the practice's own people."""
    there = child.referrals.filter(
        sent_at__isnull=False, clinic__in=[m.organization_id for m in memberships(by)]
    )
    return there.order_by("-is_open", "-sent_at", "-id").first()


def _owe(result: ResultRequest, *, by: User, at: datetime) -> None:
    """One task stands for all that is open the same way: what is due first waits first.

    What a school owes is chased by who asked for it, from the day on which it is late.
    """
    referral, duty = result.referral, Duty.ANSWER_RESULTS
    if referral is None:
        return
    alike = referral.results.filter(to_partner=result.to_partner, is_open=True)
    first = alike.select_related("asked_by").order_by("due_on", "asked_at", "id").first()
    late: dict[str, Any] = {}
    if result.to_partner:
        duty = Duty.CHASE_RESULTS
        if first is not None:
            late = {"person": first.asked_by, "from_on": first.due_on + timedelta(days=1)}
    if first is None:
        close_task(referral, duty, by=by, at=at)
    else:
        open_task(referral, duty, about=first.pk, at=at, due=first.due_on, **late)


def _to_answer(result: ResultRequest, by: User) -> ResultRequest:
    stored = ResultRequest.objects.select_for_update().get(pk=result.pk)
    team = standing(by, stored.child_id)
    asked = _of_the_place(team, stored.organization) if stored.to_partner else _of_the_team(team)
    if not asked:
        raise Refused("Only the side that was asked can answer.")
    return stored


def _still_open(result: ResultRequest) -> None:
    if not result.is_open:
        raise Outrun("This was answered or taken back meanwhile. What you typed was not sent.")


def _said(result: ResultRequest) -> tuple[str, UUID | None, str]:
    """What a second click says once more; other words are no second click."""
    return result.state, result.closed_by_id, result.answer


def _close(result: ResultRequest, state: str, answer: str, *, by: User, at: datetime) -> None:
    columns: dict[str, Any] = {
        "state": state, "is_open": False, "answer": answer.strip(), "closed_by": by, "closed_at": at,
    }  # fmt: skip
    ResultRequest.objects.filter(pk=result.pk).update(**columns)
    for name, value in columns.items():
        setattr(result, name, value)
    _owe(result, by=by, at=at)


def _keep(result: ResultRequest, upload: "UploadedFile[bytes]") -> None:
    """Keep a file with the answer. The same bytes twice are kept once."""
    content_type = claimed_type(upload)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    if result.files.filter(sha256=digest.hexdigest()).exists():
        return
    kept = ResultFile(
        result=result,
        name=PurePath(upload.name or "file").name[-160:],
        content_type=content_type,
        size=upload.size or 0,
        sha256=digest.hexdigest(),
    )
    kept.file.save("file", upload, save=False)
    kept.save(force_insert=True)
