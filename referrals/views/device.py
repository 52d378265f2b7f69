"""Where is somebody signed in, and how do they sign out there from here?"""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from referrals.actions.account import note_account_change

from .decorators import signed_in

#: Which browser and which device, as the session keeps them: two short names and no more.
DEVICE: Final = "sign_in_device"
#: What a browser says of itself holds the names of others: the first that is found here is its own.
_BROWSERS: Final = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
_DEVICES: Final = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("CrOS", "Chromebook"), ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device_of(request: HttpRequest) -> list[str]:
    """The browser's and the device's name; empty where none is known."""
    said = request.headers.get("User-Agent", "")
    return [
        next((name for sign, name in names if sign in said), "") for names in (_BROWSERS, _DEVICES)
    ]


def _in_words(device: list[str]) -> str:
    browser, system = device
    if browser and system:
        return _("{browser} on {system}").format(browser=browser, system=system)
    return browser or system or _("A device we do not know")


@signed_in
def sign_in_ask(request: HttpRequest) -> HttpResponse:
    """Is this person still signed in? A page asks before it lets go of what was typed in it."""
    return HttpResponse(status=204)


@signed_in
def sign_in_list(request: HttpRequest) -> HttpResponse:
    """One's own sign-ins; one of the others ends, or all of them, with their next page."""
    session: Any = request.session
    live = session.live_of(request.user)
    others = [one for one in live if not one["here"]]
    if request.method == "POST":
        which = request.POST.get("which", "")
        ended = [one for one in others if which in ("others", one["mark"])]
        if not ended and which != "others":
            raise Http404
        session.end([one["mark"] for one in ended], of=request.user)
        if ended:
            user: Any = request.user
            note_account_change(person=user, kind="sessions_ended", by=user, at=timezone.now())
        messages.success(request, _("Signed out there."))
        return redirect("sign_in_list")
    rows = [{**one, "device": _in_words(one["device"])} for one in live]
    return render(request, "sign_in/list.html", {"rows": rows, "others": others})
