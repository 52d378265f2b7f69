"""How does an e-referral come in at the door, and how does a person decide whose it is?"""

from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from referrals import access
from referrals.actions.arrival import (
    candidates,
    decide_arrival,
    look_at_arrival,
    refuse_arrival,
    take_arrival,
)
from referrals.actions.refusal import Outrun, Refused
from referrals.actions.sender import NotTaken
from referrals.arriving import Problem
from referrals.belonging import has_role
from referrals.fhir.arrival import answer
from referrals.fhir.arrival import outcome as outcome_of
from referrals.fhir.arriving import Unfit, read_bundle
from referrals.fhir.body import LARGEST, Unreadable, read_json
from referrals.fhir.digest import digest
from referrals.forms.arrival import NEW, REFUSE, ArrivalForm
from referrals.pathway import Move
from referrals.queries import arrival as pages
from referrals.scanning import looked_through

from .answer import CONFLICT, UNPROCESSABLE, refuse
from .decorators import arrival_view, system_view
from .outcome import fhir_answer, outcome

log = structlog.get_logger(__name__)
_TYPES = ("application/fhir+json", "application/json")
_CHUNK = 64 * 1024


@system_view
def arrival_take(request: HttpRequest) -> HttpResponse:
    """Take a Bundle with an e-referral: all of it or nothing, and say which, and why."""
    given = _take(request)
    if given.status_code >= 400:
        log.info("e-referral not taken", status=given.status_code)
    return given


def _take(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        given = outcome(405, "not-supported", "Send an e-referral here with POST.")
        given["Allow"] = "POST"
        return given
    system, scopes = request.system, request.scopes  # type: ignore[attr-defined]
    if access.WRITE not in scopes:
        return outcome(403, "forbidden", f"This needs the scope {access.WRITE}.")
    refused = _not_ours(request)
    if refused is not None:
        return refused
    raw = _body(request)
    if raw is None:
        most = LARGEST // 1024 // 1024
        return outcome(413, "too-long", f"The body is larger than {most} MB.")
    status, resource = receive(system, raw, timezone.now())
    return fhir_answer(resource, status)


def receive(system: Any, raw: bytes, at: datetime) -> tuple[int, dict[str, Any]]:
    """Take in what a system brought; the status of HTTP, and the resource to answer with."""
    try:
        body = read_json(raw)
        arriving = looked_through(read_bundle(body))
        arrival, is_new = take_arrival(
            system=system, arriving=arriving, sha256=digest(body), original=raw, by=system.user,
            at=at, reread=lambda kept: digest(pages.body_of(kept)),
        )  # fmt: skip
    except Unreadable as wrong:
        return 400, outcome_of([wrong.problem])
    except Unfit as wrong:
        return UNPROCESSABLE, outcome_of(wrong.problems)
    except NotTaken as wrong:
        return wrong.status, outcome_of(wrong.problems)
    except Refused as wrong:
        return UNPROCESSABLE, outcome_of([Problem(wrong.sentence, "Bundle", "business-rule")])
    status = 202 if arrival.is_open else 201 if is_new else 200
    return status, answer(arrival, body, at)


def _not_ours(request: HttpRequest) -> HttpResponse | None:
    """The refusal of a body that is not FHIR's JSON in UTF-8."""
    kind, charset = request.content_type or "", request.content_params or {}
    if kind not in _TYPES:
        return outcome(415, "not-supported", f"Send {_TYPES[0]}.")
    said = charset.get("charset", "utf-8").strip("\"' ").lower()
    if said not in ("utf-8", "utf8"):
        return outcome(415, "not-supported", f"Send UTF-8, not {said[:20]}.")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        return outcome(415, "not-supported", "Send the body as it is, not compressed.")
    return None


def _body(request: HttpRequest) -> bytes | None:
    """The body up to the largest that is taken; None for a larger one, which is not read."""
    said = (request.headers.get("Content-Length") or "").lstrip("0")
    # "²" is a digit too, and no number; what is longer than ours is larger, and never reckoned.
    known = said.isascii() and said.isdigit()
    if known and (len(said) > len(str(LARGEST)) or int(said) > LARGEST):
        return None
    parts, size = [], 0
    while chunk := request.read(_CHUNK):
        size += len(chunk)
        if size > LARGEST:
            return None
        parts.append(chunk)
    return b"".join(parts)


@arrival_view(Move.ARRIVE)
def arrival_decide(request: HttpRequest, arrival: Any) -> HttpResponse:
    """Show what came in beside the children it may be for, and take the answer."""
    if not arrival.is_open and arrival.referral_id is not None and request.method != "POST":
        return redirect("referral_detail", arrival.referral_id)
    now, user = timezone.now(), request.user
    arriving = read_bundle(pages.body_of(arrival)) if arrival.is_open else None
    shown = candidates(arrival, arriving, now) if arriving else []
    form = ArrivalForm(
        request.POST or None, candidates=shown,
        whole=arriving is None or arriving.patient.born is not None,
        name=arriving.patient.name if arriving else "",
    )  # fmt: skip
    status = 200 if arrival.is_open else CONFLICT
    role = "coordinator" if has_role(user, "coordinator") else "therapist"  # type: ignore[arg-type]
    look_at_arrival(arrival=arrival, shown=shown, by=user, at=now, role=role)  # type: ignore[arg-type]
    if form.is_bound:
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                return _decide(request, arrival, arriving, form.cleaned_data, now)
            except Refused as refused:
                status = refuse(form, refused)
        if not arrival.is_open:
            status = CONFLICT
    context = {
        "arrival": arrival, "form": form, "today": timezone.localdate(),
        "lines": pages.lines(arriving, arrival) if arriving else [],
    }  # fmt: skip
    return render(request, "arrival/decide.html", context, status=status)


def _decide(
    request: HttpRequest, arrival: Any, arriving: Any, said: dict[str, Any], now: Any
) -> HttpResponse:
    user: Any = request.user
    if arriving is None:
        raise Outrun("Somebody has decided this already.")
    if said["answer"] == REFUSE:
        refuse_arrival(arrival=arrival, reason=said["reason"], by=user, at=now)
        messages.success(request, "Refused. The sender reads your reason.")
        return redirect("home")
    child = None if said["answer"] == NEW else UUID(said["answer"])
    done = decide_arrival(
        arrival=arrival, arriving=looked_through(arriving), child=child, born=said.get("born"), by=user,
        at=now,
    )  # fmt: skip
    messages.success(request, "Taken in. A therapist reviews it next.")
    return redirect("referral_detail", done.referral_id)
