"""Are searches whole, without doubles, told precisely where they fail, and no dearer than they say?"""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import fhirkit
import pytest
from django.core.cache import cache, caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referrals.actions.system import close_system
from referrals.fhir.asked import parameters
from referrals.fhir.interface import KINDS
from referrals.fhir.moment import Span, span
from referrals.models import Activity, Practice, RecordView, Referral
from referrals.models.record import new_id
from tests.architecture.source import ROOT
from tests.conftest import Cast

from .conftest import Caller, called, ids, resources


def practised(referral: Referral, cast: Cast, times: int) -> None:
    """So many days of practice at home, one a day."""
    activity = Activity.objects.filter(referral=referral).first()
    assert activity is not None
    at = activity.begun_at
    Practice.objects.bulk_create(
        Practice(
            activity=activity, child=cast.child, organization=cast.practice, result="did",
            done_on=at.date() + timedelta(days=day), told_at=at, received_at=at, by=cast.family,
        )
        for day in range(times)
    )  # fmt: skip


# --- Pages ------------------------------------------------------------------------------------


def test_the_pages_hold_the_whole_once_whatever_their_size(
    record: Referral, clinic_system: Caller
) -> None:
    for kind in ("Observation", "Communication", "Provenance", "ServiceRequest", "Appointment"):
        whole = ids(clinic_system.all(kind))
        assert len(whole) > 2
        for count in (1, 2, 3, 7, 200):
            pages = [resources(told) for told in clinic_system.pages(f"{kind}?_count={count}")]
            assert [one for page in pages for one in ids(page)] == whole, (kind, count)
            assert {len(page) for page in pages[:-1]} <= {count}
        assert clinic_system.get(f"{kind}?_summary=count")["total"] == len(whole)
        assert clinic_system.get(f"{kind}?_count=0")["total"] == len(whole)


def test_everything_is_whole_too_whatever_its_pages(
    record: Referral, cast: Cast, clinic_system: Caller
) -> None:
    path = f"Patient/{cast.child.pk}/$everything"
    first, *more = clinic_system.pages(path)
    assert [str(issue) for issue in fhirkit.validate(json.loads(json.dumps(first)))] == []
    whole = [one for told in (first, *more) for one in ids(resources(told))]
    assert len(set(whole)) == len(whole)
    for count in (1, 5, 50):
        assert ids(clinic_system.all(f"{path}?_count={count}")) == whole
    told = {kind for kind in KINDS if KINDS[kind].patient}
    assert {one.partition("/")[0] for one in whole} == told
    for kind in told - {"AuditEvent"}:
        found = [one for one in whole if one.startswith(f"{kind}/")]
        assert sorted(found) == sorted(ids(clinic_system.all(f"{kind}"))), kind
    named = {
        one.partition("/")[0] for told in (first, *more) for one in ids(resources(told, "include"))
    }
    assert named == {"Practitioner", "PractitionerRole", "Organization"}


def test_since_and_types_narrow_everything(
    record: Referral, cast: Cast, clinic_system: Caller, now: datetime
) -> None:
    path = f"Patient/{cast.child.pk}/$everything"
    tasks = clinic_system.all(f"{path}?_type=Task,Goal")
    assert {one["resourceType"] for one in tasks} == {"Task", "Goal"}
    later = (now + timedelta(days=900)).strftime("%Y-%m-%d")
    left = {one["resourceType"] for one in clinic_system.all(f"{path}?_since={later}")}
    assert left == set()


def test_a_next_link_is_good_for_its_system_and_its_search_alone(
    record: Referral, cast: Cast, clinic_system: Caller, practice_system: Caller
) -> None:
    told = clinic_system.get("Observation?_count=1")
    (following,) = [one["url"] for one in told["link"] if one["relation"] == "next"]
    assert clinic_system.ask(following).status_code == 200
    for path in (following[:-2] + "xx", following.replace("_count=1", "_count=2"),
                 following.replace("Observation", "Communication"), "Observation?_page=x"):  # fmt: skip
        answer = clinic_system.ask(path)
        assert answer.status_code == 400
        assert answer.json()["issue"][0]["diagnostics"].startswith("_page:")
    assert practice_system.ask(following).status_code == 400


def links(told: dict[str, Any]) -> dict[str, str]:
    return {one["relation"]: one["url"].partition("/fhir/R4/")[2] for one in told["link"]}


def test_the_words_of_a_form_stand_in_no_address(
    record: Referral, clinic_system: Caller, practice_system: Caller
) -> None:
    call_command("createcachetable", verbosity=0)
    told = clinic_system.form("Observation/_search", "status=final&_count=1").json()
    assert links(told)["self"] == "Observation/_search"
    whole = ids(clinic_system.all("Observation?status=final"))
    found = ids(resources(told))
    while following := links(told).get("next"):
        # A word without a meaning: there is nothing in it to unpack.
        assert re.fullmatch(r"Observation\?_page=[A-Za-z0-9]{32}", following)
        told = clinic_system.get(following)
        assert links(told)["self"] == following
        found += ids(resources(told))
        last = following
    assert found == whole
    assert practice_system.ask(last).status_code == 400
    cache.clear()
    assert clinic_system.ask(last).status_code == 200
    caches["searches"].clear()
    assert "too long ago" in clinic_system.get(last)["issue"][0]["diagnostics"]


def test_the_total_is_told_where_it_costs_nothing(record: Referral, clinic_system: Caller) -> None:
    assert clinic_system.get("Goal")["total"] == 1
    assert "total" not in clinic_system.get("Observation?_count=1")


# --- What cannot be read ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("Nonsense", 404, "no resources of this type"),
        ("Nonsense/1", 404, "no resources of this type"),
        ("Task/1", 404, "Nothing here"),
        ("Condition/99999999999999999999999", 404, "Nothing here"),
        ("Task?patient=mina", 400, "patient:"),
        ("Task?patient=Group/00000000-0000-7000-8000-000000000000", 400, "patient:"),
        ("Task?date=yesterday", 400, "date:"),
        ("Task?date=2026-13", 400, "date:"),
        ("Task?date=2026-02-30", 400, "date:"),
        ("Task?date=0000", 400, "date:"),
        ("Patient?birthdate=ap2020", 400, "birthdate:"),
        ("Task?status:not=draft", 400, "status:not"),
        ("Task?_count=few", 400, "_count:"),
        ("Task?_summary=text", 400, "_summary:"),
        ("Task?status=%00", 400, "status:"),
        ("Task?_format=xml", 406, "fhir+json"),
        ("Patient/x/$everything?_type=Coverage", 400, "Coverage"),
    ],
)
def test_what_cannot_be_read_is_told_by_its_name(
    path: str, status: int, words: str, clinic_system: Caller
) -> None:
    answer = clinic_system.ask(path)
    assert answer.status_code == status
    told = answer.json()
    assert [str(issue) for issue in fhirkit.validate(told)] == []
    assert words in told["issue"][0]["diagnostics"]


def test_an_unknown_parameter_is_left_out_or_refused_as_is_wished(
    record: Referral, clinic_system: Caller
) -> None:
    told = clinic_system.get("Task?colour=red&status=accepted,in-progress")
    own = next(one["url"] for one in told["link"] if one["relation"] == "self")
    assert own.endswith("Task?status=accepted%2Cin-progress&_count=50")
    strict = clinic_system.ask("Task?colour=red", headers={"Prefer": "handling=strict"})
    assert strict.status_code == 400
    assert "colour" in strict.json()["issue"][0]["diagnostics"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_nothing_is_written_here(method: str, sent: Referral, clinic_system: Caller) -> None:
    for path in ("Task", f"Task/{sent.pk}", "Task/_search", f"Patient/{sent.child_id}/$everything"):
        answer = clinic_system.ask(path, method)
        assert answer.status_code == 405
        assert answer["Allow"]
    assert clinic_system.ask("Task", "POST").status_code == 405
    assert clinic_system.ask("Task/_search").status_code == 405
    assert RecordView.objects.filter(user=clinic_system.system.user).count() == 0


def test_only_json_is_offered_and_what_is_held_already_is_not_sent_again(
    sent: Referral, clinic_system: Caller
) -> None:
    path = f"Task/{sent.pk}"
    xml = {"Accept": "application/fhir+xml"}
    assert clinic_system.ask(path, headers=xml).status_code == 406
    assert clinic_system.ask(f"{path}?_format=json", headers=xml).status_code == 200
    assert clinic_system.ask(f"{path}?_format=application/fhir+json").status_code == 200
    first = clinic_system.ask(path)
    again = clinic_system.ask(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Referral.objects.filter(pk=sent.pk).update(state="received")
    assert clinic_system.ask(path, headers={"If-None-Match": first["ETag"]}).status_code == 200
    assert first["Cache-Control"] == "no-store"


# --- Dates --------------------------------------------------------------------------------------

moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))
FORMS = (
    "%Y",
    "%Y-%m",
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%MZ",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dT%H:%M:%S.%fZ",
)


@given(
    moments, st.sampled_from(FORMS), st.sampled_from(["ge", "le", "gt", "lt", "eq", "ne"]), moments
)
def test_a_date_means_the_span_it_is_written_to(
    meant: datetime, form: str, prefix: str, other: datetime
) -> None:
    found = span(prefix + meant.strftime(form))
    assert found is not None
    assert found.start <= meant < found.end
    # Two moments lie in one span where they are written alike.
    alike = other.strftime(form) == meant.strftime(form)
    assert (found.start <= other < found.end) == alike
    assert found == Span(prefix, found.start, found.end)


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    found = span(text)
    assert found is None or found.start < found.end


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None
)
@given(
    off=st.integers(-40, 40), prefix=st.sampled_from(["", "eq", "ne", "ge", "le", "gt", "lt", "sa", "eb"]),
    form=st.sampled_from(FORMS[:4]),
)  # fmt: skip
def test_a_search_by_date_is_what_a_filter_by_hand_finds(
    record: Referral, clinic_system: Caller, off: int, prefix: str, form: str
) -> None:
    meant = (
        record.appointments.order_by("starts_at")[0].starts_at + timedelta(days=off)
    ).astimezone(UTC)
    written = meant.strftime(form)
    if not hasattr(clinic_system, "visits"):
        clinic_system.visits = clinic_system.all("Appointment")  # type: ignore[attr-defined]
    visits: list[Any] = clinic_system.visits  # type: ignore[attr-defined]

    def holds(start: str) -> bool:
        at = datetime.fromisoformat(start).astimezone(UTC).strftime(form)
        return {
            "": at == written, "eq": at == written, "ne": at != written, "ge": at >= written,
            "le": at <= written, "gt": at > written, "lt": at < written, "sa": at > written,
            "eb": at < written,
        }[prefix]  # fmt: skip

    found = clinic_system.all(f"Appointment?date={prefix}{written}")
    assert sorted(ids(found)) == sorted(ids([one for one in visits if holds(one["start"])]))


def test_a_plus_in_the_zone_and_two_bounds_are_understood(
    record: Referral, clinic_system: Caller
) -> None:
    start = record.appointments.order_by("starts_at")[0].starts_at
    day = start.astimezone(UTC).strftime("%Y-%m-%d")
    one = clinic_system.all(f"Appointment?date=ge{day}T00:00:00%2B00:00&date=lt{day}T23:59:59Z")
    assert one
    assert len(one) < len(clinic_system.all("Appointment"))


# --- What it costs ------------------------------------------------------------------------------


def test_a_search_costs_the_same_for_one_row_and_for_three(
    record: Referral, cast: Cast, clinic_system: Caller
) -> None:
    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as run:
            assert clinic_system.ask(path).status_code == 200
        return len(run)

    practised(record, cast, 1)
    one = cost("Observation?_count=100")
    practised(record, cast, 3)
    assert cost("Observation?_count=100") == one == 9
    assert cost(f"Task?patient={cast.child.pk}") == 6
    assert cost("Task") == 6
    assert cost(f"Task/{record.pk}") == 5
    assert cost(f"Patient/{cast.child.pk}") == 6


def test_everything_of_two_hundred_resources_costs_25_queries_at_most(
    record: Referral, cast: Cast, clinic_system: Caller
) -> None:
    practised(record, cast, 200)
    path = f"Patient/{cast.child.pk}/$everything"
    costs, told = [], 0
    while path:
        with CaptureQueriesContext(connection) as run:
            page = clinic_system.get(path)
        costs.append(len(run))
        told += len(resources(page))
        path = next((one["url"] for one in page["link"] if one["relation"] == "next"), "")
    assert told > 200
    assert max(costs) <= 25
    looks = RecordView.objects.filter(user=clinic_system.system.user)
    assert looks.count() == len(costs)


# --- What is told of it -------------------------------------------------------------------------


def test_the_capability_statement_is_true(client: Client, db: None) -> None:
    told = client.get(reverse("fhir_metadata")).json()
    assert [str(issue) for issue in fhirkit.validate(told)] == []
    offered = {one["type"]: one for one in told["rest"][0]["resource"]}
    assert set(offered) == set(KINDS)
    for kind, one in offered.items():
        assert [param["name"] for param in one["searchParam"]] == parameters(kind)
    assert [one["name"] for one in offered["Patient"]["operation"]] == ["everything"]


def test_the_page_about_it_names_every_type_with_its_parameters() -> None:
    lines = (ROOT / "docs" / "fhir.md").read_text().splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    told = {row[0]: row[-1].replace("`", "").split() for row in rows[1:]}
    assert told == {kind: parameters(kind) for kind in KINDS}


def test_every_parameter_that_is_told_of_is_understood(
    record: Referral, cast: Cast, clinic_system: Caller
) -> None:
    said = {"date": "2026", "reference": str(cast.child.pk), "token": "x", "string": "x"}
    for one in clinic_system.get("metadata")["rest"][0]["resource"]:
        for parameter in one["searchParam"]:
            value = str(new_id()) if parameter["name"] == "_id" else said[parameter["type"]]
            path = f"{one['type']}?{parameter['name']}={value}"
            answer = clinic_system.ask(path, headers={"Prefer": "handling=strict"})
            assert answer.status_code == 200, path


def test_a_system_finds_where_it_gets_its_token(client: Client, db: None) -> None:
    told = client.get("/fhir/R4/.well-known/smart-configuration").json()
    assert told["token_endpoint"].endswith(reverse("system_token"))
    assert "system/Task.read" in told["scopes_supported"]


def test_a_system_that_is_shut_out_reads_nothing_more(
    sent: Referral, cast: Cast, now: datetime
) -> None:
    caller = called(cast.clinic, cast.admin, now)
    assert caller.ask("Task").status_code == 200
    close_system(system=caller.system, by=cast.admin, at=now)
    assert caller.ask("Task").status_code == 401
