"""Who brings e-referrals in the tests: a practice's own records, and a clinic's gateway."""

import json
from datetime import datetime
from typing import Any

import pytest

from referrals.actions.arrival import take_arrival
from referrals.fhir.arriving import read_bundle
from referrals.models import Arrival, Organization, System, User
from tests.factories.system import NPI, alike, let_in


@pytest.fixture
def numbered(cast: Any, diagnoses: Any) -> Any:
    """The cast, with the numbers by which foreign systems know it."""
    Organization.objects.filter(pk=cast.practice.pk).update(npi=NPI["practice"])
    Organization.objects.filter(pk=cast.clinic.pk).update(npi=NPI["clinic"])
    User.objects.filter(pk=cast.pediatrician.pk).update(npi=NPI["pediatrician"])
    for one in (cast.practice, cast.clinic, cast.pediatrician):
        one.refresh_from_db()
    return cast


@pytest.fixture
def records(numbered: Any, now: datetime) -> System:
    """The system of the practice."""
    return let_in(numbered.practice, by=numbered.admin, at=now, name="Records of Elm")


@pytest.fixture
def gateway(numbered: Any, now: datetime) -> System:
    """The intake gateway of the clinic, which brings what any practice sends it."""
    return let_in(numbered.clinic, by=numbered.admin, at=now, name="Harbor gateway")


@pytest.fixture
def undecided(records: System, child: Any, now: datetime) -> Arrival:
    """It may be the child, or her twin: a person must say."""
    arrival, _ = take_arrival(
        system=records, arriving=read_bundle(alike(child)), sha256="0" * 64,
        original=json.dumps(alike(child)).encode(), by=records.user, at=now,
    )  # fmt: skip
    return arrival
