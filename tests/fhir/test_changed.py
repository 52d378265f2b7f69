"""Is `meta.lastUpdated` the moment at which a resource last changed, and does a search by it agree?"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db.models import QuerySet
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referrals.actions.appointment import book_appointment
from referrals.actions.consent import revoke_consent
from referrals.actions.letter import mark_letter_error
from referrals.fhir.interface import KINDS
from referrals.models import (
    Activity,
    Appointment,
    ChildIdentifier,
    Consent,
    Discharge,
    Event,
    Goal,
    Guardian,
    Letter,
    Membership,
    Organization,
    Prescription,
    Programme,
    Referral,
    Seat,
    User,
)
from referrals.models.merge import every_row
from referrals.models.record import Changing, new_id
from referrals.pathway import State
from tests.conftest import Cast

from .conftest import Caller, ids, resources

TOLD = sorted(KINDS)
FORMS = ("%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M:%SZ")


def moment(one: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(one["meta"]["lastUpdated"]).astimezone(UTC)


def test_it_is_offered_for_every_type(clinic_system: Caller) -> None:
    told = clinic_system.get("metadata")["rest"][0]["resource"]
    assert len(told) == 21
    for one in told:
        assert {"name": "_lastUpdated", "type": "date"} in one["searchParam"]


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


#: What is told of rows that are written again.
REWRITTEN = (
    "Patient", "RelatedPerson", "Practitioner", "PractitionerRole", "Organization", "CareTeam",
    "ServiceRequest", "Task", "CarePlan", "Goal",
)  # fmt: skip


def still() -> datetime:
    """Of no row is it known that anybody wrote it since then: past all hooks, as in a database of before."""
    at = timezone.now().replace(microsecond=0) - timedelta(minutes=1)
    for table in apps.get_app_config("referrals").get_models():
        if issubclass(table, Changing):
            QuerySet(table).update(row_changed_at=at)
    return at


def moved(caller: Caller, since: datetime) -> set[str]:
    word = since.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {one for kind in REWRITTEN for one in ids(caller.all(f"{kind}?_lastUpdated=gt{word}"))}


def test_a_write_by_whichever_way_changes_what_is_told_of_that_row_and_nothing_else(
    record: Referral, cast: Cast, clinic_system: Caller
) -> None:
    child, place, person = cast.child, cast.clinic, cast.therapist
    adult = Guardian.objects.filter(child=child).earliest("pk")
    role = Membership.objects.get(user=person, organization=place)
    aim = Goal.objects.filter(referral=record).earliest("pk")
    activity = Activity.objects.filter(referral=record).earliest("pk")
    seat = Seat.objects.get(child=child, organization=place)
    asked = Programme.objects.get(child=child)

    def named(number: str, by: Organization) -> ChildIdentifier:
        return ChildIdentifier(child=child, organization=by, value=number)

    def again() -> None:
        adult.save()
        QuerySet(Guardian).filter(pk=adult.pk).update(row_changed_at=since)
        adult.save()

    writes: list[tuple[Callable[[], object], set[str]]] = [
        (child.save, {f"Patient/{child.pk}"}),
        (
            lambda: ChildIdentifier.objects.bulk_create([named("A-1", place)]),
            {f"Patient/{child.pk}"},
        ),
        (lambda: ChildIdentifier.objects.bulk_create([named("B-1", cast.practice)]), set()),
        (lambda: adult.save(update_fields=["phone"]), {f"RelatedPerson/{adult.pk}"}),
        (again, {f"RelatedPerson/{adult.pk}"}),
        (
            lambda: every_row(Guardian).filter(pk=adult.pk).update(child=child),
            {f"RelatedPerson/{adult.pk}"},
        ),
        (lambda: person.save(update_fields=["last_login"]), set()),
        (lambda: User.objects.filter(pk=person.pk).update(password="!"), set()),
        (
            lambda: User.objects.filter(pk=person.pk).update(last_login=None, npi=""),
            {f"Practitioner/{person.pk}"},
        ),
        (
            lambda: person.memberships.update(takes_intake=role.takes_intake),
            {f"PractitionerRole/{role.pk}"},
        ),
        (
            lambda: Organization.objects.bulk_update([place], ["phone"]),
            {f"Organization/{place.pk}"},
        ),
        (lambda: Seat.objects.filter(pk=seat.pk).update(rights=[]), {f"CareTeam/{child.pk}"}),
        (
            lambda: Referral.objects.filter(pk=record.pk).update(version=9),
            {f"ServiceRequest/{record.pk}", f"Task/{record.pk}"},
        ),
        (
            lambda: Programme.objects.filter(pk=asked.pk).update(asked="Help"),
            {f"ServiceRequest/{asked.pk}"},
        ),
        (activity.save, {f"CarePlan/{activity.pk}"}),
        (lambda: Goal.objects.filter(pk=aim.pk).update(edition=9), {f"Goal/{aim.pk}"}),
    ]
    # What was signed tells its own moment, which the stage sets later than today.
    signed = moved(clinic_system, still())
    assert not signed & {one for _, told in writes for one in told}
    for write, expected in writes:
        since = still()
        write()
        assert moved(clinic_system, since) - signed == expected


def test_who_comes_and_goes_by_itself_changes_the_team_and_the_role_then(
    record: Referral, cast: Cast, clinic_system: Caller
) -> None:
    seat = Seat.objects.get(child=cast.child, organization=cast.practice)
    role = Membership.objects.get(user=cast.therapist, organization=cast.clinic)
    before = still()
    came, went = before + timedelta(seconds=20), before + timedelta(seconds=40)
    to_come = timezone.now() + timedelta(days=3)
    for row, path in ((seat, f"CareTeam/{cast.child.pk}"), (role, f"PractitionerRole/{role.pk}")):
        rows = QuerySet(type(row)).filter(pk=row.pk)
        for since, until, told in (
            (before, to_come, before), (came, to_come, came), (came, went, went),
        ):  # fmt: skip
            rows.update(since=since, until=until)
            assert moment(clinic_system.get(path)) == told
    # Who is still to come is not told yet, and changes nothing.
    Seat.objects.filter(pk=seat.pk).update(since=to_come, until=to_come)
    assert moment(clinic_system.get(f"CareTeam/{cast.child.pk}")) == before


def test_when_a_court_spoke_is_told_by_no_moment(
    record: Referral, cast: Cast, clinic_system: Caller
) -> None:
    adult = Guardian.objects.get(child=cast.child, user=cast.family)
    team, told = f"CareTeam/{cast.child.pk}", f"RelatedPerson/{adult.pk}"
    still()
    before = [moment(clinic_system.get(path)) for path in (team, told)]
    seat = Seat.objects.get(child=cast.child, user=cast.family)
    now = timezone.now()
    Seat.objects.filter(pk=seat.pk).update(until=now)
    seat.pk, seat.since = new_id(), now
    Seat.objects.bulk_create([seat])
    Guardian.objects.filter(pk=adult.pk).update(may_see=False, contact_hidden=True)
    assert [moment(clinic_system.get(path)) for path in (team, told)] == before


def test_who_is_named_along_with_a_record_carries_it_too(
    record: Referral, cast: Cast, clinic_system: Caller
) -> None:
    told = clinic_system.get(
        f"Patient/{cast.child.pk}/$everything?_type=Task,{','.join(REWRITTEN)}"
    )
    named = resources(told, "include")
    assert {one["resourceType"] for one in named} == {
        "Practitioner", "PractitionerRole", "Organization",
    }  # fmt: skip
    for one in named:
        assert clinic_system.get(f"{one['resourceType']}/{one['id']}") == one
