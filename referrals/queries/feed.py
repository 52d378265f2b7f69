"""Which of a therapist's own visits stand in their calendar elsewhere?"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet

from referrals.access import children_visible_to
from referrals.belonging import memberships
from referrals.models import Appointment, Feed, Role, User

#: How far back and ahead a calendar elsewhere is told of.
PAST: Final = timedelta(days=30)
AHEAD: Final = timedelta(days=180)


def feed_visits(user: User, at: datetime) -> QuerySet[Any]:
    """What was booked with them where they work now, each with `known`: may they see the child?"""
    places = [m.organization_id for m in memberships(user) if m.role == Role.THERAPIST]
    children = children_visible_to(user).filter(pk=OuterRef("referral__child"))
    return (
        Appointment.objects.filter(
            therapist=user, organization__in=places, booked_at__isnull=False,
            starts_at__gte=at - PAST, starts_at__lt=at + AHEAD,
        )
        .exclude(status=Appointment.Status.PROPOSED)
        .annotate(known=Exists(children))
        .select_related("organization", "referral__child")
    )  # fmt: skip


def own_feed(user: User) -> Feed | None:
    """The feed of this person that is open."""
    return Feed.objects.filter(user=user, revoked_at__isnull=True).first()
