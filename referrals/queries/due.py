"""What is due when a child comes to a therapy visit: order, visits left, plan, report, notes?"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.urls import reverse

from referrals.clinical import dosage
from referrals.clinical.clocks import CLOCKS
from referrals.models import Appointment, Authorisation, Plan, Prescription, Referral
from referrals.models.signing import Signed
from referrals.pathway import REPORT_VISITS, Step

from .prescription import held_on

_FINAL: Final = Signed.Status.FINAL
_ICONS: Final = {
    "good": "circle-check", "info": "info", "warn": "triangle-alert", "bad": "circle-alert",
}  # fmt: skip
_FEW: Final = 3  # visits: from here on the end of what is authorised is near


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is looked at: how it stands in a word, and more exactly in a sentence."""

    label: str
    word: str
    tone: str
    words: str
    url: str = ""

    @property
    def icon(self) -> str:
        return _ICONS[self.tone]


def due(referral: Referral, day: date, today: date) -> list[Line]:
    """The panel of a visit on `day`. Six queries: order, plan, certification, authorisation, visits, report."""
    prescription = _ordered(referral, day)
    plans = list(referral.plans.exclude(status=Signed.Status.DRAFT).order_by("-number"))
    plan = next((one for one in plans if one.status == _FINAL), None)
    certified = max((one.valid_until for one in plans if one.valid_until), default=None)
    return [
        _prescribed(referral, prescription, day),
        _left(referral, plan, day, today),
        *_planned(referral, plan, certified, day),
        *_reported(referral, today),
        *_unsigned(referral),
    ]


def _ordered(referral: Referral, day: date) -> Prescription | None:
    """The order that holds on a day: of those that had begun by then the newest, else the one that stands.

    A renewal replaces the order before it, and still a visit of before was under that one.
    """
    signed = list(referral.prescriptions.exclude(status=Signed.Status.DRAFT).order_by("-number"))
    if not any(order.status == _FINAL for order in signed):
        return None
    return next((order for order in signed if order.valid_from <= day), signed[0])


def _prescribed(referral: Referral, order: Prescription | None, day: date) -> Line:
    url = reverse("prescription_list", args=[referral.pk])
    if order is None:
        return Line("Prescription", "Missing", "bad", "No prescription stands.", url)
    if order.service != Referral.Service.EVALUATE_AND_TREAT:
        return Line("Prescription", "Evaluation only", "bad", "It does not order therapy.", url)
    holds = held_on(order, day)
    words = f"{order.valid_from:%-d %b %Y} to {order.valid_until:%-d %b %Y}"
    return Line("Prescription", holds.label, holds.tone, words, url)


def _left(referral: Referral, plan: Plan | None, day: date, today: date) -> Line:
    """Visits the payer still pays for; where it has said nothing, those the plan still asks for."""
    url = reverse("session_list", args=[referral.pk])
    paid = _authorised(referral, day)
    if paid is not None:
        left = paid.visits - _attended(referral, paid.valid_from, paid.valid_until)
        words = f"of {paid.visits} authorised until {paid.valid_until:%-d %b %Y}"
        return _visits_left("Authorised visits", left, words, url)
    if plan is None or not (plan.visits and plan.per and plan.weeks and plan.starts_on):
        return Line("Visits left", "Open", "info", "No authorisation is recorded.", url)
    asked = round(dosage.in_all(plan.visits, plan.per, plan.weeks))
    left = asked - _attended(referral, plan.starts_on, today)
    return _visits_left("Planned visits", left, f"of {asked} planned; none authorised", url)


def _visits_left(label: str, left: int, words: str, url: str) -> Line:
    if left <= 0:
        return Line(label, "None left", "bad", words, url)
    tone = "warn" if left <= _FEW else "good"
    return Line(label, f"{left} left", tone, words, url)


def _authorised(referral: Referral, day: date) -> Authorisation | None:
    """The one that covers the day; of several the one recorded last."""
    covering = referral.authorisations.filter(valid_from__lte=day, valid_until__gte=day)
    return covering.order_by("-recorded_at", "-id").first()


def _attended(referral: Referral, first: date, last: date) -> int:
    place = referral.clinic or referral.practice
    zone = ZoneInfo(place.time_zone)
    begins = datetime.combine(first, time.min, tzinfo=zone)
    ends = datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone)
    return referral.appointments.filter(
        purpose=Appointment.Purpose.THERAPY, status=Appointment.Status.FULFILLED,
        starts_at__gte=begins, starts_at__lt=ends,
    ).count()  # fmt: skip


def _planned(
    referral: Referral, plan: Plan | None, certified: date | None, day: date
) -> list[Line]:
    url = reverse("plan_versions", args=[referral.pk])
    if plan is None:
        return [Line("Plan of care", "Missing", "bad", "No plan is signed.", url)]
    return [
        _by_day("Plan certified", certified, day, "Not certified", url),
        _by_day("Plan review", plan.review_on, day, "No review set", url),
    ]


def _by_day(label: str, on: date | None, day: date, without: str, url: str) -> Line:
    if on is None:
        return Line(label, without, "warn", "", url)
    left = (on - day).days
    words = f"until {on:%-d %b %Y}" if label == "Plan certified" else f"on {on:%-d %b %Y}"
    if left < 0:
        word = "Ended" if label == "Plan certified" else "Overdue"
        return Line(label, word, "bad", words, url)
    soon = left <= CLOCKS["warn_before_end"].days
    return Line(label, "Soon" if soon else "In time", "warn" if soon else "good", words, url)


def _reported(referral: Referral, today: date) -> list[Line]:
    if referral.next_step != Step.REPORT_PROGRESS:
        return []
    on = referral.next_due_on
    words = f"by {on:%-d %b %Y}, or with the {REPORT_VISITS}th visit if sooner"
    if on < today:
        return [Line("Progress report", "Overdue", "bad", words)]
    near = (on - today).days <= _FEW
    return [Line("Progress report", "Due now" if near else "In time", "warn" if near else "good", words)]  # fmt: skip


def _unsigned(referral: Referral) -> list[Line]:
    """The notes that are still to be signed or co-signed. One query."""
    final = Q(notes__status=_FINAL)
    attended = Q(purpose=Appointment.Purpose.THERAPY, status=Appointment.Status.FULFILLED)
    counted = referral.appointments.aggregate(
        held=Count("pk", filter=attended, distinct=True),
        noted=Count("pk", filter=attended & final, distinct=True),
        waiting=Count(
            "pk", filter=final & Q(notes__needs_cosign=True, notes__cosigned_at=None), distinct=True
        ),
    )
    url = reverse("session_list", args=[referral.pk])
    open_notes, waiting = counted["held"] - counted["noted"], counted["waiting"]
    if not open_notes and not waiting:
        return [Line("Visit notes", "All signed", "good", "", url)]
    words = f"{waiting} to be co-signed" if waiting else ""
    word = f"{open_notes} to be signed" if open_notes else "Co-signature awaited"
    return [Line("Visit notes", word, "warn", words, url)]
