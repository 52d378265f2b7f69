"""In which language is this answer?

A family reads in the language it chose, and so does whoever is not signed in yet; the pages of
those who work here are English. Somebody who is both reads English until a page is the family's.
"""

from typing import Any

from django.http import HttpRequest
from django.utils import translation

from referrals.belonging import memberships


def language_of(request: HttpRequest) -> str:
    """The language a request begins in; asks nothing of the database that is not known already."""
    user: Any = request.user
    if not user.is_authenticated:
        return translation.get_language_from_request(request)
    return "en" if memberships(user) else str(user.language)


def speak_to_family(request: HttpRequest) -> None:
    """From here on the answer is a family's page: in the language that this person chose."""
    user: Any = request.user
    translation.activate(user.language)
