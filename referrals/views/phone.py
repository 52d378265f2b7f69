"""How is the product put on a phone's screen, and what does it show without a signal?"""

import json
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .decorators import public
from .unchanged import tag_of, unless_held

_SCRIPT: Final = Path(__file__).parent.parent / "static" / "referrals" / "sw.js"
#: All the page without a signal is made of; nothing else is ever kept, and no page of anybody.
_FILES: Final = (
    "referrals/look.css", "referrals/phone.css", "referrals/theme.js", "referrals/queue.js",
    "referrals/practice.js", "referrals/icon.svg", "referrals/icon-192.png",
)  # fmt: skip


@public
def web_manifest(request: HttpRequest) -> HttpResponseBase:
    """Name, start page and pictures for a phone that puts the product on its screen."""

    def icon(size: int, purpose: str) -> dict[str, str]:
        src = static(f"referrals/icon-{size}.png")
        return {"src": src, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}

    said = {
        "id": reverse("practice_today"),
        "name": _("Ferry: practice at home"),
        "short_name": "Ferry",
        "start_url": reverse("practice_today"),
        "scope": "/",
        "display": "standalone",
        "lang": get_language() or "en",
        "background_color": "#f6f4ef",
        "theme_color": "#0e6577",
        "icons": [icon(192, "any"), icon(512, "any"), icon(192, "maskable"), icon(512, "maskable")],
    }
    return _lasting(request, JsonResponse(said, content_type="application/manifest+json"))


@public
def service_worker(request: HttpRequest) -> HttpResponseBase:
    """The script that stands between the phone and the network; at the root, for every page.

    The names of the files it keeps stand on its first line: a new release is a new script.
    """
    knows = {
        # Asked for without the session: so the page is told in which language the person reads.
        "shell": f"{reverse('practice_offline')}?language={get_language() or 'en'}",
        "queue": reverse("practice_queue"),
        "files": [static(name) for name in _FILES],
        "core": static("referrals/queue.js"),
    }
    script = f"self.FERRY = {json.dumps(knows)};\n{_SCRIPT.read_text()}"
    answer = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    answer["Service-Worker-Allowed"] = "/"
    return _lasting(request, answer)


@public
def practice_offline(request: HttpRequest) -> HttpResponseBase:
    """The page without a signal: empty, and the same for everybody; the phone fills it itself."""
    asked = request.GET.get("language", "")
    with translation.override(asked if asked in dict(settings.LANGUAGES) else get_language()):
        return _lasting(request, render(request, "practice/offline.html"))


def _lasting(request: HttpRequest, answer: HttpResponse) -> HttpResponseBase:
    """Kept by the phone, and asked about before it is used: mostly it has not changed."""
    told = unless_held(request, tag_of(answer.content), lambda: answer)
    told.headers["Cache-Control"] = "no-cache"
    return told
