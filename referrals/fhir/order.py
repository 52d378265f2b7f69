"""Which of the resources in a foreign Bundle is the order, and does it ask for occupational therapy?"""

from typing import Final

from referrals.arriving import INFORMATION, Problem

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
_PRIORITIES: Final = {"": False, "routine": False, "urgent": True, "asap": True, "stat": True}


def the_order(entries: Entries) -> Node | None:
    """The one ServiceRequest: the one that task or message is about, else the only one there."""
    requests = entries.of("ServiceRequest")
    focused = [
        (holder, reference)
        for kind in ("MessageHeader", "Task")
        for holder in entries.of(kind)
        for reference in _focus(holder)
    ]
    chosen: list[Node] = []
    for holder, reference in focused:
        kinds = (
            ("ServiceRequest", "Task") if holder.kind == "MessageHeader" else ("ServiceRequest",)
        )
        node = entries.follow(reference, holder, *kinds)
        if isinstance(node, Node) and node.kind == "ServiceRequest" and node not in chosen:
            chosen.append(node)
    if not chosen:
        chosen = requests
    if not chosen:
        entries.found.append(
            Problem("There is no ServiceRequest: nothing is asked for.", "Bundle.entry", "required")
        )
        return None
    for other in chosen[1:]:
        other.fault("", "One e-referral holds one ServiceRequest; send the others on their own.")
    for other in requests:
        if other not in chosen:
            other.remark("", "The message is not about this order: it was left alone.", INFORMATION)
    return chosen[0]


def _focus(holder: Node) -> list[Node]:
    if holder.kind == "MessageHeader":
        return holder.each("focus")
    one = holder.one("focus")
    return [one] if one else []


def check_order(order: Node) -> None:
    """Refuse what is no order that stands, and what asks for something else."""
    status, intent = order.text("status"), order.text("intent")
    if status != "active":
        order.fault(
            "status",
            "Only an active order can be taken in.",
            "required" if not status else "business-rule",
        )
    if intent not in _INTENTS:
        order.fault(
            "intent",
            "This is no order: the intent must be “order”.",
            "required" if not intent else "business-rule",
        )
    if order.flag("doNotPerform"):
        order.fault("doNotPerform", "This asks that something is not done.", "business-rule")
    if order.text("priority") not in _PRIORITIES:
        order.fault("priority", "Use routine, urgent, asap or stat.", "code-invalid")
    said = set(_codings(order))
    other = next((_OTHERS[one] for one in said if one in _OTHERS), "")
    if other and not said & _OURS:
        order.fault(
            "code", f"This orders {other}: here occupational therapy is given.", "business-rule"
        )


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
