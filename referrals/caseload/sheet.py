"""How is a spreadsheet read that somebody sent: row by row, never whole, and nothing of it believed?

Raises Unreadable with a sentence for the person. What it cannot be sure of it refuses by name.
"""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any, Final

from openpyxl import load_workbook

LARGEST: Final = 10 * 1024 * 1024  # bytes
MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 100
LONGEST: Final = 4_000  # letters of one cell
MOST_EMPTY: Final = 50_000  # rows of a workbook that are written down and hold nothing
#: What a workbook may unpack to, and what of it is held at once (its table of texts).
UNPACKED, TEXTS, PARTS = 150 * 1024 * 1024, 30 * 1024 * 1024, 500
_CHUNK: Final = 256 * 1024

Row = tuple[int, list[str]]


class Unreadable(Exception):
    """The file cannot be read. The sentence says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Formula(str):
    """A cell that reckons: what it shows is what some program reckoned last, and is not taken."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that can be read: its form, what stands over its columns, and in which row."""

    form: str
    header: list[str]
    head_row: int


def sheet(file: IO[bytes], name: str) -> Sheet:
    """Look the file over and read its first row."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size == 0:
        raise Unreadable("This file is empty.")
    if size > LARGEST:
        raise Unreadable(f"This file is larger than {LARGEST // 1024 // 1024} MB. Split it in two.")
    form = _form(file, name)
    for number, cells in rows(file, form):
        header = ["".join(filter(str.isprintable, cell)).strip()[:120] for cell in cells]
        return Sheet(form, header, number)
    raise Unreadable("This file has no row with anything in it.")


def rows(file: IO[bytes], form: str) -> Iterator[Row]:
    """Every row that holds something, with its number as a spreadsheet shows it."""
    file.seek(0)
    found = 0
    for number, cells in _csv(file) if form == "csv" else _xlsx(file):
        if not any(cell.strip() for cell in cells):
            continue
        found += 1
        if found > MOST_ROWS + 1:
            raise Unreadable(f"This file has more than {MOST_ROWS:,} rows. Split it in two.")
        yield number, cells


def _form(file: IO[bytes], name: str) -> str:
    """What the file is, by its bytes; its name only has to agree."""
    head = file.read(8)
    ending = name.rpartition(".")[2].lower()
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            "This is an old Excel file (.xls) or one with a password. Save it as .xlsx or CSV, without a password."
        )
    if ending in ("xlsm", "xlsb", "xltm"):
        raise Unreadable("A file with macros is not opened. Save it as .xlsx or CSV.")
    if head.startswith(b"PK"):
        if ending != "xlsx":
            raise Unreadable("This is not what its name says it is. Send an .xlsx or .csv file.")
        _look_over(file)
        return "xlsx"
    if ending == "xlsx":
        raise Unreadable("This is no Excel file, though its name says so. Save it as .xlsx anew.")
    if ending not in ("csv", "tsv", "txt") or head.startswith(b"%PDF"):
        raise Unreadable("Send an .xlsx or .csv file.")
    return "csv"


# --- Comma-separated ---------------------------------------------------------------------------


def _encoding(file: IO[bytes]) -> str:
    """UTF-8, UTF-16 with its mark, or Windows-1252; anything else is refused by name."""
    file.seek(0)
    head = file.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        known: tuple[str, ...] = ("utf-16",)
    elif head.startswith(codecs.BOM_UTF8):
        known = ("utf-8-sig",)
    else:
        known = ("utf-8", "cp1252")
    for encoding in known:
        decoder = codecs.getincrementaldecoder(encoding)()
        file.seek(0)
        try:
            while chunk := file.read(16 * 1024):
                if "\0" in decoder.decode(chunk):
                    raise Unreadable(
                        "There are NUL bytes in this file: it is no text. Save it as “CSV UTF-8”."
                    )
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Unreadable(
        "The letters of this file are neither UTF-8, UTF-16 nor Windows-1252. Save it as “CSV UTF-8”."
    )


def _csv(file: IO[bytes]) -> Iterator[Row]:
    encoding = _encoding(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        first = text.readline(64 * 1024)
        outside = re.sub(r'"[^"]*"', "", first)
        divider = max(",;\t", key=outside.count)
        text.seek(0)
        for number, cells in enumerate(csv.reader(text, delimiter=divider, strict=True), start=1):
            yield number, [_short(cell, number) for cell in cells[:MOST_COLUMNS]]
    except csv.Error:
        raise Unreadable(
            "A quotation mark in this file is never closed, or stands in the wrong place. "
            "Open it in a spreadsheet and save it as CSV anew."
        ) from None
    finally:
        if not file.closed:
            text.detach()


def _short(cell: str, number: int) -> str:
    if len(cell) > LONGEST:
        raise Unreadable(f"Row {number}: a cell has more than {LONGEST:,} letters. Shorten it.")
    # The apostrophe that keeps what would be a formula a text is no part of it.
    if cell[:1] == "'" and cell[1:].lstrip(" ")[:1] in ("=", "+", "-", "@", "\t", "\r", "\n"):
        return cell[1:]
    return cell


# --- Excel -------------------------------------------------------------------------------------

_NOT_EXCEL: Final = "This is no Excel file, though its name says so. Save it as .xlsx anew."
_TOO_MUCH: Final = "This file unpacks to far more than it holds, and is not opened."
#: XML that declares things of its own can swell without end, however it is encoded.
_DECLARES: Final = tuple(
    word.encode(code) for word in ("<!DOCTYPE", "<!ENTITY") for code in ("utf-8", "utf-16-le", "utf-16-be")
)  # fmt: skip
_MERGED: Final = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z0-9:]{1,24})"')


def _look_over(file: IO[bytes]) -> None:
    """Refuse what swells, runs or is merged: by the directory first, and then while unpacking."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
            names = {part.filename for part in parts}
            if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
                raise Unreadable(_TOO_MUCH)
            if any(
                part.file_size > TEXTS
                for part in parts
                if not part.filename.startswith("xl/worksheets/")
            ):
                raise Unreadable(_TOO_MUCH)
            if any("vbaproject" in name.lower() or "macrosheets" in name.lower() for name in names):
                raise Unreadable("A file with macros is not opened. Save it as .xlsx or CSV.")
            if "xl/workbook.xml" not in names:
                raise Unreadable(_NOT_EXCEL)
            left = UNPACKED
            for part in parts:
                left = _look_through(packed, part, left)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError):
        raise Unreadable(_NOT_EXCEL) from None


def _look_through(packed: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    tail = b""
    with packed.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise Unreadable(_TOO_MUCH)
            seen = tail + chunk
            if any(word in seen for word in _DECLARES):
                raise Unreadable("This file declares entities of its own, and is not opened.")
            merged = _MERGED.search(seen) if part.filename.startswith("xl/worksheets/") else None
            if merged:
                where = merged[1].decode()
                raise Unreadable(
                    f"Cells {where} are merged: which row they belong to cannot be known. "
                    "Take the merging off and fill each row."
                )
            tail = seen[-200:]
    return left


def _xlsx(file: IO[bytes]) -> Iterator[Row]:
    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
    except Exception:  # a library for files that mean well: whatever it stumbles over is refused
        raise Unreadable(_NOT_EXCEL) from None
    try:
        first = next((s for s in book.worksheets if s.sheet_state == "visible"), None)
        if first is None:
            raise Unreadable("This file has no visible sheet.")
        # What it says of its own size is not believed: a million rows may be told, or none.
        first.reset_dimensions()
        empty = 0
        for number, cells in enumerate(first.iter_rows(), start=1):
            if any(cell.value is not None for cell in cells):
                yield number, [_said(cell, number) for cell in cells[:MOST_COLUMNS]]
            elif cells:
                # A row that is merely skipped costs nothing; one that is written down is read.
                empty += 1
                if empty > MOST_EMPTY:
                    raise Unreadable(
                        f"This sheet has more than {MOST_EMPTY:,} rows that are formatted and empty. "
                        "Copy the filled ones into a new file."
                    )
    except Unreadable:
        raise
    except Exception:
        raise Unreadable(_NOT_EXCEL) from None
    finally:
        book.close()


def _said(cell: Any, number: int) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Formula(f"={value}" if not str(value).startswith("=") else str(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == value.min.time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _short(str(value), number)
