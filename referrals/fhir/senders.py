"""Who sends the order, from which place, and to which clinic?"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, TypeVar

from referrals.arriving import WARNING, Identifier, Person, Place, Problem
from referrals.clinical.identifiers import npi_is_valid

from .bundle import Entries, Outside
from .element import NPI
from .node import Node, spoken
from .order import named

Sender = TypeVar("Sender", Place, Person)
_REQUESTERS: Final = ("Practitioner", "PractitionerRole", "Organization")


def sender_of(entries: Entries, order: Node) -> tuple[Person | None, Place | None]:
    """The practitioner who ordered, and the place they ordered from.

    Where nobody is named a person without a name stands for them: the clinic decides whether that will do.
    """
    before = len(entries.found)
    person: Person | None = None
    place: Place | None = None
    asked = _asked(entries, order)
    for node in asked:
        if isinstance(node, Node) and node.kind == "PractitionerRole":
            person = person or _of_role(entries, node)
            place = place or _place_of_role(entries, node)
        elif isinstance(node, Node) and node.kind == "Organization":
            place = place or _place(node)
        elif isinstance(node, Node):
            person = person or _person(node)
            place = place or _role_of(entries, node)
        elif node.kind == "Organization":
            place = place or _outside_place(node)
        else:
            person = person or _outside_person(node)
    if person is not None:
        # Who orders is known: what else was said of them and leads nowhere is told, no more.
        entries.forgive(before)
    elif len(entries.found) == before:
        order.remark("requester", "No practitioner is named: a person at the clinic decides.")
        person = Person(order.at("requester"))
    return person, place


def _asked(entries: Entries, order: Node) -> list[Node | Outside]:
    holders = [(order, "requester")]
    holders += [(task, "requester") for task in entries.of("Task")]
    holders += [
        (head, name) for head in entries.of("MessageHeader") for name in ("author", "sender")
    ]
    return [
        node for holder, name in holders for _, node in named(entries, holder, name, *_REQUESTERS)
    ]


def _of_role(entries: Entries, role: Node) -> Person | None:
    for _, node in named(entries, role, "practitioner", "Practitioner"):
        return _person(node) if isinstance(node, Node) else _outside_person(node)
    return None


def _place_of_role(entries: Entries, role: Node) -> Place | None:
    for _, node in named(entries, role, "organization", "Organization"):
        return _place(node) if isinstance(node, Node) else _outside_place(node)
    return None


def _role_of(entries: Entries, person: Node) -> Place | None:
    """The place of a practitioner whose role stands in the Bundle beside them."""
    for role in entries.of("PractitionerRole"):
        found = named(entries, role, "practitioner", "Practitioner")
        if any(node is person or node == person for _, node in found):
            return _place_of_role(entries, role)
    return None


def _person(node: Node) -> Person | None:
    given, family, _ = node.name()
    numbers = node.identifiers()
    if not family:
        node.fault("name", "Give the practitioner's name.", "required")
        return None
    if len(given) > 80 or len(family) > 80:
        node.fault("name", "This name is longer than 80 characters.", "too-long")
        return None
    letters = [code.said() for one in node.each("qualification") if (code := one.one("code"))]
    return Person(
        node.path, given, family, npi_of(numbers), (letters or [""])[0][:40], tuple(numbers)
    )


def _outside_person(node: Outside) -> Person:
    given, family = spoken(node.display)
    numbers = node.identifiers
    return Person(node.at, given[:80], family[:80], npi_of(numbers), "", numbers)


def _place(node: Node) -> Place:
    numbers = node.identifiers()
    address = next(iter(node.each("address")), None)
    return Place(
        node.path, node.text("name")[:160], npi_of(numbers), tuple(numbers),
        node.reach("phone")[:32], _address(address)[:240] if address else "",
    )  # fmt: skip


def _outside_place(node: Outside) -> Place:
    return Place(node.at, node.display[:160], npi_of(node.identifiers), node.identifiers)


def _address(node: Node) -> str:
    parts = [*node.texts("line"), node.text("city"), node.text("state"), node.text("postalCode")]
    return node.text("text") or ", ".join(part for part in parts if part)


def npi_of(numbers: Iterable[Identifier]) -> str:
    return next((value for system, value in numbers if system == NPI), "")


def clinic_of(entries: Entries, order: Node) -> tuple[Place | None, str]:
    """The clinic that is asked, and the element that names it, or would."""
    kinds = ("Organization", "Practitioner", "PractitionerRole", "HealthcareService", "CareTeam")
    holders = [(order, "performer")]
    holders += [(task, "owner") for task in entries.of("Task")]
    for header in entries.of("MessageHeader"):
        holders += [(one, "receiver") for one in header.each("destination")]
    # A clinic's own system brings what is for that clinic, whatever this says: who needs it refuses.
    before = len(entries.found)
    at = order.at("performer")
    for holder, name in holders:
        for reference, node in named(entries, holder, name, *kinds):
            place = _as_place(entries, node)
            if place is not None:
                entries.forgive(before)
                return place, reference.path
    if len(entries.found) > before:
        at = entries.found[before].at
    entries.forgive(before)
    return None, at


def _as_place(entries: Entries, node: Node | Outside) -> Place | None:
    if isinstance(node, Outside):
        return _outside_place(node) if node.kind in ("", "Organization") else None
    if node.kind == "Organization":
        return _place(node)
    if node.kind == "PractitionerRole":
        return _place_of_role(entries, node)
    if node.kind == "HealthcareService":
        for _, one in named(entries, node, "providedBy", "Organization"):
            return _place(one) if isinstance(one, Node) else _outside_place(one)
    return None


def with_npi_checked(one: Sender, found: list[Problem]) -> Sender:
    """Without a number that is no NPI: told, and in the way only where there is no name either."""
    if not one.npi or npi_is_valid(one.npi):
        return one
    named = bool(getattr(one, "family", "") or getattr(one, "name", ""))
    problem = Problem("This is no valid NPI.", f"{one.at}.identifier", "value")
    found.append(replace(problem, severity=WARNING) if named else problem)
    return replace(one, npi="")
