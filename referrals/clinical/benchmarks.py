"""Which published numbers stand beside our own?"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from referrals.clinical import tables


@dataclass(frozen=True)
class Benchmark:
    """A published number: a `share` (0 to 1) of a `base`, or `odds`, or that there is none.

    Raises ValueError for a share beyond 0 to 1, a share and odds at once, or an empty source.
    """

    code: str
    label: str
    base: str
    text: str
    source: str
    share: float | None = None
    odds: float | None = None

    def __post_init__(self) -> None:
        both = self.share is not None and self.odds is not None
        if both or not self.source or not 0 <= (self.share or 0) <= 1:
            raise ValueError(f"The benchmark {self.code!r} is not complete.")


BENCHMARKS: Mapping[str, Benchmark] = MappingProxyType(
    {entry["code"]: Benchmark(**entry) for entry in tables.read("benchmarks")["benchmark"]}
)
