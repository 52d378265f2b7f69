"""Who are the child, its adults, the clinicians and their places, in FHIR?"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from referrals.models import (
    Child,
    ChildIdentifier,
    Consent,
    Guardian,
    Membership,
    Organization,
    Role,
    Seat,
    User,
)
from referrals.models.record import FOREVER

from . import numbers
from .element import (
    OCCUPATIONAL_THERAPY,
    OURS,
    V3,
    Resource,
    category,
    concept,
    day,
    instant,
    name,
    period,
    reference,
    resource,
    telecom,
)

_RELATION: Final = {
    Guardian.Relationship.MOTHER: "MTH",
    Guardian.Relationship.FATHER: "FTH",
    Guardian.Relationship.PARENT: "PRN",
    Guardian.Relationship.GRANDPARENT: "GRPRN",
    Guardian.Relationship.FOSTER: "PRNFOST",
    Guardian.Relationship.LEGAL: "GUARD",
    Guardian.Relationship.OTHER: "FAMMEMB",
}
_KIND: Final = {
    Organization.Kind.PEDIATRIC_PRACTICE: "prov",
    Organization.Kind.THERAPY_CLINIC: "prov",
    Organization.Kind.SCHOOL: "edu",
    Organization.Kind.EARLY_INTERVENTION: "govt",
    Organization.Kind.COMMUNITY: "cg",
}
_ORGANIZATION_TYPE: Final = "http://terminology.hl7.org/CodeSystem/organization-type"


def patient(child: Child, known_as: Iterable[ChildIdentifier] = ()) -> Resource:
    """The child; of its numbers those that the reader's own organisation gave it."""
    names = [name(child.given_name, child.family_name)]
    if child.name_used:
        names.append(name(child.name_used, child.family_name, "usual"))
    return resource(
        "Patient",
        child.pk,
        identifier=[numbers.of_child(one) for one in known_as],
        name=names,
        birthDate=day(child.date_of_birth),
        communication=[{"language": concept(child.language_spoken), "preferred": True}],
        managingOrganization=reference("Organization", child.practice_id),
        generalPractitioner=[reference("Practitioner", child.pediatrician_id)],
    )


def related_person(guardian: Guardian, *, with_contact: bool) -> Resource:
    """An adult of the child; how to reach them only for whom that is meant."""
    return resource(
        "RelatedPerson",
        guardian.pk,
        patient=reference("Patient", guardian.child_id),
        relationship=[
            concept(
                guardian.get_relationship_display(),
                (f"{V3}RoleCode", _RELATION[Guardian.Relationship(guardian.relationship)]),
            )
        ],
        name=[name(guardian.given_name, guardian.family_name)],
        telecom=telecom(guardian.phone, guardian.email) if with_contact else [],
    )


def practitioner(person: User) -> Resource:
    return resource(
        "Practitioner",
        person.pk,
        identifier=numbers.npi(person.npi),
        active=person.is_active,
        name=[name(person.given_name, person.family_name)],
        qualification=[{"code": concept(person.credentials)}] if person.credentials else [],
    )


def practitioner_role(one: Membership, at: datetime) -> Resource:
    """Who works where, as what, and since when."""
    return resource(
        "PractitionerRole",
        one.pk,
        active=one.since <= at < one.until,
        period=period(one.since, one.until),
        practitioner=reference("Practitioner", one.user_id),
        organization=reference("Organization", one.organization_id),
        code=[concept(one.get_role_display(), (f"{OURS}role", one.role))],
        specialty=[concept("Occupational therapy", OCCUPATIONAL_THERAPY)]
        if one.role == Role.THERAPIST
        else [],
    )


def organization(place: Organization) -> Resource:
    return resource(
        "Organization",
        place.pk,
        identifier=numbers.npi(place.npi),
        active=place.is_active,
        type_=[
            concept(
                place.get_kind_display(),
                (_ORGANIZATION_TYPE, _KIND[Organization.Kind(place.kind)]),
            )
        ],
        name=place.name,
        telecom=telecom(place.phone, place.email),
        address=[{"text": place.address}] if place.address else [],
    )


def care_team(child: Child, seats: Iterable[Seat], adults: Mapping[UUID | None, UUID]) -> Resource:
    """Everybody who sits on the child's team, each with since when and until when.

    `adults` says which adult an account belongs to. An adult stands there once, since the first day: between two days a court may have spoken.
    """
    told = {
        (seat.organization_id, seat.user_id, seat.user_id or seat.pk): seat
        for seat in reversed(list(seats))
    }
    return resource(
        "CareTeam",
        child.pk,
        status="active",
        subject=reference("Patient", child.pk),
        participant=[
            {
                "role": [concept(seat.get_role_display())],
                "member": reference("Organization", seat.organization_id)
                or reference("RelatedPerson", adults.get(seat.user_id)),
                "period": period(seat.since, None if seat.user_id else seat.until),
            }
            for seat in reversed(told.values())
            if seat.organization_id or adults.get(seat.user_id)
        ],
    )


def consent(given: Consent, at: datetime) -> Resource:
    """What a family opened to whom, and until when."""
    end = given.revoked_at or (given.until if given.until < FOREVER else None)
    return resource(
        "Consent",
        given.pk,
        status="active" if given.holds(at) else "inactive",
        scope=concept(
            "", ("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy")
        ),
        category=category(f"{V3}ActCode", "INFA"),
        patient=reference("Patient", given.child_id),
        dateTime=instant(given.given_at),
        performer=[reference("RelatedPerson", given.guardian_id, given.signed_name)],
        organization=[reference("Organization", given.organization_id)],
        policyRule=concept(given.purpose),
        provision={
            "type": "permit",
            "period": period(given.since, end),
            "actor": [
                {
                    "role": concept("", (f"{V3}ParticipationType", "IRCP")),
                    "reference": reference("Organization", given.organization_id),
                }
            ],
            "code": [concept(scope) for scope in given.scopes],
        },
    )
