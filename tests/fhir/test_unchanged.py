"""Is what another system holds already not sent again, and not even that said to who may not read it?"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django.utils.http import http_date

from referrals.models import Attachment, Evaluation, RecordView, Referral, Seat
from tests.conftest import Cast

from .conftest import Caller


def looks(caller: Caller) -> int:
    return RecordView.objects.filter(user=caller.system.user).count()


def unseated(cast: Cast) -> None:
    """The clinic's seat at this child is over."""
    Seat.objects.filter(child=cast.child, role=Seat.Role.CLINIC).update(until=timezone.now())


@pytest.fixture
def papers(record: Referral) -> dict[str, Any]:
    """The address of each sort of what is read -> what lies behind it."""
    attachment = Attachment.objects.get(referral=record)
    evaluation = Evaluation.objects.get(referral=record, status="final")
    return {
        f"Task/{record.pk}": record,
        f"DocumentReference/{attachment.pk}": attachment,
        f"Binary/{attachment.pk}": attachment,
        f"Binary/{evaluation.pk}": evaluation,
    }


def test_what_is_held_is_not_sent_again_and_the_look_is_written_down(
    papers: dict[str, Any], clinic_system: Caller
) -> None:
    for path in papers:
        first = clinic_system.ask(path)
        assert (first.status_code, first["Cache-Control"]) == (200, "no-store")
        before = looks(clinic_system)
        for tags in (first["ETag"], f'"other", {first["ETag"]}', "*"):
            again = clinic_system.ask(path, headers={"If-None-Match": tags})
            assert (again.status_code, again.content) == (304, b""), path
            assert (again["ETag"], again["Cache-Control"]) == (first["ETag"], "no-store")
        assert looks(clinic_system) == before + 3
        assert clinic_system.ask(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_whose_seat_ended_is_told_of_nothing_whatever_it_holds(
    papers: dict[str, Any], cast: Cast, clinic_system: Caller
) -> None:
    held = {path: clinic_system.ask(path)["ETag"] for path in papers}
    unseated(cast)
    before = looks(clinic_system)
    for path, tag in held.items():
        for header in ({"If-None-Match": tag}, {"If-None-Match": "*"}, {"If-Match": tag},
                       {"If-Modified-Since": http_date()}):  # fmt: skip
            answer = clinic_system.ask(path, headers=header)
            assert answer.status_code == 404, (path, header)
            assert "ETag" not in answer
            assert "Last-Modified" not in answer
    assert looks(clinic_system) == before


def test_a_date_is_told_and_asked_by_once_it_is_settled(
    record: Referral, clinic_system: Caller, now: datetime
) -> None:
    path = f"Task/{record.pk}"
    changed = datetime.fromisoformat(clinic_system.get(path)["meta"]["lastUpdated"])
    with time_machine.travel(changed + timedelta(seconds=59), tick=False):
        assert "Last-Modified" not in clinic_system.ask(path)
        asked = {"If-Modified-Since": http_date(changed.timestamp())}
        assert clinic_system.ask(path, headers=asked).status_code == 200
    with time_machine.travel(changed + timedelta(seconds=61), tick=False):
        told = clinic_system.ask(path)["Last-Modified"]
        assert told == http_date(changed.timestamp())
        again = clinic_system.ask(path, headers={"If-Modified-Since": told})
        assert (again.status_code, again.content, again["Last-Modified"]) == (304, b"", told)
        older = {"If-Modified-Since": http_date(changed.timestamp() - 1)}
        assert clinic_system.ask(path, headers=older).status_code == 200
        # A tag says more than a date: where both are sent, it alone is asked.
        both = {"If-Modified-Since": told, "If-None-Match": '"other"'}
        assert clinic_system.ask(path, headers=both).status_code == 200


def test_bytes_that_are_held_are_not_even_fetched(record: Referral, clinic_system: Caller) -> None:
    kept = Attachment.objects.get(referral=record)
    path = f"Binary/{kept.pk}"
    whole, in_fhir = clinic_system.ask(path), {"Accept": "application/fhir+json"}
    assert whole["ETag"] == f'"{kept.sha256}"'
    assert "Content-Disposition" not in whole
    assert whole.streaming
    other = clinic_system.ask(path, headers=in_fhir)
    assert other["ETag"] == f'"{kept.sha256}-fhir"'
    Path(kept.file.path).unlink()
    for answer, accept in ((whole, {}), (other, in_fhir)):
        headers = {"If-None-Match": answer["ETag"], **accept}
        assert clinic_system.ask(path, headers=headers).status_code == 304
        # The other form of the same is another thing.
        assert answer["ETag"] in (whole["ETag"], other["ETag"])
    assert whole["ETag"] != other["ETag"]


def test_who_asks_for_one_that_is_no_more_is_told_in_words_of_fhir(
    record: Referral, clinic_system: Caller
) -> None:
    answer = clinic_system.ask(f"Task/{record.pk}", headers={"If-Match": '"other"'})
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (412, "conflict")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["metadata", ".well-known/smart-configuration"])
def test_what_is_offered_is_told_once(path: str) -> None:
    first = Client().get(f"/fhir/R4/{path}")
    assert (first.status_code, first["Cache-Control"]) == (200, "no-cache")
    again = Client().get(f"/fhir/R4/{path}", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Cache-Control"] == "no-cache"
