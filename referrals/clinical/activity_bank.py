"""Which home activities can a therapist start from?"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from referrals.clinical import tables
from referrals.clinical.knowledge import BANDS, DOMAINS, UnknownBand, UnknownDomain


@dataclass(frozen=True)
class ActivityEntry:
    """A home activity to start from: all that a family needs to do it, to be fitted to the child.

    `code` says nothing: it may stand in an address. `minutes` is each time.
    """

    code: str
    domain: str
    bands: tuple[str, ...]
    title: str
    why: str
    steps: tuple[str, ...]
    minutes: int
    times_a_week: int
    routine: str
    materials: str
    good_looks_like: str
    stop_when: str
    source: str

    @property
    def content(self) -> dict[str, Any]:
        """What the entry fills in, by column of an activity."""
        names = ("title", "why", "minutes", "times_a_week", "routine", "materials",
                 "good_looks_like", "stop_when")  # fmt: skip
        return {name: getattr(self, name) for name in names} | {"steps": "\n".join(self.steps)}


ACTIVITIES: Mapping[str, ActivityEntry] = MappingProxyType(
    {entry["code"]: ActivityEntry(**entry) for entry in tables.read("activity_bank")["activity"]}
)


def activities_for(domain: str = "", band: str = "") -> tuple[ActivityEntry, ...]:
    """The entries of a domain and an age band, of all where one is left empty.

    Raises UnknownDomain and UnknownBand.
    """
    if domain and domain not in DOMAINS:
        raise UnknownDomain(f"There is no domain {domain!r}.")
    if band and band not in BANDS:
        raise UnknownBand(f"There is no age band {band!r}.")
    return tuple(
        entry
        for entry in ACTIVITIES.values()
        if domain in ("", entry.domain) and (not band or band in entry.bands)
    )
