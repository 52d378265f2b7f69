"""How is a foreign resource read, so that nothing in it can surprise, and every fault has its place?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from referrals.arriving import WARNING, Identifier, Problem

from .element import CPT, ICD10, NPI, NUCC, SCT, SSN

_WHEN: Final = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T([01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?"
    r"(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d))?)?)?",
    re.ASCII,
)
#: Systems under the names that older documents know them by.
_OID: Final = "urn:oid:2.16.840.1.113883."
_SAME: Final = {
    f"{_OID}4.6": NPI, f"{_OID}4.1": SSN, f"{_OID}6.90": ICD10, f"{_OID}6.96": SCT,
    f"{_OID}6.12": CPT, f"{_OID}6.101": NUCC,
}  # fmt: skip
#: Types of numbers (HL7 table 0203) that say of which system one is.
_TYPES: Final = {"NPI": NPI, "SS": SSN}
_TITLES: Final = frozenset({"dr", "mr", "mrs", "ms", "mx", "prof"})
_LETTERS: Final = frozenset({
    "md", "do", "np", "pnp", "cpnp", "arnp", "aprn", "crnp", "dnp", "fnp", "fnp-c", "pa", "pa-c", "phd", "mph",
    "rn", "faap", "ot", "otd", "otr", "otr/l", "jr", "sr", "ii", "iii",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class When:
    """A date of any precision: `day` only where it is known to the day."""

    said: str
    day: date | None


@dataclass(frozen=True, slots=True)
class Node:
    """An object of the JSON, where it stands, and the list in which what is wrong is put down."""

    value: dict[str, Any]
    path: str
    found: list[Problem]

    def at(self, name: str) -> str:
        return f"{self.path}.{name}"

    def fault(self, name: str, words: str, code: str = "invalid") -> None:
        self.found.append(Problem(words, self.at(name) if name else self.path, code))

    def remark(self, name: str, words: str, severity: str = WARNING) -> None:
        at = self.at(name) if name else self.path
        self.found.append(Problem(words, at, "informational", severity))

    @property
    def kind(self) -> str:
        kind = self.value.get("resourceType")
        return kind if isinstance(kind, str) else ""

    @property
    def key(self) -> str:
        key = self.value.get("id")
        return key if isinstance(key, str) else ""

    def text(self, name: str) -> str:
        """A string, without the space around it; empty where there is none."""
        value = self.value.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.fault(name, "This must be a string.", "structure")
            return ""
        return value.strip()

    def texts(self, name: str) -> list[str]:
        """A list of strings; `null` stands in it where only an extension says something."""
        value = self.value.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(name, "This must be a list.", "structure")
            return []
        for number, one in enumerate(value):
            if one is not None and not isinstance(one, str):
                self.fault(f"{name}[{number}]", "This must be a string.", "structure")
        return [one.strip() for one in value if isinstance(one, str) and one.strip()]

    def flag(self, name: str) -> bool:
        value = self.value.get(name)
        if value is not None and not isinstance(value, bool):
            self.fault(name, "This must be true or false.", "structure")
        return value is True

    def one(self, name: str) -> "Node | None":
        value = self.value.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fault(name, "This must be an object.", "structure")
            return None
        return Node(value, self.at(name), self.found)

    def each(self, name: str) -> "list[Node]":
        value = self.value.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(name, "This must be a list.", "structure")
            return []
        nodes = []
        for number, one in enumerate(value):
            if isinstance(one, dict):
                nodes.append(Node(one, f"{self.at(name)}[{number}]", self.found))
            else:
                self.fault(f"{name}[{number}]", "This must be an object.", "structure")
        return nodes

    def when(self, name: str) -> When | None:
        """A date, dateTime or instant, of whichever precision the standard allows."""
        said = self.text(name)
        if not said:
            return None
        match = _WHEN.fullmatch(said)
        if match is not None:
            year, month, day = (int(part) if part else None for part in match.groups()[:3])
            try:
                whole = date(year or 0, month or 1, day or 1)
            except ValueError:
                match = None
        if match is None:
            self.fault(name, "This is not a date as FHIR writes it, such as 2026-03-14.", "value")
            return None
        return When(said, whole if day else None)

    # --- The data types that are read -----------------------------------------------------------

    def identifiers(self, name: str = "identifier") -> list[tuple[str, str]]:
        """(system, value) of each that holds; one that is old or has no value tells nobody apart."""
        found = (one.number() for one in self.each(name) if one.text("use") != "old")
        return [one for one in found if one[1]]

    def number(self) -> Identifier:
        """(system, value) of an Identifier, its system under FHIR's own name."""
        system, value, sort = self.text("system"), self.text("value"), self.one("type")
        codes = {code for _, code, _ in sort.codings()} if sort else set()
        if "SS" in codes or not system:
            system = next((known for code, known in _TYPES.items() if code in codes), system)
        return _SAME.get(system, system), value

    def codings(self) -> "Iterator[tuple[str, str, str]]":
        """(system, code, display) of a CodeableConcept."""
        for one in self.each("coding"):
            system = one.text("system")
            yield _SAME.get(system, system), one.text("code"), one.text("display")

    def said(self) -> str:
        """A CodeableConcept in words: its text, else what its first coding says of itself."""
        words = self.text("text")
        return words or next((d or c for _, c, d in self.codings() if d or c), "")

    def said_whole(self) -> str:
        """The same, and what its coding says where that is something else: some put a heading in the text."""
        words = self.said()
        more = next((display for _, _, display in self.codings() if display), "")
        return words if more.lower() in words.lower() else f"{words}: {more}"

    def name(self) -> "tuple[str, str, str]":
        """(given, family, what they are called) of the names of a person, the official one first."""
        names = [one for one in self.each("name") if one.text("use") not in ("old", "maiden")]
        order = {"official": 0, "": 1, "usual": 2}
        names.sort(key=lambda one: order.get(one.text("use"), 3))
        if not names:
            return "", "", ""
        given, family = _split(names[0])
        called = [one for one in names[1:] if one.text("use") in ("usual", "nickname")]
        used = called[0].texts("given")[:1] if called else []
        return given, family, used[0] if used and used[0] != given else ""

    def reach(self, system: str) -> str:
        """The first telephone number or e-mail that is not old."""
        found = (
            one.text("value")
            for one in self.each("telecom")
            if one.text("system") == system and one.text("use") != "old"
        )
        return next(found, "")


def _split(name: Node) -> tuple[str, str]:
    """Given and family name; where only the whole is written, its last word is the family's."""
    given, family = " ".join(name.texts("given")), name.text("family")
    return (given, family) if given or family else spoken(name.text("text"))


def spoken(name: str) -> tuple[str, str]:
    """Given and family name of one written as a whole: “Dr. Ada Okafor, MD” or “Okafor, Ada”."""
    before, _, after = (part.strip() for part in name.partition(","))
    if after and after.split(",")[0].replace(".", "").lower() not in _LETTERS:
        return after, before
    *given, family = before.split() or [""]
    return " ".join(one for one in given if one.lower().strip(".") not in _TITLES), family
