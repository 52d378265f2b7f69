"""What is in a foreign Bundle, and what do its references lead to?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import parse_qsl

from django.conf import settings

from referrals.arriving import ERROR, WARNING, Identifier, Problem
from referrals.clinical.identifiers import npi_is_valid

from .element import NPI
from .node import Node
from .paper import BASE
from .token import Token, parts, token

#: Types of which something is read; all others are kept in the original and left alone.
READ: Final = frozenset({
    "MessageHeader", "ServiceRequest", "Task", "Patient", "RelatedPerson", "Practitioner",
    "PractitionerRole", "Organization", "Condition", "DocumentReference", "Binary",
})  # fmt: skip
_KINDS: Final = ("transaction", "message", "document", "collection")
MOST_ENTRIES: Final = 500
#: Where a resource stands on a server: the server, the type, the id.
_STANDS: Final = re.compile(r"(https?://.+/)?([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})")


@dataclass(frozen=True, slots=True)
class Outside:
    """What a reference names that is not in the Bundle: by a number, or by where it stands."""

    at: str
    kind: str
    display: str = ""
    identifiers: tuple[Identifier, ...] = ()


@dataclass(slots=True)
class Entries:
    """The resources of a Bundle, found by what references say."""

    found: list[Problem] = field(default_factory=list)
    kind: str = ""
    all: list[Node] = field(default_factory=list)
    by_url: dict[str, Node] = field(default_factory=dict)
    by_key: dict[str, Node] = field(default_factory=dict)
    #: The resource around a contained one: `#id` names what stands beside it there.
    around: dict[str, Node] = field(default_factory=dict)
    #: The fullUrl under which a resource stands: what is relative in it begins there.
    url_of: dict[str, str] = field(default_factory=dict)
    #: What an entry is to be stored as, or is stored as already: `ifNoneExist`, a conditional PUT.
    by_condition: dict[tuple[str, Token], list[Node]] = field(default_factory=dict)
    _by_number: dict[tuple[str | None, str], list[Node]] | None = None
    _inside: dict[str, dict[str, Node]] = field(default_factory=dict)

    def of(self, kind: str) -> list[Node]:
        return [node for node in self.all if node.kind == kind]

    def follow(self, reference: Node | None, holder: Node, *kinds: str) -> Node | Outside | None:
        """What a reference leads to; None and a word about it where that is nothing, or another kind."""
        if reference is None:
            return None
        said = reference.text("reference").split("/_history/")[0]
        number = reference.one("identifier")
        if not said and number is None:
            if reference.text("display"):
                return Outside(reference.path, reference.text("type"), reference.text("display"))
            self._say(reference, "This reference names nothing.", "required")
            return None
        node = self._literal(said, holder)
        if node is None and "?" in said:
            return self._conditional(reference, said, kinds)
        if node is None and number is not None:
            node = self._numbered(number.number(), kinds)
        if node is not None:
            return node if self._is_one(reference, node.kind, kinds) else None
        if number is not None and number.text("value"):
            return Outside(
                reference.path, reference.text("type"), reference.text("display"),
                (number.number(),),
            )  # fmt: skip
        return self._elsewhere(reference, said, kinds)

    def _is_one(self, reference: Node, kind: str, kinds: tuple[str, ...]) -> bool:
        if kind not in kinds:
            what = kind or "nothing that is a resource"
            self._say(reference, f"This leads to {what}, not to {' or '.join(kinds)}.")
        return kind in kinds

    def _elsewhere(self, reference: Node, said: str, kinds: tuple[str, ...]) -> Outside | None:
        """What stands on another server, or under an id of ours: it can be known by that."""
        stands = _STANDS.fullmatch(said)
        if stands is None:
            self._say(reference, "This reference leads to nothing in the Bundle.", "not-found")
            return None
        server, kind, key = stands.groups()
        if server in (None, f"{settings.SITE_URL}{BASE}/"):
            server = ""
        if not self._is_one(reference, kind, kinds):
            return None
        number = (f"{server}{kind}" if server else "", key)
        return Outside(reference.path, kind, reference.text("display"), (number,))

    def _conditional(
        self, reference: Node, said: str, kinds: tuple[str, ...]
    ) -> Node | Outside | None:
        """What `Organization?identifier=system|value` finds (R4, http.html#trules): here, or with us."""
        kind, _, query = said.partition("?")
        if not self._is_one(reference, kind, kinds):
            return None
        asked = _asked(query)
        if asked is None:
            words = "Here a condition names one identifier: Type?identifier=system|value."
            self._say(reference, words, "not-supported")
            return None
        found = [one for one in self._with(asked.system, asked.code) if one.kind == kind]
        found += self.by_condition.get((kind, asked), [])
        if len({one.path for one in found}) > 1:
            words = "More than one entry of the Bundle fits this condition."
            self._say(reference, words, "multiple-matches")
            return None
        if found:
            return found[0]
        # Without a system any will do; of those by which we know somebody there is one.
        systems = [asked.system or ""]
        if asked.system is None and npi_is_valid(asked.code):
            systems.append(NPI)
        numbers = tuple((system, asked.code) for system in systems)
        return Outside(reference.path, kind, reference.text("display"), numbers)

    def _literal(self, said: str, holder: Node) -> Node | None:
        if said.startswith("#"):
            outer = self.around.get(holder.path, holder)
            if said == "#":
                return outer
            if outer.path not in self._inside:
                inside = list(outer.each("contained"))
                self._inside[outer.path] = {one.key: one for one in reversed(inside)}
            node = self._inside[outer.path].get(said[1:])
            if node is not None:
                self.around[node.path] = outer
            return node
        outer = self.around.get(holder.path, holder)
        base = _STANDS.fullmatch(self.url_of.get(outer.path, ""))
        beside = self.by_url.get(f"{base[1]}{said}") if base and base[1] else None
        return beside or self.by_url.get(_url(said)) or self.by_key.get(said)

    def _numbered(self, number: Identifier, kinds: tuple[str, ...]) -> Node | None:
        found = self._with(*number) if number[1] else []
        return next((one for one in found if one.kind in kinds), None)

    def _with(self, system: str | None, value: str) -> list[Node]:
        """The entries that carry this number; without a system, of whichever."""
        if self._by_number is None:
            self._by_number = {}
            for one in self.all:
                # What is wrong with a number is said where it is read, not where it is looked for.
                for own, known in Node(one.value, one.path, []).identifiers():
                    for key in ((own, known), (None, known)):
                        self._by_number.setdefault(key, []).append(one)
        return self._by_number.get((system, value), [])

    def forgive(self, since: int) -> None:
        """What was found from there on is still told, and no longer stands in the way."""
        for number in range(since, len(self.found)):
            if self.found[number].severity == ERROR:
                self.found[number] = replace(self.found[number], severity=WARNING)

    def _say(self, reference: Node, words: str, code: str = "value") -> None:
        self.found.append(Problem(words, reference.path, code))


def entries_of(body: dict[str, Any]) -> Entries:
    """Open the Bundle; what is wrong with it as a whole is in `found`."""
    entries = Entries()
    bundle = Node(body, "Bundle", entries.found)
    if bundle.kind != "Bundle":
        entries.found.append(
            Problem("Send a Bundle with the order in it.", "Bundle.resourceType", "structure")
        )
        return entries
    _understand(bundle)
    entries.kind = bundle.text("type")
    if entries.kind == "batch":
        bundle.fault(
            "type", "An e-referral is one whole: send it as a transaction, not as a batch."
        )
    elif entries.kind not in _KINDS:
        bundle.fault("type", f"Send a Bundle of type {', '.join(_KINDS[:-1])} or {_KINDS[-1]}.")
    listed = bundle.each("entry")
    inside = _inside(listed)
    if len(listed) + len(inside) > MOST_ENTRIES:
        bundle.fault("entry", f"The Bundle has more than {MOST_ENTRIES} entries.", "too-costly")
        return entries
    for entry in listed:
        resource = entry.one("resource")
        if resource is None:
            entry.fault("resource", "An entry holds a resource.", "required")
            continue
        if not resource.kind:
            resource.fault("resourceType", "Say which resource this is.", "required")
            continue
        if _url(entry.text("fullUrl")) in entries.by_url:
            entry.fault("fullUrl", "Two entries have this fullUrl.", "duplicate")
        _take(entries, entry, resource)
    for entry, resource in inside:
        # What stands in both is one: the letter repeats of whom the message speaks.
        url, name = _url(entry.text("fullUrl")), f"{resource.kind}/{resource.key}"
        if url not in entries.by_url and not (resource.key and name in entries.by_key):
            _take(entries, entry, resource)
    if not bundle.value.get("entry"):
        bundle.fault("entry", "The Bundle is empty.", "required")
    elif entries.kind == "message" and entries.all and entries.all[0].kind != "MessageHeader":
        bundle.fault("entry[0].resource", "A message begins with its MessageHeader.", "structure")
    _check_inner(entries)
    return entries


def _inside(listed: list[Node]) -> list[tuple[Node, Node]]:
    """The entries of a Bundle in the Bundle, as a message carries its document (BSeR)."""
    found = []
    for entry in listed:
        outer = entry.one("resource")
        for inner in outer.each("entry") if outer and outer.kind == "Bundle" else ():
            resource = inner.one("resource")
            if resource and resource.kind:
                found.append((inner, resource))
    return found


def _take(entries: Entries, entry: Node, resource: Node) -> None:
    entries.all.append(resource)
    url = _url(entry.text("fullUrl"))
    entries.url_of[resource.path] = url
    for asked in _conditions(entry):
        entries.by_condition.setdefault((resource.kind, asked), []).append(resource)
    if url:
        entries.by_url.setdefault(url, resource)
        tail = "/".join(url.rsplit("/", 2)[-2:])
        if tail != url:
            entries.by_key.setdefault(tail, resource)
    if resource.key:
        entries.by_key.setdefault(f"{resource.kind}/{resource.key}", resource)
    _check_entry(entry, resource)


def _url(said: str) -> str:
    """A UUID says the same in capitals."""
    return said.lower() if said[:9].lower() == "urn:uuid:" else said


def _asked(query: str) -> Token | None:
    """The one number that a condition names."""
    given = parse_qsl(query, keep_blank_values=True)
    said = parts(given[0][1]) if len(given) == 1 and given[0][0] == "identifier" else []
    asked = token(said[0]) if len(said) == 1 else None
    return asked if asked and asked.code else None


def _conditions(entry: Node) -> Iterator[Token]:
    """By which number the entry is to be known where it is stored: its own, though it may not say so."""
    request = entry.one("request")
    if request is None:
        return
    for name in ("url", "ifNoneExist"):
        said = request.text(name)
        query = said.rpartition("?")[2] if name == "ifNoneExist" or "?" in said else ""
        asked = _asked(query)
        if asked:
            yield asked


def _check_entry(entry: Node, resource: Node) -> None:
    asked = entry.one("request")
    method = asked.text("method") if asked else ""
    if asked is not None and method not in ("POST", "PUT", ""):
        asked.fault("method", "An e-referral only adds: use POST or PUT.", "not-supported")
    if resource.kind in READ:
        _understand(resource)


def _understand(node: Node) -> None:
    """What changes the meaning of all else and is not known here must be refused (R4, 2.4.1)."""
    if node.value.get("implicitRules"):
        node.fault("implicitRules", "Rules that are not known here apply to this.", "not-supported")
    steps: list[tuple[Any, str]] = [(node.value, node.path)]
    while steps:
        value, path = steps.pop()
        if isinstance(value, list):
            steps += [(one, f"{path}[{number}]") for number, one in enumerate(value)]
        elif isinstance(value, dict):
            for name, inner in value.items():
                if name == "modifierExtension" and inner:
                    words = "This changes the meaning in a way that is not known here."
                    node.found.append(Problem(words, f"{path}.{name}", "extension"))
                elif node.kind != "Bundle" and isinstance(inner, dict | list):
                    steps.append((inner, f"{path}.{name}"))


def _check_inner(entries: Entries) -> None:
    """A `urn:` names something in the same Bundle, or nothing: told, and only what is read must lead on."""
    seen = set(entries.found)
    for node in entries.all:
        if node.kind not in READ:
            continue
        for path, said in _references(node.value, node.path):
            if said.startswith("urn:") and _url(said) not in entries.by_url:
                problem = Problem(
                    "This reference leads to nothing in the Bundle.", path, "not-found", WARNING
                )
                if problem not in seen:
                    seen.add(problem)
                    entries.found.append(problem)


def _references(value: Any, path: str) -> Iterator[tuple[str, str]]:
    steps: list[tuple[Any, str]] = [(value, path)]
    while steps:
        inner, at = steps.pop()
        if isinstance(inner, list):
            steps += [(one, f"{at}[{number}]") for number, one in enumerate(inner)]
        elif isinstance(inner, dict):
            said = inner.get("reference")
            if isinstance(said, str):
                yield at, said
            steps += [(one, f"{at}.{name}") for name, one in inner.items()]
