"""What does a foreign Bundle ask for, for whom? Read whole, with everything that is wrong in it."""

import base64
import binascii
from collections.abc import Iterable
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from referrals.arriving import (
    ERROR,
    INFORMATION,
    LONGEST_SYSTEM,
    LONGEST_VALUE,
    Adult,
    Arriving,
    Code,
    Enclosed,
    Identifier,
    Patient,
    Person,
    Place,
    Problem,
)

from .bundle import READ, Entries, Outside, entries_of
from .element import ICD10, SSN
from .node import Node, When
from .order import (
    Asked,
    asked_in_words,
    check_message,
    check_order,
    is_urgent,
    named,
    only_evaluates,
    the_order,
)
from .senders import clinic_of, sender_of, with_npi_checked

_RELATIONS: Final = {
    "MTH": "mother", "NMTH": "mother", "STPMTH": "mother", "ADOPTM": "mother",
    "FTH": "father", "NFTH": "father", "STPFTH": "father", "ADOPTF": "father",
    "PRN": "parent", "NPRN": "parent", "GRPRN": "grandparent", "GRMTH": "grandparent",
    "GRFTH": "grandparent", "MGRMTH": "grandparent", "MGRFTH": "grandparent", "PGRMTH": "grandparent",
    "PGRFTH": "grandparent", "PRNFOST": "foster", "MTHFOST": "foster", "FTHFOST": "foster",
    "GUARD": "legal", "PARENT": "parent", "MOTHER": "mother", "FATHER": "father",
    "GUARDIAN": "legal", "GRANDPARENT": "grandparent",
}  # fmt: skip
_LONGEST_OF_CHILD: Final = 40
_UNTRUE: Final = ("refuted", "entered-in-error")
_ENDINGS: Final = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
#: So many problems are told at once.
MOST: Final = 50
#: So many of each a child has at most; an order with more of them was made to do harm.
_MOST_ADULTS, _MOST_NUMBERS, _MOST_DIAGNOSES = 20, 20, 50


class Unfit(Exception):
    """The Bundle was understood and cannot be taken in: everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{len(self.problems)} problems")


def read_bundle(body: dict[str, Any]) -> Arriving:
    """The order in the Bundle. Raises Unfit."""
    entries = entries_of(body)
    _stop_at(entries, whole=not entries.all)
    asked = the_order(entries)
    if asked is None:
        raise Unfit(_errors(entries))
    check_message(entries)
    order, stands = asked.order, check_order(asked)
    patient = _patient(entries, order)
    person, place = sender_of(entries, order)
    clinic, clinic_at = clinic_of(entries, order)
    person = with_npi_checked(person, entries.found) if person else None
    place = with_npi_checked(place, entries.found) if place else None
    clinic = with_npi_checked(clinic, entries.found) if clinic else None
    diagnoses = _diagnoses(entries, asked, patient)
    words = _words(entries, asked)
    ordered = order.when("authoredOn")
    files = _files(entries, order)
    key, key_at = _key(entries, order, body, place)
    of_order = [one for each in asked.all for one in _kept_numbers(each, LONGEST_VALUE)]
    of_tasks = [one for task in entries.of("Task") for one in _kept_numbers(task, LONGEST_VALUE)]
    _leave_alone(entries)
    _stop_at(entries)
    if patient is None or person is None:
        raise Unfit(_errors(entries))
    return _whole(
        key, key_at, of_order, of_tasks, patient, person, place, clinic, clinic_at, words, diagnoses, asked, stands,
        ordered, files, entries,
    )  # fmt: skip


def _whole(
    key: str, key_at: str, of_order: list[Identifier], of_tasks: list[Identifier], patient: Patient,
    person: Person, place: Place | None, clinic: Place | None,
    clinic_at: str, words: list[str], diagnoses: list[Code], asked: Asked, stands: bool,
    ordered: When | None, files: list[Enclosed], entries: Entries,
) -> Arriving:  # fmt: skip
    return Arriving(
        key=key, key_at=key_at, order_numbers=tuple(dict.fromkeys(of_order)),
        task_numbers=tuple(dict.fromkeys(of_tasks)), patient=patient, requester=person, practice=place, clinic=clinic,
        clinic_at=clinic_at, words=tuple(words), diagnoses=tuple(diagnoses),
        urgent=any(map(is_urgent, asked.all)), only_evaluate=all(map(only_evaluates, asked.all)), is_order=stands,
        ordered_on=ordered.day if ordered else None, files=tuple(files),
        remarks=tuple(dict.fromkeys(entries.found))[:MOST],
    )  # fmt: skip


def _errors(entries: Entries) -> list[Problem]:
    return [p for p in dict.fromkeys(entries.found) if p.severity == ERROR][:MOST]


def _stop_at(entries: Entries, *, whole: bool = True) -> None:
    errors = _errors(entries)
    if errors and whole:
        raise Unfit(errors)


def _key(
    entries: Entries, order: Node, body: dict[str, Any], place: Place | None
) -> tuple[str, str]:
    """By what the sender knows it: the order's number, else the Bundle's, else the message's id.

    With the element that says so; that of the order where none does. A number without its system is
    one of the place that refers: a gateway brings “123” of many places.
    """
    whose = "|".join(place.identifiers[0] if place.identifiers else [place.name]) if place else ""
    bundle = Node(body, "Bundle", entries.found)
    number = bundle.one("identifier")
    of_bundle = [number.number()] if number else []
    messages = [("message", head.key) for head in entries.of("MessageHeader")]
    of_order = order.at("identifier")
    for sort, numbers, at in (
        ("order", order.identifiers(), of_order),
        ("bundle", of_bundle, "Bundle.identifier"),
        ("", messages, "Bundle.entry[0].resource.id"),
    ):
        for system, value in numbers:
            if value:
                return f"{sort}|{system or whose}|{value}", at
    return "", of_order


# --- The child ----------------------------------------------------------------------------------


def _patient(entries: Entries, order: Node) -> Patient | None:
    subject = order.one("subject")
    if subject is None:
        order.fault("subject", "Say for which child this is.", "required")
        return None
    node = entries.follow(subject, order, "Patient")
    if isinstance(node, Outside):
        subject.fault("", "The Patient must be in the Bundle.", "not-found")
    if not isinstance(node, Node):
        return None
    given, family, used = node.name()
    if not given or not family:
        node.fault("name", "Give the child's given and family name.", "required")
    elif max(len(given), len(family), len(used)) > 80:
        node.fault("name", "This name is longer than 80 characters.", "too-long")
    born = node.when("birthDate")
    if born is None:
        if not node.value.get("birthDate"):
            node.fault("birthDate", "Give the child's birth date.", "required")
        return None
    if born.day is None:
        node.remark("birthDate", "Without the day a person at the clinic must complete this.")
    return Patient(
        at=node.path, given=given, family=family, born=born.day, born_said=born.said,
        name_used=used, language=_language(node), identifiers=tuple(_kept_numbers(node, _LONGEST_OF_CHILD)),
        adults=tuple(_adults(entries, node)),
    )  # fmt: skip


def _kept_numbers(node: Node, longest: int) -> list[Identifier]:
    kept = []
    for system, value in node.identifiers():
        if system == SSN or len(value) > longest:
            node.remark("identifier", "A number was not kept.", INFORMATION)
        else:
            # Of what sort a number is may be said at such length that it tells nobody anything.
            kept.append((system if len(system) <= LONGEST_SYSTEM else "", value))
    if len(kept) > _MOST_NUMBERS:
        node.fault("identifier", f"More than {_MOST_NUMBERS} numbers.", "too-long")
    return kept


def _language(node: Node) -> str:
    spoken = node.each("communication")
    spoken.sort(key=lambda one: not one.flag("preferred"))
    for one in spoken:
        language = one.one("language")
        if language and (words := language.said()):
            return words[:60]
    return ""


def _adults(entries: Entries, patient: Node) -> list[Adult]:
    found: dict[tuple[str, str], Adult] = {}
    before = len(entries.found)
    related = [
        one
        for one in entries.of("RelatedPerson")
        if any(node == patient for _, node in named(entries, one, "patient", "Patient"))
    ]
    entries.forgive(before)
    for node in (*related, *patient.each("contact")):
        given, family, _ = node.name() if node.kind else _named(node)
        if not given or not family or max(len(given), len(family)) > 80:
            node.remark("name", "Without a given and a family name this adult was not taken over.")
            continue
        adult = Adult(given, family, _relation(node), node.reach("phone")[:32], _email(node))
        found.setdefault((given.casefold(), family.casefold()), adult)
        if len(found) > _MOST_ADULTS:
            node.fault("", f"More than {_MOST_ADULTS} adults.", "too-long")
            break
    return list(found.values())


def _named(node: Node) -> tuple[str, str, str]:
    """A contact has one name where all others have a list."""
    one = node.one("name")
    if one is None:
        return "", "", ""
    return Node({"name": [one.value]}, node.path, node.found).name()


def _relation(node: Node) -> str:
    for concept in node.each("relationship"):
        for _, code, display in concept.codings():
            for said in (code, display):
                if said.upper() in _RELATIONS:
                    return _RELATIONS[said.upper()]
        if concept.text("text").upper() in _RELATIONS:
            return _RELATIONS[concept.text("text").upper()]
    return "other"


def _email(node: Node) -> str:
    said = node.reach("email")
    try:
        validate_email(said)
    except ValidationError:
        return ""
    return said if len(said) <= 254 else ""


# --- What is asked ------------------------------------------------------------------------------


def _diagnoses(entries: Entries, asked: Asked, patient: Patient | None) -> list[Code]:
    """The conditions that the order names, then all others of the child that stand in the Bundle."""
    concepts = [concept for order in asked.all for concept in order.each("reasonCode")]
    kinds = ("Condition", "Observation", "DiagnosticReport", "DocumentReference")
    before = len(entries.found)
    conditions = [
        node for order in asked.all for _, node in named(entries, order, "reasonReference", *kinds)
        if isinstance(node, Node) and node.kind == "Condition"
    ]  # fmt: skip
    entries.forgive(before)
    conditions += [one for one in entries.of("Condition") if one not in conditions]
    for condition in conditions:
        doubt = condition.one("verificationStatus")
        if doubt and any(code in _UNTRUE for _, code, _ in doubt.codings()):
            continue
        subject = condition.one("subject")
        if subject is None:
            condition.fault("subject", "Say whose condition this is.", "required")
            continue
        whose = entries.follow(subject, condition, "Patient", "Group")
        if patient and isinstance(whose, Node) and whose.path != patient.at:
            continue
        concept = condition.one("code")
        if concept:
            concepts.append(concept)
    found: dict[tuple[str, str], Code] = {}
    for concept in concepts:
        code = next((c for system, c, _ in concept.codings() if system == ICD10 and c), "")
        # As claims write it.
        dotted = f"{code[:3]}.{code[3:]}" if len(code) > 3 and "." not in code else code
        words = concept.said_whole()
        words = "" if words == code else words
        if code or words:
            found.setdefault(
                (dotted.upper(), "" if code else words),
                Code(dotted.upper(), words, concept.path),
            )
        if len(found) > _MOST_DIAGNOSES:
            concept.fault("", f"More than {_MOST_DIAGNOSES} diagnoses.", "too-long")
            break
    return list(found.values())


def _words(entries: Entries, asked: Asked) -> list[str]:
    order = asked.order
    words = []
    for one in asked.all:
        words += asked_in_words(one)
        words += [note.text("text") for note in one.each("note")]
        words.append(one.text("patientInstruction"))
    for task in entries.of("Task"):
        words += [task.text("description"), *(one.text("text") for one in task.each("note"))]
    for name in ("occurrenceDateTime", "authoredOn"):
        when = order.when(name)
        if when is not None and (name != "authoredOn" or when.day is None):
            words.append(f"{'Wanted' if name != 'authoredOn' else 'Ordered'}: {when.said}")
    period = order.one("occurrencePeriod")
    if period is not None:
        ends = [one.said for one in (period.when("start"), period.when("end")) if one]
        words.append(f"Wanted: {' to '.join(ends)}" if ends else "")
    return [one for one in dict.fromkeys(words) if one]


# --- Files --------------------------------------------------------------------------------------


def _files(entries: Entries, order: Node) -> list[Enclosed]:
    files = []
    contained = [one for one in order.each("contained") if one.kind == "DocumentReference"]
    for reference in (*entries.of("DocumentReference"), *contained):
        if reference.text("status") == "entered-in-error":
            continue
        for content in reference.each("content"):
            attachment = content.one("attachment")
            if attachment is None:
                content.fault("attachment", "Content holds an attachment.", "required")
                continue
            files += _file(entries, reference, attachment)
    return files


def _file(entries: Entries, reference: Node, attachment: Node) -> list[Enclosed]:
    data, url, kind = (
        attachment.text("data"),
        attachment.text("url"),
        attachment.text("contentType"),
    )
    holder, name = attachment, "data"
    if not data and url:
        binary = entries.by_url.get(url) or entries.by_key.get(url)
        if binary is None or binary.kind != "Binary":
            attachment.remark("url", "A file that lies elsewhere was not fetched.")
            return []
        data, kind, holder = binary.text("data"), binary.text("contentType") or kind, binary
    if not data:
        attachment.remark("", "There is no file in this.")
        return []
    try:
        raw = base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        holder.fault(name, "This is not base64.", "value")
        return []
    kind = kind.split(";")[0].strip().lower()
    ending = _ENDINGS.get(kind)
    if ending is None:
        attachment.remark(
            "contentType", "Only PDF, JPEG and PNG are taken over; the original keeps this."
        )
        return []
    title = attachment.text("title") or reference.text("description") or "letter"
    stem = "".join(c if c.isalnum() or c in " -_" else " " for c in title.rsplit(".", 1)[0]).strip()
    return [Enclosed(attachment.path, f"{stem[:100] or 'letter'}.{ending}", raw)]


def _leave_alone(entries: Entries) -> None:
    kinds = sorted({node.kind[:40] for node in entries.all if node.kind not in {*READ, "Bundle"}})
    if kinds:
        words = f"Not read, only kept in the original: {', '.join(kinds[:20])}."
        entries.found.append(Problem(words, "Bundle.entry", "informational", INFORMATION))
