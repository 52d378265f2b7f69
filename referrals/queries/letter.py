"""Which letters does this person read, and which text stands for a kind of letter in this place?"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from referrals.clinical.letters import KINDS
from referrals.models import Child, Letter, LetterTemplate, Organization, Referral, User
from referrals.models.guardian import with_apart


@dataclass(frozen=True, slots=True)
class Wording:
    """A text before it is filled in, and its version: 0 is the product's own."""

    subject: str
    body: str
    version: int


def wording_of(kind: str, language: str, organization: Organization) -> Wording:
    """The text that stands here: the place's own newest, else the product's. One query."""
    newest = newest_template(kind, language, organization)
    own, shipped = newest, KINDS[kind]
    if own is None or own.shipped:
        return Wording(shipped.subject.said(language), shipped.body.said(language), 0)
    return Wording(own.subject, own.body, own.version)


def newest_template(kind: str, language: str, organization: Organization) -> LetterTemplate | None:
    found = LetterTemplate.objects.filter(organization=organization, kind=kind, language=language)
    return found.order_by("-version").first()


_NAMED = ("organization", "to_organization", "written_by", "referral__practice", "referral__clinic", "referral__child")  # fmt: skip


def letters(referral: Referral, reader: User, *, for_family: bool) -> QuerySet[Any]:
    """The letters of a referral that this person reads, the newest first.

    A family reads those to its adults; where these are kept apart each reads their own alone.
    """
    found: Any = Letter.objects.filter(referral=referral).select_related(*_NAMED)
    shown: QuerySet[Any] = _of_family(found, referral.child, reader) if for_family else found
    return shown


def letters_to_family(child: Child, referrals: QuerySet[Referral], reader: User) -> list[Any]:
    """All letters to the family, for the page of its papers. Two queries."""
    found = Letter.objects.filter(referral__in=referrals.values("pk"))
    return list(_of_family(found, child, reader)[:200])


def letters_to_places(child: Child, places: frozenset[UUID]) -> list[Any]:
    """The letters that were written to these schools or programmes. One query."""
    found = Letter.objects.filter(referral__child=child, to_organization__in=places)
    return list(found.select_related(*_NAMED))


def _of_family(found: Any, child: Child, reader: User) -> Any:
    return found.for_adult(reader, with_apart(child.guardians.all(), timezone.now()))
