"""Can nothing that somebody typed become a formula in somebody else's spreadsheet?"""

import csv
import tempfile
import tracemalloc
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pytest_django import Settings

from referrals.documents.spreadsheet import neutral, spreadsheet, written


def cells(file: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(file.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "typed",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\uff1d1", "  \uff20x",
        '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0",
    ],
)  # fmt: skip
def test_what_would_be_a_formula_is_text(typed: str) -> None:
    assert cells(spreadsheet(["Place"], [[typed]])) == [["Place"], [f"'{typed}"]]


@pytest.mark.parametrize(
    "said", ["Elm Street", "58 %", "4 to 7", "2026-03-02", "", "O'Neil", "a=b"]
)
def test_plain_words_stay_as_they_are(said: str) -> None:
    assert neutral(said) == said


def test_a_number_stays_a_number() -> None:
    assert neutral(-3) == -3
    assert neutral(None) is None


def test_a_spreadsheet_knows_the_letters() -> None:
    file = spreadsheet(["Name"], [["Müller, Zoë"]])
    assert file == b'\xef\xbb\xbfName\r\n"M\xc3\xbcller, Zo\xc3\xab"\r\n'


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=2, max_size=2)))
def test_every_cell_comes_out_again_and_none_begins_a_formula(rows: list[list[str]]) -> None:
    found = cells(spreadsheet(["a", "b"], rows))[1:]
    assert [[cell.removeprefix("'") for cell in row] for row in found] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert not any(
        cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in found for cell in row
    )


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_list_of_any_length_is_written_in_the_same_memory(form: str) -> None:
    """Peaks of one run each, in bytes that Python holds: what the rows hold would show at once."""

    def peak(count: int) -> int:
        tracemalloc.start()
        written(
            form, ["n", "Name"], ([n, f"Child {n} of a long list"] for n in range(count))
        ).close()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(6000) < 1.5 * peak(600)


def test_what_was_written_is_read_from_its_beginning() -> None:
    with written("csv", ["Name"], [["=1"], ["Zoë"]]) as file:
        assert cells(file.read()) == [["Name"], ["'=1"], ["Zoë"]]


@pytest.fixture
def temporary(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where every file of this process is made that is not meant to last."""
    settings.UNFINISHED_ROOT = tmp_path / "unfinished"
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def lying(folder: Path) -> list[Path]:
    return [found for found in folder.rglob("*") if found.is_file()]


def test_a_list_that_breaks_off_leaves_nothing_on_the_disk(temporary: Path) -> None:
    def rows() -> Iterator[list[object]]:
        yield ["Zoë"]
        (written,) = lying(temporary)
        # Only who runs the server reads what is being written.
        assert written.parent.stat().st_mode & 0o777 == 0o700
        raise ConnectionError

    with pytest.raises(ConnectionError):
        written("xlsx", ["Name"], rows())
    assert lying(temporary) == []


def test_a_list_that_is_done_leaves_only_itself(temporary: Path) -> None:
    with written("xlsx", ["Name"], [["Zoë"], ["=1"]]) as file:
        assert lying(temporary) == []
        found = list(load_workbook(file).active.iter_rows(values_only=True))
    assert found == [("Name",), ("Zoë",), ("'=1",)]
