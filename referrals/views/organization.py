"""Which of many places are offered on a form, and which fit these words?"""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from referrals.forms.organization import ClinicForm
from referrals.queries.organization import Offer, clinics, offices, partners

from .decorators import role_view


@role_view("pediatrician")
def organization_search(request: HttpRequest) -> HttpResponse:
    """The choice of a clinic, for the referral form; posted, as what stands in that form is."""
    # Shown without a word on what is not chosen yet.
    form = ClinicForm(initial={"clinic": request.POST.get("clinic", "")})
    context = {"field": form["clinic"], "offer": offer_clinics(request, form)}
    return render(request, "components/place_choice.html", context)


def offer_clinics(request: HttpRequest, form: Any) -> Offer:
    """Have a form offer the clinics that this person may mean."""
    user: Any = request.user
    return _offered(request, form["clinic"], partial(clinics, user))


def offer_partners(request: HttpRequest, child: Any, form: Any, name: str) -> Offer:
    """Have a form offer the schools and programmes that somebody may mean for this child."""
    field = form[name]
    return _offered(request, field, partial(partners, field.field.queryset, child))


def offer_offices(request: HttpRequest, form: Any) -> Offer:
    """Have a form offer the practices and clinics whose caseload somebody may mean to bring in."""
    user: Any = request.user
    field = form["organization"]
    return _offered(request, field, partial(offices, field.field.queryset, user))


def _offered(request: HttpRequest, field: Any, among: Callable[..., Offer]) -> Offer:
    offer = among(chosen=field.value(), words=looked_for(request))
    field.field.offer(offer.groups)
    return offer


def looked_for(request: HttpRequest) -> str:
    """By which words somebody looks for a place."""
    return request.POST.get("place_words", "")
