"""What does a person read when something is not there, not theirs, or broken?"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .outcome import outcome

#: What is told to another computer system under `/fhir/`: the code of FHIR's IssueType, and why.
_FOR_SYSTEMS: Final = {
    400: ("invalid", "What was sent could not be read."),
    403: ("forbidden", "This is not open to who asks."),
    404: ("not-found", "There is nothing here."),
    500: ("exception", "Something went wrong on our side. Please try again in a few minutes."),
}
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


@_or_outcome(500)
def server_error(request: HttpRequest) -> HttpResponse:
    """Asks neither the database nor the session: they may be what is broken."""
    context = {
        "code": 500,
        "title": _("Something went wrong on our side"),
        "sentence": _("Nothing you saved before is lost. Please try again in a few minutes."),
        "action_label": _("Go to your home page"),
        "action_url": "/",
    }
    return HttpResponse(render_to_string("error_bare.html", context), status=500)
