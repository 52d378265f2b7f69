"""How are results asked for, sent, refused and taken back, by either side?"""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from referrals.access import FAMILY, Permission, Scope
from referrals.actions import result as actions
from referrals.actions.recording import new_id
from referrals.actions.refusal import Refused
from referrals.forms.result import AnswerResultForm, AskResultForm, WithdrawResultForm
from referrals.queries import children
from referrals.queries import result as pages

from .answer import UNPROCESSABLE, refuse
from .decorators import child_view, referral_view, shared_view
from .document import handed_out
from .shared import around

# --- The care team's side -------------------------------------------------------------------------


@child_view(Permission.SEE_RECORD)
def result_list(request: HttpRequest, child: Any) -> HttpResponse:
    """What was asked for in both directions, and what came of it."""
    team = request.team  # type: ignore[attr-defined]
    today = timezone.localdate()
    context = {
        "child": child,
        "header": children.header_for(child, today, team),
        "exchanges": pages.exchanges(child, today),
        "may": team.holds(Permission.EXCHANGE_RESULTS),
        "can_ask": pages.places_to_ask(child, timezone.now()).exists(),
        "for_family": team.main_role == FAMILY,
        "for_partner": False,
        "today": today,
    }
    return render(request, "result/list.html", context)


@referral_view(Permission.SEE_RECORD)
def referral_results(request: HttpRequest, referral: Any) -> HttpResponse:
    """The way from a task to what is asked."""
    return redirect("result_list", referral.child_id)


@child_view(Permission.EXCHANGE_RESULTS)
def result_new(request: HttpRequest, child: Any) -> HttpResponse:
    return _ask(request, child, pages.places_to_ask(child, timezone.now()), to_partner=True)


@child_view(Permission.EXCHANGE_RESULTS)
def result_answer(request: HttpRequest, child: Any, result_id: UUID) -> HttpResponse:
    return _answer(request, child, pages.one(child, result_id, to_partner=False), "result_list")


@child_view(Permission.EXCHANGE_RESULTS)
def result_withdraw(request: HttpRequest, child: Any, result_id: UUID) -> HttpResponse:
    return _withdraw(request, child, pages.one(child, result_id, to_partner=True), "result_list")


@child_view(Permission.SEE_RECORD)
def result_file(request: HttpRequest, child: Any, result_id: UUID, file_id: UUID) -> FileResponse:
    return _file(pages.one(child, result_id), file_id)


# --- The partner's side ---------------------------------------------------------------------------


@shared_view(Scope.RESULTS)
def shared_results(request: HttpRequest, child: Any) -> HttpResponse:
    """What this place and the care team asked each other for."""
    today = timezone.localdate()
    context = around(request, child, "shared_results") | {
        "exchanges": pages.exchanges(child, today, places=_places(request)),
        "may": bool(_places(request)),
        "can_ask": bool(_places(request)),
        "for_family": False,
        "for_partner": True,
    }
    return render(request, "result/shared.html", context)


@shared_view(Scope.RESULTS)
def shared_result_new(request: HttpRequest, child: Any) -> HttpResponse:
    own = pages.places_to_ask(child, timezone.now()).filter(pk__in=_places(request))
    if not own:
        raise Http404
    return _ask(request, child, own, to_partner=False)


@shared_view(Scope.RESULTS)
def shared_result_answer(request: HttpRequest, child: Any, result_id: UUID) -> HttpResponse:
    found = pages.one(child, result_id, to_partner=True, places=_places(request))
    return _answer(request, child, found, "shared_results")


@shared_view(Scope.RESULTS)
def shared_result_withdraw(request: HttpRequest, child: Any, result_id: UUID) -> HttpResponse:
    found = pages.one(child, result_id, to_partner=False, places=_places(request))
    return _withdraw(request, child, found, "shared_results")


@shared_view(Scope.RESULTS)
def shared_result_file(
    request: HttpRequest, child: Any, result_id: UUID, file_id: UUID
) -> FileResponse:
    return _file(pages.one(child, result_id, places=_places(request)), file_id)


# --- Both -----------------------------------------------------------------------------------------


def _places(request: HttpRequest) -> frozenset[UUID]:
    """The places for which this person exchanges results here; none for everybody else."""
    team = request.team  # type: ignore[attr-defined]
    return cast(frozenset[UUID], team.places_with(Scope.RESULTS))


def _ask(request: HttpRequest, child: Any, places: Any, *, to_partner: bool) -> HttpResponse:
    form = AskResultForm(
        request.POST or None, places=places, to_partner=to_partner, initial={"id": new_id()}
    )
    return _form(
        request, child, form, lambda **said: actions.ask_result(child=child, **said),
        "result_list" if to_partner else "shared_results", title="Ask for results", verb="Ask",
        done="Asked. The other side is told.", result=None,
    )  # fmt: skip


def _answer(request: HttpRequest, child: Any, found: Any, back: str) -> HttpResponse:
    if found is None:
        raise Http404

    def answer(*, can: bool, answer: str, attachments: list[Any], **who: Any) -> None:
        if can:
            actions.answer_result(result=found, answer=answer, uploads=attachments, **who)
        else:
            actions.refuse_result(result=found, reason=answer, **who)

    form = AnswerResultForm(request.POST or None, request.FILES or None, initial={"can": "yes"})
    return _form(
        request, child, form, answer, back, title="Send results", verb="Send",
        done="Sent. Who asked is told.", result=found,
    )  # fmt: skip


def _withdraw(request: HttpRequest, child: Any, found: Any, back: str) -> HttpResponse:
    if found is None:
        raise Http404

    def withdraw(*, answer: str, **who: Any) -> None:
        actions.withdraw_result(result=found, reason=answer, **who)

    return _form(
        request, child, WithdrawResultForm(request.POST or None), withdraw, back,
        title="Take the request back", verb="Take it back", done="Taken back.", result=found,
    )  # fmt: skip


def _form(
    request: HttpRequest, child: Any, form: Any, action: Callable[..., Any], back: str, *,
    title: str, verb: str, done: str, result: Any,
) -> HttpResponse:  # fmt: skip
    """One form, one action, one answer. What was typed is shown again whatever happens."""
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                action(by=request.user, at=timezone.now(), **form.arguments())
            except Refused as refused:
                status = refuse(form, refused)
            else:
                messages.success(request, done)
                return redirect(back, child.pk)
    context = {
        "child": child, "form": form, "title": title, "verb": verb, "result": result, "back": back,
    }  # fmt: skip
    return render(request, "result/form.html", context, status=status)


def _file(found: Any, key: UUID) -> FileResponse:
    """A file of an answer, to be saved; never shown inside the site."""
    kept = found.files.filter(pk=key).first() if found is not None else None
    if kept is None:
        raise Http404
    return handed_out(kept)
