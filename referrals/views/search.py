"""Where is the child that somebody means?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from referrals.access import TREATING
from referrals.belonging import has_role
from referrals.forms.child import SearchForm
from referrals.queries import search as searching
from referrals.queries.search import MOST

from .decorators import signed_in


@signed_in
def search(request: HttpRequest) -> HttpResponse:
    """Searched by POST, so that no child's name comes to stand in a URL, a history or a log."""
    typed = request.POST or request.GET
    form = SearchForm(typed if "q" in typed else None)
    found = None
    if form.is_bound and form.is_valid() and form.cleaned_data["q"].strip():
        found = searching.search(request.user, form.cleaned_data["q"])  # type: ignore[arg-type]
    context = {
        "form": form, "found": found, "most": MOST, "today": timezone.localdate(),
        "may_open": has_role(request.user, *TREATING),  # type: ignore[arg-type]
    }  # fmt: skip
    partial = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    return render(request, "search/results.html" if partial else "search/page.html", context)
