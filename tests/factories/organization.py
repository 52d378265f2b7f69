"""Which places do tests play in?"""

from factory import Faker, Sequence
from factory.django import DjangoModelFactory

from referrals.models import Organization


class PracticeFactory(DjangoModelFactory):
    class Meta:
        model = Organization

    kind = Organization.Kind.PEDIATRIC_PRACTICE
    name = Sequence(lambda n: f"Practice {n}")
    time_zone = "America/New_York"
    phone = "+12125550100"
    address = Faker("street_address")


class ClinicFactory(PracticeFactory):
    kind = Organization.Kind.THERAPY_CLINIC
    name = Sequence(lambda n: f"Clinic {n}")
    takes_referrals = True


class SchoolFactory(PracticeFactory):
    kind = Organization.Kind.SCHOOL
    name = Sequence(lambda n: f"School {n}")
