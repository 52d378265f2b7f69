"""How does a table become a file that a spreadsheet opens, and in which nothing typed becomes a formula?"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any, Final
from unicodedata import normalize

from django.conf import settings
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter

CONTENT_TYPE: Final = "text/csv; charset=utf-8"
EXCEL_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES: Final = {"csv": CONTENT_TYPE, "xlsx": EXCEL_TYPE}
#: A cell that begins so is taken for a formula by one spreadsheet or another, or hides one that is.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
#: What the file format of Excel cannot hold.
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def neutral(cell: object) -> object:
    """Text that a spreadsheet takes for text: an apostrophe before what would be a formula.

    Neither spaces before it nor signs of full width hide a formula from every spreadsheet.
    """
    if not isinstance(cell, str):
        return cell
    seen = normalize("NFKC", cell).lstrip(" ")
    return f"'{cell}" if seen.startswith(_FORMULA) else cell


def spreadsheet(columns: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """Comma-separated, quoted where needed, in UTF-8 with the mark by which Excel knows it."""
    return b"".join(lines(columns, rows))


def lines(columns: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The same file line by line, for a list of any length."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    for number, row in enumerate(_all(columns, rows)):
        writer.writerow([neutral(cell) for cell in row])
        yield out.getvalue().encode("utf-8" if number else "utf-8-sig")
        out.seek(0)
        out.truncate()


def _all(columns: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
    yield columns
    yield from rows


def workbook(
    columns: Sequence[object],
    rows: Iterable[Sequence[object]],
    title: str = "List",
    also: tuple[str, Sequence[object], Iterable[Sequence[object]]] | None = None,
) -> bytes:
    """An Excel file, written row by row: dates are dates, and every text is nothing but text.

    `also` is a second sheet: its title, columns and rows.
    """
    out = BytesIO()
    _write_workbook(out, (title, columns, rows), *((also,) if also else ()))
    return out.getvalue()


def written(
    form: str, columns: Sequence[object], rows: Iterable[Sequence[object]], title: str = "List"
) -> IO[bytes]:
    """The file of a list of any length, to be read from its beginning.

    It lies on the disk under no name, and is gone once it is closed: no list is ever held whole.
    """
    out = TemporaryFile()  # noqa: SIM115  (closed by who reads it)
    try:
        if form == "csv":
            for line in lines(columns, rows):
                out.write(line)
        else:
            _write_workbook(out, (title, columns, rows))
    except BaseException:
        out.close()
        raise
    out.seek(0)
    return out


class _Sheet(WorksheetWriter):  # type: ignore[misc]
    """Writes one sheet to a file of ours: by itself it would take one under /tmp, and leave it there."""

    def cleanup(self) -> None:
        """The folder goes, with all that lies in it."""


def _write_workbook(
    out: IO[bytes], *sheets: tuple[str, Sequence[object], Iterable[Sequence[object]]]
) -> None:
    unfinished = Path(settings.UNFINISHED_ROOT)
    unfinished.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Made with 0700, and gone at the end, however that comes.
    with TemporaryDirectory(dir=unfinished) as folder, ExitStack() as ending:
        book = Workbook(write_only=True)
        for place, (name, heads, body) in enumerate(sheets):
            sheet = book.create_sheet(name)
            for number in range(1, len(heads) + 1):
                sheet.column_dimensions[get_column_letter(number)].width = 22
            sheet.freeze_panes = "A2"
            sheet._writer = _Sheet(sheet, out=str(Path(folder, str(place))))
            sheet._writer.write_top()
            ending.callback(_close, sheet)
            for row in _all(heads, body):
                sheet.append([_cell(sheet, value) for value in row])
        book.save(out)


def _close(sheet: Any) -> None:
    """Let go of the file of a sheet, also of one that broke off; twice is as good as once."""
    if sheet._rows is not None:
        sheet._rows.close()
    sheet._writer.close()


def _cell(sheet: Any, value: object) -> Any:
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)
    if value is None or isinstance(value, bool | int | float | date):
        return value
    cell = WriteOnlyCell(sheet, value=_UNPRINTABLE.sub("", str(neutral(str(value)))))
    cell.data_type = "s"
    return cell
