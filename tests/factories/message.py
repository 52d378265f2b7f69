"""How do threads of messages, and the consents that open them, come into the tests?"""

from datetime import datetime, timedelta
from typing import Any

from referrals.actions.clock import local_date
from referrals.actions.guardian import add_guardian, invite_guardian
from referrals.actions.message import send_message, start_thread
from referrals.models import (
    Child,
    Consent,
    CourtLimit,
    Guardian,
    Message,
    Organization,
    Scope,
    Thread,
    User,
)
from referrals.models.record import new_id
from tests.factories.consent import shared


def consented(
    child: Child, place: Organization, *, guardian: Guardian, at: datetime,
    scopes: tuple[str, ...] = (Scope.MESSAGES,), days: int = 365,
) -> Consent:  # fmt: skip
    """An adult's word that this place may see these parts, and the seat it gives."""
    assert guardian.user is not None
    last_on = local_date(at, child.practice) + timedelta(days=days)
    return shared(child, place, *scopes, by=guardian.user, at=at, last_on=last_on)


def started(child: Child, *, by: User, at: datetime, **said: Any) -> Thread:
    """A thread with its first message; with the whole family where nothing else is said."""
    content = {"audience": "family", "subject": "Mornings", "words": "How was the week?"} | said
    return start_thread(**{"id": new_id(), **content}, child=child, by=by, at=at)


def said(thread: Thread, *, by: User, at: datetime, words: str = "Better.", **more: Any) -> Message:
    return send_message(**{"id": new_id(), **more}, thread=thread, words=words, by=by, at=at)


def second_adult(child: Child, user: User, *, by: User, at: datetime) -> Guardian:
    """Another adult of the child, with an account and every right."""
    added = add_guardian(
        child=child, given_name=user.given_name, family_name=user.family_name,
        relationship="father", by=by, at=at,
    )  # fmt: skip
    return invite_guardian(guardian=added, email=user.email, by=by, at=at)


def keep_apart(guardian: Guardian, *, at: datetime, how: str) -> None:
    """By their own wish (`hidden`), or by a court (`limited`)."""
    if how == "hidden":
        Guardian.objects.filter(pk=guardian.pk).update(contact_hidden=True)
    else:
        CourtLimit.objects.create(guardian=guardian, kind="contact", since=at.date())
