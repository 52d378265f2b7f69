"""What does a session know of itself? Since when somebody is signed in to it, whichever way they came in."""

import time

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from referrals.views.sign_in import BEGUN, SEEN


class SessionStore(DatabaseStore):
    def save(self, must_create: bool = False) -> None:
        if SESSION_KEY in self and BEGUN not in self:
            self[BEGUN] = self[SEEN] = time.time()
        super().save(must_create)
