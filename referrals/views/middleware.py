"""What holds for every answer: private pages stay out of caches, times are the person's own."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from referrals.access import memberships


def private_pages(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Show times in the time zone of the person's organisation; let nothing signed-in be stored."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        # Asking is a query: not for the bare probes that carry no session.
        if user.is_authenticated:
            places = memberships(user)
            if places:
                timezone.activate(places[0].organization.time_zone)
        try:
            response = get_response(request)
        finally:
            timezone.deactivate()
        if user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return middleware
