"""How does a form become an action, and an action an answer?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from referrals.access import referral_for
from referrals.actions.moving import made_by, outrun_sentence, own_sentence
from referrals.actions.refusal import Outrun, Refused
from referrals.pathway import MOVES, Move, State

from .signing import typed

UNPROCESSABLE, CONFLICT = 422, 409
#: A second click comes so soon after the first; nobody fills in another page in that time.
DOUBLE_CLICK = timedelta(seconds=10)


def refuse(form: BaseForm, refused: Refused) -> int:
    """Show the refusal at its field, or above the form; the status says which kind it was."""
    field = refused.field if refused.field in form.fields else None
    form.add_error(field, refused.sentence)
    return CONFLICT if isinstance(refused, Outrun) else UNPROCESSABLE


def now_at(form: BaseForm, version: int | None = None, **hidden: Any) -> None:
    """Let a form that was outrun be sent again, on what is stored now."""
    typed = cast(QueryDict, form.data).copy()
    if version is not None:
        hidden["version"] = version
    for name, value in hidden.items():
        typed[name] = str(value)
    form.data = typed


def saved(form: Any, version: int, at: datetime, words: str, *also: str) -> HttpResponse:
    """What a page is told after it saved itself: when, and what is not in it (`also` by name)."""
    said = f"{words} at {timezone.localtime(at):%H:%M}"
    left_out = [str(form.fields[name].label) for name in form.errors if name in form.fields]
    left_out += also
    if left_out:
        said += f", except: {', '.join(left_out)}. Please look at it before you leave."
    answer = HttpResponse(said, content_type="text/plain; charset=utf-8")
    answer["X-Version"] = str(version)
    return answer


def move_page(
    request: HttpRequest,
    referral: Any,
    move: Move,
    form_class: Callable[..., Any],
    action: Callable[..., Any],
    *,
    done: str,
    title: str = "",
    template: str = "referral/move.html",
    initial: dict[str, Any] | None = None,
    **context: Any,
) -> HttpResponse:
    """One form, one action, one answer. What was typed is shown again whatever happens."""
    now = timezone.now()
    start = {"version": referral.version, **(initial or {})}
    form = form_class(typed(request), referral=referral, at=now, initial=start)
    status, sentence = 200, ""
    legal = State(referral.state) in MOVES[move].sources
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            arguments = form.arguments()
            try:
                action(referral=referral, by=request.user, at=now, **arguments)
            except Refused as refused:
                # The action may have left marks on what it was handed: show what is true.
                referral = referral_for(request.user, referral.pk)  # type: ignore[arg-type]
                if referral is None:
                    return redirect("home")
                made, version = arguments.get("move", move), arguments["version"]
                own = made_by(referral, made, by=request.user, version=version)  # type: ignore[arg-type]
                # Later it may be another page left open: its words must not pass for what was sent.
                if own and own.at >= now - DOUBLE_CLICK:
                    return redirect("referral_detail", referral.pk)
                if own and isinstance(refused, Outrun):
                    refused = Outrun(own_sentence(own))
                    sentence = refused.sentence
                status = refuse(form, refused)
                legal = State(referral.state) in MOVES[move].sources
                if isinstance(refused, Outrun):
                    now_at(form, referral.version)
            else:
                messages.success(request, done)
                return redirect("referral_detail", referral.pk)
    elif not legal:
        status = CONFLICT
    page = {
        "referral": referral,
        "form": form,
        "title": title or MOVES[move].label,
        "verb": MOVES[move].label,
        "legal": legal,
        "sentence": sentence or outrun_sentence(referral),
        "today": timezone.localdate(),
        **context,
    }
    return render(request, template, page, status=status)
