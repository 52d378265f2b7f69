"""Whom and what does a row of a spreadsheet mean, among what is here, and what of it is new?

A place learns of no child it does not see: a row is looked for among those alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Q

from referrals.caseload.row import Told
from referrals.models import (
    Caseload,
    CaseloadRow,
    Child,
    ChildIdentifier,
    ChildToken,
    Diagnosis,
    Guardian,
    Membership,
    Organization,
    Referral,
    Role,
    Seat,
    User,
)
from referrals.models.child import tokens
from referrals.pathway import State

from .owner import intake_of

Verdict, Kind = CaseloadRow.Verdict, Organization.Kind
#: Of one birthday and given name so many are looked at: a list of thousands of them stays as quick.
MOST: Final = 20
DETAILS: Final = (
    "given_name", "family_name", "name_used", "date_of_birth", "gestation_weeks",
    "gestation_days", "language_spoken", "language_written", "interpreter_needed", "precautions",
    "adaptive_equipment",
)  # fmt: skip


@dataclass(slots=True)
class Match:
    """A row against what is here: its verdict, and whom and what it means."""

    verdict: str
    practice: Organization | None = None
    pediatrician: User | None = None
    clinic: Organization | None = None
    therapist: User | None = None
    child: Child | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    numbered: bool = False
    adult: bool = False
    referral: bool = False
    diagnoses: list[Diagnosis] = field(default_factory=list)


class Matcher:
    """Asks for each row who and what it means. Names of places and people are looked up once."""

    def __init__(self, caseload: Caseload, at: datetime) -> None:
        self.caseload, self.at = caseload, at
        self.place = caseload.organization
        self.is_clinic = self.place.kind == Kind.THERAPY_CLINIC
        self.known: dict[tuple[object, ...], Any] = {}

    def _seen(self, children: Iterable[Child]) -> list[Child]:
        """Those among whom a row is looked for: a place learns of no child it does not see.

        What is found is shown to everybody who brings files in there: so it is the place's own seats
        that count, whoever brings this one. They are asked of these few children, never of them all.
        """
        here = {child.pk: child for child in children if child.merged_into_id is None}
        own = Seat.objects.live(self.at).filter(
            child__in=here, organization=self.place,
            role__in=[Seat.Role.PRACTICE, Seat.Role.CLINIC],
        )  # fmt: skip
        seated = set(own.values_list("child", flat=True)) if here else set()
        return [child for pk, child in here.items() if pk in seated]

    def _alike(self, practice: Organization | None, born: date, words: set[str]) -> list[Child]:
        """Who of the practice was born that day and goes by one of these words here, a few of them."""
        named = ChildToken.objects.filter(organization=self.place, token__in=words)
        there = Child.objects.filter(practice=practice, date_of_birth=born)
        found = there.filter(pk__in=named.values("child")).order_by("pk")
        return self._seen(found[: MOST + 1])

    def match(self, row: Told, *, near_is_new: bool = False) -> Match:
        """The verdict; what is wrong is added to the row's faults."""
        found = Match(Verdict.WRONG)
        self._places(row, found)
        if row.faults or found.practice is None:
            return found
        near = self._child(row, found)
        self._referral(row, found)
        if row.faults:
            return found
        if near and not near_is_new:
            names = ", ".join(f"{c.name}, born {c.date_of_birth:%Y-%m-%d}" for c in near[:3])
            row.wrong(
                "given_name",
                f"This looks like {names}. If it is the same child, write the name as it is here; "
                "if not, say below that it is another.",
            )
            found.verdict = Verdict.NEAR
        elif found.child is None:
            found.verdict = Verdict.NEW
        else:
            said = {code: row.values[code] for code in DETAILS if code in row.values}
            here = found.child
            found.changes = {c: v for c, v in said.items() if getattr(here, c) != v}
            more = found.changes or found.numbered or found.adult or found.referral
            found.verdict = Verdict.CHANGED if more else Verdict.KNOWN
        return found

    # --- Places and people --------------------------------------------------------------------

    def _places(self, row: Told, found: Match) -> None:
        said = row.values
        if self.is_clinic:
            found.clinic = self.place
            found.practice = self._place(row, "practice", Kind.PEDIATRIC_PRACTICE)
        else:
            found.practice = self.place
            if "practice" in said and self._named(said["practice"], Kind.PEDIATRIC_PRACTICE) != [
                self.place
            ]:
                row.wrong("practice", f"This file is for {self.place}: leave this empty.")
            if "referral_state" in said:
                found.clinic = self._place(row, "clinic", Kind.THERAPY_CLINIC)
        if self.is_clinic and "clinic" in said and self._named(
            said["clinic"], Kind.THERAPY_CLINIC
        ) != [self.place]:  # fmt: skip
            row.wrong("clinic", f"This file is for {self.place}: leave this empty.")
        if found.practice is not None:
            found.pediatrician = self._pediatrician(row, found.practice)
        if "therapist" in said and found.clinic is not None:
            found.therapist = self._person(row, "therapist", found.clinic, Role.THERAPIST)
        codes = said.get("diagnoses", [])
        table = Diagnosis.objects.in_bulk(codes)
        found.diagnoses = [table[code] for code in dict.fromkeys(codes) if code in table]
        unknown = sorted(set(codes) - {d.pk for d in found.diagnoses})
        if unknown:
            row.wrong("diagnoses", f"Not on the list of ICD-10-CM: {', '.join(unknown)[:80]}.")

    def _named(self, text: str, kind: str) -> list[Organization]:
        key = ("place", kind, text.lower())
        if key not in self.known:
            same = Q(name__iexact=text) | (Q(npi=text) if text.isdigit() else Q(pk__in=[]))
            places = Organization.objects.filter(same, kind=kind, is_active=True)
            if kind == Kind.THERAPY_CLINIC:
                places = places.filter(takes_referrals=True)
            self.known[key] = list(places[:2])
        return list(self.known[key])

    def _place(self, row: Told, code: str, kind: str) -> Organization | None:
        text = row.values.get(code)
        if text is None:
            row.wrong(code, "This is empty. Write the place's NPI or its name here.")
            return None
        found = self._named(text, kind)
        if len(found) != 1:
            how = "Two places are called so: write the NPI." if found else "No such place is here."
            row.wrong(code, f"“{text[:60]}”: {how}")
            return None
        return found[0]

    def _pediatrician(self, row: Told, practice: Organization) -> User | None:
        if "pediatrician" in row.values:
            return self._person(row, "pediatrician", practice, Role.PEDIATRICIAN)
        key = ("intake", practice.pk)
        if key not in self.known:
            by = self.caseload.uploaded_by
            works = Membership.objects.live(self.at).filter(
                user=by, organization=practice, role=Role.PEDIATRICIAN
            )
            self.known[key] = (
                by if works.exists() else intake_of(practice, self.at, Role.PEDIATRICIAN)
            )
        person: User | None = self.known[key]
        if person is None:
            row.wrong("pediatrician", f"{practice} has no pediatrician here yet.")
        return person

    def _person(self, row: Told, code: str, place: Organization, role: str) -> User | None:
        text: str = row.values[code]
        key = ("person", place.pk, role, text.lower())
        if key not in self.known:
            there = Membership.objects.live(self.at).filter(organization=place, role=role)
            people = [m.user for m in there.select_related("user")]
            wanted = tokens(text)
            self.known[key] = [
                p for p in people
                if text.lower() == p.email.lower() or (p.npi and p.npi == text)
                or tokens(p.name) == wanted
            ]  # fmt: skip
        found: list[User] = self.known[key]
        if len(found) != 1:
            how = "two people are called so: write the e-mail" if found else "nobody of that name"
            row.wrong(code, f"“{text[:60]}”: {how} works at {place} in this role.")
            return None
        return found[0]

    # --- The child ----------------------------------------------------------------------------

    def _child(self, row: Told, found: Match) -> list[Child]:
        """Find whom the row means; returns those it may mean, where that is not sure."""
        said, practice = row.values, found.practice
        number = said.get("number")
        if number is not None:
            known = ChildIdentifier.objects.filter(organization=self.place, value=number)
            one = known.select_related("child__practice").first()
            if one is not None:
                self._by_number(row, found, one.child)
                return []
        born, names = said["date_of_birth"], (said["given_name"], said["family_name"])
        wanted = [tokens(name) for name in names]
        there = self._alike(practice, born, wanted[0] or wanted[1])
        same = [c for c in there if [tokens(c.given_name), tokens(c.family_name)] == wanted]
        if len(same) == 1:
            others = same[0].identifiers.filter(organization=self.place)
            if number is not None and others.exists():
                return same
            found.child, found.numbered = same[0], number is not None
            self._adult(row, found)
            return []
        # Brothers and sisters born together share the family name: the given name says who it is.
        if same:
            return same
        near = [c for c in there if tokens(f"{c.given_name} {c.name_used}") & wanted[0]]
        return [c for c in near if not self._has_its_own_row(c, row)]

    def _has_its_own_row(self, child: Child, row: Told) -> bool:
        """Whether the file tells of that child in another row: then this one is somebody else.

        Among thousands some share a given name and a birthday. The list itself tells them apart.
        """
        names = {
            "given_name": child.given_name, "family_name": child.family_name,
            "date_of_birth": child.date_of_birth, "practice": row.values.get("practice", ""),
        }  # fmt: skip
        ours = child.identifiers.filter(organization=self.place).values_list("value", flat=True)
        said = [names, *({"number": number} for number in ours)]
        keys = [key_of(self.caseload, Told(row.number, values)) for values in said]
        others = CaseloadRow.objects.filter(caseload=self.caseload, key__in=keys)
        return others.exclude(Q(number=row.number) | Q(verdict=Verdict.WRONG)).exists()

    def _by_number(self, row: Told, found: Match, child: Child) -> None:
        said = row.values
        if not self._seen([child]):
            row.wrong("number", "This number is a child's whose record is not open to you now.")
            return
        shares = tokens(f"{child.given_name} {child.family_name}") & tokens(
            f"{said['given_name']} {said['family_name']}"
        )
        if not shares and said["date_of_birth"] != child.date_of_birth:
            row.wrong(
                "number", "Under this number another child is known, of another name and birthday."
            )
            return
        if child.practice_id != getattr(found.practice, "pk", None):
            row.wrong("practice", f"The child with this number belongs to {child.practice}.")
            return
        found.child = child
        self._adult(row, found)

    def _adult(self, row: Told, found: Match) -> None:
        said = row.values
        if "guardian_given_name" in said and found.child is not None:
            wanted = tokens(f"{said['guardian_given_name']} {said['guardian_family_name']}")
            adults = Guardian.objects.filter(child=found.child)
            found.adult = all(tokens(adult.name) != wanted for adult in adults)

    def _referral(self, row: Told, found: Match) -> None:
        said, child = row.values, found.child
        if "referral_state" not in said:
            if self.is_clinic and child is None and not row.faults:
                row.wrong(
                    "referral_state",
                    "This is empty. By its referral a child comes to a clinic: without one nobody "
                    "of yours would see it.",
                )
            return
        if child is None or row.faults:
            return
        theirs = list(Referral.objects.filter(child=child).exclude(state=State.DRAFT))
        at_clinic = [r for r in theirs if r.clinic_id == getattr(found.clinic, "pk", None)]
        on = said["referred_on"]
        zone = ZoneInfo(child.practice.time_zone)
        same_day = any(r.sent_at and r.sent_at.astimezone(zone).date() == on for r in at_clinic)
        if same_day or any(r.is_open for r in at_clinic):
            return
        if any(r.is_open for r in theirs):
            row.wrong("referral_state", "This child has an open referral to another clinic.")
            return
        found.referral = True


# --- Hashes of a row: within one file, no two rows may contradict each other ---------------------


def key_of(caseload: Caseload, row: Told) -> str:
    said = row.values
    who = said.get("number") or "|".join(
        str(part) for part in (
            sorted(tokens(said.get("given_name", ""))), sorted(tokens(said.get("family_name", ""))),
            said.get("date_of_birth"), str(said.get("practice", "")).lower(),
        )
    )  # fmt: skip
    return _hash(caseload, who, 16)


def mark_of(caseload: Caseload, row: Told) -> str:
    """What the row says of the child itself, a short hash for each detail."""
    return " ".join(
        f"{n}:{_hash(caseload, row.values[code], 5)}"
        for n, code in enumerate(DETAILS)
        if code in row.values
    )


class Sayings:
    """What the rows so far say of each child, and in which row it was said first."""

    def __init__(self) -> None:
        self._said: dict[str, dict[str, tuple[str, int]]] = {}

    def add(self, key: str, mark: str, number: int) -> None:
        here = self._said.setdefault(key, {})
        for detail, value in _details(mark):
            here.setdefault(detail, (value, number))

    def against(self, key: str, mark: str) -> int | None:
        """The first row that says something else of the same child, if one does."""
        here = self._said.get(key, {})
        others = (here[d][1] for d, value in _details(mark) if d in here and here[d][0] != value)
        return min(others, default=None)


def _details(mark: str) -> list[list[str]]:
    return [part.split(":") for part in mark.split()]


def _hash(caseload: Caseload, value: object, size: int) -> str:
    return blake2b(str(value).encode(), digest_size=size, key=caseload.pk.bytes).hexdigest()
