"""Who is told, when something happens? One row per event kind that tells anyone.

A notice holds no name, no diagnosis and not what it is: only that something is new,
and a link behind the log-in. Nobody is told of what they did themselves.
"""

from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import Final

from django.urls import reverse

from referrals.models import CheckIn, Child, Event, Guardian, Notice, Referral, Seat, Session, User
from referrals.models.guardian import Right

People = Iterable[User | None]
Chooser = Callable[[Event, Child, Referral | None], People]


def owner(event: Event, child: Child, referral: Referral | None) -> People:
    return [referral.owner] if referral else []


def author(event: Event, child: Child, referral: Referral | None) -> People:
    return [referral.author] if referral else []


def therapist(event: Event, child: Child, referral: Referral | None) -> People:
    return [referral.therapist] if referral else []


def family(event: Event, child: Child, referral: Referral | None) -> People:
    if referral is not None and referral.sent_at is None:
        return []  # Of what was never sent a family knows nothing, and could not open it.
    seats = Seat.objects.live(event.at).filter(child=child, role=Seat.Role.FAMILY)
    return [seat.user for seat in seats.select_related("user")]


def deciding_family(event: Event, child: Child, referral: Referral | None) -> People:
    seats = Seat.objects.live(event.at).filter(child=child, role=Seat.Role.FAMILY)
    return [seat.user for seat in seats.select_related("user") if Right.AGREE in seat.rights]


def invited(event: Event, child: Child, referral: Referral | None) -> People:
    return [
        guardian.user for guardian in Guardian.objects.filter(pk=event.about).select_related("user")
    ]


def asker(event: Event, child: Child, referral: Referral | None) -> People:
    """Who asked what was answered."""
    asked = CheckIn.objects.filter(pk=event.data["check_in"]).select_related("asked_by")
    return [one.asked_by for one in asked]


def family_that_may_read(event: Event, child: Child, referral: Referral | None) -> People:
    """The family, unless the note is an assistant's: they read it once it is co-signed."""
    waits = Session.objects.filter(
        pk=event.data["note"], needs_cosign=True, cosigned_at__isnull=True
    ).exists()
    return [] if waits else family(event, child, referral)


def concern_owner(event: Event, child: Child, referral: Referral | None) -> People:
    return [
        concern.owner for concern in child.concerns.filter(pk=event.about).select_related("owner")
    ]


def concern_teller(event: Event, child: Child, referral: Referral | None) -> People:
    told = child.concerns.filter(pk=event.about).select_related("recorded_by")
    return [concern.recorded_by for concern in told]


TOLD: Final[MappingProxyType[str, tuple[Chooser, ...]]] = MappingProxyType({
    "concern_shared": (concern_owner,),
    "concern_answered": (concern_teller,),
    "guardian_invited": (invited,),
    "referral_attached": (owner,),
    "referral_sent": (owner, family),
    "referral_received": (author,),
    "referral_asked": (author, owner),
    "referral_answered": (owner,),
    "referral_accepted": (author, owner, therapist, family),
    "referral_declined": (author, owner),
    "appointment_offered": (deciding_family,),
    "appointment_booked": (author, therapist, family),
    "appointment_picked": (author, therapist, family),
    "appointment_missed": (author, owner, family),
    "appointment_cancelled": (author, owner, family),
    "evaluation_cut_short": (author, owner, family),
    "evaluation_profile_told": (therapist,),
    "evaluation_amended": (author, family),
    "evaluation_signed": (author, family),
    "prescription_signed": (therapist, family),
    "plan_explained": (family,),
    "plan_sent": (author, owner),
    "plan_certified": (therapist, family),
    "plan_returned": (therapist,),
    "therapy_started": (author, family),
    "goal_proposed": (author, therapist, deciding_family),
    "goal_changed": (author, therapist, deciding_family),
    "goal_answered": (author, therapist),
    "goal_agreed": (author, therapist, family),
    "goal_begun": (author, family),
    "goal_ended": (author, family),
    "goal_performance_rated": (therapist,),
    "discharge_signed": (author, owner, family),
    "discharge_amended": (author, family),
    "discharge_noted": (therapist,),
    "referral_reopened": (author, owner, therapist, family),
    # Home activities
    "activity_given": (family,),
    "activity_changed": (family,),
    "activity_retired": (family,),
    "activity_asked": (therapist,),
    "activity_answered": (family,),
    "practice_reacted": (family,),
    "pause_asked": (therapist,),
    "pause_agreed": (family,),
    "pause_declined": (family,),
    "check_in_asked": (therapist,),
    "check_in_answered": (author, asker),
    "series_planned": (therapist, family),
    "series_cancelled": (therapist, family),
    "session_moved": (therapist, family),
    "session_missed": (therapist, family),
    "session_cancelled": (therapist, family),
    "session_report_due": (therapist,),
    "session_signed": (family_that_may_read,),
    "session_cosigned": (family,),
    "report_sent": (author, family),
    "report_acknowledged": (therapist,),
    "referral_closed_unreachable": (author, owner, family),
    "referral_closed_family_declined": (author, owner),
    "referral_closed_not_eligible": (author, owner, family),
    "referral_cancelled": (author, owner, therapist, family),
    "referral_marked_error": (author, owner),
    "referral_handed_over": (owner,),
    "referral_postponed": (owner,),
})  # fmt: skip


def tell(event: Event, *, child: Child, referral: Referral | None) -> None:
    """Write the notices an event gives rise to, with it and not after it."""
    people = {
        person.pk: person
        for chooser in TOLD.get(event.kind, ())
        for person in chooser(event, child, referral)
        if person is not None and person.is_active and person.pk != event.by_id
    }
    path = reverse("referral_detail", args=[referral.pk]) if referral else reverse("home")
    Notice.objects.bulk_create(
        Notice(
            to=person,
            kind=event.kind,
            path=path,
            key=f"{event.pk}:{person.pk}",
            created_at=event.at,
        )
        for person in people.values()
    )
