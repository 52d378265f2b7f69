"""What stands on every signed document: whose it is, both ages, which version, and who signed?"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from referrals.clinical.ages import PREMATURE_BEFORE_WEEKS, Age
from referrals.clinical.knowledge import sign
from referrals.models import Child, Organization, Referral
from referrals.models.signing import Signed
from referrals.pathway import State

from .document import (
    Document,
    Field,
    Fields,
    Place,
    Section,
    Signature,
    plain,
    said,
    with_each_text,
)


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of document, what a later version does to the one before, and what is numbered."""

    title: str
    again: str
    numbered: str = "version"


def day(when: date | None) -> str:
    """`14 Apr 2026`; empty where there is none."""
    return f"{when.day} {when:%b %Y}" if when else ""


def local_day(at: datetime, place: Organization) -> date:
    """The day it was where it happened, whoever reads of it and wherever."""
    return at.astimezone(ZoneInfo(place.time_zone)).date()


def signs(referral: Referral) -> str:
    """What was noticed, one a line."""
    return "\n".join(sign(code).label for code in referral.signs)


def clinic_of(referral: Referral) -> Organization:
    """Where the child is seen: no document of the clinic's is signed before it is sent there."""
    assert referral.clinic is not None
    return referral.clinic


def signed_on(record: Signed, place: Organization) -> date:
    assert record.signed_at is not None, "a draft is not a document"
    return local_day(record.signed_at, place)


def yes_no(yes: bool) -> str:
    return "Yes" if yes else "No"


def label_of(record: Any, column: str) -> str:
    """What a column is called wherever people see it: “Strengths”."""
    name = str(record._meta.get_field(column).verbose_name)
    return name[0].upper() + name[1:]


def written(record: Any, *columns: str) -> Fields:
    """Columns of free text, each under its own name."""
    return said({label_of(record, column): getattr(record, column) for column in columns})


def signed_one(documents: Any, key: object, *also: str) -> Any:
    """Of a referral's evaluations, plans or prescriptions the signed one of this key, or None.

    A draft is not a document: nobody prints what nobody has signed.
    """
    signed = documents.exclude(status=Signed.Status.DRAFT)
    return signed.select_related("replaces", "replaced_by", *also).filter(pk=key).first()


def document(
    record: Signed, sort: Sort, *, place: Organization, on: date, on_label: str,
    sections: tuple[Section, ...], signatures: tuple[Signature, ...],
) -> Document:  # fmt: skip
    """The whole document around its sections. `on` is the day for which the ages are told."""
    referral = record.referral
    child = referral.child
    signed = day(signed_on(record, place))
    written = Document(
        title=sort.title,
        version=_version(record, sort, place),
        marks=_marks(record, sort, place),
        child=child.name,
        born=day(child.date_of_birth),
        facts=_facts(child, referral, on, on_label),
        places=places(referral),
        sections=sections,
        signatures=signatures,
        footer=f"{sort.title}, {sort.numbered} {record.number}, signed {signed} · {record.pk}",
    )
    return with_each_text(written, plain)


def signature(record: Signed, role: str, place: Organization) -> Signature:
    """The signer as they were on that day: name, credentials, numbers."""
    return Signature(role, record.signature, day(signed_on(record, place)))


def diagnoses(referral: Referral) -> str:
    """The codes named by the pediatrician, one a line, in their order. One query."""
    named = referral.diagnoses.through.objects.filter(referral=referral)
    found = named.select_related("diagnosis").order_by("rank", "id")
    return "\n".join(str(one.diagnosis) for one in found)


def _version(record: Signed, sort: Sort, place: Organization) -> str:
    version, before = f"{sort.numbered.capitalize()} {record.number}", record.replaces
    if before is None:
        return version
    of = f"{sort.numbered} {before.number} of {day(signed_on(before, place))}"
    return f"{version}, {sort.again} {of}, because: {record.reason}"


def _marks(record: Signed, sort: Sort, place: Organization) -> tuple[str, ...]:
    marks = []
    if record.referral.state == State.ENTERED_IN_ERROR:
        marks.append("Entered in error: do not use.")
    after = getattr(record, "replaced_by", None)
    if record.status == Signed.Status.AMENDED and after is not None:
        on = day(signed_on(after, place))
        marks.append(f"Amended: replaced by {sort.numbered} {after.number} on {on}.")
    if record.status == Signed.Status.ENDED:
        marks.append("Ended: it is no longer in force.")
    return tuple(marks)


def _facts(child: Child, referral: Referral, on: date, on_label: str) -> Fields:
    ages = child.ages(max(on, child.date_of_birth))
    full = f"{child.given_name} {child.family_name}"
    rows = [Field("Child", child.name)]
    if full != child.name:
        rows.append(Field("Full name", full))
    return Fields((
        *rows,
        Field("Date of birth", day(child.date_of_birth)),
        Field(on_label, day(on)),
        Field("Age that day", _written(ages.chronological)),
        Field("Adjusted age that day", _written(ages.adjusted) if ages.adjusted else _why_not_adjusted(child)),
        Field("Age used", f"{ages.used.capitalize()} age"),
        Field("Language", child.language_spoken),
        Field("Interpreter needed", yes_no(child.interpreter_needed)),
        Field("Referred on", day(_referred_on(referral))),
    ))  # fmt: skip


def _written(age: Age) -> str:
    """As therapists write it, and how that is read."""
    return f"{age} (years;months;days)"


def _why_not_adjusted(child: Child) -> str:
    weeks = child.gestation_weeks
    if weeks is None:
        return "None: weeks of pregnancy not recorded"
    if weeks >= PREMATURE_BEFORE_WEEKS:
        return f"None: born at {weeks} weeks"
    return f"None: born at {weeks} weeks, no longer adjusted at this age"


def _referred_on(referral: Referral) -> date | None:
    return local_day(referral.sent_at, referral.practice) if referral.sent_at else None


def places(referral: Referral) -> tuple[Place, ...]:
    clinic = [_place("Therapy clinic", referral.clinic)] if referral.clinic else []
    return (*clinic, _place("Pediatric practice", referral.practice))


def _place(role: str, place: Organization) -> Place:
    npi = f"NPI {place.npi}" if place.npi else ""
    return Place(
        role, place.name, tuple(line for line in (place.address, place.phone, npi) if line)
    )
