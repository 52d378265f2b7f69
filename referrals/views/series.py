"""How are therapy visits planned, moved, called off, and said to have taken place?"""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from referrals.access import may_act
from referrals.act import ACTS, Act
from referrals.actions import attendance
from referrals.actions import series as actions
from referrals.actions.moving import outrun_sentence
from referrals.actions.recording import new_id
from referrals.actions.refusal import Outrun, Refused
from referrals.forms import session as forms
from referrals.pathway import State
from referrals.queries import session as pages
from referrals.wording import day

from .answer import CONFLICT, UNPROCESSABLE, refuse
from .decorators import referral_view


@referral_view(Act.PLAN_SESSIONS)
def session_plan(request: HttpRequest, referral: Any) -> HttpResponse:
    """A series in one go, begun with the dose of the plan."""
    now = timezone.now()
    start = {"id": new_id(), **actions.suggested(referral, now)}
    form = forms.SeriesForm(request.POST or None, referral=referral, at=now, initial=start)

    def plan(**arguments: Any) -> None:
        actions.plan_series(referral=referral, **arguments)

    return _act_page(
        request, referral, Act.PLAN_SESSIONS, form, plan, title="Plan therapy visits",
        verb="Book these visits", done="Booked. The family and the therapist are told.",
        lead="Days on which the clinic is closed are left out and made up at the end.",
    )  # fmt: skip


@referral_view(Act.PLAN_SESSIONS)
def session_authorise(request: HttpRequest, referral: Any) -> HttpResponse:
    """How many visits the payer pays for."""
    form = forms.AuthorisationForm(
        request.POST or None, initial={"id": new_id(), "valid_from": timezone.localdate()}
    )

    def authorise(**arguments: Any) -> None:
        actions.record_authorisation(referral=referral, **arguments)

    return _act_page(
        request, referral, Act.PLAN_SESSIONS, form, authorise, verb="Record",
        title="Record an authorisation", done="Recorded. Each visit counts against it.",
    )  # fmt: skip


@referral_view(Act.PLAN_SESSIONS)
def series_cancel(request: HttpRequest, referral: Any, series_id: UUID) -> HttpResponse:
    """Call off what is still to come of a series."""
    series = referral.series.filter(pk=series_id).first()
    if series is None:
        raise Http404

    def cancel(**arguments: Any) -> None:
        actions.cancel_series(series=series, **arguments)

    return _act_page(
        request, referral, Act.PLAN_SESSIONS, forms.CancelSessionForm(request.POST or None), cancel,
        title="Cancel the rest of the series", verb="Cancel the coming visits",
        done="Cancelled. The family is told.",
        lead=(
            f"Planned on {day(timezone.localtime(series.made_at))}: "
            f"{series.visits} visit{'s' * (series.visits != 1)} from {day(series.first_on)}. What took place stays."
        ),
    )  # fmt: skip


@referral_view(Act.PLAN_SESSIONS)
def session_move(request: HttpRequest, referral: Any, appointment_id: UUID) -> HttpResponse:
    visit = _visit(referral, appointment_id)
    start = {
        "seen": visit.starts_at, "starts_at": visit.starts_at, "therapist": visit.therapist_id,
        "minutes": visit.minutes, "place": visit.place, "address": visit.address,
        "beyond_reason": visit.beyond_reason,
    }  # fmt: skip
    form = forms.MoveSessionForm(
        request.POST or None, referral=referral, at=timezone.now(), initial=start
    )

    def move(**arguments: Any) -> None:
        try:
            actions.move_session(appointment=visit, **arguments)
        except Outrun:
            visit.refresh_from_db()
            typed = cast(QueryDict, form.data).copy()
            typed["seen"] = f"{timezone.localtime(visit.starts_at):%Y-%m-%d %H:%M:%S}"
            form.data = typed
            raise

    return _act_page(
        request, referral, Act.PLAN_SESSIONS, form, move, visit=visit, title="Move the visit",
        verb="Move", done="Moved. The family and the therapist are told.",
    )  # fmt: skip


# --- What became of a visit -----------------------------------------------------------------------


@referral_view(Act.HOLD_SESSION)
def session_attend(request: HttpRequest, referral: Any, appointment_id: UUID) -> HttpResponse:
    """One tap; who writes the note is led on to it."""
    writes = may_act(request.user, Act.WRITE_SESSION, referral, cast(Any, request).team)  # type: ignore[arg-type]
    return _tap(
        request, referral, appointment_id, attendance.attend_session,
        done="The visit took place. Its note comes next.",
        to="session_write" if writes else "session_detail",
    )  # fmt: skip


@referral_view(Act.HOLD_SESSION)
def session_undo(request: HttpRequest, referral: Any, appointment_id: UUID) -> HttpResponse:
    return _tap(
        request, referral, appointment_id, attendance.undo_session,
        done="Taken back: the visit is booked again.", to="session_detail",
    )  # fmt: skip


@referral_view(Act.HOLD_SESSION)
def session_miss(request: HttpRequest, referral: Any, appointment_id: UUID) -> HttpResponse:
    visit = _visit(referral, appointment_id)

    def miss(**arguments: Any) -> None:
        attendance.miss_session(appointment=visit, **arguments)

    return _act_page(
        request, referral, Act.HOLD_SESSION, forms.MissSessionForm(request.POST or None), miss,
        visit=visit, title="The visit was missed", verb="Nobody came", done="Recorded as missed.",
    )  # fmt: skip


@referral_view(Act.HOLD_SESSION)
def session_cancel(request: HttpRequest, referral: Any, appointment_id: UUID) -> HttpResponse:
    visit = _visit(referral, appointment_id)

    def cancel(**arguments: Any) -> None:
        attendance.cancel_session(appointment=visit, **arguments)

    return _act_page(
        request, referral, Act.HOLD_SESSION, forms.CancelSessionForm(request.POST or None), cancel,
        visit=visit, title="Cancel the visit", verb="Cancel the visit",
        done="Cancelled. The family is told.",
    )  # fmt: skip


# --- What they share ------------------------------------------------------------------------------


def _visit(referral: Any, appointment_id: UUID) -> Any:
    visit = pages.one(referral, appointment_id)
    if visit is None:
        raise Http404
    return visit


def _tap(
    request: HttpRequest, referral: Any, appointment_id: UUID, action: Callable[..., Any], *,
    done: str, to: str,
) -> HttpResponse:  # fmt: skip
    """A button that asks for nothing; opened as a page it leads to the visit."""
    visit = _visit(referral, appointment_id)
    if request.method != "POST":
        return redirect("session_detail", referral.pk, visit.pk)
    try:
        action(appointment=visit, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.warning(request, refused.sentence)
        return redirect("session_detail", referral.pk, visit.pk)
    messages.success(request, done)
    return redirect(to, referral.pk, visit.pk)


def _act_page(
    request: HttpRequest, referral: Any, act: Act, form: Any, action: Callable[..., None], *,
    title: str, verb: str, done: str, lead: str = "", visit: Any = None,
) -> HttpResponse:  # fmt: skip
    """One form, one action, one answer. What was typed is shown again whatever happens."""
    status, legal = 200, State(referral.state) in ACTS[act].during
    if request.method == "POST":
        # A form of nothing but optional fields is bound even when it comes empty.
        form = form if form.is_bound else _bound(form, request)
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                action(by=request.user, at=timezone.now(), **form.arguments())
            except Refused as refused:
                status = refuse(form, refused)
            else:
                messages.success(request, done)
                if visit is not None:
                    return redirect("session_detail", referral.pk, visit.pk)
                return redirect("session_list", referral.pk)
    elif not legal:
        status = CONFLICT
    context = {
        "referral": referral, "form": form, "title": title, "verb": verb, "lead": lead,
        "visit": visit, "legal": legal, "sentence": "" if legal else outrun_sentence(referral),
    }  # fmt: skip
    return render(request, "session/act.html", context, status=status)


def _bound(form: Any, request: HttpRequest) -> Any:
    form.data, form.is_bound = request.POST, True
    return form
