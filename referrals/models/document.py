"""Which files came with a referral, and are they what they claim to be?"""

from pathlib import PurePosixPath
from typing import Final

from django.db import models

from .person import User
from .record import Record
from .referral import Referral

#: What may be attached: the type found in the bytes, and the endings that may claim it.
ACCEPTED: Final[dict[str, frozenset[str]]] = {
    "application/pdf": frozenset({"pdf"}),
    "image/jpeg": frozenset({"jpg", "jpeg"}),
    "image/png": frozenset({"png"}),
}
LARGEST: Final = 10 * 1024 * 1024  # bytes
MOST: Final = 5  # files on one referral


def storage_name(attachment: "Attachment", filename: str) -> str:
    """Opaque on disk: neither the child's nor the file's name."""
    return str(PurePosixPath("attachment") / f"{attachment.pk}")


class Attachment(Record):
    """A file on a referral. Only ever downloaded, never shown inline."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="attachments")
    file = models.FileField(upload_to=storage_name, max_length=120)
    name = models.CharField(max_length=160)
    content_type = models.CharField(max_length=40, choices=[(kind, kind) for kind in ACCEPTED])
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    attached_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    attached_at = models.DateTimeField()

    class Meta:
        ordering = ["attached_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "sha256"], name="one_copy_of_a_file_per_referral"
            )
        ]

    def __str__(self) -> str:
        return self.name
