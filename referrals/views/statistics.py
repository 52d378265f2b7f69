"""How does care go in this practice or clinic, in numbers, on a page and as files?"""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode

from referrals import access
from referrals.asking import asks_again
from referrals.documents.spreadsheet import CONTENT_TYPE, spreadsheet
from referrals.forms.statistics import PRESETS, StatisticsForm
from referrals.queries import statistics as pages
from referrals.remembered import Later

from .answer import UNPROCESSABLE
from .decorators import role_view

STAFF = ("pediatrician", "therapist", "coordinator")


@role_view(*STAFF)
def statistics(request: HttpRequest) -> HttpResponse:
    """Every table of one place, and the way to choose the time."""
    context = _asked(request)
    return _page(request, context)


@asks_again
@role_view(*STAFF)
def statistics_table(request: HttpRequest, table: str) -> HttpResponse:
    """One table as a file, as the page would show it."""
    context = _asked(request)
    if context["counted"] is None:
        return _page(request, context)
    page = context["counted"].made()
    one = page.tables.get(table)
    if one is None:
        raise Http404
    of = (context["place"], page.first.isoformat(), page.last.isoformat())
    columns = ("Place", "From", "To", *one.columns)
    file = spreadsheet(columns, [(*of, *row) for row in one.rows])
    name = f"{one.code}-{page.first.isoformat()}-{page.last.isoformat()}.csv"
    return HttpResponse(
        file,
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    status = UNPROCESSABLE if context["counted"] is None else 200
    return render(request, "statistics/page.html", context, status=status)


def _asked(request: HttpRequest) -> dict[str, Any]:
    """The place, the form, and what is counted where the form is in order. A place not theirs is not found.

    All but the form is told in words, keys and days, so that the page is drawn once for whom it is the same.
    """
    user: Any = request.user
    places = access.workplaces(user)
    wanted = request.GET.get("of", "")
    place = next((p for p in places if wanted in ("", str(p.organization.pk))), None)
    if place is None:
        raise Http404
    zone = ZoneInfo(place.organization.time_zone)
    timezone.activate(zone)
    today = timezone.localdate()
    form = StatisticsForm(request.GET.dict(), today=today, side=place.side)
    counted = None
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            counted = pages.asked(
                user, place, chosen["since"], chosen["until"], today, chosen["site"]
            )
        except pages.UnknownSite:
            form.add_error("site", "No referral of this time is with this place.")
    here = {"of": str(place.organization.pk), "site": form["site"].value() or ""}
    days = {"since": form["since"].value(), "until": form["until"].value()}
    return {
        "counted": counted,
        "form": form,
        "drawn": counted and Later(_drawn, counted, dict(form.data), today, place.side),
        "place": str(place.organization),
        "of": place.organization.pk,
        "places": [
            (str(p.organization), p == place, urlencode({"of": p.organization.pk} | days))
            for p in places
        ],
        "presets": [
            (label, code == form.preset, urlencode(here | {"period": code}))
            for code, label in PRESETS.items()
        ],
        "asked": urlencode(here | days),
    }


def _drawn(
    counted: Later[pages.Page], typed: dict[str, str], today: date, side: str
) -> dict[str, Any]:
    """The page, and the form as it was typed with the places to choose from."""
    page, form = counted.made(), StatisticsForm(typed, today=today, side=side)
    form.offer(page.sites)
    return {"page": page, "form": form}
