"""Which goals can a person start from, and how do the parts of a goal become one sentence?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from referrals.clinical import tables
from referrals.clinical.knowledge import BANDS, DOMAINS, UnknownBand, UnknownDomain
from referrals.clinical.ladder import plain


@dataclass(frozen=True)
class BankEntry:
    """A goal to start from: the parts of its statement, what is measured, five example amounts.

    `code` says nothing: it may stand in an address. `step` is the words of a level, with
    `{amount}` where its amount goes.
    """

    code: str
    domain: str
    bands: tuple[str, ...]
    title: str
    does_what: str
    conditions: str
    how_well: str
    measure: str
    amounts: tuple[float, ...]
    step: str
    source: str

    @property
    def levels(self) -> list[dict[str, float | str]]:
        """Five levels from -2 to +2, as a goal keeps them."""
        return [
            {"amount": amount, "words": self.step.format(amount=plain(amount))}
            for amount in self.amounts
        ]


BANK: Mapping[str, BankEntry] = MappingProxyType(
    {entry["code"]: BankEntry(**entry) for entry in tables.read("goal_bank")["goal"]}
)


def bank_for(domain: str = "", band: str = "") -> tuple[BankEntry, ...]:
    """The entries of a domain and an age band, of all where one is left empty.

    Raises UnknownDomain and UnknownBand.
    """
    if domain and domain not in DOMAINS:
        raise UnknownDomain(f"There is no domain {domain!r}.")
    if band and band not in BANDS:
        raise UnknownBand(f"There is no age band {band!r}.")
    return tuple(
        entry
        for entry in BANK.values()
        if domain in ("", entry.domain) and (not band or band in entry.bands)
    )


def statement(who: str, does_what: str, conditions: str, how_well: str, by: date) -> str:
    """Who, does what, under what conditions, how well, by when: one sentence a stranger could check."""
    parts = [f"By {by.day} {by:%b %Y}, {_part(who)} will {_part(does_what)}"]
    parts += [_part(part) for part in (conditions, how_well) if _part(part)]
    return ", ".join(parts) + "."


def _part(text: str) -> str:
    return " ".join(text.split()).rstrip(" .,;")
