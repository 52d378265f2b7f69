"""What does a session know of itself? Since when somebody is signed in to it, whichever way they came in.

A person's own are found among the live ones: they last a day at most, so there is no table beside
them to keep, clear or leave out of a backup.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from referrals.views.device import DEVICE
from referrals.views.sign_in import BEGUN, SEEN, is_over


class SessionStore(DatabaseStore):
    def save(self, must_create: bool = False) -> None:
        if SESSION_KEY in self and BEGUN not in self:
            self[BEGUN] = self[SEEN] = time.time()
        if must_create or self.session_key is None:
            super().save(must_create)
            return
        # One statement: it needs no transaction. A database that is away, busy or full says so
        # itself, and has ended nobody's session.
        row = self.create_model_instance(dict(self.items()))
        kept = self.get_model_class().objects.filter(pk=row.pk)
        if not kept.update(session_data=row.session_data, expire_date=row.expire_date):
            raise UpdateError

    def live_of(self, user: Any) -> list[dict[str, Any]]:
        """Where this person is signed in, the newest page first; known by a mark, never by its key."""
        found = [
            {
                "mark": _mark(key),
                "here": key == self.session_key,
                "device": kept.get(DEVICE, ["", ""]),
                "begun": datetime.fromtimestamp(kept[BEGUN], UTC),
                "seen": datetime.fromtimestamp(kept[SEEN], UTC),
            }
            for key, kept in self._kept_of(user)
        ]
        return sorted(found, key=lambda one: (one["here"], one["seen"]), reverse=True)

    def end(self, marks: list[str], *, of: Any) -> None:
        """End these of this person's: the next page asked for there finds nobody signed in."""
        for key, _ in self._kept_of(of):
            if _mark(key) in marks:
                self.delete(key)

    def _kept_of(self, user: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        """Those that would still open a page: neither too old nor under a password since changed."""
        hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
        live = self.get_model_class().objects.filter(expire_date__gt=timezone.now())
        for row in live.iterator():
            kept = row.get_decoded()
            if (
                kept.get(SESSION_KEY) == str(user.pk)
                and any(
                    constant_time_compare(kept.get(HASH_SESSION_KEY, ""), one) for one in hashes
                )
                and not is_over(user, kept, time.time())
            ):
                yield row.session_key, kept


def _mark(key: str) -> str:
    return salted_hmac("ot_coord.session", key, algorithm="sha256").hexdigest()
