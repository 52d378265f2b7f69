"""Are the published numbers the ones that were published, each with where it stands?"""

import pytest

from referrals.clinical.benchmarks import BENCHMARKS, Benchmark


def test_the_numbers_are_these() -> None:
    assert {code: (one.share, one.odds) for code, one in BENCHMARKS.items()} == {
        "referred": (0.58, None),
        "evaluated": (0.30, None),
        "electronic": (None, 2.94),
        "never_contacted": (0.64, None),
        "no_rate": (None, None),
    }


@pytest.mark.parametrize("code", BENCHMARKS)
def test_each_says_of_whom_and_where_it_is_from(code: str) -> None:
    one = BENCHMARKS[code]
    assert all((one.label, one.base, one.text, one.source))


def test_that_there_is_no_rate_for_this_therapy_is_said() -> None:
    assert BENCHMARKS["no_rate"].text.startswith("No completion rate is published")


@pytest.mark.parametrize(
    "wrong", [{"share": 1.2}, {"share": -0.1}, {"share": 0.5, "odds": 2.0}, {"source": ""}]
)
def test_half_a_benchmark_is_refused(wrong: dict[str, object]) -> None:
    whole: dict[str, object] = {"code": "x", "label": "x", "base": "x", "text": "x", "source": "x"}
    with pytest.raises(ValueError, match="not complete"):
        Benchmark(**whole | wrong)  # type: ignore[arg-type]
