"""How is a letter written, made final, or marked as a mistake, and how does a place edit its texts?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from referrals.access import acting_as
from referrals.act import Act
from referrals.clinical.letters import ADULT, KINDS, LetterKind, faults
from referrals.models import (
    Appointment,
    CourtLimit,
    Guardian,
    Letter,
    LetterTemplate,
    Organization,
    Referral,
    Scope,
    User,
)
from referrals.pathway import Party

from .moving import check_act
from .recording import record
from .refusal import Outrun, Refused

_PARTNERS: Final = frozenset({
    Organization.Kind.SCHOOL.value, Organization.Kind.EARLY_INTERVENTION.value,
})  # fmt: skip
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a letter can go to: one adult or one place, and in which language they read."""

    name: str
    language: str
    guardian: Guardian | None = None
    organization: Organization | None = None

    @property
    def key(self) -> str:
        return str((self.guardian or self.organization).pk)  # type: ignore[union-attr]


@dataclass(frozen=True, slots=True)
class Offer:
    """One kind of letter that can be written now, and to whom."""

    kind: LetterKind
    to: Recipient

    @property
    def key(self) -> str:
        return f"{self.kind.code}:{self.to.key}"


def offers_of(referral: Referral, sides: frozenset[Party], at: datetime) -> list[Offer]:
    """What these sides can write here now. At most five queries, however many adults there are.

    A letter after a missed visit needs one, an ending a signed summary, a school the family's word.
    """
    kinds = [kind for kind in KINDS.values() if kind.by & {side.value for side in sides}]
    known: dict[str, list[Recipient]] = {}
    found = []
    for kind in kinds:
        if not _has_reason(referral, kind):
            continue
        group = kind.to if kind.to not in _PARTNERS else "partner"
        if group not in known:
            known[group] = _recipients(referral, kind, at)
        found += [
            Offer(kind, one)
            for one in known[group]
            if one.organization is None
            or kind.to not in _PARTNERS
            or one.organization.kind == kind.to
        ]
    return found


def place_of(referral: Referral, kind: LetterKind, sides: frozenset[Party]) -> Organization:
    """From which place this letter goes out: the practice, or the clinic."""
    of_practice = Party.PEDIATRICIAN in sides and Party.PEDIATRICIAN.value in kind.by
    place = referral.practice if of_practice else referral.clinic
    assert place is not None, "whoever writes for the clinic was sent the referral"
    return place


@transaction.atomic
def write_letter(
    *, id: UUID, referral: Referral, choice: str, language: str, subject: str, body: str,
    template_version: int = 0, by: User, at: datetime,
) -> Letter:  # fmt: skip
    """Make a letter final: from now on it reads so, stands among the papers, and its reader is told.

    `choice` is the key of an `Offer`: what could be offered a moment ago is asked again.
    """
    known = Letter.objects.filter(pk=id).first()
    if known is not None:
        if (known.written_by_id, known.referral_id) != (by.pk, referral.pk):
            raise Outrun("This form was already used. Please start again.")
        return known
    check_act(referral, Act.WRITE_LETTER, by=by)
    sides = acting_as(by, Act.WRITE_LETTER, referral)
    offer = next((one for one in offers_of(referral, sides, at) if one.key == choice), None)
    if offer is None:
        raise Outrun("This letter cannot be written to them now. Please start again.")
    subject, body = " ".join(subject.split()), body.strip()
    for field, words in (("subject", subject), ("body", body)):
        if not words:
            raise Refused("Write a subject and a text.", field)
    letter = Letter.objects.create(
        id=id, referral=referral, kind=offer.kind.code, language=User.Language(language).value,
        to_guardian=offer.to.guardian, to_organization=offer.to.organization,
        addressee=offer.to.name, subject=subject, body=body, template_version=template_version,
        organization=place_of(referral, offer.kind, sides), written_by=by, written_at=at,
        signature=by.signature,
    )  # fmt: skip
    record(
        "letter_written", child=referral.child, about=referral.pk, by=by, at=at,
        referral=referral, letter=str(letter.pk), addressee=letter.addressee, letter_kind=letter.kind,
    )  # fmt: skip
    return letter


@transaction.atomic
def mark_letter_error(*, letter: Letter, reason: str, by: User, at: datetime) -> Letter:
    """Say that a letter was a mistake. It stays readable with the mark; its reader is told."""
    referral = letter.referral
    check_act(referral, Act.WRITE_LETTER, by=by)
    stored = Letter.objects.select_for_update().get(pk=letter.pk)
    if not may_mark(stored, acting_as(by, Act.WRITE_LETTER, referral)):
        raise Refused("Only the side that wrote this letter can mark it.")
    reason = reason.strip()
    if stored.error_at is not None:
        if (stored.error_by_id, stored.error_reason) == (by.pk, reason):
            return stored  # the second click
        raise Outrun("Somebody has marked this letter meanwhile.")
    if not reason:
        raise Refused("Say what was wrong with it.", "reason")
    stored.error_by, stored.error_at, stored.error_reason = by, at, reason
    stored.save(update_fields=["error_by", "error_at", "error_reason"])
    record(
        "letter_marked_error", child=referral.child, about=referral.pk, by=by, at=at,
        referral=referral, letter=str(stored.pk), addressee=stored.addressee, reason=reason,
    )  # fmt: skip
    return stored


def may_mark(letter: Letter, sides: frozenset[Party]) -> bool:
    """Whether these sides answer for a letter: those of the place that wrote it."""
    of_practice = letter.organization_id == letter.referral.practice_id
    return bool(
        sides & ({Party.PEDIATRICIAN} if of_practice else {Party.THERAPIST, Party.COORDINATOR})
    )


@transaction.atomic
def edit_letter_template(
    *, organization: Organization, kind: str, language: str, subject: str = "", body: str = "",
    shipped: bool = False, version: int, by: User, at: datetime,
) -> LetterTemplate:  # fmt: skip
    """Write the next version of a place's text, or let the product's own stand again (`shipped`).

    `version` is the one that was read before: who was outrun is told. Refused where a fact that
    must stand in the letter is missing, or a place is named that the letter does not know.
    """
    if not (by.is_active and by.is_superuser):
        raise Refused("Only an administrator edits the texts of letters.")
    found = KINDS.get(kind)
    if found is None:
        raise Refused("There is no such letter.", "kind")
    subject, body = " ".join(subject.split()), "\n".join(body.strip().splitlines())
    wrong = [] if shipped else faults(found, subject, body)
    if wrong:
        raise Refused(" ".join(wrong), "body")
    Organization.objects.select_for_update().get(pk=organization.pk)
    texts = LetterTemplate.objects.filter(organization=organization, kind=kind, language=language)
    newest = texts.order_by("-version").first()
    last = newest.version if newest else 0
    if version != last:
        same: dict[str, Any] = {"subject": subject, "body": body, "shipped": shipped}
        if (
            newest
            and newest.edited_by_id == by.pk
            and all(getattr(newest, n) == v for n, v in same.items())
        ):
            return newest  # the second click
        raise Outrun("Somebody has edited this text meanwhile. Please look at it again.")
    return LetterTemplate.objects.create(
        organization=organization, kind=kind, language=User.Language(language).value,
        version=last + 1, shipped=shipped, subject="" if shipped else subject,
        body="" if shipped else body, edited_by=by, edited_at=at,
    )  # fmt: skip


# --- Who can be written to ------------------------------------------------------------------------


def _has_reason(referral: Referral, kind: LetterKind) -> bool:
    if kind.code == "no_show":
        return referral.appointments.filter(status=Appointment.Status.NOSHOW).exists()
    if kind.code in ("discharge", "discharge_family"):
        return referral.discharges.filter(status="final").exists()
    return referral.sent_at is not None


def _recipients(referral: Referral, kind: LetterKind, at: datetime) -> list[Recipient]:
    if kind.to == ADULT:
        return _adults(referral, at)
    if kind.to in _PARTNERS:
        # A consent that opens results lets letters go: health facts and how to reach the team.
        given = referral.child.consents.live(at).filter(organization__is_active=True)
        places = {
            one.organization_id: one.organization
            for one in given.select_related("organization")
            if Scope.RESULTS in one.scopes
        }
        return [_place(one) for one in sorted(places.values(), key=lambda place: place.name)]
    place = referral.practice if kind.to == "practice" else referral.clinic
    return [_place(place)] if place else []


def _adults(referral: Referral, at: datetime) -> list[Recipient]:
    """The adults of the child who may see its record and whom no court limits, in doubt by a day."""
    limited = CourtLimit.objects.filter(
        since__lte=(at + _DAY).date(), until__gte=(at - _DAY).date()
    )
    adults = referral.child.guardians.filter(may_see=True).exclude(
        pk__in=limited.values("guardian")
    )
    written = (
        "es" if referral.child.language_written.strip().lower().startswith("spanish") else "en"
    )
    return [
        Recipient(one.name, one.user.language if one.user else written, guardian=one)
        for one in adults.select_related("user").order_by("pk")
    ]


def _place(place: Organization) -> Recipient:
    return Recipient(place.name, "en", organization=place)
