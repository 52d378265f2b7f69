"""What is in a foreign Bundle, and what do its references lead to?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from referrals.arriving import Problem

from .node import Node

#: Types of which something is read; all others are kept in the original and left alone.
READ: Final = frozenset({
    "MessageHeader", "ServiceRequest", "Task", "Patient", "RelatedPerson", "Practitioner",
    "PractitionerRole", "Organization", "Condition", "DocumentReference", "Binary",
})  # fmt: skip
_KINDS: Final = ("transaction", "message")
MOST_ENTRIES: Final = 500


@dataclass(frozen=True, slots=True)
class Outside:
    """What a reference names that is not in the Bundle: by a number, or by an id of ours."""

    at: str
    kind: str
    display: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()


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
    _by_number: dict[tuple[str, str], list[Node]] | None = None
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
                return Outside(reference.path, "", reference.text("display"))
            self._say(reference, "This reference names nothing.", "required")
            return None
        node = self._literal(said, holder)
        if node is None and number is not None:
            node = self._numbered(number, kinds)
        if node is not None:
            if node.kind not in kinds:
                self._say(
                    reference,
                    f"This leads to {node.kind or 'nothing that is a resource'}, not to {' or '.join(kinds)}.",
                )
                return None
            return node
        if number is not None and number.text("value"):
            key = (number.text("system"), number.text("value"))
            return Outside(
                reference.path, reference.text("type"), reference.text("display"), (key,)
            )
        kind, _, key_of_ours = said.rpartition("/")
        if kind in kinds and "/" not in kind:
            ours = (("", key_of_ours),)
            return Outside(reference.path, kind, reference.text("display"), ours)
        self._say(reference, "This reference leads to nothing in the Bundle.", "not-found")
        return None

    def _literal(self, said: str, holder: Node) -> Node | None:
        if said.startswith("#"):
            outer = self.around.get(holder.path, holder)
            if outer.path not in self._inside:
                inside = list(outer.each("contained"))
                self._inside[outer.path] = {one.key: one for one in reversed(inside)}
            node = self._inside[outer.path].get(said[1:])
            if node is not None:
                self.around[node.path] = outer
            return node
        return self.by_url.get(said) or self.by_key.get(said)

    def _numbered(self, number: Node, kinds: tuple[str, ...]) -> Node | None:
        wanted = (number.text("system"), number.text("value"))
        if not wanted[1]:
            return None
        if self._by_number is None:
            self._by_number = {}
            for one in self.all:
                # What is wrong with a number is said where it is read, not where it is looked for.
                for known in Node(one.value, one.path, []).identifiers():
                    self._by_number.setdefault(known, []).append(one)
        return next((one for one in self._by_number.get(wanted, ()) if one.kind in kinds), None)

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
        bundle.fault("type", "Send a Bundle of type transaction or message.")
    listed = bundle.each("entry")
    if len(listed) > MOST_ENTRIES:
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
        entries.all.append(resource)
        url = entry.text("fullUrl")
        if url:
            if url in entries.by_url:
                entry.fault("fullUrl", "Two entries have this fullUrl.", "duplicate")
            entries.by_url.setdefault(url, resource)
            tail = "/".join(url.rsplit("/", 2)[-2:])
            if tail != url:
                entries.by_key.setdefault(tail, resource)
        if resource.key:
            entries.by_key.setdefault(f"{resource.kind}/{resource.key}", resource)
        _check_entry(entry, resource)
    if not bundle.value.get("entry"):
        bundle.fault("entry", "The Bundle is empty.", "required")
    elif entries.kind == "message" and entries.all and entries.all[0].kind != "MessageHeader":
        bundle.fault("entry[0].resource", "A message begins with its MessageHeader.", "structure")
    _check_inner(entries)
    return entries


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
    """A `urn:` names something in the same Bundle, or nothing at all."""
    seen = set(entries.found)
    for node in entries.all:
        if node.kind not in READ:
            continue
        for path, said in _references(node.value, node.path):
            if said.startswith("urn:") and said not in entries.by_url:
                problem = Problem(
                    "This reference leads to nothing in the Bundle.", path, "not-found"
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
