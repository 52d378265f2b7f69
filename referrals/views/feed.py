"""How does a therapist's own calendar read their visits, and how do they open and shut its address?"""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseNotFound,
)
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation

from referrals.actions import feed as actions
from referrals.forms.feed import FeedForm
from referrals.queries.calendar import feed_calendar
from referrals.queries.feed import feed_visits, own_feed

from .decorators import public, role_view
from .unchanged import tag_of, unless_held


@role_view("therapist")
def feed_edit(request: HttpRequest) -> HttpResponse:
    """Open an address, shown this once; shut it; make it anew."""
    user, now = cast(Any, request.user), timezone.now()
    link = ""
    form = FeedForm(request.POST or None)
    if request.method == "POST" and "shut" in request.POST:
        actions.revoke_feed(user=user, by=user, at=now)
        messages.success(request, "Shut. Your calendar gets nothing more from here.")
        return redirect("feed_edit")
    if request.method == "POST" and "make" in request.POST and form.is_valid():
        feed, secret = actions.make_feed(by=user, at=now, **form.arguments())
        # Shown on the answer itself: kept nowhere, so that nobody finds it later.
        link = settings.SITE_URL + reverse("feed_read", args=[feed.pk, secret])
    elif request.method == "POST":
        return redirect("feed_edit")
    page = {
        "form": FeedForm(), "feed": own_feed(user), "link": link,
        "webcal": "webcal" + link[link.index(":") :] if link else "",
    }  # fmt: skip
    return render(request, "feed/edit.html", page)


@public
def feed_read(request: HttpRequest, feed: str, secret: str) -> HttpResponseBase:
    """The calendar itself, for whoever holds its address: a calendar service signs in nowhere."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    found = actions.open_feed(feed, secret)
    if found is None:
        # No page of ours: it would hold the address it was asked for.
        return _alone(HttpResponseNotFound("Not found.\n", content_type="text/plain"))
    now = timezone.now()
    visits = list(feed_visits(found.user, now))
    with translation.override("en"):
        body = feed_calendar(visits, with_names=found.with_names)
    named = [one.referral.child for one in visits if found.with_names and one.known]
    actions.note_fetch(feed=found, named=named, by=found.user, at=now)
    return _alone(
        unless_held(
            request, tag_of(body),
            lambda: HttpResponse(body, content_type="text/calendar; charset=utf-8"),
        )
    )  # fmt: skip


def _alone(answer: HttpResponseBase) -> HttpResponseBase:
    """Kept by nobody but who asked, told on to nobody, found by no search."""
    answer["Cache-Control"] = "private, no-cache"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer
