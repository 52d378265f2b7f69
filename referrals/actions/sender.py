"""Which practice, practitioner and clinic of ours does an e-referral name? None is guessed."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from referrals.arriving import Identifier, Person, Place, Problem
from referrals.models import Alias, Membership, Organization, Role, System, User
from referrals.models.child import tokens
from referrals.models.record import new_id

from .refusal import Refused

KIND = Organization.Kind
T = TypeVar("T", bound=Model)


class NotTaken(Refused):
    """An e-referral is not taken in: what the sender is told, each at its element."""

    def __init__(self, problems: list[Problem], status: int = 422) -> None:
        super().__init__(problems[0].words)
        self.problems, self.status = problems, status


def find_clinic(system: System, told: Place | None, at_element: str) -> Organization | Problem:
    """The clinic that is asked: a clinic's own system brings what is for that clinic alone."""
    own = system.organization
    if own.kind == KIND.THERAPY_CLINIC:
        if told and _is_other(own, told):
            return Problem(f"This system brings referrals to {own} alone.", at_element, "forbidden")
        return own
    if told is None:
        words = "Say which clinic is asked, by its NPI or by its id here."
        return Problem(words, at_element, "required")
    clinics = Organization.objects.filter(
        kind=KIND.THERAPY_CLINIC, is_active=True, takes_referrals=True
    )
    found = by_number(clinics, told.npi, told.identifiers)
    if found is None:
        words = "No clinic here that takes referrals has this number."
        return Problem(words, at_element, "not-found")
    return found


def find_practice(
    system: System, told: Place | None, person: Person, at: datetime
) -> Organization | Problem | None:
    """The practice that refers; None where a clinic's system names one that is not known yet."""
    own = system.organization
    if own.kind == KIND.PEDIATRIC_PRACTICE:
        if told and _is_other(own, told, by_name=True):
            return Problem(f"This system refers for {own} alone.", told.at, "forbidden")
        return own
    if told is None:
        return _where_works(person, at)
    practices = Organization.objects.filter(kind=KIND.PEDIATRIC_PRACTICE, is_active=True)
    found = by_number(practices, told.npi, told.identifiers)
    if found is not None:
        return found
    aliases = Alias.objects.filter(system=system, person=None, key__in=_keys(told))
    named = aliases.select_related("place").order_by("-place__is_active", "pk")
    alias = next((one for one in named if not _contradicts(one, told)), None)
    if alias is not None:
        if alias.place.is_active:
            return alias.place
        return Problem("This practice is closed here.", told.at, "business-rule")
    if not told.name:
        words = "A practice that is new here needs a name."
        return Problem(words, told.at, "required")
    return None


def _contradicts(alias: Alias, told: Place) -> bool:
    """Whether a number shared with that place is of their network: both have one of their own beside it."""
    keys = Alias.objects.filter(system=alias.system_id, person=None, place=alias.place_id)
    known = set(keys.values_list("key", flat=True))
    issuers = {key.split("|", 2)[1] for key in known}
    return any(
        system and system in issuers and f"place|{system}|{value}"[:400] not in known
        for system, value in told.identifiers
    )


def _where_works(person: Person, at: datetime) -> Organization | Problem:
    """The one practice in which the practitioner with this NPI works."""
    works = Membership.objects.live(at).filter(role=Role.PEDIATRICIAN, user__npi=person.npi)
    found = list(works.select_related("organization")[:2]) if person.npi else []
    if len(found) == 1:
        return found[0].organization
    return Problem("Say from which practice this comes.", person.at, "required")


def make_practice(system: System, told: Place) -> Organization:
    """A place known by e-referral: nobody of it can sign in until an administrator invites them."""
    made = Organization.objects.create(
        kind=KIND.PEDIATRIC_PRACTICE, name=told.name, npi=told.npi, phone=told.phone,
        address=told.address, time_zone=system.organization.time_zone,
    )  # fmt: skip
    # A number of its network may name another place already.
    Alias.objects.bulk_create(
        (Alias(system=system, key=key, place=made) for key in _keys(told)), ignore_conflicts=True
    )
    return made


def find_author(
    system: System, practice: Organization, told: Person, at: datetime
) -> User | Problem | None:
    """The practitioner among the people of the practice: by NPI, id here, or the sender's number.

    By name only in the practice whose own system says it, and only where one person has that name.
    """
    members = Membership.objects.live(at).filter(organization=practice, role=Role.PEDIATRICIAN)
    people = User.objects.filter(pk__in=members.values("user"))
    found = by_number(people, told.npi, told.identifiers)
    if found is not None:
        return found
    keys = _person_keys(practice, told)
    aliases = Alias.objects.filter(system=system, place=practice, key__in=keys)
    alias = aliases.filter(person__in=people).first()
    if alias is not None:
        return alias.person
    if aliases.filter(person__isnull=False).exists():
        return Problem("This person no longer works there.", told.at, "business-rule")
    alike = [one for one in people if tokens(one.name) == tokens(f"{told.given} {told.family}")]
    fits = [one for one in alike if not one.npi or not told.npi]
    return fits[0] if system.organization_id == practice.pk and len(fits) == 1 else None


def make_author(system: System, practice: Organization, told: Person, at: datetime) -> User:
    """A person of the practice who cannot sign in: the account has no password and no address.

    Where nobody is named the account says so, and stands for whoever of the practice it was.
    """
    given, family = told.given, told.family
    if not told.is_somebody:
        given, family = "Someone at", practice.name[:80]
    user = User.objects.create_user(
        f"{new_id()}@practitioner.invalid", None, given_name=given, family_name=family,
        npi=told.npi, credentials=told.credentials,
    )  # fmt: skip
    Membership.objects.create(user=user, organization=practice, role=Role.PEDIATRICIAN, since=at)
    Alias.objects.bulk_create(
        Alias(system=system, key=key, place=practice, person=user)
        for key in _person_keys(practice, told)
    )
    return user


def by_number(among: QuerySet[T], npi: str, identifiers: tuple[Identifier, ...]) -> T | None:
    """The one with this NPI, or with this id of ours; an NPI that two have tells nobody."""
    if npi:
        found = list(among.filter(npi=npi)[:2])
        if len(found) == 1:
            return found[0]
    ours = [key for _, value in identifiers if (key := _as_id(value))]
    return among.filter(pk__in=ours).first() if ours else None


def _as_id(value: str) -> UUID | None:
    try:
        return UUID(value.removeprefix("urn:uuid:"))
    except ValueError:
        return None


def _is_other(own: Organization, told: Place, *, by_name: bool = False) -> bool:
    """Whether this is surely another place; a sender's own number for it says nothing."""
    if told.npi and own.npi:
        return told.npi != own.npi
    if any(_as_id(value) == own.pk for _, value in told.identifiers):
        return False
    others = Organization.objects.exclude(pk=own.pk)
    if by_number(others, told.npi, told.identifiers) is not None:
        return True
    return by_name and bool(told.name) and tokens(told.name) != tokens(own.name)


def _keys(told: Place) -> list[str]:
    """By what the sender knows a place: its numbers; its name only where it has none."""
    keys = [f"place|{system}|{value}" for system, value in told.identifiers]
    if not keys:
        keys = [f"place|name|{' '.join(sorted(tokens(told.name)))}"]
    return list(dict.fromkeys(key[:400] for key in keys))


def _person_keys(practice: Organization, told: Person) -> list[str]:
    keys = [f"person|{practice.pk}|{system}|{value}" for system, value in told.identifiers]
    if not keys:
        keys = [
            f"person|{practice.pk}|name|{' '.join(sorted(tokens(f'{told.given} {told.family}')))}"
        ]
    return list(dict.fromkeys(key[:400] for key in keys))
