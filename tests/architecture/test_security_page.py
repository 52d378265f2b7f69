"""Is every test that docs/security.md names really there?"""

import ast
import re

from .source import ROOT, functions, parse

_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def missing(page: str) -> list[str]:
    """The tests that a page names and that no file holds."""
    held: dict[str, set[str]] = {}
    for file, _name in _NAMED.findall(page):
        path = ROOT / file
        if file not in held:
            tree = parse(path) if path.is_file() else ast.Module([], [])
            held[file] = {function.name for function in functions(tree)}
    return [f"{file}::{name}" for file, name in _NAMED.findall(page) if name not in held[file]]


def test_every_test_that_the_page_names_is_there() -> None:
    assert missing((ROOT / "docs" / "security.md").read_text()) == []


def test_every_row_names_its_test_or_says_why_not() -> None:
    page = (ROOT / "docs" / "security.md").read_text()
    rows = [
        line
        for line in page.splitlines()
        if line.startswith("| ") and "how it is met |" not in line
    ]
    silent = [row for row in rows if not _NAMED.search(row) and "not yet" not in row]
    assert rows
    assert silent == []


def test_a_test_that_is_not_there_is_found() -> None:
    here = "tests/architecture/test_security_page.py"
    page = f"`{here}::missing`, `{here}::test_gone`, `tests/test_gone.py::test_it`"
    assert missing(page) == [f"{here}::test_gone", "tests/test_gone.py::test_it"]
