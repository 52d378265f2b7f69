"""Which people do tests play with, and what do they do where?"""

from datetime import UTC, datetime
from typing import Any

from factory import Faker, Sequence
from factory.django import DjangoModelFactory, Password

from referrals.models import Membership, Organization, Role, User

#: With which everybody in the tests signs in.
PASSWORD = "for-tests-only-word"
#: Long before any told time of a test.
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = Sequence(lambda n: f"person{n}@example.org")
    given_name = Faker("first_name")
    family_name = Faker("last_name")
    password = Password(PASSWORD)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    since = LONG_AGO


def works_at(place: Organization, role: Role, *, intake: bool = False, **fields: Any) -> User:
    """Somebody who has worked there in this role since long ago."""
    user = UserFactory(**fields)
    MembershipFactory(user=user, organization=place, role=role, takes_intake=intake)
    return user
