"""What does an evaluation look at, in which words does it say what it found, and is it complete?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from referrals.clinical import tables
from referrals.clinical.knowledge import DOMAINS
from referrals.clinical.text import Text


@dataclass(frozen=True)
class Term:
    """One word of the vocabulary, as clinicians and as families read it."""

    code: str
    label: str
    family_label: Text
    source: str


def _terms(name: str) -> Mapping[str, Term]:
    entries = (Term(**e) for e in tables.read_texts("findings", name, "family_label"))
    return MappingProxyType({term.code: term for term in entries})


#: The five areas every evaluation looks at; the other domains stand beside them as further areas.
CORE_AREAS: Final = _terms("area")
AREAS: Final[Mapping[str, Term]] = MappingProxyType(
    dict(CORE_AREAS)
    | {
        d.code: Term(d.code, d.label, d.family_label, d.source)
        for d in DOMAINS.values()
        if d.code not in CORE_AREAS
    }
)
METHODS: Final = _terms("method")
LEVELS: Final = _terms("level")


_ASKED: Final = (
    ("area", AREAS, "choose the area"),
    ("method", METHODS, "say how you saw it"),
    ("level", LEVELS, "choose a level"),
)


def is_known(finding: Mapping[str, Any]) -> bool:
    """Whether a finding speaks in the words of the vocabulary, as far as it has been written."""
    return all((finding.get(name) or "") in {"", *terms} for name, terms, _ in _ASKED)


def lacks(finding: Mapping[str, Any]) -> list[str]:
    """What one finding still lacks, as parts of a sentence; empty when it can stand."""
    found = [say for name, terms, say in _ASKED if finding.get(name) not in terms]
    if not _said(finding.get("words")):
        found.append("say in words what you found")
    return found


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the evaluation: how many of its expected entries are there, what is missing."""

    code: str
    label: str
    done: int
    expected: int
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        return self.done == self.expected


_TEXTS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = MappingProxyType({
    "visit": ("The visit", {
        "evaluated_on": "Give the date of the evaluation.",
        "language": "Say which language was spoken.",
        "informants": "Say who answered questions.",
    }),
    "profile": ("Occupational profile", {
        "wants": "Say what child and family want and need to do.",
        "supports": "Say what helps.",
        "barriers": "Say what gets in the way.",
        "routines": "Describe a usual day.",
        "priorities": "Say what matters most to the family.",
    }),
    "history": ("History", {
        "history": "Tell the medical and developmental history.",
        "other_services": "Name other services, or write “none”.",
    }),
    "findings": ("Findings", {"conditions": "Describe the conditions of testing."}),
    "summary": ("Strengths and interpretation", {
        "strengths": "Name the child’s strengths.",
        "interpretation": "Say what the findings mean.",
    }),
})  # fmt: skip


def sections(content: Mapping[str, Any]) -> tuple[Section, ...]:
    """The completeness meter: every section with what it still lacks, in the order of the form.

    An area counts as looked at when a finding stands for it, be it "not looked at"; standardised
    tests are the therapist's choice and are never missing.
    """
    made = []
    for code, (label, texts) in _TEXTS.items():
        missing = [say for name, say in texts.items() if not _said(content.get(name))]
        expected = len(texts)
        if code == "findings":
            findings = content.get("findings") or ()
            seen = {finding.get("area") for finding in findings}
            unseen = [term.label for area, term in CORE_AREAS.items() if area not in seen]
            missing += [f"Say what you found: {label.lower()}." for label in unseen]
            faults = [_fault(finding) for finding in findings if lacks(finding)]
            missing += faults
            expected += len(CORE_AREAS) + sum(f.get("area") not in CORE_AREAS for f in findings)
        made.append(Section(code, label, max(expected - len(missing), 0), expected, tuple(missing)))
    made.append(_recommendation(content))
    return tuple(made)


def _fault(finding: Mapping[str, Any]) -> str:
    area = AREAS.get(str(finding.get("area") or ""))
    return f"{area.label if area else 'A finding'}: {', '.join(lacks(finding))}."


def _recommendation(content: Mapping[str, Any]) -> Section:
    chosen = content.get("recommendation") or ""
    needed: dict[str, str] = {"recommendation": "Choose what you recommend."}
    if chosen == "ot":
        needed |= {
            "visits": "Say how many visits.",
            "per": "Say in which time: a week, two weeks or a month.",
            "weeks": "Say for how many weeks.",
        }
    elif chosen == "other":
        needed |= {
            "other_service": "Say which other service.",
            "hand_over": "Write what the other service should know.",
        }
    missing = tuple(say for name, say in needed.items() if not _said(content.get(name)))
    return Section(
        "recommendation", "Recommendation", len(needed) - len(missing), len(needed), missing
    )


def missing(content: Mapping[str, Any]) -> Sequence[str]:
    """All that is missing before the evaluation can be signed, a sentence each."""
    return [say for section in sections(content) for say in section.missing]


def _said(value: Any) -> bool:
    return bool(value.strip() if isinstance(value, str) else value)
