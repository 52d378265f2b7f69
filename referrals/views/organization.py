"""Which clinics fit these words?"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from referrals.forms.organization import ClinicForm
from referrals.queries.organization import clinics

from .decorators import role_view


@role_view("pediatrician")
def organization_search(request: HttpRequest) -> HttpResponse:
    """The choice of a clinic, for the referral form; posted, as what stands in that form is."""
    typed = ClinicForm(request.POST)
    typed.is_valid()
    words = typed.cleaned_data.get("clinic_words", "")
    # Shown without a word on what is not chosen yet.
    form = ClinicForm(initial={"clinic": typed["clinic"].value()})
    offer = offered(request, form, words)
    return render(request, "referral/clinics.html", {"field": form["clinic"], "offer": offer})


def offered(request: HttpRequest, form: Any, words: str = "") -> Any:
    """Have a form offer the clinics that this person may mean: by these words, where there are any."""
    user: Any = request.user
    offer = clinics(user, chosen=form["clinic"].value(), words=words)
    form.fields["clinic"].offer(offer.groups)
    return offer
