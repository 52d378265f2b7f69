"""Which spreadsheets do tests bring in?"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from referrals.actions.batching import work_on_caseload
from referrals.actions.caseload import bring_caseload, map_caseload, take_in_caseload
from referrals.models import Caseload, Organization, User

HEADS = ("Child's number", "Given name", "Family name", "Date of birth", "Practice", "Referral",
         "Referred on", "Clinical question", "Noticed at", "Intent", "Service", "Therapist",
         "Adult's given name", "Adult's family name", "Relationship", "Adult's phone")  # fmt: skip
REFERRED = ("accepted", "2025-03-04", "Buttons and zips?", "family", "habilitation", "evaluate",
            "Thea Marsh")  # fmt: skip
ADULT = ("Ines", "Sol", "mother", "212-555-0144")


def row(number: str, given: str, family: str = "Sol", born: str = "2021-05-17", *,
        practice: str = "Elm Street Pediatrics", referred: Sequence[str] = REFERRED,
        adult: Sequence[str] = ADULT) -> list[str]:  # fmt: skip
    """A row as a clinic has it: a child, its referral and an adult."""
    return [number, given, family, born, practice, *referred, *adult]


def csv(rows: Iterable[Sequence[str]], heads: Sequence[str] = HEADS) -> bytes:
    quoted = (",".join(f'"{cell}"' for cell in one) for one in (heads, *rows))
    return "\r\n".join(quoted).encode()


def excel(rows: Iterable[Sequence[Any]], heads: Sequence[Any] = HEADS) -> bytes:
    book = Workbook()
    for one in (heads, *rows):
        book.active.append(list(one))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def taken(content: bytes, place: Organization, *, by: User, at: datetime, name: str = "a.csv") -> Caseload:  # fmt: skip
    return take_in_caseload(
        organization=place, upload=SimpleUploadedFile(name, content), by=by, at=at
    )


def worked(caseload: Caseload, at: datetime) -> Caseload:
    """The worker does all there is to do."""
    while work_on_caseload(at=at):
        pass
    return Caseload.objects.get(pk=caseload.pk)


def checked(content: bytes, place: Organization, *, by: User, at: datetime, name: str = "a.csv",
            day_first: bool | None = None) -> Caseload:  # fmt: skip
    made = taken(content, place, by=by, at=at, name=name)
    map_caseload(caseload=made, mapping=made.mapping, day_first=day_first, by=by, at=at)
    return worked(made, at)


def brought(content: bytes, place: Organization, *, by: User, at: datetime, mode: str = "right",
            near_too: bool = False, name: str = "a.csv") -> Caseload:  # fmt: skip
    made = checked(content, place, by=by, at=at, name=name)
    bring_caseload(caseload=made, mode=mode, near_too=near_too, by=by, at=at)
    return worked(made, at)
