"""Which home activities can a therapist start from?"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from referrals.clinical import tables
from referrals.clinical.knowledge import BANDS, DOMAINS, UnknownBand, UnknownDomain
from referrals.clinical.text import Text

#: What a family reads of an entry, beside its steps.
_READ: Final = ("title", "why", "materials", "good_looks_like", "stop_when")


@dataclass(frozen=True)
class ActivityEntry:
    """A home activity to start from: all that a family needs to do it, to be fitted to the child.

    `code` says nothing: it may stand in an address. `minutes` is each time.
    """

    code: str
    domain: str
    bands: tuple[str, ...]
    title: Text
    why: Text
    steps: tuple[Text, ...]
    minutes: int
    times_a_week: int
    routine: str
    materials: Text
    good_looks_like: Text
    stop_when: Text
    source: str

    @property
    def content(self) -> dict[str, Any]:
        """What the entry fills in, by column of an activity: in English, as clinicians write."""
        read = {name: getattr(self, name).en for name in _READ}
        asked = {name: getattr(self, name) for name in ("minutes", "times_a_week", "routine")}
        return read | asked | {"steps": "\n".join(step.en for step in self.steps)}

    @property
    def texts(self) -> tuple[Text, ...]:
        """All that a family reads of it."""
        return (*(getattr(self, name) for name in _READ), *self.steps)


ACTIVITIES: Mapping[str, ActivityEntry] = MappingProxyType(
    {
        entry["code"]: ActivityEntry(**entry)
        for entry in tables.read_texts("activity_bank", "activity", *_READ, "steps")
    }
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
