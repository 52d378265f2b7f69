"""What does a person read when something is not there, not theirs, or broken?"""

import errno
import sqlite3
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .outcome import outcome

#: What is told to another computer system under `/fhir/`: the code of FHIR's IssueType, and why.
_FOR_SYSTEMS: Final = {
    400: ("invalid", "What was sent could not be read."),
    403: ("forbidden", "This is not open to who asks."),
    404: ("not-found", "There is nothing here."),
    500: ("exception", "Something went wrong on our side. Please try again in a few minutes."),
    503: ("transient", "Nothing can be read or saved right now. Send the same again in a minute."),
}
#: Seconds until it is worth trying again.
RETRY_AFTER: Final = 30
#: What a disk says that is full, shut to us, broken or gone from the network, and a process that holds too much.
_DISK: Final = frozenset({
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO,
    errno.ESTALE, errno.ETIMEDOUT, errno.EMFILE, errno.ENFILE,
})  # fmt: skip
_GENERIC = gettext_lazy("You may see this child, but this is not yours to do.")


def _or_outcome(code: int) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A page for people; to another computer system the same is told as an OperationOutcome."""

    def inner(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(page)
        def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.path.startswith("/fhir/"):
                return outcome(code, *_FOR_SYSTEMS[code])
            return page(request, *args, **kwargs)

        return told

    return inner


def _page(request: HttpRequest, code: int, title: str, sentence: str) -> HttpResponse:
    context = {
        "code": code,
        "title": title,
        "sentence": sentence,
        "action_label": _("Go to your home page"),
        "action_url": reverse("home"),
    }
    return render(request, "error.html", context, status=code)


@_or_outcome(400)
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400, _("That did not work"), _("Your browser sent something we could not read. Please go back and try again."))  # fmt: skip


@_or_outcome(403)
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403, _("This is somebody else’s to do"), str(exception) or str(_GENERIC))


@_or_outcome(403)
def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, 403, _("This page was open for too long"), _("Please go back, reload the page and send it again. Nothing was saved."))  # fmt: skip


@_or_outcome(404)
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404, _("There is nothing here"), _("This page does not exist, or it is not yours to see."))  # fmt: skip


def server_error(request: HttpRequest) -> HttpResponse:
    """Asks neither the database nor the session: they may be what is broken, or away for a while."""
    error = sys.exc_info()[1]
    spoken = getattr(request, "spoken", "") or translation.get_language_from_request(request)
    with translation.override(spoken):
        return (_away if error is not None and passes(error) else _broken)(request)


def passes(error: BaseException) -> bool:
    """Whether this is no fault of the request: the same one works when a database or disk is back."""
    if isinstance(error, OSError):
        return error.errno in _DISK
    # What SQLite calls an error, with no word more, is a question that is wrong.
    wrong = getattr(error.__cause__, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR
    return isinstance(error, OperationalError | InterfaceError) and not wrong


@_or_outcome(500)
def _broken(request: HttpRequest) -> HttpResponse:
    return _bare(500, {
        "title": _("Something went wrong on our side"),
        "sentence": _("Nothing you saved before is lost. Please try again in a few minutes."),
        "action_label": _("Go to your home page"), "action_url": "/", "sent": False,
    })  # fmt: skip


def _away(request: HttpRequest) -> HttpResponse:
    answer = _for_now(request)
    answer["Retry-After"] = str(RETRY_AFTER)
    answer["Cache-Control"] = "no-store"
    return answer


@_or_outcome(503)
def _for_now(request: HttpRequest) -> HttpResponse:
    """A whole page, or one sentence where a script asked and the page with the text is still there."""
    if request.headers.get("X-Autosave") or request.headers.get("HX-Request"):
        sentence = _("This cannot be saved or shown right now. Your text is still here: please try again in a minute.")  # fmt: skip
        return HttpResponse(sentence, status=503, content_type="text/plain; charset=utf-8")
    sent = request.method not in ("GET", "HEAD")
    return _bare(503, {
        "title": _("We cannot do this right now"),
        "sentence":
            _("What you sent may not be saved yet. Please wait a minute. Then reload this page: your browser sends the same again.") if sent
            else _("All you saved before is safe. Please try again in a minute."),
        "action_label": _("Try again"), "action_url": request.get_full_path(), "sent": sent,
    })  # fmt: skip


def _bare(code: int, context: dict[str, Any]) -> HttpResponse:
    page = render_to_string("error_bare.html", {"code": code, **context})
    return HttpResponse(page, status=code)
