"""What has a family opened to whom, until when, and how often did they look?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import localtime

from referrals.clinical.clocks import CLOCKS
from referrals.models import Child, Consent, Organization, RecordView, Role, Scope, Seat
from referrals.models.consent import EXPLAINED, LONGEST, PARTNERS
from referrals.models.guardian import Right

#: Fewer days than these to the end of the school year, and a consent is proposed for half a year.
_WORTH_A_YEAR_END = 60


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a record: what it is called, and what it holds."""

    scope: str
    label: str
    words: str


def parts(scopes: Iterable[str]) -> list[Part]:
    """These parts, in the order of the list."""
    asked = set(scopes)
    return [Part(s.value, str(s.label), str(EXPLAINED[s])) for s in Scope if s.value in asked]


def others(scopes: Iterable[str]) -> list[Part]:
    """The parts that are not among these."""
    return parts(set(Scope.values) - set(scopes))


@dataclass(frozen=True, slots=True)
class Given:
    """One consent as the family's list shows it."""

    consent: Consent
    open: list[Part]
    last_on: date
    is_live: bool
    ends_soon: bool
    looks: int
    last_look: datetime | None
    #: Whether the adult who gave it may still share; it holds also where they may not.
    giver_may: bool


def last_day(consent: Consent) -> date:
    """The last day on which it opens anything, where the child's practice is."""
    return localtime(consent.until - timedelta(seconds=1)).date()


def listing(child: Child, seats: Iterable[Seat], at: datetime) -> list[Given]:
    """Every consent of the child, those that hold first. One query; `seats` are the live ones."""
    sharing = {s.user_id for s in seats if s.role == Seat.Role.FAMILY and Right.SHARE in s.rights}
    found = child.consents.select_related("organization", "given_by", "revoked_by").annotate(
        looks=Coalesce(Subquery(_looks().values("n"), output_field=IntegerField()), 0),
        last_look=Subquery(_seen().order_by("-at").values("at")[:1]),
    )
    shown = [_given(consent, sharing, at) for consent in found]
    return sorted(shown, key=lambda one: not one.is_live)


def _seen() -> QuerySet[RecordView]:
    """The looks of the place's people as its partners, while the consent held."""
    return RecordView.objects.filter(
        child=OuterRef("child"), role=Role.PARTNER, at__gte=OuterRef("since"),
        at__lt=Coalesce(OuterRef("revoked_at"), OuterRef("until")),
        user__memberships__organization=OuterRef("organization"),
        user__memberships__role=Role.PARTNER,
    )  # fmt: skip


def _looks() -> QuerySet[Any]:
    return _seen().order_by().values("child").annotate(n=Count("pk", distinct=True))


def _given(consent: Any, sharing: set[Any], at: datetime) -> Given:
    soon = timedelta(days=CLOCKS["consent_ends_soon"].days)
    live = consent.holds(at)
    return Given(
        consent=consent,
        open=parts(consent.scopes),
        last_on=last_day(consent),
        is_live=live,
        ends_soon=live and consent.until - at <= soon,
        looks=consent.looks,
        last_look=consent.last_look,
        giver_may=consent.given_by_id in sharing,
    )


def one(child: Child, key: UUID) -> Consent | None:
    return child.consents.select_related("organization").filter(pk=key).first()


def partners() -> QuerySet[Organization]:
    """The places that a family can share with."""
    return Organization.objects.filter(kind__in=PARTNERS, is_active=True).order_by("name", "id")


def standing_with(child: Child, place: Organization, at: datetime) -> Consent | None:
    """What a new consent would take the place of."""
    return child.consents.live(at).filter(organization=place).first()


def usual_end(today: date) -> date:
    """The end of the school year, or half a year from now where that is near or too far."""
    ends = date(today.year, 6, 30)
    if (ends - today).days < _WORTH_A_YEAR_END:
        ends = date(today.year + 1, 6, 30)
    if (ends - today).days >= LONGEST:
        ends = today + relativedelta(months=6)
    return ends


def who_may_share(seats: Iterable[Seat]) -> list[str]:
    """The adults who may, by name."""
    return [str(s.user) for s in seats if s.role == Seat.Role.FAMILY and Right.SHARE in s.rights]
