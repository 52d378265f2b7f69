"""Who plays in every test?

The cast is always complete: a test that names one of them gets all of them, so that
what one test finds does not depend on whom it happens to name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from referrals.actions.appointment import book_appointment
from referrals.actions.closing import decline_referral
from referrals.actions.referral import (
    accept_referral,
    contact_referral,
    receive_referral,
    send_referral,
)
from referrals.models import (
    Child,
    Diagnosis,
    Guardian,
    Organization,
    Referral,
    Role,
    Seat,
    User,
)
from referrals.models.child import tokens
from tests.activity_stages import *  # noqa: F403
from tests.arrival_stages import *  # noqa: F403
from tests.correction_stages import *  # noqa: F403
from tests.demo.once import tell_the_story  # noqa: F401  # for whoever asks for it
from tests.discharge_stages import *  # noqa: F403  # the end of therapy
from tests.factories.child import ChildFactory, guardian_of
from tests.factories.consent import shared
from tests.factories.organization import ClinicFactory, PracticeFactory, SchoolFactory
from tests.factories.person import UserFactory, works_at
from tests.factories.referral import draft_for
from tests.letter_stages import *  # noqa: F403
from tests.message_stages import *  # noqa: F403
from tests.practice_stages import *  # noqa: F403
from tests.prepared import asked_as_composed, drawn_of_what_it_is_told, made_as_anew  # noqa: F401  # in every test
from tests.replay import kept_files, played, tape  # noqa: F401  # the tape runs in every test
from tests.report_stages import *  # noqa: F403
from tests.rules import *  # noqa: F403  # fixtures of every test
from tests.session_stages import *  # noqa: F403
from tests.stages import *  # noqa: F403

# --- The cast ---------------------------------------------------------------------------------


@dataclass
class Cast:
    practice: Organization
    clinic: Organization
    school: Organization
    other_practice: Organization
    other_clinic: Organization
    pediatrician: User
    practice_colleague: User
    therapist: User
    colleague: User
    coordinator: User
    partner: User
    stranger: User
    stranger_pediatrician: User
    family: User
    other_family: User
    admin: User
    child: Child
    other_child: Child


@pytest.fixture
def now() -> datetime:
    """Ten in the morning of yesterday: what begins then holds while the test runs.

    A module that wants literal due dates tells another time by a fixture of this name.
    """
    yesterday = timezone.localtime() - timedelta(days=1)
    return yesterday.replace(hour=10, minute=0, second=0, microsecond=0)


@pytest.fixture
@played
def cast(db: None, now: datetime) -> Cast:
    """Everybody: a practice, a clinic, a school, a family, and strangers to all of them."""
    practice = PracticeFactory(name="Elm Street Pediatrics")
    clinic = ClinicFactory(name="Harbor Therapy")
    school = SchoolFactory(name="Maple School")
    other_practice = PracticeFactory(name="Hill Pediatrics")
    other_clinic = ClinicFactory(name="Valley Therapy")

    def person(given: str, family: str, **fields: Any) -> User:
        return UserFactory(
            given_name=given, family_name=family, email=f"{given.lower()}@example.org", **fields
        )

    def worker(given: str, family: str, place: Organization, role: Role, **fields: Any) -> User:
        return works_at(
            place, role, given_name=given, family_name=family,
            email=f"{given.lower()}@example.org", **fields,
        )  # fmt: skip

    pediatrician = worker(
        "Ada", "Okafor", practice, Role.PEDIATRICIAN, intake=True, credentials="MD"
    )
    practice_colleague = worker("Ben", "Lindqvist", practice, Role.PEDIATRICIAN, credentials="MD")
    therapist = worker("Thea", "Marsh", clinic, Role.THERAPIST, credentials="OTR/L")
    colleague = worker("Cora", "Singh", clinic, Role.THERAPIST, credentials="OTR/L")
    coordinator = worker("Kofi", "Mensah", clinic, Role.COORDINATOR, intake=True)
    partner = worker("Paula", "Reyes", school, Role.PARTNER)
    stranger = worker("Stan", "Novak", other_clinic, Role.THERAPIST)
    stranger_pediatrician = worker("Petra", "Vogel", other_practice, Role.PEDIATRICIAN)
    family = person("Rosa", "Fontaine")
    other_family = person("Omar", "Haddad")
    admin = person("Alma", "Stein", is_staff=True, is_superuser=True)

    child = ChildFactory(
        given_name="Mina", family_name="Fontaine", practice=practice, by=pediatrician, at=now
    )
    guardian_of(child, family, by=pediatrician, at=now)
    other_child = ChildFactory(
        given_name="Sami", family_name="Haddad", practice=other_practice,
        by=stranger_pediatrician, at=now,
        guardian={"given_name": "Omar", "family_name": "Haddad", "relationship": "father"},
    )  # fmt: skip
    guardian_of(other_child, other_family, by=stranger_pediatrician, at=now)
    return Cast(
        practice, clinic, school, other_practice, other_clinic, pediatrician, practice_colleague,
        therapist, colleague, coordinator, partner, stranger, stranger_pediatrician, family,
        other_family, admin, child, other_child,
    )  # fmt: skip


@pytest.fixture
def practice(cast: Cast) -> Organization:
    return cast.practice


@pytest.fixture
def clinic(cast: Cast) -> Organization:
    return cast.clinic


@pytest.fixture
def school(cast: Cast) -> Organization:
    return cast.school


@pytest.fixture
def other_practice(cast: Cast) -> Organization:
    return cast.other_practice


@pytest.fixture
def other_clinic(cast: Cast) -> Organization:
    return cast.other_clinic


@pytest.fixture
def pediatrician(cast: Cast) -> User:
    """Who registered the child and writes the referral; takes the practice's intake."""
    return cast.pediatrician


@pytest.fixture
def practice_colleague(cast: Cast) -> User:
    return cast.practice_colleague


@pytest.fixture
def therapist(cast: Cast) -> User:
    """Who is named on the referral when it is accepted."""
    return cast.therapist


@pytest.fixture
def colleague(cast: Cast) -> User:
    """Another therapist of the same clinic."""
    return cast.colleague


@pytest.fixture
def coordinator(cast: Cast) -> User:
    """Who takes the clinic's intake."""
    return cast.coordinator


@pytest.fixture
def partner(cast: Cast) -> User:
    """Works at the school; sees nobody until a consent seats it."""
    return cast.partner


@pytest.fixture
def stranger(cast: Cast) -> User:
    """A therapist of a clinic that was never sent this child."""
    return cast.stranger


@pytest.fixture
def stranger_pediatrician(cast: Cast) -> User:
    return cast.stranger_pediatrician


@pytest.fixture
def family(cast: Cast) -> User:
    """The child's mother, with an account and every right."""
    return cast.family


@pytest.fixture
def other_family(cast: Cast) -> User:
    return cast.other_family


@pytest.fixture
def admin(cast: Cast) -> User:
    return cast.admin


@pytest.fixture
@played
def nobody(db: None) -> User:
    """Somebody with an account and nothing else: no place of work, no child."""
    return UserFactory(given_name="Nico", family_name="Brandt", email="nico@example.org")


@pytest.fixture
def child(cast: Cast) -> Child:
    """A toddler of two years and three months."""
    return cast.child


@pytest.fixture
def other_child(cast: Cast) -> Child:
    return cast.other_child


@pytest.fixture
def guardian(cast: Cast) -> Guardian:
    """The family's guardianship of the child."""
    return cast.child.guardians.get(user=cast.family)


@pytest.fixture
@played
def partner_seat(cast: Cast, now: datetime) -> Seat:
    """The family has let the school see every part that can be shared, for most of a year."""
    given = shared(cast.child, cast.school, by=cast.family, at=now)
    return Seat.objects.get(ground_id=given.pk)


DIAGNOSES = {
    "F82": "Specific developmental disorder of motor function",
    "F84.0": "Autistic disorder",
    "F88": "Other disorders of psychological development",
    "R27.8": "Other lack of coordination",
    "R27.9": "Unspecified lack of coordination",
    "R62": "Lack of expected normal physiological development in childhood and adults",
    "R62.50": "Unspecified lack of expected normal physiological development in childhood",
    "R63.32": "Pediatric feeding disorder, chronic",
}


@pytest.fixture
@played
def diagnoses(db: None) -> list[Diagnosis]:
    """A handful of codes; R62 is a heading that nobody can be billed for."""

    def searched(text: str) -> str:
        return " " + " ".join(sorted(tokens(text)))

    return Diagnosis.objects.bulk_create(
        Diagnosis(
            code=code, title=title, is_billable=code != "R62", search=searched(f"{code} {title}")
        )
        for code, title in DIAGNOSES.items()
    )


# --- A referral, as far along as its name says --------------------------------------------------


def read(referral: Referral) -> Referral:
    """The referral as a page would read it: nothing remembered from before."""
    return Referral.objects.get(pk=referral.pk)


@pytest.fixture
@played
def draft(cast: Cast, now: datetime) -> Referral:
    return read(draft_for(cast.child, cast.clinic, by=cast.pediatrician, at=now))


@pytest.fixture
@played
def sent(cast: Cast, draft: Referral, now: datetime) -> Referral:
    return read(send_referral(referral=draft, by=cast.pediatrician, at=now + timedelta(minutes=10)))


@pytest.fixture
@played
def received(cast: Cast, sent: Referral, now: datetime) -> Referral:
    return read(receive_referral(referral=sent, by=cast.coordinator, at=now + timedelta(hours=1)))


@pytest.fixture
@played
def accepted(cast: Cast, received: Referral, now: datetime) -> Referral:
    return read(
        accept_referral(
            referral=received, therapist=cast.therapist, by=cast.therapist,
            at=now + timedelta(hours=2),
        )
    )  # fmt: skip


@pytest.fixture
@played
def declined(cast: Cast, received: Referral, now: datetime) -> Referral:
    return read(
        decline_referral(
            referral=received, reason="We see children from three years on.",
            suggestion="The early-intervention programme takes her now.", by=cast.therapist,
            at=now + timedelta(hours=2),
        )
    )  # fmt: skip


@pytest.fixture
@played
def contacting(cast: Cast, accepted: Referral, now: datetime) -> Referral:
    at = now + timedelta(hours=3)
    return read(
        contact_referral(
            referral=accepted, attempted_at=at, channel="phone", result="no_answer",
            whom="Rosa Fontaine", by=cast.coordinator, at=at,
        )
    )  # fmt: skip


@pytest.fixture
@played
def scheduled(cast: Cast, contacting: Referral, now: datetime) -> Referral:
    """The visit is a week after `now`, for an hour, at the clinic."""
    return read(
        book_appointment(
            referral=contacting, starts_at=now + timedelta(days=7), therapist=cast.therapist,
            minutes=60, place="clinic", by=cast.coordinator, at=now + timedelta(hours=4),
        )
    )  # fmt: skip


# --- Doors ------------------------------------------------------------------------------------


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser in which this person is signed in: `client_of(family).get("/")`."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in
