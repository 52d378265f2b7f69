"""Which signed papers are there of a child, meant for who reads them, and what was asked to be corrected?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, F, Model, QuerySet
from django.urls import reverse
from django.utils import timezone

from referrals.models import (
    Child,
    Correction,
    Discharge,
    Evaluation,
    Plan,
    Prescription,
    Referral,
    Report,
    Session,
    User,
)
from referrals.models.guardian import estranged
from referrals.models.signing import Signed

#: The sorts of paper, in the order of care; a visit's note is read on the page of its visit.
SORTS: Final[dict[str, Any]] = {
    Correction.Sort.PRESCRIPTION: Prescription,
    Correction.Sort.EVALUATION: Evaluation,
    Correction.Sort.PLAN: Plan,
    Correction.Sort.REPORT: Report,
    Correction.Sort.DISCHARGE: Discharge,
    Correction.Sort.SESSION: Session,
}
_STANDS: Final = Signed.Status.FINAL


@dataclass(frozen=True, slots=True)
class Paper:
    """One signed paper: what it is, of which day, and where it is read and kept."""

    sort: str
    label: str
    key: UUID
    number: int
    signature: str
    signed_at: datetime
    stands: bool
    referral_id: UUID
    url: str
    pdf: str
    correct: str


@dataclass(frozen=True, slots=True)
class Group:
    """The papers of one sort, the newest first."""

    label: str
    papers: list[Paper]


def papers(referrals: QuerySet[Referral], *, most: int = 200) -> list[Group]:
    """Everything signed and meant for the family on these referrals. One query a sort."""
    within = referrals.values("pk")
    groups = []
    for sort, model in SORTS.items():
        signed = (
            model.objects.for_family().filter(referral__in=within).order_by("-signed_at", "-id")
        )
        if sort == Correction.Sort.SESSION:
            signed = signed.filter(status=_STANDS).annotate(where=F("appointment_id"))
        found = [_paper(sort, one) for one in signed[:most]]
        if found:
            groups.append(Group(str(Correction.Sort(sort).label), found))
    return groups


def _paper(sort: str, one: Any) -> Paper:
    whole = [one.referral_id, one.pk]
    note = sort == Correction.Sort.SESSION
    return Paper(
        sort=str(sort),
        label=str(Correction.Sort(sort).label),
        key=one.pk,
        number=one.number,
        signature=one.signature,
        signed_at=one.signed_at,
        stands=one.status == _STANDS,
        referral_id=one.referral_id,
        url=reverse("session_detail", args=[one.referral_id, one.where])
        if note
        else reverse(f"{sort}_detail", args=whole),
        pdf="" if note else reverse(f"{sort}_pdf", args=whole),
        correct=reverse("correction_new", args=[one.referral_id, sort, one.pk]),
    )


def signed_paper(referral: Referral, sort: str, key: UUID) -> Paper | None:
    """One paper that a family reads; None where there is none of this sort and key. One query."""
    model: type[Model] | None = SORTS.get(sort)
    if model is None:
        return None
    found: Any = getattr(referral, f"{sort}s").for_family().filter(pk=key)
    if sort == Correction.Sort.SESSION:
        found = found.annotate(where=F("appointment_id"))
    one = found.first()
    return _paper(sort, one) if one else None


# --- Corrections --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish for a correction with its answer, and the page where whoever owes it answers."""

    correction: Correction
    paper: str
    answer_url: str


def wishes(
    referral: Referral, reader: User, *, answers: Iterable[str] = (), about: UUID | None = None
) -> list[Wish]:
    """Every wish that this person may read, the newest first. `answers` are the sorts that they answer.

    One query, and a second where there are any: of two adults who are kept apart neither reads
    what the other asked for.
    """
    asked = referral.corrections.select_related("asked_by", "answered_by")
    if about is not None:
        asked = asked.filter(about=about)
    may, found = set(answers), list(asked)
    hidden = estranged(referral.child.guardians.all(), reader, timezone.now()) if found else []
    return [
        Wish(
            one,
            str(Correction.Sort(one.sort).label),
            reverse("correction_answer", args=[referral.pk, one.pk])
            if one.answered_at is None and one.sort in may
            else "",
        )
        for one in found
        if one.asked_by_id not in hidden
    ]


def corrections_of(
    child: Child, referrals: QuerySet[Referral], reader: User
) -> list[tuple[UUID, int]]:
    """On which of these referrals corrections were asked for, and how many that this person reads.

    Two queries.
    """
    hidden = estranged(child.guardians.all(), reader, timezone.now())
    asked = Correction.objects.filter(referral__in=referrals.values("pk")).order_by()
    asked = asked.exclude(asked_by__in=hidden)
    return list(asked.values_list("referral").annotate(n=Count("pk")).order_by("referral"))
