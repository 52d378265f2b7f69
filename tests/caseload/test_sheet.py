"""Is every file that cannot be trusted refused with a sentence, and every other read row by row?"""

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from referrals.caseload.sheet import MOST_EMPTY, MOST_ROWS, Formula, Unreadable, rows, sheet
from tests.factories.caseload import csv, excel

ROWS = [["1", "Zoë", "Sol"], ["2", "Ana", "O'Neil"]]
HEADS = ["Number", "Given name", "Family name"]


def read(content: bytes, name: str = "list.csv") -> list[list[str]]:
    file = io.BytesIO(content)
    return [cells for _, cells in rows(file, sheet(file, name).form)]


def why_not(content: bytes, name: str) -> str:
    with pytest.raises(Unreadable) as refused:
        read(content, name)
    return refused.value.sentence


TEXT = "\r\n".join(";".join(one) for one in [HEADS, *ROWS])


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(), TEXT.encode("utf-8-sig"), TEXT.encode("utf-16"), TEXT.encode("cp1252"),
        TEXT.replace(";", ",").encode(), TEXT.replace(";", "\t").encode(),
        TEXT.replace("\r\n", "\n").encode(), ("\r\n\r\n" + TEXT + "\r\n;;\r\n").encode(),
    ],
    ids=["utf-8", "bom", "utf-16", "windows", "comma", "tab", "newline", "empty rows"],
)  # fmt: skip
def test_text_is_read_in_each_of_its_forms(content: bytes) -> None:
    if content.startswith(b"\r\n"):
        content = content.lstrip(b"\r\n")
    assert read(content) == [HEADS, *ROWS]


def test_a_quoted_line_break_is_part_of_its_cell() -> None:
    assert read(b'A,B\r\n"one\nline",2\r\n') == [["A", "B"], ["one\nline", "2"]]


def test_an_excel_file_is_read_as_it_is_shown() -> None:
    content = excel([[12.0, True, datetime(2020, 2, 28), date(2020, 2, 29), None, 1.5]], "ABCDEF")
    assert read(content, "a.xlsx")[1] == ["12", "yes", "2020-02-28", "2020-02-29", "", "1.5"]


def test_a_formula_is_told_from_a_value() -> None:
    cells = read(excel([["=1+1", "2"]], "AB"), "a.xlsx")[1]
    assert [type(cell) for cell in cells] == [Formula, str]


def repacked(content: bytes, change: Callable[[str, bytes], bytes | None], **also: bytes) -> bytes:
    """The same workbook with a part changed or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)) or old.read(name))
        for name, part in also.items():
            new.writestr(name.replace("__", "/"), part)
    return out.getvalue()


GOOD = excel(ROWS, HEADS)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        with new.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(200):
                part.write(b"0" * 1024 * 1024)
        new.writestr("xl/workbook.xml", b"<a/>")
    tracemalloc.start()
    assert why_not(out.getvalue(), "a.xlsx").startswith("This file unpacks to far more")
    assert tracemalloc.get_traced_memory()[1] < 4 * 1024 * 1024
    tracemalloc.stop()


def test_a_bomb_that_lies_about_its_size_is_refused_too() -> None:
    bomb = repacked(GOOD, lambda name, part: b" " * 3_000_000 if "sheet1" in name else None)
    told = (3_000_000).to_bytes(4, "little")
    assert bomb.count(told) == 2
    assert why_not(bomb.replace(told, (30).to_bytes(4, "little")), "a.xlsx").startswith(
        "This is no"
    )


@pytest.mark.parametrize("code", ["utf-8", "utf-16-le", "utf-16-be"])
def test_entities_are_refused_however_they_are_written(code: str) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "cccc">]><a>&b;</a>'.encode(code)
    content = repacked(GOOD, lambda name, part: bomb if "styles" in name else None)
    assert why_not(content, "a.xlsx").startswith("This file declares entities")


def test_merged_cells_are_named() -> None:
    book = Workbook()
    for one in (HEADS, *ROWS):
        book.active.append(one)
    book.active.merge_cells("A2:A3")
    out = io.BytesIO()
    book.save(out)
    assert why_not(out.getvalue(), "a.xlsx").startswith("Cells A2:A3 are merged")


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.csv", "This file is empty."),
        (b"\r\n , \r\n", "a.csv", "This file has no row"),
        (b"%PDF-1.7 and so on", "a.xlsx", "This is no Excel file"),
        (b"%PDF-1.7 and so on", "a.csv", "Send an .xlsx or .csv file."),
        (b"PK\x03\x04 and nothing", "a.xlsx", "This is no Excel file"),
        (GOOD, "a.csv", "This is not what its name says it is."),
        (GOOD, "a.xlsm", "A file with macros is not opened."),
        (repacked(GOOD, lambda n, p: None, xl__vbaProject_bin=b"x").replace(b"vbaProject_bin", b"vbaProject.bin"), "a.xlsx", "A file with macros is not opened."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "This is an old Excel file"),
        (b"A,B\r\n1,\x002\r\n", "a.csv", "There are NUL bytes"),
        (b"A,B\r\n\x81\x8d,2\r\n", "a.csv", "The letters of this file are neither"),
        (b'A,B\r\n"1,2\r\n', "a.csv", "A quotation mark in this file is never closed"),
        (b"A\r\n" + b"x" * 5000, "a.csv", "Row 2: a cell has more than 4,000 letters."),
        (b"x" * (10 * 1024 * 1024 + 1), "a.csv", "This file is larger than 10 MB."),
        (b"A\r\n" * (MOST_ROWS + 2), "a.csv", "This file has more than 20,000 rows."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(content: bytes, name: str, sentence: str) -> None:
    assert why_not(content, name).startswith(sentence)


def test_empty_rows_without_end_take_time_but_no_room() -> None:
    """Its last row, formatted and empty, stands a quarter of a million rows below the others."""
    last = b'<row r="262144"><c r="A262144"/></row></sheetData>'
    content = repacked(
        GOOD, lambda name, part: part.replace(b"</sheetData>", last) if "sheet1" in name else None
    )
    tracemalloc.start()
    assert read(content, "a.xlsx") == [HEADS, *ROWS]
    assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    tracemalloc.stop()


def with_empty_rows(count: int) -> bytes:
    """As a spreadsheet saves them that was formatted to below its last row: each written down."""
    more = b"".join(b'<row r="%d"><c r="A%d"/></row>' % (n, n) for n in range(5, 5 + count))
    return repacked(
        GOOD,
        lambda name, part: (
            part.replace(b"</sheetData>", more + b"</sheetData>") if "sheet1" in name else None
        ),
    )


def test_some_rows_that_are_formatted_and_empty_are_passed_over() -> None:
    assert read(with_empty_rows(5_000), "a.xlsx") == [HEADS, *ROWS]


def test_a_sheet_formatted_without_end_is_refused_with_what_to_do() -> None:
    said = why_not(with_empty_rows(MOST_EMPTY + 1), "a.xlsx")
    assert said.startswith("This sheet has more than 50,000 rows that are formatted and empty.")


def peak(content: bytes, name: str) -> int:
    file = io.BytesIO(content)
    form = sheet(file, name).form
    tracemalloc.start()
    found = sum(1 for _ in rows(file, form))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found
    return most


def many(count: int) -> list[list[str]]:
    return [[str(n), "Same", "Words"] for n in range(count)]


def test_ten_thousand_rows_take_no_more_room_than_a_thousand() -> None:
    assert peak(csv(many(10_000), HEADS), "a.csv") < 2 * peak(csv(many(1_000), HEADS), "a.csv")
