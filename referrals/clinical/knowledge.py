"""Which signs and domains does the product know, and what do they hint at?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from referrals.clinical import tables
from referrals.clinical.ages import Age
from referrals.clinical.text import Text

BandCode = Literal["infant", "toddler", "preschooler", "school_age"]
TherapyHint = Literal["pt", "both"]


_NO_NOTE: Final = Text("", "")


class UnknownBand(ValueError):
    """No age band has this code."""


class UnknownDomain(ValueError):
    """No domain has this code."""


class UnknownSign(ValueError):
    """No sign has this code."""


@dataclass(frozen=True)
class Band:
    """An age band from `from_month` (inclusive) to `before_month` (exclusive; None: no end).

    `note` says where its list of signs comes from, wherever that is not the published one.
    """

    code: BandCode
    label: Text
    from_month: int
    before_month: int | None
    note: Text = _NO_NOTE


@dataclass(frozen=True)
class Domain:
    """An area of daily life; the same code in signs, findings, goals, activities and reports."""

    code: str
    label: str
    family_label: Text
    explanation: str
    source: str


@dataclass(frozen=True)
class Sign:
    """Something seen in a child of one age band that can lead to a referral."""

    code: str
    band: BandCode | Literal["any"]
    domains: tuple[str, ...]
    label: str
    family_label: Text
    source: str


BANDS: Mapping[BandCode, Band] = MappingProxyType(
    {
        "infant": Band("infant", Text("Infant (under 1 year)", "Bebé (menos de 1 año)"), 0, 12),
        "toddler": Band(
            "toddler", Text("Toddler (1 and 2 years)", "Niñez temprana (1 y 2 años)"), 12, 36
        ),
        "preschooler": Band(
            "preschooler", Text("Preschooler (3 and 4 years)", "Preescolar (3 y 4 años)"), 36, 60
        ),
        "school_age": Band(
            "school_age", Text("School age (5 years and over)", "Edad escolar (5 años o más)"),
            60, None,
            note=Text(
                "From 5 years on, this list is our own.", "Desde los 5 años, esta lista es nuestra."
            ),
        ),
    }
)  # fmt: skip

DOMAINS: Mapping[str, Domain] = MappingProxyType(
    {e["code"]: Domain(**e) for e in tables.read_texts("domains", "domain", "family_label")}
)

SIGNS: Mapping[str, Sign] = MappingProxyType(
    {e["code"]: Sign(**e) for e in tables.read_texts("signs", "sign", "family_label")}
)

_HINT_TEXT: Mapping[TherapyHint, str] = MappingProxyType(
    {
        "pt": (
            "These concerns are all about large movements, where physical therapy often fits "
            "best; this is only a hint, and you decide."
        ),
        "both": (
            "Some of these concerns are about large movements, so physical therapy beside "
            "occupational therapy may help; this is only a hint, and you decide."
        ),
    }
)


def band_for(age: Age) -> BandCode:
    """The band of an age; hand in `Ages.for_bands`, which is adjusted where that applies."""
    months = age.total_months
    return next(
        band.code
        for band in BANDS.values()
        if band.before_month is None or months < band.before_month
    )


def signs_for(band: str) -> tuple[Sign, ...]:
    """The signs of one band, in the order the form shows them. Raises UnknownBand."""
    if band not in BANDS:
        raise UnknownBand(f"There is no age band {band!r}.")
    return tuple(entry for entry in SIGNS.values() if entry.band == band)


def signs_up_to(band: str) -> tuple[Sign, ...]:
    """The signs of a band and then of each younger one, oldest first. Raises UnknownBand."""
    own = signs_for(band)
    codes: list[str] = list(BANDS)
    younger = reversed(codes[: codes.index(band)])
    return own + tuple(entry for code in younger for entry in signs_for(code))


def general_signs() -> tuple[Sign, ...]:
    """The signs that can be noticed at any age, shown with every band; they are our own."""
    return tuple(entry for entry in SIGNS.values() if entry.band == "any")


def sign(code: str) -> Sign:
    """The sign with this code. Raises UnknownSign."""
    try:
        return SIGNS[code]
    except KeyError:
        raise UnknownSign(f"There is no sign {code!r}.") from None


def therapy_hint(codes: Iterable[str], domains: Iterable[str] = ()) -> TherapyHint | None:
    """What the ticked signs and extra domains suggest beside OT: a hint, never a block.

    "pt" when all of it is gross motor, "both" when gross motor is mixed with anything else,
    None when gross motor is not in it. Raises UnknownSign and UnknownDomain.
    """
    extra = set(domains)
    for domain in sorted(extra - DOMAINS.keys()):
        raise UnknownDomain(f"There is no domain {domain!r}.")
    touched = extra.union(*(sign(code).domains for code in codes))
    if "gross_motor" not in touched:
        return None
    return "pt" if touched == {"gross_motor"} else "both"


def hint_text(hint: TherapyHint | None) -> str:
    """One sentence for the pediatrician; empty for no hint."""
    return "" if hint is None else _HINT_TEXT[hint]
