"""What does a person read when something is not there, not theirs, or broken?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_GENERIC = gettext_lazy("You may see this child, but this is not yours to do.")


def _page(request: HttpRequest, code: int, title: str, sentence: str) -> HttpResponse:
    context = {
        "code": code,
        "title": title,
        "sentence": sentence,
        "action_label": _("Go to your home page"),
        "action_url": reverse("home"),
    }
    return render(request, "error.html", context, status=code)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400, _("That did not work"), _("Your browser sent something we could not read. Please go back and try again."))  # fmt: skip


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403, _("This is somebody else’s to do"), str(exception) or str(_GENERIC))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, 403, _("This page was open for too long"), _("Please go back, reload the page and send it again. Nothing was saved."))  # fmt: skip


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404, _("There is nothing here"), _("This page does not exist, or it is not yours to see."))  # fmt: skip


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
