"""Is what came in the same as what came before, however it is written and named this time?

A sender that tries again makes new names for the entries (`urn:uuid:…`), so a name counts for nothing:
each entry is known by what it says and by what the entries say to which it leads.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

#: What differs each time the same thing is sent again: of the Bundle, of a resource, of its meta.
_OF_BUNDLE: Final = ("id", "meta", "timestamp", "identifier", "signature", "link", "entry")
_OF_RESOURCE: Final = ("id", "lastModified")
_OF_META: Final = ("lastUpdated", "versionId")
#: So many steps from entry to entry tell apart two that say the same.
_STEPS: Final = 3


def digest(body: dict[str, Any]) -> str:
    """Of what the Bundle says: not of names, of the order of its entries, or of when it was sent."""
    names: dict[str, int] = {}
    for number, entry in enumerate(body["entry"]):
        for name in _names(entry):
            names.setdefault(name, number)
    said = [_lasting(entry["resource"]) for entry in body["entry"]]
    known = [""] * len(said)
    for _ in range(_STEPS):
        meant = {name: known[number] for name, number in names.items()}
        known = [_hash(_renamed(one, meant)) for one in said]
    about = {name: value for name, value in body.items() if name not in _OF_BUNDLE}
    return _hash([about, sorted(known)])


def _names(entry: dict[str, Any]) -> list[str]:
    """As which others lead to it."""
    url, one = entry.get("fullUrl"), entry["resource"]
    names = [url] if isinstance(url, str) and url else []
    return [*names, f"{one['resourceType']}/{one['id']}"] if one.get("id") else names


def _lasting(one: dict[str, Any]) -> dict[str, Any]:
    """A resource without what is of this sending alone."""
    kept = {name: value for name, value in one.items() if name not in _OF_RESOURCE}
    meta = kept.pop("meta", None)
    if isinstance(meta, dict):
        meta = {name: value for name, value in meta.items() if name not in _OF_META}
    return {**kept, "meta": meta} if meta else kept


def _renamed(value: Any, meant: Mapping[str, str]) -> Any:
    """With what is known of an entry wherever its name stands."""
    if isinstance(value, str):
        return ["entry", meant[value]] if value in meant else value
    if isinstance(value, list):
        return [_renamed(one, meant) for one in value]
    if isinstance(value, dict):
        return {name: _renamed(one, meant) for name, one in value.items()}
    return value


def _hash(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
