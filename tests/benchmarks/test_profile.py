"""Is the time of a page told by what was done in it, and is nothing counted for somebody else?"""

import cProfile
import pstats
from typing import Any

import pytest

from .profile import REST, part_of, shares, table


@pytest.mark.parametrize(("file", "name", "part"), [
    ("/x/django/db/models/sql/query.py", "build_filter", "composing questions"),
    ("/x/django/db/models/sql/compiler.py", "apply_converters", "reading rows"),
    ("~", "<method 'execute' of 'sqlite3.Cursor' objects>", "asking the database"),
    ("/x/django/template/base.py", "render", "drawing"),
    ("/work/referrals/queries/home.py", "pediatrician", "our rules and pages"),
    ("/work/referrals/admin/person.py", "get_queryset", "administration"),
    ("~", "<built-in method builtins.len>", REST),
    ("/x/somebody/else.py", "work", REST),
])  # fmt: skip
def test_a_function_is_told_by_the_file_it_stands_in(file: str, name: str, part: str) -> None:
    assert part_of((file, 1, name)) == part


def test_what_is_built_in_counts_for_who_called_it() -> None:
    page, length = (
        ("/work/referrals/views/home.py", 1, "home"),
        ("~", 0, "<built-in method builtins.len>"),
    )
    stats: Any = {
        page: (1, 1, 2.0, 3.0, {}), length: (9, 9, 1.0, 1.0, {page: (9, 9, 1.0, 1.0)}),
    }  # fmt: skip
    assert shares(stats) == {"our rules and pages": 3.0}


def test_all_of_the_time_is_told() -> None:
    profile = cProfile.Profile()
    profile.runcall(sorted, [3, 1, 2])
    stats: Any = pstats.Stats(profile)
    assert shares(stats.stats).total() == pytest.approx(stats.total_tt)


def test_each_page_is_a_line() -> None:
    lines = table({"home": {"drawing": 40.2, REST: 59.8}}).splitlines()
    assert lines[2].startswith("| home | 0 | 0 | 0 | 40 |")
    assert lines[2].endswith("| 60 |")
