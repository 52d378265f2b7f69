"""What stands on every signed document: whose it is, both ages, which version, and who signed?"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext

from referrals import wording
from referrals.clinical.ages import PREMATURE_BEFORE_WEEKS, Age
from referrals.clinical.knowledge import sign
from referrals.models import Child, Organization, Referral
from referrals.models.guardian import apart
from referrals.models.signing import Signed
from referrals.pathway import State
from referrals.wording import later as _
from referrals.wording import spoken, telephone, typed_by

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
    numbered: str = _("version")


def day(when: date | None) -> str:
    """`14 Apr 2026`; empty where there is none."""
    return wording.day(when)


def local_day(at: datetime, place: Organization) -> date:
    """The day it was where it happened, whoever reads of it and wherever."""
    return at.astimezone(ZoneInfo(place.time_zone)).date()


def signs(referral: Referral) -> str:
    """What was noticed, one a line."""
    return "\n".join(_sign(code) for code in referral.signs)


def _sign(code: str) -> str:
    """As clinicians say it; in Spanish, which only families read, as families do."""
    found = sign(code)
    return spoken(found.family_label) if wording.language() == "es" else str(found.label)


def clinic_of(referral: Referral) -> Organization:
    """Where the child is seen: no document of the clinic's is signed before it is sent there."""
    assert referral.clinic is not None
    return referral.clinic


def signed_on(record: Signed, place: Organization) -> date:
    assert record.signed_at is not None, "a draft is not a document"
    return local_day(record.signed_at, place)


def yes_no(yes: bool) -> str:
    return gettext("Yes") if yes else gettext("No")


def label_of(record: Any, column: str) -> str:
    """What a column is called wherever people see it: “Strengths”."""
    name = gettext(str(record._meta.get_field(column).verbose_name))
    return name[0].upper() + name[1:]


def written(record: Any, *columns: str) -> Fields:
    """Columns of free text, each under its own name."""
    return said({
        label_of(record, column): typed_by(getattr(record, column), record.author)
        for column in columns
    })  # fmt: skip


def signed_one(documents: Any, key: object, *also: str) -> Any:
    """Of a referral's evaluations, plans or prescriptions the signed one of this key, or None.

    A draft is not a document: nobody prints what nobody has signed.
    """
    signed = documents.exclude(status=Signed.Status.DRAFT)
    return signed.select_related("replaces", "replaced_by", "author", *also).filter(pk=key).first()


def document(
    record: Signed, sort: Sort, *, place: Organization, on: date, on_label: str,
    sections: tuple[Section, ...], signatures: tuple[Signature, ...], shared: bool = False,
) -> Document:  # fmt: skip
    """The whole document around its sections. `on` is the day for which the ages are told.

    What the family asked to be corrected is no part of a copy that is `shared` with a school.
    """
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
        sections=(*sections, *(() if shared else _corrections(record, place))),
        signatures=signatures,
        footer=gettext("{title}, {numbered} {number}, signed {day}").format(
            title=sort.title, numbered=sort.numbered, number=record.number, day=signed
        )
        + f" · {record.pk}",
    )
    return with_each_text(written, plain)


def _corrections(record: Signed, place: Organization) -> tuple[Section, ...]:
    """What a family asked to be corrected in it, and the answer: both stay. One query."""
    asked = record.referral.corrections.filter(about=record.pk)
    asked = asked.select_related("asked_by", "answered_by").order_by("asked_at", "id")
    wishes = tuple(
        said({
            gettext("Asked on"): day(local_day(one.asked_at, place)),
            gettext("The paper says"): typed_by(one.passage, one.asked_by),
            gettext("It should say"): typed_by(one.wish, one.asked_by),
            gettext("Decision"): one.get_decision_display() if one.decision else gettext("Waiting for an answer"),
            gettext("Answer"): typed_by(one.answer, one.answered_by),
        })
        for one in asked
    )  # fmt: skip
    # Of two adults who are kept apart neither reads what the other asked for, and paper goes round.
    if wishes and apart(record.referral.child.guardians.all(), timezone.now()).exists():
        return ()
    return (Section(gettext("Corrections asked for by the family"), wishes),) if wishes else ()


def signature(record: Signed, role: str, place: Organization) -> Signature:
    """The signer as they were on that day: name, credentials, numbers."""
    return Signature(role, record.signature, day(signed_on(record, place)))


def diagnoses(referral: Referral) -> str:
    """The codes named by the pediatrician, one a line, in their order. One query."""
    named = referral.diagnoses.through.objects.filter(referral=referral)
    found = named.select_related("diagnosis").order_by("rank", "id")
    # Their titles are the classification’s, which is English.
    return typed_by("\n".join(str(one.diagnosis) for one in found), "en")


def _version(record: Signed, sort: Sort, place: Organization) -> str:
    version, before = f"{sort.numbered} {record.number}".capitalize(), record.replaces
    if before is None:
        return version
    return gettext("{this}, {again} {numbered} {number} of {day}, because: {reason}").format(
        this=version, again=sort.again, numbered=sort.numbered, number=before.number,
        day=day(signed_on(before, place)), reason=record.reason,
    )  # fmt: skip


def _marks(record: Signed, sort: Sort, place: Organization) -> tuple[str, ...]:
    marks = []
    if record.referral.state == State.ENTERED_IN_ERROR:
        marks.append(gettext("Entered in error: do not use."))
    after = getattr(record, "replaced_by", None)
    if record.status == Signed.Status.AMENDED and after is not None:
        on = day(signed_on(after, place))
        marks.append(
            gettext("Amended: replaced by {numbered} {number} on {on}.").format(
                numbered=sort.numbered, number=after.number, on=on
            )
        )
    if record.status == Signed.Status.ENDED:
        marks.append(gettext("Ended: it is no longer in force."))
    return tuple(marks)


def _facts(child: Child, referral: Referral, on: date, on_label: str) -> Fields:
    ages = child.ages(max(on, child.date_of_birth))
    full = f"{child.given_name} {child.family_name}"
    rows = [Field(gettext("Child"), child.name)]
    if full != child.name:
        rows.append(Field(gettext("Full name"), full))
    return Fields((
        *rows,
        Field(gettext("Date of birth"), day(child.date_of_birth)),
        Field(on_label, day(on)),
        Field(gettext("Age that day"), _written(ages.chronological)),
        Field(gettext("Adjusted age that day"), _written(ages.adjusted) if ages.adjusted else _why_not_adjusted(child)),
        Field(gettext("Age used"), gettext("Adjusted age") if ages.used == "adjusted" else gettext("Chronological age")),
        Field(gettext("Language"), wording.tongue(child.language_spoken)),
        Field(gettext("Interpreter needed"), yes_no(child.interpreter_needed)),
        Field(gettext("Referred on"), day(_referred_on(referral))),
    ))  # fmt: skip


def _written(age: Age) -> str:
    """As therapists write it, and how that is read."""
    return gettext("{age} (years;months;days)").format(age=age)


def _why_not_adjusted(child: Child) -> str:
    weeks = child.gestation_weeks
    if weeks is None:
        return gettext("None: weeks of pregnancy not recorded")
    if weeks >= PREMATURE_BEFORE_WEEKS:
        return gettext("None: born at {weeks} weeks").format(weeks=weeks)
    return gettext("None: born at {weeks} weeks, no longer adjusted at this age").format(
        weeks=weeks
    )


def _referred_on(referral: Referral) -> date | None:
    return local_day(referral.sent_at, referral.practice) if referral.sent_at else None


def places(referral: Referral) -> tuple[Place, ...]:
    clinic = [_place(gettext("Therapy clinic"), referral.clinic)] if referral.clinic else []
    return (*clinic, _place(gettext("Pediatric practice"), referral.practice))


def _place(role: str, place: Organization) -> Place:
    npi = f"NPI {place.npi}" if place.npi else ""
    return Place(
        role, place.name,
        tuple(line for line in (place.address, telephone(place.phone), npi) if line),
    )  # fmt: skip
