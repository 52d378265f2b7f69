"""Is the child of an e-referral one that the practice knows already? In doubt a person decides."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from django.db.models import Exists, OuterRef, QuerySet

from referrals.arriving import Patient
from referrals.models import Child, ChildIdentifier, ChildToken, Organization, Seat, System
from referrals.models.child import tokens

#: So many who may be the same are shown to who decides.
MOST = 20


@dataclass(frozen=True, slots=True)
class Match:
    """The one child it surely is; else those it may be."""

    known: Child | None
    near: tuple[Child, ...]


def match(
    patient: Patient, practice: Organization, *, system: System, clinic: Organization, at: datetime
) -> Match:
    """Sure is a number with the given name, or the whole name, each with the birth date.

    A number alone is not: twins are born on one day and often insured under one number.
    """
    values = [value for _, value in patient.identifiers]
    there = (
        Child.objects.filter(practice=practice, merged_into__isnull=True)
        .order_by("family_name", "given_name", "pk").prefetch_related("identifiers")
    )  # fmt: skip
    # A clinic's own system, or half a birth date, would lay any children of a practice before the
    # clinic's desk: there only those in its care are looked through, and who is none of them is new.
    if system.organization_id != practice.pk or patient.born is None:
        own = Seat.objects.live(at).filter(organization=clinic, role=Seat.Role.CLINIC)
        there = there.filter(pk__in=own.values("child"))
    # Each is a range of one index, and asked by itself: joined by OR, the whole practice was read.
    numbered = list(there.filter(pk__in=ChildIdentifier.objects.filter(
        organization=practice, value__in=values
    ).values("child")))  # fmt: skip
    on_the_day = list(there.filter(date_of_birth=patient.born)) if patient.born else []
    sure = [c for c in _once(numbered, on_the_day) if _is_same(c, patient, values, practice)]
    if len(sure) == 1 and all(child in sure for child in numbered):
        return Match(sure[0], ())
    near = _once(
        *(_nearest(some, patient, values, practice) for some in (
            numbered, on_the_day, _read(_namesakes(there, patient, practice)),
            _read(_of_that_age(there, patient, practice)),
        ))
    )  # fmt: skip
    # Put in order by the database, which alone knows its alphabet.
    return Match(None, tuple(there.filter(pk__in=[child.pk for child in near])[:MOST]))


def _once(*some: Iterable[Child]) -> list[Child]:
    return list({child.pk: child for children in some for child in children}.values())


def _read(some: QuerySet[Child]) -> Iterator[Child]:
    return some.iterator(chunk_size=2 * MOST)


def _nearest(
    some: Iterable[Child], patient: Patient, values: list[str], practice: Organization
) -> list[Child]:
    """The first of them that are shown: no more are read."""
    return list(islice((c for c in some if _is_near(c, patient, values, practice)), MOST))


def _found_by(practice: Organization, words: set[str]) -> Exists:
    found = ChildToken.objects.filter(organization=practice, token__in=words, child=OuterRef("pk"))
    return Exists(found)


def _namesakes(there: QuerySet[Child], patient: Patient, practice: Organization) -> QuerySet[Child]:
    """Those who have every word of the family name, and one of a given name."""
    family = tokens(patient.family)
    if not family:
        return there.filter(_found_by(practice, tokens(patient.given)))
    given = tokens(f"{patient.given} {patient.name_used}")
    of_them = ChildToken.objects.filter(organization=practice, token=max(family, key=len))
    named = there.filter(_found_by(practice, given), pk__in=of_them.values("child"))
    for word in family:
        named = named.filter(_found_by(practice, {word}))
    return named


def _of_that_age(
    there: QuerySet[Child], patient: Patient, practice: Organization
) -> QuerySet[Child]:
    """Where the birth date is not whole: those with a word of the name who may be born then."""
    if patient.born is not None:
        return there.none()
    of_them = ChildToken.objects.filter(organization=practice, token__in=tokens(patient.name))
    named = there.filter(pk__in=of_them.values("child"))
    year = patient.born_said[:4]
    if year.isascii() and year.isdigit() and len(year) == 4 and year > "0000":
        named = named.filter(date_of_birth__year=int(year))
    return named


def _is_same(child: Child, patient: Patient, values: list[str], practice: Organization) -> bool:
    if patient.born is None or child.date_of_birth != patient.born:
        return False
    if _has_number(child, values, practice):
        return _same_given_name(child, patient)
    return _same_name(child, patient)


def _is_near(child: Child, patient: Patient, values: list[str], practice: Organization) -> bool:
    if _has_number(child, values, practice) or _same_name(child, patient):
        return True
    shared = _words_of(child) & tokens(f"{patient.name} {patient.name_used}")
    return bool(shared) and _may_be_born(child.date_of_birth, patient)


def _may_be_born(born: date, patient: Patient) -> bool:
    if patient.born is not None:
        return born == patient.born
    return born.isoformat().startswith(patient.born_said)


def _has_number(child: Child, values: list[str], practice: Organization) -> bool:
    return any(
        one.value in values for one in child.identifiers.all() if one.organization_id == practice.pk
    )


def _same_name(child: Child, patient: Patient) -> bool:
    """Family name and one of the given names alike, however they are written."""
    same_family = _folded(child.family_name) == _folded(patient.family)
    return same_family and _same_given_name(child, patient)


def _same_given_name(child: Child, patient: Patient) -> bool:
    given = {_folded(child.given_name), _folded(child.name_used)} - {""}
    told = {_folded(patient.given), _folded(patient.name_used)} - {""}
    return bool(given & told)


def _words_of(child: Child) -> set[str]:
    return tokens(f"{child.given_name} {child.family_name} {child.name_used}")


def _folded(name: str) -> str:
    return " ".join(sorted(tokens(name)))
