"""Is the child of an e-referral one that the practice knows already? In doubt a person decides."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from referrals.arriving import Patient
from referrals.models import Child, Organization, Seat
from referrals.models.child import tokens

#: So many who may be the same are shown to who decides.
MOST = 20


@dataclass(frozen=True, slots=True)
class Match:
    """The one child it surely is; else those it may be."""

    known: Child | None
    near: tuple[Child, ...]


def match(
    patient: Patient, practice: Organization, at: datetime, *, seen_by: Organization | None
) -> Match:
    """Sure is a number with the given name, or the whole name, each with the birth date.

    A number alone is not: twins are born on one day and often insured under one number.
    Where a clinic is named in `seen_by`, only among those of whose care team it is already.
    """
    values = [value for _, value in patient.identifiers]
    words = tokens(patient.name)
    by_word = Q(tokens__organization=practice, tokens__token__in=words)
    by_number = Q(identifiers__organization=practice, identifiers__value__in=values)
    on_the_day = Q(date_of_birth=patient.born) if patient.born else Q(pk__in=[])
    children = Child.objects.filter(practice=practice, merged_into__isnull=True)
    if seen_by is not None:
        own = Seat.objects.live(at).filter(organization=seen_by, role=Seat.Role.CLINIC)
        children = children.filter(pk__in=own.values("child"))
    found = list(
        children.filter(by_word | by_number | on_the_day)
        .distinct().order_by("family_name", "given_name", "pk").prefetch_related("identifiers")
    )  # fmt: skip
    sure = [child for child in found if _is_same(child, patient, values, practice)]
    numbered = [child for child in found if _has_number(child, values, practice)]
    if len(sure) == 1 and all(child in sure for child in numbered):
        return Match(sure[0], ())
    return Match(None, tuple([c for c in found if _is_near(c, patient, values, practice)][:MOST]))


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
