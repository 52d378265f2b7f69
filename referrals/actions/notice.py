"""How do notices leave the outbox: each once, and none lost when a worker dies?

Nobody can know whether an e-mail went whose sender died while speaking to the mail server. So
that moment is stored (`handed_at`): behind it a notice is never sent again, only counted in
the person's next daily e-mail. Before it a notice is simply taken up by the next worker.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from email.utils import parseaddr
from enum import Enum
from smtplib import (
    SMTPDataError,
    SMTPHeloError,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
)
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

import structlog
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import DatabaseError, InterfaceError
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from referrals.models import AccountChange, Notice, User

from .digest import ALARMS, DIGEST, INVITATIONS, counts, is_for_digest, next_digest, write_digest
from .hours import hours_of

log = structlog.get_logger(__name__)
#: How long a worker has for one e-mail before another may take it up: longer than a mail server
#: can keep it waiting (`EMAIL_TIMEOUT`, a dozen times).
LEASE: Final = timedelta(minutes=5)
#: After so many attempts, about a day, an e-mail is left for a person to look at.
ATTEMPTS: Final = 12
LONGEST_PAUSE: Final = timedelta(hours=4)
#: No time of ours lies further ahead: what does was written while the clock was wrong.
FAR: Final = timedelta(days=3)
#: The mail server said no: it did not take the e-mail.
REFUSED: Final = (
    SMTPDataError, SMTPHeloError, SMTPNotSupportedError, SMTPRecipientsRefused, SMTPSenderRefused,
)  # fmt: skip


class MailAway(Exception):
    """The mail server cannot be reached, or went away; the outbox waits for it."""


class Unnoted(Exception):
    """An e-mail went and the database did not answer: to be noted when it is back."""

    def __init__(self, pk: UUID, at: datetime) -> None:
        super().__init__("sent, not noted")
        self.pk, self.at = pk, at


class Outcome(Enum):
    SENT = "sent"
    WAITS = "waits"  # quiet hours, the day's e-mail, another attempt
    TAKEN = "taken"  # another worker has it
    NOTHING = "nothing"


def deliver_notices(*, at: datetime, most: int = 100) -> int:
    """Send what is due, at most so many; returns how many went."""
    sent = 0
    while sent < most:
        try:
            outcome = deliver_next(at=at)
        except MailAway:
            break
        if outcome is Outcome.NOTHING:
            break
        sent += outcome is Outcome.SENT
    return sent


def deliver_next(*, at: datetime) -> Outcome:
    """See to one notice whose turn it is: send it, or say until when it waits.

    Raises MailAway, after which a pause is due, and Unnoted.
    """
    due = _due(at).select_related("to").order_by("not_before", "created_at", "id")
    outcome = Outcome.NOTHING
    for notice in due[:8]:
        outcome = _see_to(notice, at)
        if outcome is not Outcome.TAKEN:
            break
    return outcome


def note_sent(*, pk: UUID, at: datetime) -> None:
    """It went, and its sender lives to say so."""
    Notice.objects.filter(pk=pk, sent_at__isnull=True).update(sent_at=at, leased_until=None)


def message_id(notice: Notice) -> str:
    """One notice has one number: a mail server that is given it twice can tell."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{uuid5(NAMESPACE_URL, notice.key)}@{domain}>"


def _free(at: datetime) -> Q:
    """What no worker holds."""
    held_wrongly = Q(leased_until__gt=at + FAR)
    return Q(leased_until__isnull=True) | Q(leased_until__lt=at) | held_wrongly


def _unsettled() -> QuerySet[Notice]:
    return Notice.objects.filter(sent_at__isnull=True, carried_by__isnull=True)


def _due(at: datetime) -> QuerySet[Notice]:
    turn = Q(not_before__lte=at) | Q(not_before__gt=at + FAR)
    hopeful = Q(attempts__lt=ATTEMPTS) | Q(handed_at__isnull=False)
    return _unsettled().filter(_free(at), turn, hopeful, to__is_active=True)


def _see_to(notice: Notice, at: datetime) -> Outcome:
    hours = hours_of(notice.to, at)
    if not is_for_digest(notice, hours):
        opens = at if notice.kind in ALARMS else hours.open_from(at)
        return _deliver(notice, at) if opens <= at else _wait(notice, opens, at)
    opens = next_digest(notice, hours, at)
    if opens > at:
        return _wait(notice, opens, at)
    written = write_digest(notice.to, hours, _free(at), at=at)
    return Outcome.WAITS if written else Outcome.TAKEN


def _wait(notice: Notice, until: datetime, at: datetime) -> Outcome:
    waits = _unsettled().filter(_free(at), pk=notice.pk).update(not_before=until)
    return Outcome.WAITS if waits else Outcome.TAKEN


def _deliver(notice: Notice, at: datetime) -> Outcome:
    lease = at + LEASE
    before = _unsettled().filter(_free(at), pk=notice.pk, handed_at__isnull=True)
    if not before.update(leased_until=lease, attempts=F("attempts") + 1):
        return Outcome.TAKEN
    held = _unsettled().filter(pk=notice.pk, leased_until=lease)
    try:
        letter = _written(notice)
    except Exception as error:  # one that cannot be written is no reason to hold up the others
        log.exception("notice not written", kind=type(error).__name__)
        return _try_again(notice, held, at)
    with _mail_server(held) as connection:
        # From here on nobody else can know whether it went. Who slept too long has lost it.
        if not held.filter(handed_at__isnull=True).update(handed_at=at):
            return Outcome.TAKEN
        letter.connection = connection
        try:
            letter.send()
        except (*REFUSED, ValueError) as error:  # a ValueError: no address that can be written to
            log.warning("notice refused", kind=type(error).__name__)
            return _try_again(notice, held, at)
        except OSError as error:
            log.warning("notice may not have gone", kind=type(error).__name__)
            held.update(leased_until=None)
            raise MailAway from error
        try:
            note_sent(pk=notice.pk, at=at)
        except (DatabaseError, InterfaceError) as error:
            raise Unnoted(notice.pk, at) from error
    return Outcome.SENT


@contextmanager
def _mail_server(held: QuerySet[Notice]) -> Iterator[Any]:
    """An open connection; where there is none, the notice in hand is given back untouched."""
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        log.warning("mail server not reached", kind=type(error).__name__)
        held.update(leased_until=None, attempts=F("attempts") - 1)
        raise MailAway from error
    try:
        yield connection
    finally:
        with suppress(OSError):
            connection.close()


def _try_again(notice: Notice, held: QuerySet[Notice], at: datetime) -> Outcome:
    """It surely did not go: another attempt, later each time."""
    pause = min(timedelta(minutes=2 ** (notice.attempts + 1)), LONGEST_PAUSE)
    held.update(leased_until=None, handed_at=None, not_before=at + pause)
    return Outcome.WAITS


def _is_invited(person: User) -> bool:
    """Whether this person still lacks a password, and nobody has withdrawn what would give one."""
    last = person.invitations.first()
    return not person.has_usable_password() and (last is None or last.is_open)


def _written(notice: Notice) -> EmailMessage:
    path = notice.path
    kind = "notice"
    context: dict[str, Any] = {}
    if notice.kind == DIGEST:
        kind = "digest"
        context = counts(notice)
    if notice.kind in ALARMS:
        kind, _, changed = notice.kind.partition("_")
        context = {"what": AccountChange.Kind(changed).label} if kind == "account" else {}
    if notice.kind in INVITATIONS and _is_invited(notice.to):
        # Made at the moment of sending, so that no key to an account lies in the outbox.
        key = default_token_generator.make_token(notice.to)
        who = user_pk_to_url_str(notice.to)
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": who, "key": key})
        kind = "invitation"
    letter = letter_to(notice.to, kind, path, **context)
    letter.extra_headers["Message-ID"] = message_id(notice)
    return letter


def letter_to(
    person: User, kind: str, path: str, *, address: str = "", **more: Any
) -> EmailMessage:
    """An e-mail of one kind in the person's language, with one link; to their address, if no other is told."""
    context = more | {
        "site_name": settings.SITE_NAME,
        "greeting_name": person.given_name,
        "link": f"{settings.SITE_URL}{path}",
    }
    with translation.override(person.language):
        subject = render_to_string(f"email/{kind}_subject.txt", context).strip()
        body = render_to_string(f"email/{kind}.txt", context)
    headers = {"Auto-Submitted": "auto-generated"}
    whom = [address or person.email]
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, whom, headers=headers)
