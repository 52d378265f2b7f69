"""Is `meta.lastUpdated` the moment at which a resource last changed, and does a search by it agree?"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referrals.actions.appointment import book_appointment
from referrals.actions.consent import revoke_consent
from referrals.actions.letter import mark_letter_error
from referrals.fhir.interface import KINDS, tells_changes
from referrals.models import Appointment, Consent, Discharge, Event, Letter, Prescription, Referral
from referrals.pathway import State
from tests.conftest import Cast

from .conftest import Caller, ids

#: Of these rows nobody writes down when they changed: until somebody does, it is not offered.
UNTOLD = {
    "Patient", "RelatedPerson", "Practitioner", "PractitionerRole", "Organization", "CareTeam",
    "ServiceRequest", "Task", "CarePlan", "Goal",
}  # fmt: skip
TOLD = sorted(set(KINDS) - UNTOLD)
FORMS = ("%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M:%SZ")


def moment(one: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(one["meta"]["lastUpdated"]).astimezone(UTC)


def test_of_which_types_it_is_told() -> None:
    assert {kind for kind in KINDS if not tells_changes(kind)} == UNTOLD


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
)
@given(data=st.data(), off=st.integers(-90, 90), form=st.sampled_from(FORMS))
def test_a_search_by_it_finds_what_a_filter_by_hand_finds(
    record: Referral, clinic_system: Caller, data: st.DataObject, off: int, form: str
) -> None:
    kind = data.draw(st.sampled_from(TOLD))
    prefix = data.draw(st.sampled_from(["", "eq", "ne", "ge", "le", "gt", "lt", "sa", "eb"]))
    known = clinic_system.__dict__.setdefault("known", {})
    whole = known.setdefault(kind, clinic_system.all(kind) if kind not in known else None)
    near = moment(data.draw(st.sampled_from(whole)))
    written = (near + timedelta(days=off // 10, seconds=off % 3)).strftime(form)

    def holds(one: dict[str, Any]) -> bool:
        at = moment(one).strftime(form)
        return {
            "": at == written, "eq": at == written, "ne": at != written, "ge": at >= written,
            "le": at <= written, "gt": at > written, "lt": at < written, "sa": at > written,
            "eb": at < written,
        }[prefix]  # fmt: skip

    found = clinic_system.all(f"{kind}?_lastUpdated={prefix}{written}")
    assert ids(found) == ids([one for one in whole if holds(one)])


@pytest.mark.parametrize("kind", TOLD)
def test_every_resource_of_such_a_type_carries_it(
    kind: str, record: Referral, clinic_system: Caller
) -> None:
    found = clinic_system.all(kind)
    assert found
    for one in found:
        second = moment(one).strftime("%Y-%m-%dT%H:%M:%SZ")
        assert one in clinic_system.all(f"{kind}?_lastUpdated={second}")
        assert clinic_system.get(f"{kind}/{one['id']}")["meta"] == one["meta"]


def test_a_visit_changed_when_it_was_booked(
    accepted: Referral, cast: Cast, clinic_system: Caller, now: datetime
) -> None:
    at = accepted.state_since + timedelta(hours=5)
    book_appointment(
        referral=accepted, starts_at=at + timedelta(days=9), therapist=cast.therapist, minutes=60,
        place="clinic", by=cast.therapist, at=at,
    )  # fmt: skip
    (visit,) = clinic_system.all("Appointment")
    assert moment(visit) == at.replace(microsecond=0)
    later = at + timedelta(days=2)
    Appointment.objects.update(revised_at=later)
    assert moment(clinic_system.all("Appointment")[0]) == later.replace(microsecond=0)


def test_what_a_referral_in_error_holds_changed_with_it(
    record: Referral, practice_system: Caller
) -> None:
    at = record.state_since + timedelta(days=40)
    Referral.objects.filter(pk=record.pk).update(
        state=State.ENTERED_IN_ERROR, is_open=False, next_due_on="9000-01-01", next_step="none",
        closed_at=at, closed_by=record.author_id, closing_reason="Wrong child",
        acknowledged_at=at, acknowledged_by=record.author_id,
    )  # fmt: skip
    (diagnosis,) = practice_system.all("Condition")
    assert moment(diagnosis) == at.replace(microsecond=0)
    wrong = practice_system.all("DocumentReference?status=entered-in-error")
    assert wrong
    assert {moment(one) for one in wrong} == {at.replace(microsecond=0)}


def test_a_letter_changed_when_it_was_marked(
    record: Referral, cast: Cast, clinic_system: Caller
) -> None:
    letter = Letter.objects.get(body="Familyletter")
    at = letter.written_at + timedelta(days=3)
    before = clinic_system.get(f"DocumentReference/{letter.pk}")
    assert moment(before) == letter.written_at.replace(microsecond=0)
    mark_letter_error(letter=letter, reason="Wrong child", by=cast.therapist, at=at)
    assert moment(clinic_system.get(f"DocumentReference/{letter.pk}")) == at.replace(microsecond=0)


def test_a_prescription_changed_when_another_took_its_place(
    record: Referral, clinic_system: Caller
) -> None:
    order = Prescription.objects.get(referral=record)
    told = clinic_system.get(f"DocumentReference/{order.pk}")
    assert order.signed_at is not None
    assert moment(told) == order.signed_at.replace(microsecond=0)
    at = order.signed_at + timedelta(days=5)
    Prescription.objects.filter(pk=order.pk).update(status="amended")
    fields = {f.attname: getattr(order, f.attname) for f in order._meta.concrete_fields}
    del fields["id"]
    Prescription.objects.create(
        **fields | {"replaces_id": order.pk, "reason": "Longer.", "number": 2, "signed_at": at}
    )
    told = clinic_system.get(f"DocumentReference/{order.pk}")
    assert (told["status"], moment(told)) == ("superseded", at.replace(microsecond=0))


def test_a_consent_changed_when_it_was_taken_back_and_when_it_ended(
    record: Referral, clinic_system: Caller
) -> None:
    first, second = Consent.objects.filter(child=record.child).order_by("pk")
    assert moment(clinic_system.get(f"Consent/{first.pk}")) == first.given_at.replace(microsecond=0)
    at = first.given_at + timedelta(hours=2)
    revoke_consent(consent=first, by=first.given_by, at=at)
    assert moment(clinic_system.get(f"Consent/{first.pk}")) == at.replace(microsecond=0)
    ended = second.since + timedelta(seconds=1)
    Consent.objects.filter(pk=second.pk).update(until=ended)
    told = clinic_system.get(f"Consent/{second.pk}")
    assert (told["status"], moment(told)) == ("inactive", ended.replace(microsecond=0))


def test_a_summary_changed_when_the_child_came_back(
    reopened: Referral, clinic_system: Caller
) -> None:
    summary = Discharge.objects.get(referral=reopened, status="ended")
    back = Event.objects.get(kind="referral_reopened", about=reopened.pk)
    assert summary.signed_at is not None
    assert summary.signed_at < back.at
    for kind in ("DiagnosticReport", "DocumentReference"):
        told = clinic_system.get(f"{kind}/{summary.pk}")
        assert moment(told) == back.at.replace(microsecond=0)


def test_since_a_moment_everything_tells_what_changed_from_it_on_page_by_page(
    record: Referral, cast: Cast, clinic_system: Caller
) -> None:
    path = f"Patient/{cast.child.pk}/$everything?_type={','.join(TOLD)}"
    whole = [one for one in clinic_system.all(path) if one["resourceType"] != "AuditEvent"]
    middle = sorted(moment(one) for one in whole)[len(whole) // 2]
    since = middle.strftime("%Y-%m-%dT%H:%M:%SZ")
    expected = [one for one in whole if moment(one) >= middle]
    assert 0 < len(expected) < len(whole)
    for count in (1, 3, 200):
        found = clinic_system.all(f"{path}&_since={since}&_count={count}")
        assert [one for one in found if one["resourceType"] != "AuditEvent"] == expected
    for wrong in ("_since=yesterday", "_count=few"):
        assert clinic_system.ask(f"{path}&{wrong}").status_code == 400
