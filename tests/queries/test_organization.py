"""Is a pediatrician offered the clinics they mean, however many there are, and no more than a screen of them?"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from referrals.models import Organization, Referral, User
from referrals.queries.organization import FEW, LATELY, NEAR, clinics
from tests.factories.organization import ClinicFactory

Told = list[tuple[str, list[str]]]


def told(user: User, **asked: Any) -> Told:
    return [(head, [one.name for one in places]) for head, places in clinics(user, **asked).groups]


@pytest.fixture
def many(clinic: Organization) -> list[Organization]:
    """More than are offered at once; every third is in a town of its own."""
    Organization.objects.update(address="")
    towns = ("Weston", "Lindenfield", "Oak Hill")
    return [
        ClinicFactory(name=f"Clinic {n:02}", address=f"{n} Mill Bend, {towns[n % 3]}")
        for n in range(FEW + 10)
    ]


def test_a_few_are_all_offered(pediatrician: User, clinic: Organization) -> None:
    ClinicFactory(name="Another")
    ClinicFactory(name="Closed", is_active=False)
    ClinicFactory(name="Full", takes_referrals=False)
    offer = clinics(pediatrician, words="another")
    assert told(pediatrician) == [("", ["Another", clinic.name, "Valley Therapy"])]
    assert (offer.found, offer.more) == (None, False)


def test_of_many_those_that_the_practice_refers_to(
    pediatrician: User, stranger_pediatrician: User, sent: Referral, many: list[Organization]
) -> None:
    assert told(pediatrician) == [("You referred to lately", ["Harbor Therapy"])]
    assert clinics(pediatrician).more
    assert told(stranger_pediatrician) == []
    Organization.objects.filter(pk=sent.clinic_id).update(takes_referrals=False)
    assert told(pediatrician) == []


def test_a_draft_is_no_referral(
    pediatrician: User, draft: Referral, many: list[Organization]
) -> None:
    assert told(pediatrician) == []


def test_the_newest_come_first_and_are_eight(
    pediatrician: User, sent: Referral, many: list[Organization], now: datetime
) -> None:
    for n, one in enumerate(many[: LATELY + 3]):
        values = {
            field.attname: getattr(sent, field.attname)
            for field in Referral._meta.concrete_fields
            if field.name not in ("id", "clinic", "sent_at", "order_number")
        }
        Referral.objects.create(**values, clinic=one, sent_at=now + timedelta(days=n + 1))
    ((_, names),) = told(pediatrician)
    assert names == [one.name for one in many[LATELY + 2 : 2 : -1]]
    assert len(names) == LATELY


def test_those_in_the_same_town(
    pediatrician: User, practice: Organization, sent: Referral, many: list[Organization]
) -> None:
    Organization.objects.filter(pk=practice.pk).update(address="14 Orchard Lane, Weston")
    near = [one.name for one in many if one.address.endswith("Weston")]
    assert told(User.objects.get(pk=pediatrician.pk)) == [
        ("You referred to lately", ["Harbor Therapy"]), ("Near you", near[:NEAR]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("clinic 07", ["Clinic 07"]), ("07 CLIN", ["Clinic 07"]), ("harb", ["Harbor Therapy"]),
        ("oak 02", ["Clinic 02"]), ("nowhere", []), ("%", []), ("07 nowhere", []),
    ],
)  # fmt: skip
def test_others_are_found_by_parts_of_name_and_town(
    words: str, found: list[str], pediatrician: User, many: list[Organization]
) -> None:
    offer = clinics(pediatrician, words=words)
    assert told(pediatrician, words=words) == ([("Found", found)] if found else [])
    assert (offer.found, offer.cut) == (len(found), False)


def test_never_more_than_a_screen_of_them(pediatrician: User, many: list[Organization]) -> None:
    offer = clinics(pediatrician, words="clinic")
    assert (offer.found, offer.cut) == (FEW, True)
    assert [len(places) for _, places in offer.groups] == [FEW]


def test_what_is_chosen_stays_and_stands_once(
    pediatrician: User, sent: Referral, many: list[Organization]
) -> None:
    lately = ("You referred to lately", ["Harbor Therapy"])
    for chosen in (many[3], many[3].pk, str(many[3].pk)):
        assert told(pediatrician, chosen=chosen) == [("Chosen", ["Clinic 03"]), lately]
    assert told(pediatrician, chosen=many[3], words="clinic 03") == [
        ("Found", ["Clinic 03"]), lately,
    ]  # fmt: skip
    closed = ClinicFactory(is_active=False)
    for chosen in ("x", "", None, closed):
        assert told(pediatrician, chosen=chosen) == [lately]


def test_it_costs_the_same_for_many_more(
    pediatrician: User, sent: Referral, many: list[Organization]
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            clinics(pediatrician, chosen=many[0], words="clinic")
        return len(queries)

    asked()  # the person's roles are read once
    before = asked()
    ClinicFactory.create_batch(20)
    assert asked() == before
