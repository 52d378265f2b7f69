"""How does a form about something inside a referral become an action, and the action an answer?"""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from referrals.access import FAMILY, may_act
from referrals.act import ACTS, Act
from referrals.actions.moving import outrun_sentence
from referrals.actions.refusal import Outrun, Refused
from referrals.pathway import State

from .answer import CONFLICT, UNPROCESSABLE, refuse


def act_page(
    request: HttpRequest, referral: Any, act: Act, form: BaseForm, action: Callable[..., Any], *,
    done: str, title: str, verb: str, to: tuple[Any, ...], inner: Any = None,
    template: str = "activity/act.html", **context: Any,
) -> HttpResponse:  # fmt: skip
    """One form, one action, one answer. What was typed is shown again whatever happens.

    `inner` is what the form is about: outrun, the form can be sent again for it as it stands now.
    """
    status, legal = 200, is_legal(act, referral)
    if form.is_bound:
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                action(by=request.user, at=timezone.now(), **cast(Any, form).arguments())
            except Refused as refused:
                status = refuse(form, refused)
                if isinstance(refused, Outrun) and "edition" in form.fields:
                    inner.refresh_from_db()
                    typed = cast(QueryDict, form.data).copy()
                    typed["edition"] = str(inner.edition)
                    form.data = typed
            else:
                messages.success(request, done)
                return redirect(*to)
    elif not legal:
        status = CONFLICT
    page = {
        "referral": referral, "form": form, "title": title, "verb": verb, "legal": legal,
        "sentence": "" if legal else outrun_sentence(referral), "back": to, "inner": inner,
        "for_family": for_family(request), **context,
    }  # fmt: skip
    return render(request, template, page, status=status)


def is_legal(act: Act, referral: Any) -> bool:
    return State(referral.state) in ACTS[act].during


def for_family(request: HttpRequest) -> bool:
    """Whether who reads this is of the family, and of no other side."""
    return bool(cast(Any, request).team.main_role == FAMILY)


def able(request: HttpRequest, referral: Any, *acts: Act) -> dict[str, bool]:
    """Which of these acts this person may do now."""
    team = cast(Any, request).team
    return {
        act.value: is_legal(act, referral) and may_act(request.user, act, referral, team)  # type: ignore[arg-type]
        for act in acts
    }


def inner_of(found: Any, key: Any) -> Any:
    """What is reached from its referral; nobody finds it by its own id alone."""
    one = found.filter(pk=key).first()
    if one is None:
        raise Http404
    return one
