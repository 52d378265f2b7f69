"""Which ICD-10-CM codes fit these words?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from referrals.forms.referral import DiagnosisSearchForm
from referrals.queries.diagnosis import find_diagnoses

from .decorators import role_view


@role_view("pediatrician")
def diagnosis_search(request: HttpRequest) -> HttpResponse:
    """Codes to choose from, for the referral form; posted, so that no words come into a URL."""
    form = DiagnosisSearchForm(request.POST or None)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    context = {"found": find_diagnoses(words), "words": words}
    return render(request, "referral/diagnoses.html", context)
