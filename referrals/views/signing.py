"""What must somebody show before their signature counts, and how is nothing lost over the asking?

A signature says who stands behind a record: who showed who they are too long ago shows it once
more. Nothing that was typed is lost: a draft is kept as a draft, and what has none waits, locked,
in the session. The way back leads to the page, and one click signs.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode

from cryptography.fernet import InvalidToken
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from referrals.actions.second_factor import lock
from referrals.asking import View, shown_lately

#: What was typed on one page, and on which, until that page is opened again.
_LAID_ASIDE: Final = "signing_laid_aside"
#: Seconds for which it waits: who comes back later begins with what is true then.
_WAITS: Final = 30 * 60


def signs_by(button: str, value: str = "") -> Callable[[View], View]:
    """A page of which one button signs, by its name or its name and value.

    The door stands before it: who may not is told so first.
    """

    def door(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            pressed = request.POST.get(button)
            pressed_this = pressed == value if value else pressed is not None
            signing = request.method == "POST" and (not button or pressed_this)
            if signing and not shown_lately(request):
                _lay_aside(request)
                return _ask(request.get_full_path())
            _take_up(request)
            return view(request, *args, **kwargs)

        inner.signs = True  # type: ignore[attr-defined]
        return inner

    return door


#: A page that is sent for nothing but a signature.
signs: Final = signs_by("")


def signs_or_drafts(
    way_back: Callable[[HttpRequest], str] = HttpRequest.get_full_path,
) -> Callable[[View], View]:
    """A page that keeps a draft (`do=save`, or while typing), and signs it with another button.

    Who looks for a place (`do=find`) signs nothing either.

    Where it must ask, the click is taken as one on “save”; a draft that is refused is told of first.
    """

    def door(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            drafts = (
                request.POST.get("do") in ("save", "find")
                or request.headers.get("X-Autosave") == "1"
            )
            if request.method != "POST" or drafts or shown_lately(request):
                return view(request, *args, **kwargs)
            typed = request.POST.copy()
            typed["do"] = "save"
            request.POST = typed  # type: ignore[assignment]
            answer = view(request, *args, **kwargs)
            return _ask(way_back(request)) if answer.status_code == 302 else answer

        inner.signs = True  # type: ignore[attr-defined]
        return inner

    return door


def typed(request: HttpRequest) -> QueryDict | None:
    """What a form is filled with: what was sent, or what was typed here before it was asked again."""
    return request.POST or getattr(request, "laid_aside", None)


def _ask(back: str) -> HttpResponseBase:
    """The page that asks leads on to the second factor, where there is one."""
    return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")


def _lay_aside(request: HttpRequest) -> None:
    kept = request.POST.copy()
    kept.pop("csrfmiddlewaretoken", None)
    words = lock().encrypt(kept.urlencode().encode()).decode()
    request.session[_LAID_ASIDE] = {"path": request.path, "words": words}


def _take_up(request: HttpRequest) -> None:
    """Once: a form that was left and opened anew is an empty one."""
    aside = request.session.get(_LAID_ASIDE)
    if request.method != "GET" or not aside or aside["path"] != request.path:
        return
    del request.session[_LAID_ASIDE]
    try:
        words = lock().decrypt(aside["words"].encode(), ttl=_WAITS).decode()
    except InvalidToken:  # too long ago, or under a key that is no longer ours
        return
    request.laid_aside = QueryDict(words)  # type: ignore[attr-defined]
