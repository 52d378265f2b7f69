"""How is a spreadsheet taken in, its columns named, its rows let in, and the file put away?"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import islice
from pathlib import PurePath
from typing import Final
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from referrals.caseload.column import COLUMNS, recognised
from referrals.caseload.office import brings
from referrals.caseload.sheet import Unreadable, rows, sheet
from referrals.models import Caseload, CaseloadRow, Export, Organization, User

from .recording import record_views
from .refusal import Outrun, Refused, check_seen

State, Verdict = Caseload.State, CaseloadRow.Verdict
#: After so long a file that nobody finished is removed.
KEPT: Final = timedelta(days=1)
#: So many looks are written at a time, however long the list was.
LOOKS: Final = 500


@transaction.atomic
def take_in_caseload(
    *, organization: Organization, upload: "UploadedFile[bytes]", by: User, at: datetime
) -> Caseload:
    """Look a file over and keep it in private storage, its columns named as far as they are known.

    Raises Refused with a sentence for whatever cannot be read; nothing of it is kept then.
    """
    if not brings(by, organization):
        raise Refused("You bring in the caseload of your own practice or clinic.", "organization")
    name = PurePath(upload.name or "file").name[-160:]
    try:
        found = sheet(upload, name)
        total = sum(1 for _ in rows(upload, found.form)) - 1
    except Unreadable as unreadable:
        raise Refused(unreadable.sentence, "file") from None
    if total < 1:
        raise Refused("There is no row below the names of the columns.", "file")
    caseload = Caseload(
        organization=organization, uploaded_by=by, uploaded_at=at, name=name, form=found.form,
        header=found.header, mapping=recognised(found.header, _said_before(organization)),
        rows_total=total,
    )  # fmt: skip
    upload.seek(0)
    caseload.file.save("file", upload, save=False)
    caseload.save(force_insert=True)
    return caseload


def _said_before(organization: Organization) -> dict[str, str]:
    """What this place's last file called the columns."""
    last = Caseload.objects.filter(organization=organization).exclude(state=State.MAPPING).first()
    if last is None:
        return {}
    return {last.header[at]: code for code, at in last.mapping.items() if at < len(last.header)}


@transaction.atomic
def map_caseload(
    *,
    caseload: Caseload,
    mapping: Mapping[str, int],
    day_first: bool | None,
    seen: str | None = None,
    by: User,
    at: datetime,
) -> Caseload:
    """Say which column is which, and let the worker check every row. Nothing is written yet.

    `seen` is the file's `columns_named` when the form was opened: who was outrun is told.
    """
    _check_theirs(caseload, by)
    stands = Caseload.objects.select_for_update().get(pk=caseload.pk).columns_named
    check_seen(
        seen, stands,
        "Somebody of your place has named the columns meanwhile. "
        "Save again if it should be as you say.",
    )  # fmt: skip
    missing = [c.label for code, c in COLUMNS.items() if c.needed and code not in mapping]
    if missing:
        raise Refused(f"Name the column for: {', '.join(missing)}.")
    written = Caseload.objects.filter(
        pk=caseload.pk, state__in=(State.MAPPING, State.CHECKED)
    ).update(
        mapping=dict(mapping), day_first=day_first, state=State.CHECKING, cursor=0, done_rows=0,
        said="", leased_until=None,
    )  # fmt: skip
    if not written:
        raise Outrun("This file is being worked on already.")
    CaseloadRow.objects.filter(caseload=caseload).delete()
    caseload.refresh_from_db()
    return caseload


@transaction.atomic
def bring_caseload(
    *, caseload: Caseload, mode: str, near_too: bool, by: User, at: datetime
) -> Caseload:
    """Let the worker bring the rows in: all or none, or the right ones now.

    Many rows or none wait for the night where nobody else could save while they go in.
    """
    _check_theirs(caseload, by)
    left = [Verdict.WRONG] if near_too else [Verdict.WRONG, Verdict.NEAR]
    if mode == Caseload.Mode.ALL:
        if caseload.rows.filter(verdict__in=left).exists():
            raise Refused(
                "Some rows are to be mended, and you asked for all or none: nothing was brought in.",
                "mode",
            )
    elif not caseload.rows.exclude(verdict__in=left).exists():
        raise Refused("No row can be brought in as it is.", "mode")
    written = Caseload.objects.filter(pk=caseload.pk, state=State.CHECKED).update(
        mode=mode, near_too=near_too, state=State.BRINGING, cursor=0, done_rows=0, said="",
        leased_until=None,
    )  # fmt: skip
    if not written:
        raise Outrun("This file is being worked on already, or was put away.")
    caseload.refresh_from_db()
    return caseload


@transaction.atomic
def drop_caseload(*, caseload: Caseload, by: User, at: datetime) -> None:
    """Put the file away now. What was brought in stays."""
    _check_theirs(caseload, by)
    caseload = Caseload.objects.select_for_update().get(pk=caseload.pk)
    if caseload.state == State.BRINGING and not caseload.waits_for_night:
        raise Outrun("Its rows are being brought in. Wait until that is done.")
    if caseload.removed_at is None:
        put_away(caseload, at=at, by=by)


def _check_theirs(caseload: Caseload, by: User) -> None:
    if not brings(by, caseload.organization):
        raise Refused("You bring in the caseload of your own practice or clinic.")


def put_away(caseload: Caseload, *, at: datetime, by: User | None = None, said: str = "") -> None:
    """Remove the file and what is known of its rows; how many there were stays."""
    counts = caseload.counts or _counted(caseload)
    name, storage = caseload.file.name, caseload.file.storage
    done = caseload.state == State.DONE
    Caseload.objects.filter(pk=caseload.pk).update(
        file="", removed_at=at, counts=counts, said=said or caseload.said, leased_until=None,
        state=State.DONE if done else State.DROPPED,
        ended_at=at if by else caseload.ended_at, ended_by=by or caseload.ended_by,
    )  # fmt: skip
    CaseloadRow.objects.filter(caseload=caseload).delete()
    if name:
        # Only once nothing can bring the row back is the file gone; where it cannot be, it is swept.
        transaction.on_commit(lambda: storage.delete(name), robust=True)


def _counted(caseload: Caseload) -> dict[str, int]:
    return {kind: caseload.rows.filter(verdict=kind).count() for kind in Verdict.values}


def clear_caseloads(*, at: datetime) -> int:
    """Remove the files that were finished or left lying; returns how many."""
    old = Caseload.objects.filter(removed_at__isnull=True, uploaded_at__lt=at - KEPT)
    found = 0
    for caseload in old.exclude(state=State.BRINGING)[:100]:
        with transaction.atomic():
            put_away(caseload, at=at, said="It lay here for a day, and was removed.")
        found += 1
    return found


@transaction.atomic
def export_list(
    *,
    list_name: str,
    form: str,
    children: Iterable[UUID],
    rows: int,
    role: str,
    by: User,
    at: datetime,
) -> Export:
    """Write down that a list was saved, and in the look log of each child that it was in one."""
    each = iter(dict.fromkeys(children))
    while some := list(islice(each, LOOKS)):
        record_views(children=some, by=by, at=at, role=role, page=f"export_{list_name}")
    return Export.objects.create(user=by, list_name=list_name, form=form, row_count=rows, at=at)
