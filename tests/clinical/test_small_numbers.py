"""Can nobody work out a number that is hidden, from all that is shown around it?"""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.clinical.small_numbers import (
    FEWEST,
    HIDDEN,
    Shown,
    share,
    shares,
    shown,
    span,
    total,
)

counts = st.lists(st.integers(0, 6) | st.integers(0, 30), min_size=1, max_size=6)
hidden_values = st.integers(1, FEWEST - 1)
SMALL = range(1, FEWEST)


def displayed(of: list[int]) -> object:
    """All that a table says: its cells, their sum, each share, and between what the first share lies."""
    cells, whole = [shown(n) for n in of], total(of)
    return (
        [str(cell) for cell in cells],
        str(whole),
        [share(cell, whole) for cell in cells],
        shares(cells[0], span(cells)),
    )


@given(counts)
def test_no_hidden_number_is_recovered_from_the_table_around_it(of: list[int]) -> None:
    """Of all tables that would be shown alike, each hidden number takes more than one value."""
    places = [n for n, count in enumerate(of) if count in SMALL]
    alike = []
    for guess in product(SMALL, repeat=len(places)):
        other = list(of)
        for place, value in zip(places, guess, strict=True):
            other[place] = value
        if displayed(other) == displayed(of):
            alike.append(other)
    assert of in alike
    assert all(len({other[place] for other in alike}) > 1 for place in places)


@given(counts, st.data())
def test_a_range_says_nothing_of_what_is_hidden(of: list[int], data: st.DataObject) -> None:
    other = [data.draw(hidden_values) if n in SMALL else n for n in of]
    assert span(map(shown, other)) == span(map(shown, of))


@given(st.integers(FEWEST, 40), st.lists(st.integers(0, 40), max_size=8), st.data())
def test_a_funnel_hides_alike_and_its_shares_betray_nothing(
    sent: int, ever: list[int], data: st.DataObject
) -> None:
    steps = sorted((min(n, sent) for n in ever), reverse=True)
    other = [data.draw(hidden_values) if 0 < n < FEWEST else n for n in steps]

    def told(of: list[int]) -> object:
        return [(str(shown(n)), share(shown(n), shown(sent))) for n in of]

    assert told(other) == told(steps)


@given(counts)
def test_a_number_that_is_no_small_one_is_shown_as_it_is(of: list[int]) -> None:
    assert [shown(n).value for n in of] == [None if 0 < n < FEWEST else n for n in of]


def test_the_words() -> None:
    assert [str(shown(n)) for n in (0, 1, 4, 5, 23)] == [
        "0", "fewer than 5", "fewer than 5", "5", "23",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([5, 7], "12"),
        ([0, 0], "0"),
        ([3], "fewer than 5"),
        ([12, 2, 0], "13 to 16"),  # 14 less 12 would be the one that is hidden
        ([12, 2, 3], "17"),  # five could be one and four as well
        ([1, 2], "2 to 8"),  # the sum is a small number too
        ([12, 1, 1], "14 to 20"),  # two could be nothing else
        ([4, 4, 4], "3 to 12"),
    ],
)
def test_a_sum_is_whole_where_it_betrays_nothing(counts: list[int], words: str) -> None:
    assert str(total(counts)) == words


def test_a_share_is_made_of_shown_numbers_only() -> None:
    assert share(shown(6), shown(24)) == 0.25
    assert share(shown(0), shown(24)) == 0
    assert share(shown(3), shown(24)) is None
    assert share(shown(6), total([6, 2])) is None
    assert share(shown(0), shown(0)) is None


def test_a_share_of_a_range_is_a_range() -> None:
    """Forty attended and one to four missed: 40 of 44 to 40 of 41."""
    attended = shown(40)
    whole = span([attended, shown(2)])
    assert shares(attended, whole) == (40 / 44, 40 / 41)
    assert shares(attended, span([attended, shown(10)])) == (0.8, 0.8)
    assert shares(shown(0), whole) is None
    assert shares(HIDDEN, HIDDEN) is None


@pytest.mark.parametrize(("low", "high"), [(-1, 2), (3, 2)])
def test_a_count_out_of_order_is_refused(low: int, high: int) -> None:
    with pytest.raises(ValueError, match="in their order"):
        Shown(low, high)
