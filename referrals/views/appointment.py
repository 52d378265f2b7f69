"""How are times offered, picked, booked, missed and cancelled?"""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from referrals.access import Permission
from referrals.actions import appointment as actions
from referrals.forms import appointment as forms
from referrals.pathway import Move
from referrals.queries.calendar import calendar_of

from .answer import move_page
from .decorators import referral_view


@referral_view(Move.OFFER)
def referral_offer(request: HttpRequest, referral: Any) -> HttpResponse:
    return move_page(
        request, referral, Move.OFFER, forms.OfferForm, actions.offer_appointments,
        done="The family can pick a time now.", title="Offer times to the family",
        attempts=referral.attempts.select_related("by"),
        can_pick=actions.somebody_can_pick(referral, timezone.now()),
    )  # fmt: skip


@referral_view(Move.BOOK)
def referral_book(request: HttpRequest, referral: Any) -> HttpResponse:
    return move_page(
        request, referral, Move.BOOK, forms.BookForm, actions.book_appointment,
        done="Booked. The family and the pediatrician are told.", title="Book the evaluation",
    )  # fmt: skip


@referral_view(Move.PICK)
def referral_pick(request: HttpRequest, referral: Any) -> HttpResponse:
    offers = referral.appointments.filter(status="proposed", starts_at__gt=timezone.now())
    return move_page(
        request, referral, Move.PICK, forms.PickForm, actions.pick_appointment,
        done=gettext("Your visit is set."), title=gettext("Pick a time for the first visit"),
        template="appointment/pick.html", offers=offers.select_related("therapist", "organization"),
        for_family=True,
    )  # fmt: skip


@referral_view(Move.MISS)
def referral_miss(request: HttpRequest, referral: Any) -> HttpResponse:
    return move_page(
        request, referral, Move.MISS, forms.MissForm, actions.miss_appointment,
        done="Recorded. A new time is owed now.", visit=actions.booked_visit(referral),
    )  # fmt: skip


@referral_view(Move.CANCEL_VISIT)
def referral_cancel_visit(request: HttpRequest, referral: Any) -> HttpResponse:
    return move_page(
        request, referral, Move.CANCEL_VISIT, forms.CancelVisitForm, actions.cancel_appointment,
        done="Cancelled. A new time is owed now.", visit=actions.booked_visit(referral),
    )  # fmt: skip


@referral_view(Permission.SEE_RECORD)
def appointment_calendar(request: HttpRequest, referral: Any, appointment_id: UUID) -> HttpResponse:
    """The booked visit as a calendar file; it names neither the child nor the reason."""
    visit = referral.appointments.filter(pk=appointment_id, status="booked").first()
    if visit is None:
        raise Http404
    response = HttpResponse(calendar_of(visit), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="visit.ics"'
    return response
