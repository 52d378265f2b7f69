"""Who is told, when something happens? One row per event kind that tells anyone.

A notice holds no name, no diagnosis and not what it is: only that something is new,
and a link behind the log-in. Nobody is told of what they did themselves.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from referrals.access import threads_visible_to
from referrals.act import Duty
from referrals.models import (
    AccountChange,
    CheckIn,
    Child,
    Consent,
    Correction,
    Event,
    Guardian,
    Invitation,
    Letter,
    Membership,
    Message,
    Notice,
    Organization,
    Programme,
    Referral,
    Reminder,
    ResultRequest,
    Role,
    Seat,
    Session,
    Thread,
    User,
)
from referrals.models.guardian import Right
from referrals.prepared import prepared

People = Iterable[User | None]
Chooser = Callable[[Event, Child, Referral | None], People]


def owner(event: Event, child: Child, referral: Referral | None) -> People:
    return [referral.owner] if referral else []


def author(event: Event, child: Child, referral: Referral | None) -> People:
    return [referral.author] if referral else []


def therapist(event: Event, child: Child, referral: Referral | None) -> People:
    return [referral.therapist] if referral else []


def family(event: Event, child: Child, referral: Referral | None) -> People:
    if not _is_theirs(referral):
        return []
    return [seat.user for seat in _seats_of_family(child.pk, event.at)]


def _family_among(team: Iterable[Seat]) -> Chooser:
    """The same, where this transaction has just read who sits around the child."""
    adults = [seat.user for seat in team if seat.role == Seat.Role.FAMILY]
    return lambda event, child, referral: adults if _is_theirs(referral) else []


def _is_theirs(referral: Referral | None) -> bool:
    """Of what was never sent a family knows nothing, and could not open it."""
    return referral is None or referral.sent_at is not None


@prepared
def _seats_of_family(child: UUID, at: datetime) -> QuerySet[Seat]:
    family = Seat.objects.live(at).filter(child=child, role=Seat.Role.FAMILY)
    return family.select_related("user")


def deciding_family(event: Event, child: Child, referral: Referral | None) -> People:
    seats = _seats_of_family(child.pk, event.at)
    return [seat.user for seat in seats if Right.AGREE in seat.rights]


def invited(event: Event, child: Child, referral: Referral | None) -> People:
    return [
        guardian.user for guardian in Guardian.objects.filter(pk=event.about).select_related("user")
    ]


def asker(event: Event, child: Child, referral: Referral | None) -> People:
    """Who asked what was answered."""
    asked = CheckIn.objects.filter(pk=event.data["check_in"]).select_related("asked_by")
    return [one.asked_by for one in asked]


def correction_owner(event: Event, child: Child, referral: Referral | None) -> People:
    """Who owes the answer: the side that signed the document."""
    assert referral is not None
    waiting = referral.tasks.filter(duty=Duty.ANSWER_CORRECTION, is_open=True)
    return [task.owner for task in waiting.select_related("owner")]


def correction_asker(event: Event, child: Child, referral: Referral | None) -> People:
    asked = Correction.objects.filter(pk=event.data["correction"]).select_related("asked_by")
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


def risen_to(event: Event, child: Child, referral: Referral | None) -> People:
    """Whom the event names: who coordinates what was overdue for long, who takes over, who reviews."""
    return User.objects.filter(pk__in=event.data.get("to", []))


#: Notices of what is due; the last of them tells of an event, the others of a date alone.
DUE: Final = ("reminder_soon", "reminder_overdue", "reminder_risen")


def thread_readers(event: Event, child: Child, referral: Referral | None) -> People:
    """Of the people around the child those who may read the thread, by the rule of its page.

    A clinic has many people: told are those who care for this child, and who wrote here before.
    """
    thread = Thread.objects.select_related("consent").get(pk=event.about)
    around: set[UUID | None] = {child.pediatrician_id}
    around |= set(Message.objects.filter(thread=thread).values_list("author", flat=True))
    for caring in child.referrals.filter(is_open=True, sent_at__isnull=False):
        around |= {caring.therapist_id, caring.owner_id}
    seats = Seat.objects.live(event.at).filter(child=child, role=Seat.Role.FAMILY)
    around |= set(seats.values_list("user", flat=True))
    if thread.consent is not None:
        place = thread.consent.organization_id
        there = Membership.objects.live(event.at).filter(organization=place, role=Role.PARTNER)
        around |= set(there.values_list("user", flat=True))
    people = User.objects.filter(pk__in=around - {None, event.by_id})
    return [one for one in people if threads_visible_to(one).filter(pk=thread.pk).exists()]


def sharing_family(event: Event, child: Child, referral: Referral | None) -> People:
    seats = _seats_of_family(child.pk, event.at)
    return [seat.user for seat in seats if Right.SHARE in seat.rights]


def place_of_consent(event: Event, child: Child, referral: Referral | None) -> People:
    consent = Consent.objects.select_related("organization").get(pk=event.about)
    return _partners(consent.organization, event)


def place_of_letter(event: Event, child: Child, referral: Referral | None) -> People:
    return _partners(Programme.objects.select_related("place").get(pk=event.about).place, event)


def asked_side(event: Event, child: Child, referral: Referral | None) -> People:
    """Who is to answer: the place, or the therapist who treats, or the child's pediatrician."""
    result = ResultRequest.objects.select_related("referral__therapist", "organization").get(
        pk=event.about
    )
    if result.to_partner:
        return _partners(result.organization, event)
    treating = result.referral.therapist if result.referral else None
    return [treating or child.pediatrician]


def asking_person(event: Event, child: Child, referral: Referral | None) -> People:
    return [ResultRequest.objects.select_related("asked_by").get(pk=event.about).asked_by]


def letter_reader(event: Event, child: Child, referral: Referral | None) -> People:
    """Who it was written to: the adult, or at the place whoever cares for this child there."""
    letter = _letter(event)
    place = letter.to_organization
    if letter.to_guardian is not None:
        return [letter.to_guardian.user]
    assert place is not None, "a letter goes to an adult or to a place"
    assert referral is not None, "a letter is one of a referral"
    if place.pk == referral.practice_id:
        return [child.pediatrician, referral.author]
    if place.pk == referral.clinic_id:
        return [
            referral.therapist,
            referral.owner if referral.owner_organization_id == place.pk else None,
        ]
    return _partners(place, event)


def _letter(event: Event) -> Letter:
    named = ("to_guardian__user", "to_organization")
    return Letter.objects.select_related(*named).get(pk=event.data["letter"])


def _partners(place: Organization, event: Event) -> People:
    people = Membership.objects.live(event.at).filter(organization=place, role=Role.PARTNER)
    return [one.user for one in people.select_related("user")]


TOLD: Final[MappingProxyType[str, tuple[Chooser, ...]]] = MappingProxyType({
    "emergency_opened": (risen_to, family),
    "emergency_reviewed": (risen_to, family),
    "concern_shared": (concern_owner,),
    "concern_answered": (concern_teller,),
    "guardian_invited": (invited,),
    "referral_attached": (owner,),
    "referral_sent": (owner, family),
    "referral_arrived": (author, owner, family),
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
    "letter_written": (letter_reader,),
    "letter_marked_error": (letter_reader,),
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
    "correction_asked": (correction_owner,),
    "correction_answered": (correction_asker,),
    "thread_started": (thread_readers,),
    "message_sent": (thread_readers,),
    "referral_closed_unreachable": (author, owner, family),
    "referral_closed_family_declined": (author, owner),
    "referral_closed_not_eligible": (author, owner, family),
    "referral_cancelled": (author, owner, therapist, family),
    "referral_marked_error": (author, owner),
    # Schools and programmes
    "consent_given": (place_of_consent, sharing_family),
    "consent_revoked": (place_of_consent, sharing_family),
    "result_asked": (asked_side,),
    "result_answered": (asking_person,),
    "result_refused": (asking_person,),
    "result_withdrawn": (asked_side,),
    "programme_referred": (family,),
    "programme_excepted": (family,),
    "programme_letter_sent": (family, place_of_letter),
    "referral_handed_over": (owner,),
    "care_handed_over": (risen_to,),
    "referral_postponed": (owner,),
    "reminder_risen": (risen_to,),
})  # fmt: skip


#: What leads to the thread it is about.
OF_THREADS: Final = frozenset({"thread_started", "message_sent"})
#: What leads an adult of the child to who opened the record.
OF_EMERGENCIES: Final = frozenset({"emergency_opened", "emergency_reviewed"})
#: What leads to the letter it is about.
OF_LETTERS: Final = frozenset({"letter_written", "letter_marked_error"})


def tell(
    event: Event, *, child: Child, referral: Referral | None, team: Iterable[Seat] | None = None
) -> None:
    """Write the notices an event gives rise to, with it and not after it.

    `team` are the seats around the child, where they were just read in this transaction.
    """
    choosers = TOLD.get(event.kind, ())
    if team is not None:
        choosers = tuple(_family_among(team) if one is family else one for one in choosers)
    people = {
        person.pk: person
        for chooser in choosers
        for person in chooser(event, child, referral)
        if person is not None and person.is_active and person.has_email and person.pk != event.by_id
    }
    if not people:
        return
    path = _page(referral)
    if event.kind in OF_THREADS:
        path = reverse("thread_detail", args=[child.pk, event.about])
    if event.kind == "reminder_risen":
        path = _page_of_due(event.about, child.pk, referral)
    if event.kind in OF_LETTERS and referral is not None:
        path = _page_of_letter(_letter(event), child, referral)
    if event.kind in OF_EMERGENCIES:
        adults = {one.pk for one in family(event, child, referral) if one is not None}
        told = [people.pop(pk) for pk in adults & people.keys()]
        looks = reverse("look_list", args=[child.pk])
        _write(event.kind, told, looks, key=str(event.pk), at=event.at)
    _write(event.kind, people.values(), path, key=str(event.pk), at=event.at)


def _page_of_letter(letter: Letter, child: Child, referral: Referral) -> str:
    """Where its reader reads it: a school or programme among what was shared with it."""
    around = (None, referral.practice_id, referral.clinic_id)
    if letter.to_organization_id in around:
        return reverse("letter_print", args=[referral.pk, letter.pk])
    return reverse("shared_written_read", args=[child.pk, letter.pk])


def remind(reminder: Reminder, people: Iterable[User], *, referral: Referral | None) -> None:
    """Write the notices that something is near its due date, or past it."""
    kind = f"reminder_{reminder.level}"
    active = [one for one in people if one.is_active and one.has_email]
    page = _page_of_due(reminder.about, reminder.child_id, referral)
    _write(kind, active, page, key=reminder.key, at=reminder.raised_at)


def invite(invitation: Invitation) -> None:
    """Write the notice that carries the link."""
    people, key = [invitation.person], str(invitation.pk)
    _write("person_invited", people, reverse("home"), key=key, at=invitation.invited_at)


def warn(change: AccountChange) -> None:
    """Write the notice that something changed by which somebody is let in; itself it lets nobody in."""
    people = [change.person] if change.person.is_active and change.person.has_email else []
    page = reverse("sign_in_list")
    _write(f"account_{change.kind}", people, page, key=str(change.pk), at=change.at)


def _page_of_due(about: UUID, child_id: UUID | None, referral: Referral | None) -> str:
    """Where it is done: results stand on a page of the child, all else on a referral's or at home."""
    if referral is None and ResultRequest.objects.filter(pk=about).exists():
        return reverse("result_list", args=[child_id])
    return _page(referral)


def _page(referral: Referral | None) -> str:
    return reverse("referral_detail", args=[referral.pk]) if referral else reverse("home")


def _write(kind: str, people: Iterable[User], path: str, *, key: str, at: datetime) -> None:
    Notice.objects.bulk_create(
        Notice(to=person, kind=kind, path=path, key=f"{key}:{person.pk}", created_at=at)
        for person in people
    )
