"""How do people around a child write to each other, so that nobody reads what is not for them?"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any, Final
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext

from referrals.access import FAMILY, Permission, Standing, standing, threads_visible_to, who_can
from referrals.models import (
    Child,
    Consent,
    Enclosure,
    Guardian,
    Message,
    Reading,
    Role,
    Scope,
    Seat,
    Thread,
    User,
)
from referrals.models.guardian import apart
from referrals.models.message import CLINICIANS, LONGEST, MOST_FILES
from referrals.wording import later as _

from .document import claimed_type
from .recording import new_id, record
from .refusal import Outrun, Refused

Files = Sequence["UploadedFile[bytes]"]
Audience = Thread.Audience
URGENT: Final = _("Nothing was sent. Please call: a message may be read only in some days.")


@transaction.atomic
def start_thread(
    *, id: UUID, child: Child, audience: str, subject: str, words: str, by: User, at: datetime,
    guardian: Guardian | None = None, consent: Consent | None = None, attachments: Files = (),
    today: bool = False,
) -> Thread:  # fmt: skip
    """Begin a thread with its first message. Who may read it never changes afterwards.

    Where adults of the child are kept apart, the thread is with one of them alone: with the one
    who writes it, the one who is named, or the one who gave the partner its consent.
    """
    known = Thread.objects.filter(pk=id).first()
    if known is not None:
        if known.started_by_id != by.pk or known.child_id != child.pk:
            raise Outrun(gettext("This form was already used. Please start again."))
        return known
    team = _writing(child, by)
    content = _checked(words, attachments, today)
    if not subject.strip():
        raise Refused(gettext("Say in a few words what it is about."), "subject")
    if consent is not None and audience == Audience.PARTNER:
        _check_consent(child, consent, team, at)
    guardian = _one_adult(child, audience, guardian, consent, team, by=by, at=at)
    _check_audience(audience, consent, team)
    thread = Thread.objects.create(
        id=id, child=child, audience=audience, subject=subject.strip(),
        is_alone=guardian is not None, guardian=guardian, consent=consent, started_by=by,
        started_at=at, last_at=at,
    )  # fmt: skip
    _write(new_id(), thread, 1, content, attachments, team, by=by, at=at)
    record("thread_started", child=child, about=thread.pk, by=by, at=at)
    return thread


@transaction.atomic
def send_message(
    *, id: UUID, thread: Thread, words: str, by: User, at: datetime, attachments: Files = (),
    today: bool = False,
) -> Message:  # fmt: skip
    """Add a message to the end of a thread: of two who write at once both stand."""
    child = thread.child
    team = _writing(child, by)
    if not threads_visible_to(by).filter(pk=thread.pk).exists():
        raise Refused(gettext("This thread is not yours to read any more."))
    # One after the other, so that each has its number and a double click finds the first one's.
    last = Thread.objects.select_for_update().get(pk=thread.pk).last_number
    known = Message.objects.filter(pk=id).first()
    if known is not None:
        if known.author_id != by.pk or known.thread_id != thread.pk:
            raise Outrun(gettext("This form was already used. Please start again."))
        return known
    content = _checked(words, attachments, today)
    if (
        team.main_role == FAMILY
        and not thread.is_alone
        and apart(child.guardians.all(), at).exists()
    ):
        raise Refused(
            gettext("In your family each adult has messages of their own. Please start new ones.")
        )
    message = _write(id, thread, last + 1, content, attachments, team, by=by, at=at)
    Thread.objects.filter(pk=thread.pk).update(last_number=last + 1, last_at=at)
    record("message_sent", child=child, about=thread.pk, by=by, at=at)
    return message


# --- Who may write, and to whom -----------------------------------------------------------------


def _writing(child: Child, by: User) -> Standing:
    team = standing(by, child.pk)
    if not team.holds(Permission.WRITE_MESSAGE):
        raise Refused(who_can(Permission.WRITE_MESSAGE))
    return team


def _check_consent(child: Child, consent: Consent, team: Standing, at: datetime) -> None:
    opens = consent.child_id == child.pk and Scope.MESSAGES in consent.scopes and consent.holds(at)
    seats = Seat.objects.live(at).filter(child=child, ground_id=consent.pk)
    if not opens or not seats.holding(Scope.MESSAGES).exists():
        raise Refused(gettext("The family has not opened messages to them."), "to")
    if team.main_role == Role.PARTNER and consent.organization_id not in team.organizations:
        raise Refused("The family has not opened messages to you.", "to")


def _check_audience(audience: str, consent: Consent | None, team: Standing) -> None:
    if audience not in Audience.values or (audience == Audience.PARTNER) != (consent is not None):
        raise Refused(gettext("Choose who will read it."), "to")
    if audience == Audience.CLINICIANS and team.main_role not in CLINICIANS:
        raise Refused(gettext("Choose who will read it."), "to")
    if audience == Audience.FAMILY and team.main_role == Role.PARTNER:
        raise Refused(gettext("Choose who will read it."), "to")


def _one_adult(
    child: Child, audience: str, named: Guardian | None, consent: Consent | None, team: Standing, *,
    by: User, at: datetime,
) -> Guardian | None:  # fmt: skip
    """With which adult alone; None where the whole family reads it, or nobody of it."""
    if audience == Audience.CLINICIANS:
        return None
    are_apart = apart(child.guardians.all(), at).exists()
    if team.main_role == FAMILY:
        own = _adult(child, by)
        if named is not None and named.pk != own.pk:
            raise Refused(gettext("Choose who will read it."), "to")
        return own if are_apart else named
    if audience == Audience.PARTNER:
        return consent.guardian if are_apart and consent is not None else None
    if are_apart and named is None:
        raise Refused(
            gettext("In this family each adult has messages of their own: choose one."), "to"
        )
    seats = Seat.objects.live(at).filter(child=child, role=Seat.Role.FAMILY)
    if named is not None and not seats.filter(ground_id=named.pk).exists():
        raise Refused(gettext("This adult has no account here with which to read it."), "to")
    return named


def _adult(child: Child, user: User) -> Guardian:
    return child.guardians.get(user=user)


# --- What is written ----------------------------------------------------------------------------


def _checked(words: str, files: Files, today: bool) -> list[Any]:
    """The words, and of each file the type found in it. Raises Refused for what is not sent."""
    if today:
        raise Refused(str(URGENT), "today")
    words = words.strip()
    if not words:
        raise Refused(gettext("Write your message."), "words")
    if len(words) > LONGEST:
        raise Refused(
            gettext("A message holds at most {most} letters.").format(most=LONGEST), "words"
        )
    if len(files) > MOST_FILES:
        raise Refused(
            gettext("A message holds at most {most} files.").format(most=MOST_FILES), "attachments"
        )
    return [words, *(claimed_type(upload) for upload in files)]


def _write(
    id: UUID, thread: Thread, number: int, content: list[Any], files: Files, team: Standing, *,
    by: User, at: datetime,
) -> Message:  # fmt: skip
    words, *types = content
    role = team.main_role
    message = Message.objects.create(
        id=id, thread=thread, number=number, author=by, role=role, words=words, at=at,
        guardian=_adult(thread.child, by) if role == FAMILY else None,
    )  # fmt: skip
    kept: set[str] = set()
    for upload, content_type in zip(files, types, strict=True):
        _enclose(message, upload, content_type, kept)
    # Who had read all that was there has now read this too; who had not still has it before them.
    if number == 1 or Reading.objects.filter(thread=thread, user=by, number=number - 1).exists():
        Reading.objects.create(thread=thread, user=by, role=role, number=number, at=at)
    return message


def _enclose(
    message: Message, upload: "UploadedFile[bytes]", content_type: str, kept: set[str]
) -> None:
    """Keep a file with the message. The same bytes twice are kept once."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    if digest.hexdigest() in kept:
        return
    kept.add(digest.hexdigest())
    enclosure = Enclosure(
        message=message, name=PurePath(upload.name or "file").name[-160:],
        content_type=content_type, size=upload.size or 0, sha256=digest.hexdigest(),
    )  # fmt: skip
    enclosure.file.save("file", upload, save=False)
    enclosure.save(force_insert=True)
