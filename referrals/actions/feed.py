"""How does somebody's own calendar come to read their visits, and how is it shut out again?"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.crypto import constant_time_compare

from referrals.belonging import has_role
from referrals.models import Child, Feed, RecordView, Role, User

from .refusal import Refused

#: The page that a fetch with names is written down as.
PAGE: Final = "feed_read"
#: Calendar services fetch every hour: one look a child and day says as much.
_ONE_LOOK: Final = timedelta(days=1)
_NO_HASH: Final = "0" * 64


@transaction.atomic
def make_feed(*, with_names: bool, by: User, at: datetime) -> tuple[Feed, str]:
    """Open a feed of one's own visits, in place of an earlier one; returns it and its secret.

    The secret is told this once: only its hash is kept.
    """
    if not has_role(by, Role.THERAPIST):
        raise Refused("Only a therapist has visits of their own.")
    # Two clicks at once meet here, on databases with row locks.
    User.objects.select_for_update().get(pk=by.pk)
    _close(by, by=by, at=at)
    secret = token_urlsafe(32)
    feed = Feed.objects.create(
        user=by, secret_hash=_hash(secret), with_names=with_names, made_at=at
    )
    return feed, secret


@transaction.atomic
def revoke_feed(*, user: User, by: User, at: datetime) -> None:
    """Shut the address, at once and for good: one's own, or an administrator anybody's."""
    if user.pk != by.pk and not by.is_superuser:
        raise Refused("Only its owner or an administrator can shut a calendar address.")
    _close(user, by=by, at=at)


def open_feed(key: str, secret: str) -> Feed | None:
    """The feed of this address; None alike for one that is unknown, shut, or of who has left.

    One query, and the time of the answer tells nothing of the secret.
    """
    try:
        known = UUID(key)
    except ValueError:
        known = UUID(int=0)
    feed = Feed.objects.select_related("user").filter(pk=known, revoked_at__isnull=True).first()
    told = constant_time_compare(_hash(secret), feed.secret_hash if feed else _NO_HASH)
    if feed is None or not told or not has_role(feed.user, Role.THERAPIST):
        return None
    return feed


@transaction.atomic
def note_fetch(*, feed: Feed, named: Iterable[Child], by: User, at: datetime) -> None:
    """Write down that it was fetched, and for each child named in it one look a day."""
    Feed.objects.filter(pk=feed.pk).update(fetched_at=at)
    children = {child.pk: child for child in named}
    if not children:
        return
    seen = set(
        RecordView.objects.filter(
            user=by, page=PAGE, child__in=children, at__gt=at - _ONE_LOOK
        ).values_list("child", flat=True)
    )
    RecordView.objects.bulk_create(
        RecordView(child=child, user=by, role=Role.THERAPIST, page=PAGE, at=at)
        for pk, child in children.items()
        if pk not in seen
    )


def _close(user: User, *, by: User, at: datetime) -> None:
    Feed.objects.filter(user=user, revoked_at__isnull=True).update(revoked_by=by, revoked_at=at)


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
