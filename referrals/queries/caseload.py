"""Whose caseload may a person bring in, how far is it, and what is to be mended?"""

from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from referrals.caseload.column import COLUMNS
from referrals.caseload.office import places
from referrals.caseload.row import told
from referrals.caseload.sheet import Unreadable, rows
from referrals.models import Caseload, CaseloadRow, User
from referrals.wording import day

Verdict = CaseloadRow.Verdict
#: So many faults and rows are shown on the page; all faults stand in the file to mend.
SHOWN, FIRST = 100, 10


def caseloads_visible_to(user: User) -> QuerySet[Caseload]:
    """Those of the places whose caseload this person may bring in."""
    return Caseload.objects.filter(organization__in=places(user)).select_related(
        "organization", "uploaded_by"
    )


def caseload_for(user: User, pk: UUID) -> Caseload | None:
    return caseloads_visible_to(user).filter(pk=pk).first()


def listed(user: User) -> list[Caseload]:
    return list(caseloads_visible_to(user)[:25])


def counts(caseload: Caseload) -> dict[str, int]:
    """How many rows of each kind: as they stand, or as they stood when they were put away."""
    if caseload.counts:
        return {kind: caseload.counts.get(kind, 0) for kind in Verdict.values}
    found = caseload.rows.order_by().values_list("verdict").annotate(n=Count("pk"))
    return dict.fromkeys(Verdict.values, 0) | dict(found)


@dataclass(frozen=True, slots=True)
class Fault:
    row: int
    column: str
    sentence: str


def faults(caseload: Caseload) -> tuple[list[Fault], bool]:
    """The first faults by row and column, and whether there are more."""
    wrong = caseload.rows.filter(verdict__in=(Verdict.WRONG, Verdict.NEAR)).order_by("number")
    found = [
        Fault(row.number, column, sentence)
        for row in wrong[: SHOWN + 1]
        for column, sentence in row.faults
    ]
    return found[:SHOWN], len(found) > SHOWN


def preview(caseload: Caseload, today: Any) -> tuple[list[str], list[list[str]]]:
    """The first rows as they are understood: the columns that are taken, and what each row says."""
    codes = [code for code in COLUMNS if code in caseload.mapping]
    shown: list[list[str]] = []
    if not caseload.file:
        return [], []
    with caseload.file.open("rb") as file:
        try:
            for number, cells in islice(rows(file, caseload.form), 1, FIRST + 1):
                row = told(number, cells, caseload.mapping, caseload.day_first, today)
                shown.append([str(number), *(_said(row.values.get(code)) for code in codes)])
        except Unreadable:
            return [], []
    return ["Row", *(COLUMNS[code].label for code in codes)], shown


def _said(value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return day(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value)
    return str(value)


def percent(caseload: Caseload) -> int:
    return min(100 * caseload.done_rows // max(caseload.rows_total, 1), 100)


def to_mend(caseload: Caseload) -> Any:
    """The rows that were not taken, as they came, with the reasons in a last column."""
    why = {
        row.number: "; ".join(f"{column}: {sentence}" for column, sentence in row.faults)
        for row in caseload.rows.filter(verdict__in=(Verdict.WRONG, Verdict.NEAR))
    }
    with caseload.file.open("rb") as file:
        for number, cells in rows(file, caseload.form):
            if number in why:
                width = len(caseload.header)
                padded = [*cells[:width], *[""] * (width - len(cells))]
                yield [*map(str, padded), why[number]]
