"""How is a file taken in, and is it what it claims to be?"""

import hashlib
from datetime import datetime
from pathlib import PurePath

import filetype  # type: ignore[import-untyped]
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext

from referrals.access import Permission, may, who_can
from referrals.models import Attachment, Child, Referral, User
from referrals.models.document import ACCEPTED, LARGEST, MOST

from .recording import record
from .refusal import Refused


def claimed_type(upload: "UploadedFile[bytes]") -> str:
    """The type found in the file's first bytes. Raises Refused unless name and bytes agree on one we take.

    Known malware was looked for before, where the file came in: nothing waits here for a scanner.
    """
    name = PurePath(upload.name or "file").name
    if upload.size is None or upload.size > LARGEST:
        raise Refused(
            gettext("“{name}” is larger than {most} MB.").format(
                name=name, most=LARGEST // 1024 // 1024
            ),
            "attachments",
        )
    if upload.size == 0:
        raise Refused(gettext("“{name}” is empty.").format(name=name), "attachments")
    upload.seek(0)
    head = upload.read(8192)
    upload.seek(0)
    found = filetype.guess_mime(head)
    ending = PurePath(name).suffix.lower().lstrip(".")
    if found not in ACCEPTED:
        raise Refused(
            gettext("“{name}” is not a PDF, JPEG or PNG file.").format(name=name), "attachments"
        )
    if ending not in ACCEPTED[found]:
        raise Refused(
            gettext("“{name}” is not what its name says it is.").format(name=name), "attachments"
        )
    return str(found)


@transaction.atomic
def export_documents(*, child: Child, form: str, by: User, at: datetime) -> None:
    """Write down that an adult took a copy of the whole record, and in which form."""
    if not may(by, Permission.TAKE_RECORD, child):
        raise Refused(who_can(Permission.TAKE_RECORD))
    record("document_exported", child=child, about=child.pk, by=by, at=at, form=form)


@transaction.atomic
def attach(
    *, referral: Referral, upload: "UploadedFile[bytes]", by: User, at: datetime
) -> Attachment:
    """Keep a file on the referral. The same bytes twice are kept once."""
    if not may(by, Permission.REFER, referral.child):
        raise Refused(who_can(Permission.REFER))
    if referral.closed_at is not None:
        raise Refused("This referral has ended: nothing can be added to it.", "attachments")
    content_type = claimed_type(upload)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    known = referral.attachments.filter(sha256=digest.hexdigest()).first()
    if known is not None:
        return known
    if referral.attachments.count() >= MOST:
        raise Refused(f"A referral holds at most {MOST} files.", "attachments")
    attachment = Attachment(
        referral=referral,
        name=PurePath(upload.name or "file").name[-160:],
        content_type=content_type,
        size=upload.size or 0,
        sha256=digest.hexdigest(),
        attached_by=by,
        attached_at=at,
    )
    attachment.file.save("file", upload, save=False)
    attachment.save(force_insert=True)
    record(
        "referral_attached",
        child=referral.child,
        about=referral.pk,
        by=by,
        at=at,
        referral=referral,
    )
    return attachment
