"""How do the child's adults come in: named, invited, limited by a court?"""

import itertools
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from referrals.models import Child, CourtLimit, Guardian, Seat, User
from referrals.models.guardian import Right
from referrals.models.record import FOREVER, NO_DUE_DATE

from .invitation import open_invitation
from .recording import record
from .refusal import Outrun, Refused, check_seen
from .seat import end_seats, seat


@transaction.atomic
def add_guardian(*, child: Child, by: User, at: datetime, **fields: Any) -> Guardian:
    """Name an adult of the child. Without an account they see nothing yet: invite them.

    An `id` among the fields comes with the form, so that a second click adds nobody twice.
    """
    id: UUID | None = fields.get("id")
    known = Guardian.objects.filter(pk=id).first() if id else None
    if known is not None:
        if known.child_id != child.pk:
            raise Outrun("This form was already used. Please start again.")
        return known
    if child.merged_into_id is not None:
        raise Refused("This record was merged into another: name the adult there.")
    guardian = Guardian.objects.create(child=child, **fields)
    record("guardian_added", child=child, about=guardian.pk, by=by, at=at)
    return guardian


@transaction.atomic
def invite_guardian(
    *, guardian: Guardian, email: str, language: str = User.Language.ENGLISH,
    seen: str | None = None, by: User, at: datetime,
) -> Guardian:  # fmt: skip
    """Give the adult an account and their seat, and send a link with which to set a password.

    An adult who has an account already (a sister or brother is in care) keeps it and
    sees this child too. Asking twice sends the link again and changes nothing else. `language`
    is for a new account: who has one has chosen already. `seen` is the address that the form
    showed: the seat does not go back to one that somebody has corrected meanwhile.
    """
    email = email.strip().lower()
    guardian = Guardian.objects.select_for_update().get(pk=guardian.pk)
    if email != guardian.email.lower():
        check_seen(
            seen, guardian.email,
            f"Somebody has invited them meanwhile, at {guardian.email}. "
            "Send it again if your address is the right one.",
        )  # fmt: skip
    # A corrected address is another account: the seat follows it and leaves the old one.
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(
            email,
            given_name=guardian.given_name,
            family_name=guardian.family_name,
            phone=guardian.phone,
            language=language,
        )
    if not user.is_active:
        raise Refused("This account is closed. Please ask an administrator.", "email")
    if guardian.child.guardians.filter(user=user).exclude(pk=guardian.pk).exists():
        raise Refused("Another adult of this child already uses this e-mail.", "email")
    if not user.has_usable_password():
        open_invitation(user, by=by, at=at)
    guardian.user, guardian.email = user, email
    guardian.invited_at, guardian.invited_by = at, by
    guardian.save(update_fields=["user", "email", "invited_at", "invited_by"])
    reseat(guardian, at=at)
    record("guardian_invited", child=guardian.child, about=guardian.pk, by=by, at=at)
    return guardian


@transaction.atomic
def change_guardian(*, guardian: Guardian, by: User, at: datetime) -> None:
    """Let the guardian's rights and court limits, as they now stand in the admin, take effect."""
    reseat(guardian, at=at)
    record("guardian_changed", child=guardian.child, about=guardian.pk, by=by, at=at)


def reseat(guardian: Guardian, *, at: datetime) -> None:
    """Rewrite the guardian's seats from `at` on: one for each stretch between court limits."""
    end_seats(guardian.pk, at=at)
    if guardian.user is None or Right.SEE not in guardian.rights:
        return
    # A record that was merged into another seats nobody: its adults sit at the one that stays.
    if Child.objects.filter(pk=guardian.child_id, merged_into__isnull=False).exists():
        return
    limits = list(guardian.court_limits.all())
    for since, until in _stretches(limits, at, ZoneInfo(guardian.child.practice.time_zone)):
        inside = [
            limit
            for limit in limits
            if _begin(limit, since.tzinfo) <= since < _end(limit, since.tzinfo)
        ]
        kinds = {limit.kind for limit in inside}
        if CourtLimit.Kind.RECORD in kinds:
            continue
        rights = guardian.rights
        if CourtLimit.Kind.DECIDE in kinds:
            rights -= {Right.AGREE, Right.SIGN, Right.SHARE}
        seat(
            guardian.child,
            user=guardian.user,
            role=Seat.Role.FAMILY,
            rights=rights,
            ground=Seat.Ground.GUARDIANSHIP,
            ground_id=guardian.pk,
            since=since,
            until=until,
        )


def _begin(limit: CourtLimit, zone: Any) -> datetime:
    return datetime.combine(limit.since, time.min, zone)


def _end(limit: CourtLimit, zone: Any) -> datetime:
    if limit.until >= NO_DUE_DATE:
        return FOREVER
    return datetime.combine(limit.until + timedelta(days=1), time.min, zone)


def _stretches(
    limits: list[CourtLimit], at: datetime, zone: ZoneInfo
) -> list[tuple[datetime, datetime]]:
    """The stretches of time from `at` on within which no limit begins or ends."""
    start = at.astimezone(zone)
    edges = {start, FOREVER}
    for limit in limits:
        edges |= {edge for edge in (_begin(limit, zone), _end(limit, zone)) if edge > at}
    ordered = sorted(edges)
    return [(a.astimezone(zone) if a < FOREVER else a, b) for a, b in itertools.pairwise(ordered)]
