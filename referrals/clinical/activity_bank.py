"""Which home activities can a therapist start from, and what must each of them be?"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from referrals.clinical import tables
from referrals.clinical.knowledge import BANDS, DOMAINS, UnknownBand, UnknownDomain
from referrals.clinical.reading import HARDEST, LONGEST_SENTENCE, grade, too_long
from referrals.clinical.text import Text

#: What a family reads of an entry, beside its steps.
_READ: Final = ("title", "why", "materials", "good_looks_like", "stop_when")
#: Characters of a text, so that it is read in one look.
LONGEST: Final = 120
FEWEST_STEPS, MOST_STEPS = 3, 5
LONGEST_MINUTES, MOST_OFTEN = 15, 7
#: Kept for the hint towards physical therapy: no activities of occupational therapy.
NOT_OURS: Final = "gross_motor"


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


def activities_for(
    domain: str = "", band: str = "", entries: Iterable[ActivityEntry] = tuple(ACTIVITIES.values())
) -> tuple[ActivityEntry, ...]:
    """The entries of a domain and an age band, of all where one is left empty.

    Raises UnknownDomain and UnknownBand.
    """
    if domain and domain not in DOMAINS:
        raise UnknownDomain(f"There is no domain {domain!r}.")
    if band and band not in BANDS:
        raise UnknownBand(f"There is no age band {band!r}.")
    return tuple(
        entry
        for entry in entries
        if domain in ("", entry.domain) and (not band or band in entry.bands)
    )


def faults(entry: ActivityEntry) -> Iterator[tuple[str, str]]:
    """What keeps an entry out of a bank: (field, sentence); `why_es` is the Spanish of `why`.

    An entry that nobody translated has its English in either language.
    """
    if entry.domain not in DOMAINS or entry.domain == NOT_OURS:
        yield "domain", "Choose an area of daily life."
    if not entry.bands or not set(entry.bands) <= set(BANDS):
        yield "bands", "Choose at least one age."
    if not FEWEST_STEPS <= len(entry.steps) <= MOST_STEPS:
        yield "steps", f"Write {FEWEST_STEPS} to {MOST_STEPS} steps, one a line."
    if not 1 <= entry.minutes <= LONGEST_MINUTES:
        yield "minutes", f"Ask for 1 to {LONGEST_MINUTES} minutes each time."
    if not 1 <= entry.times_a_week <= MOST_OFTEN:
        yield "times_a_week", f"Ask for 1 to {MOST_OFTEN} times a week."
    asked = ("title", "why", "good_looks_like", "stop_when")
    read = [(name, getattr(entry, name)) for name in asked]
    read += [("steps", step) for step in entry.steps]
    for name, text in read:
        if not text.en.strip():
            yield name, "Write this for the family."
        for field, said in ((name, text.en), (f"{name}_es", text.es)):
            if field != name and said == text.en:
                continue
            if len(said) > LONGEST:
                yield field, f"Say it in {LONGEST} characters or fewer."
            if name != "title":
                for line in too_long(said):
                    words = f"{LONGEST_SENTENCE} words or fewer"
                    yield field, f"Make this sentence shorter, {words}: “{line}”"
    english = [text.en for name, text in read if name != "title"]
    if any(re.search("[a-z]", text) for text in english) and grade(english) > HARDEST:
        yield (
            "why",
            (
                f"Its words are too hard to read: school grade {grade(english):.1f}, and "
                f"{HARDEST:.0f} is the most. Use shorter words and sentences in the reason, the steps "
                "and the two signs."
            ),
        )
