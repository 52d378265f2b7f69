"""Which of the resources in a foreign Bundle is the order, and does it ask for occupational therapy?"""

from dataclasses import dataclass
from typing import Final

from referrals.arriving import INFORMATION, WARNING, Problem

from .bundle import Entries, Outside
from .element import CPT, NUCC, SCT
from .node import Node

#: Codes that say occupational therapy, those of an evaluation alone among them.
_EVALUATE: Final = frozenset({(CPT, "97165"), (CPT, "97166"), (CPT, "97167"), (CPT, "97168")})
_OURS: Final = _EVALUATE | {
    (SCT, "410155007"), (SCT, "84478008"), (NUCC, "225X00000X"), (NUCC, "225XP0200X"),
    (CPT, "97530"), (CPT, "97535"),
}  # fmt: skip
#: Codes that clearly say another service, and its name.
_OTHERS: Final = {
    (SCT, "91251008"): "physical therapy", (SCT, "5154007"): "speech therapy",
    (SCT, "75516001"): "psychotherapy", (NUCC, "225100000X"): "physical therapy",
    (NUCC, "235Z00000X"): "speech-language therapy",
    **{(CPT, code): "physical therapy" for code in ("97161", "97162", "97163", "97164")},
    **{(CPT, code): "speech-language therapy" for code in ("92507", "92521", "92522", "92523", "92524")},
}  # fmt: skip
_INTENTS: Final = ("order", "original-order", "reflex-order", "filler-order", "instance-order")
#: Events of HL7 table 0003 that change, cancel or ask about a referral.
_NO_REFERRALS: Final = ("I13", "I14", "I15")
#: Intents of what is wished, and not yet ordered: some networks write each referral so (NHS BaRS: “plan”).
_WISHES: Final = ("plan", "proposal", "directive")
_PRIORITIES: Final = {"": False, "routine": False, "urgent": True, "asap": True, "stat": True}


@dataclass(frozen=True, slots=True)
class Asked:
    """The order, what is asked with it for the same child, and whether somebody said: do it.

    `by_message` and `by_task`: a message is about it; a task to carry it out is.
    """

    order: Node
    along: tuple[Node, ...] = ()
    by_message: bool = False
    by_task: bool = False

    @property
    def all(self) -> tuple[Node, ...]:
        return (self.order, *self.along)


def the_order(entries: Entries) -> Asked | None:
    """The ServiceRequest that task or message is about, else the one there, with what comes along."""
    requests = entries.of("ServiceRequest")
    focused = [
        (holder, reference)
        for kind in ("MessageHeader", "Task")
        for holder in entries.of(kind)
        for reference in _focus(holder)
    ]
    chosen: list[Node] = []
    by: set[str] = set()
    for holder, reference in focused:
        kinds = (
            ("ServiceRequest", "Task") if holder.kind == "MessageHeader" else ("ServiceRequest",)
        )
        node = entries.follow(reference, holder, *kinds)
        if isinstance(node, Node):
            by.add(holder.kind)
        if isinstance(node, Node) and node.kind == "ServiceRequest" and node not in chosen:
            chosen.append(node)
    if not chosen:
        chosen = requests
    if not chosen:
        entries.found.append(
            Problem("There is no ServiceRequest: nothing is asked for.", "Bundle.entry", "required")
        )
        return None
    for other in requests:
        if other not in chosen:
            other.remark("", "The message is not about this order: it was left alone.", INFORMATION)
    order, *others = sorted(chosen, key=_rank)
    along = tuple(one for one in others if _comes_along(entries, order, one))
    return Asked(order, along, "MessageHeader" in by, "Task" in by)


def _rank(order: Node) -> tuple[bool, bool, list[tuple[str, str]]]:
    """Of several the one for occupational therapy; of more the same each time, however they lie."""
    said = set(_codings(order))
    return not said & _OURS, bool(_other_service(order)), Node(order.value, "", []).identifiers()


def _comes_along(entries: Entries, order: Node, other: Node) -> bool:
    """Whether another order is part of the same referral; told at it either way."""
    if _other_service(other):
        other.remark("", "This orders another service: it was left alone.", WARNING)
        return False
    children = [entries.follow(one.one("subject"), one, "Patient") for one in (order, other)]
    if isinstance(children[1], Node) and children[0] != children[1]:
        other.fault("", "This is for somebody else: an e-referral is for one child.")
        return False
    if other.text("status") != "active":
        other.remark("status", "This order is not active: it was left alone.", WARNING)
        return False
    other.remark("", "What this asks was written into the same referral.", INFORMATION)
    return True


def _focus(holder: Node) -> list[Node]:
    if holder.kind == "MessageHeader":
        return holder.each("focus")
    one = holder.one("focus")
    return [one] if one else []


def check_message(entries: Entries) -> None:
    """Refuse a message that brings no referral: an answer to one, or the end of one."""
    for head in entries.of("MessageHeader"):
        event = head.one("eventCoding")
        ends = event is not None and event.text("code") in _NO_REFERRALS
        if head.one("response") is not None:
            head.fault(
                "response", "This answers a message: it brings no referral.", "business-rule"
            )
        elif ends:
            head.fault("eventCoding", "This message brings no new referral.", "business-rule")


def check_order(asked: Asked) -> bool:
    """Refuse what is no order that stands, and what asks for something else.

    False for what is put to a person: a draft that a message is about, a plan that nobody asks to do.
    """
    order = asked.order
    status, intent = order.text("status"), order.text("intent")
    stands = status == "active"
    if status == "draft" and asked.by_message:
        order.remark("status", "A person at the clinic decides whether this draft is taken in.")
    elif not stands:
        order.fault(
            "status",
            "Only an active order can be taken in.",
            "required" if not status else "business-rule",
        )
    if intent in _WISHES:
        sent = asked.by_message or asked.by_task
        stands = stands and sent
        words = (
            f"This says “{intent}”: because it was sent to be done, it was taken as an order."
            if sent
            else f"This says “{intent}”: a person at the clinic decides whether it is an order."
        )
        order.remark("intent", words, INFORMATION if sent else WARNING)
    elif intent not in _INTENTS:
        order.fault(
            "intent",
            "This is no order: the intent must be “order”.",
            "required" if not intent else "business-rule",
        )
    if order.flag("doNotPerform"):
        order.fault("doNotPerform", "This asks that something is not done.", "business-rule")
    if order.text("priority") not in _PRIORITIES:
        order.fault("priority", "Use routine, urgent, asap or stat.", "code-invalid")
    if other := _other_service(order):
        order.fault(
            "code", f"This orders {other}: here occupational therapy is given.", "business-rule"
        )
    return stands


def _other_service(order: Node) -> str:
    """The name of the service that an order clearly asks for, where it is not ours."""
    said = set(_codings(order))
    other = next((_OTHERS[one] for one in said if one in _OTHERS), "")
    return "" if said & _OURS else other


def is_urgent(order: Node) -> bool:
    return _PRIORITIES.get(order.text("priority"), False)


def only_evaluates(order: Node) -> bool:
    """Whether an evaluation is ordered and no treatment; in doubt both are."""
    code = order.one("code")
    words = code.said().lower() if code else ""
    said = set(_codings(order))
    return "treat" not in words and ("evaluat" in words or bool(said & _EVALUATE))


def asked_in_words(order: Node) -> list[str]:
    """What the codes of the order say, where no code of ours says it already."""
    concepts = [
        one
        for one in (order.one("code"), *order.each("category"), *order.each("orderDetail"))
        if one
    ]
    words = []
    for concept in concepts:
        known = any((system, code) in _OURS for system, code, _ in concept.codings())
        if not known and (said := concept.said()):
            words.append(said)
            if any(True for _ in concept.codings()):
                concept.remark("", "This code is not known here: its words were kept.", INFORMATION)
    return words


def _codings(order: Node) -> list[tuple[str, str]]:
    concepts = [order.one("code"), *order.each("category"), order.one("performerType")]
    return [(s, c) for concept in concepts if concept for s, c, _ in concept.codings()]


def named(
    entries: Entries, holder: Node, name: str, *kinds: str
) -> list[tuple[Node, Node | Outside]]:
    """Each reference of an element that can be a list, with what it leads to."""
    value = holder.value.get(name)
    single = holder.one(name) if isinstance(value, dict) else None
    references = [single] if single else holder.each(name)
    found = [(one, entries.follow(one, holder, *kinds)) for one in references]
    return [(one, node) for one, node in found if node is not None]
