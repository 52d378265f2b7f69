"""What is ordered until when, and how many visits were prescribed, planned and delivered?"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from referrals.clinical import dosage
from referrals.clinical.adherence import delivery
from referrals.clinical.clocks import CLOCKS
from referrals.models import Appointment, Plan, Prescription, Referral
from referrals.models.timing import Timing
from referrals.wording import day, typed_by


@dataclass(frozen=True, slots=True)
class Validity:
    label: str
    tone: str


def validity(prescription: Prescription, today: date) -> Validity:
    """Whether an order holds today, and for how long still."""
    if prescription.status != Prescription.Status.FINAL:
        return Validity(gettext("Replaced"), "neutral")
    return held_on(prescription, today)


def held_on(prescription: Prescription, day: date) -> Validity:
    """The same of the order that was in force on some day, whether or not it was replaced since."""
    left = (prescription.valid_until - day).days
    if left < 0:
        return Validity(gettext("Ended"), "bad")
    if prescription.valid_from > day:
        return Validity(gettext("Not begun"), "info")
    return (
        Validity(gettext("Ends soon"), "warn")
        if left <= CLOCKS["warn_before_end"].days
        else Validity(gettext("Valid"), "good")
    )


def fields_of(prescription: Prescription) -> list[tuple[str, str]]:
    return [
        (gettext("Service"), prescription.get_service_display()),
        (gettext("How often"), prescription.frequency or gettext("As the therapist plans it")),
        (gettext("Valid from"), day(prescription.valid_from)),
        (gettext("Valid until"), day(prescription.valid_until)),
        (gettext("Precautions"), typed_by(prescription.precautions, prescription.signed_by)),
        (gettext("Note"), typed_by(prescription.note, prescription.signed_by)),
    ]


def versions(referral: Referral) -> list[Prescription]:
    """The chain of orders, the newest first."""
    return list(referral.prescriptions.select_related("signed_by"))


def one(referral: Referral, pk: UUID) -> Prescription | None:
    found = referral.prescriptions.exclude(status=Prescription.Status.DRAFT)
    return found.select_related("signed_by", "replaces").filter(pk=pk).first()


def standing(referral: Referral) -> Prescription | None:
    return referral.prescriptions.filter(status=Prescription.Status.FINAL).first()


@dataclass(frozen=True, slots=True)
class Dose:
    """One line of the comparison: what a document asks for, and what of it was delivered."""

    label: str
    frequency: str
    since: date
    in_all: float | None
    to_date: float | None
    delivered: int
    share: float | None


def doses(
    referral: Referral, plan: Plan | None, prescription: Prescription | None, today: date
) -> list[Dose]:
    """Prescribed, planned and delivered side by side: one query. Only therapy is delivered."""
    visits = referral.appointments.filter(
        purpose=Appointment.Purpose.THERAPY, status=Appointment.Status.FULFILLED
    )
    told = visits.values_list("starts_at", "organization__time_zone")
    days = [at.astimezone(ZoneInfo(zone)).date() for at, zone in told]
    starts_on = plan.starts_on if plan is not None else None
    lines = []
    if prescription is not None:
        # Ordered before therapy was planned, it asks for visits from the plan's first day on.
        since = max(prescription.valid_from, starts_on or prescription.valid_from)
        lines.append(_dose(gettext("Prescribed"), prescription, since, days, today))
    if plan is not None and starts_on is not None:
        lines.append(_dose(gettext("Planned"), plan, starts_on, days, today))
    return lines


def _dose(label: str, timing: Timing, since: date, days: list[date], today: date) -> Dose:
    visits, per, weeks = timing.visits, timing.per, timing.weeks
    delivered = sum(since <= day <= today for day in days)
    due = dosage.to_date(visits, per, weeks, since, today) if visits and per else None
    return Dose(
        label=label,
        frequency=timing.frequency or gettext("As the therapist plans it"),
        since=since,
        in_all=dosage.in_all(visits, per, weeks) if visits and per and weeks else None,
        to_date=due,
        delivered=delivered,
        share=100 * share if due and (share := delivery(delivered, due)) is not None else None,
    )
