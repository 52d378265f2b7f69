"""How does a family open a part of the record to a school or programme, and close it again?"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext

from referrals.access import Permission, standing, who_can
from referrals.models import Child, Consent, Guardian, Notice, Organization, Scope, Seat, User
from referrals.models.child import tokens
from referrals.models.consent import LONGEST, PARTNERS
from referrals.models.guardian import Right

from .clock import days_of, local_date
from .recording import record
from .refusal import Outrun, Refused
from .result import close_requests
from .seat import end_seats, seat


@transaction.atomic
def give_consent(
    *,
    id: UUID,
    child: Child,
    organization: Organization,
    scopes: Iterable[str],
    purpose: str,
    last_on: date,
    signed_name: str,
    by: User,
    at: datetime,
) -> Consent:
    """Seat the school or programme with exactly these parts, through the last day and no longer.

    A place has one consent at a time: a new one takes the place of the one that stands.
    """
    guardian = _may_share(child, by)
    child = Child.objects.select_for_update().get(pk=child.pk)
    known = Consent.objects.filter(pk=id).first()
    if known is not None:
        if known.given_by_id != by.pk or known.child_id != child.pk:
            raise Outrun(gettext("This form was already used. Please start again."))
        return known
    chosen = check_consent(
        child=child, organization=organization, scopes=scopes, purpose=purpose, last_on=last_on,
        at=at,
    )  # fmt: skip
    if tokens(signed_name) != tokens(by.name):
        raise Refused(
            gettext("Type your name as it stands here: {name}.").format(name=by.name), "signed_name"
        )
    before = list(child.consents.live(at).filter(organization=organization))
    for one in before:
        _take_back(one, by=by, at=at)
    zone = ZoneInfo(child.practice.time_zone)
    given = Consent.objects.create(
        id=id,
        child=child,
        organization=organization,
        guardian=guardian,
        given_by=by,
        given_at=at,
        signed_name=signed_name.strip(),
        scopes=chosen,
        purpose=purpose.strip(),
        since=at,
        until=datetime.combine(last_on + timedelta(days=1), time.min, zone),
    )
    seat(
        child,
        organization=organization,
        role=Seat.Role.PARTNER,
        rights=chosen,
        ground=Seat.Ground.CONSENT,
        ground_id=given.pk,
        since=at,
        until=given.until,
    )
    if Scope.RESULTS not in chosen:
        close_requests(child, organization, by=by, at=at)
    record(
        "consent_given", child=child, about=given.pk, by=by, at=at,
        organization=organization.name, until=last_on.isoformat(), scopes=chosen,
        replaces=[str(one.pk) for one in before],
    )  # fmt: skip
    return given


def check_consent(
    *, child: Child, organization: Organization, scopes: Iterable[str], purpose: str, last_on: date,
    at: datetime,
) -> list[str]:  # fmt: skip
    """Whether such a consent could be given; the parts, each once and in the order of the list."""
    asked = set(scopes)
    chosen = [scope.value for scope in Scope if scope in asked]
    if organization.kind not in PARTNERS or not organization.is_active:
        raise Refused(gettext("This place takes no part in sharing."), "organization")
    if not chosen or len(chosen) != len(asked):
        raise Refused(gettext("Tick at least one thing to share."), "scopes")
    if not purpose.strip():
        raise Refused(gettext("Say what it is for."), "purpose")
    today = local_date(at, child.practice)
    if not today <= last_on <= today + timedelta(days=LONGEST - 1):
        raise Refused(gettext("Choose a day from today on, at most a year away."), "last_on")
    return chosen


@transaction.atomic
def revoke_consent(*, consent: Consent, by: User, at: datetime) -> Consent:
    """Close at once what was opened: from this moment on the place sees nothing of it."""
    _may_share(consent.child, by)
    stored = Consent.objects.select_for_update().get(pk=consent.pk)
    if stored.revoked_at is not None or stored.until <= at:
        return stored  # the second click, or it has ended by itself meanwhile
    _take_back(stored, by=by, at=at)
    close_requests(stored.child, stored.organization, by=by, at=at)
    record(
        "consent_revoked", child=stored.child, about=stored.pk, by=by, at=at,
        organization=stored.organization.name,
    )  # fmt: skip
    return stored


def warn_of_ending(*, at: datetime) -> int:
    """Tell the adults who may share, once, that a consent ends soon; returns how many were told."""
    notices = []
    for consent in Consent.objects.live(at).select_related("child__practice"):
        place = consent.child.practice
        if consent.until - timedelta(days=days_of("consent_ends_soon", place)) > at:
            continue
        seats = Seat.objects.live(at).filter(child=consent.child, role=Seat.Role.FAMILY)
        notices += [
            Notice(
                to=one.user, kind="consent_ends_soon", created_at=at,
                key=f"{consent.pk}:{one.user.pk}",
                path=reverse("consent_list", args=[consent.child_id]),
            )
            for one in seats.select_related("user")
            if one.user is not None and one.user.is_active and Right.SHARE in one.rights
        ]  # fmt: skip
    before = Notice.objects.count()
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    return Notice.objects.count() - before


def _may_share(child: Child, by: User) -> Guardian:
    """The guardianship of an adult who may share this child's record now."""
    if not standing(by, child.pk).holds(Permission.GIVE_CONSENT):
        raise Refused(who_can(Permission.GIVE_CONSENT))
    return child.guardians.get(user=by)


def _take_back(consent: Consent, *, by: User, at: datetime) -> None:
    Consent.objects.filter(pk=consent.pk).update(revoked_by=by, revoked_at=at)
    consent.revoked_by, consent.revoked_at = by, at
    end_seats(consent.pk, at=at)
