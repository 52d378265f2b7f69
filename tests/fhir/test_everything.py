"""Does `$everything` tell each resource as it is read alone, though it reads less of each row, and in fewer words?"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.test.utils import CaptureQueriesContext

from referrals.fhir.everything import _rows_of
from referrals.fhir.interface import KINDS
from referrals.fhir.source import Reader
from referrals.fhir.table import SOURCES
from referrals.models import Child, Diagnosis, Referral, ReferralDiagnosis
from tests.conftest import Cast
from tests.factories.referral import sent_for

from .conftest import Caller, ids
from .test_numbers import taken as taken


def alone(caller: Caller, child: UUID) -> tuple[list[Any], list[Any]]:
    """All that is told of a child, and each of it as it is read by its id."""
    told = caller.all(f"Patient/{child}/$everything")
    return told, [caller.get(one) for one in ids(told)]


def test_each_is_told_as_it_is_read_alone(
    record: Referral, cast: Cast, clinic_system: Caller
) -> None:
    told, read = alone(clinic_system, cast.child.pk)
    assert {one["resourceType"] for one in told} == {kind for kind in KINDS if KINDS[kind].patient}
    assert told == read


def test_the_numbers_of_an_e_referral_stand_there_too(
    taken: Referral, practice_system: Caller
) -> None:
    told, read = alone(practice_system, taken.child_id)
    assert told == read
    task = next(one for one in told if one["resourceType"] == "Task")
    assert [one["value"] for one in task["identifier"]] == ["T-1", "O-1", "4711"]


def test_of_two_referrals_each_has_its_own_diagnoses(
    record: Referral, cast: Cast, clinic_system: Caller, now: datetime
) -> None:
    other = sent_for(Child.objects.get(pk=cast.child.pk), cast.clinic, by=cast.pediatrician, at=now)
    for code in ("G80", "G81"):
        named = Diagnosis.objects.create(code=code, title=code, search=f" {code.lower()}")
        ReferralDiagnosis.objects.create(referral=other, diagnosis=named)
    told, read = alone(clinic_system, cast.child.pk)
    assert told == read
    found = {
        one["id"]: one["code"]["coding"][0]["code"]
        for one in told if one["resourceType"] == "Condition"
    }  # fmt: skip
    assert found == {f"{record.pk}-0": "F82", f"{other.pk}-0": "G80", f"{other.pk}-1": "G81"}


def test_no_column_is_fetched_row_by_row(
    record: Referral, cast: Cast, clinic_system: Caller, now: datetime
) -> None:
    """A column that is told and was left out of the question would be asked for once for each row."""
    reader = Reader(clinic_system.system.user, clinic_system.system.organization_id, now)
    seen = set()
    for number, source in enumerate(SOURCES):
        if not source.child:
            continue
        rows = _rows_of(cast.child.pk, number, list(source.tells), reader, None, "", 200)
        with CaptureQueriesContext(connection) as asked:
            for row in rows:
                assert all(list(told.build(row, reader)) for told in source.tells.values())
                assert row.of_child == cast.child.pk
        assert asked.captured_queries == []
        seen |= {number} if rows else set()
    assert seen >= {number for number, source in enumerate(SOURCES) if source.columns}
