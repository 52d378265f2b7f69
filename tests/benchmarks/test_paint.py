"""Is a page that is seen late told as missed, and one in time is not?"""

from .paint import BUDGET, PAGES, missed, table


def test_a_page_seen_late_is_missed() -> None:
    in_time, late, *_ = PAGES
    found = {in_time: BUDGET - 1, late: BUDGET + 234}
    assert missed(found) == [(late, "1234 ms until the first paint, of 1000")]
    lines = table(found).splitlines()
    assert lines[2:] == [f"| {in_time} | 999 |  |", f"| {late} | 1234 | {missed(found)[0][1]} |"]
