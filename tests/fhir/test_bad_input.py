"""Is bad input refused clearly, with nothing half imported, whatever it is?"""

import copy
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oauth2_provider.models import AccessToken

from referrals.fhir.body import LARGEST
from referrals.models import Arrival, Referral, System
from tests.factories.system import FHIR, foreign, part, send, token_of

MANY = settings(
    max_examples=40, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip


def counted() -> dict[str, int]:
    """The rows of every table of ours."""
    models = apps.get_app_config("referrals").get_models()
    return {model.__name__: model._default_manager.count() for model in models}


def tried(system: System, body: Any, now: datetime) -> tuple[int, dict[str, Any], dict[str, int]]:
    """What is answered, and what is in the tables then; all of it is undone."""
    with transaction.atomic():
        status, answer = send(system, body, now)
        rows = counted()
        transaction.set_rollback(True)
    return status, answer, rows


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["resourceType", "type", "entry", "resource", "a"]), inner
        )
    ),
    max_leaves=12,
)


@MANY
@given(value=JSON)
def test_no_json_value_is_taken_for_a_referral(records: System, now: datetime, value: Any) -> None:
    before = counted()
    status, answer, after = tried(records, value, now)
    assert status in (400, 422)
    assert answer["resourceType"] == "OperationOutcome"
    assert after == before


@MANY
@given(raw=st.binary(min_size=1, max_size=64))
def test_no_bytes_break_the_door(records: System, now: datetime, raw: bytes) -> None:
    status, answer, _ = tried(records, raw, now)
    assert (status, answer["resourceType"]) == (400, "OperationOutcome")


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every element of a Bundle, from the outside in."""
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in members:
        yield (*path, name)
        if isinstance(inner, dict | list):
            yield from places(inner, (*path, name))


WRONG = ["", "x", 7, -1.5, True, None, [], {}, [7], ["x"], {"x": 1}, [[]], [{}], "2021-02-30"]
NAMES = ("ehr_transaction", "exchange_message", "contained_transaction", "logical_transaction")
BUNDLES = {name: foreign(name) for name in NAMES}
EVERYWHERE = [(name, path) for name, body in BUNDLES.items() for path in places(body)]


@settings(MANY, max_examples=150)
@given(where=st.sampled_from(EVERYWHERE), wrong=st.sampled_from([*WRONG, "removed"]))
def test_one_wrong_element_is_taken_or_named_and_never_breaks_anything(
    gateway: System, now: datetime, where: tuple[str, tuple[Any, ...]], wrong: Any
) -> None:
    name, path = where
    body = copy.deepcopy(BUNDLES[name])
    holder: Any = body
    for step in path[:-1]:
        holder = holder[step]
    if wrong == "removed":
        del holder[path[-1]]
    else:
        holder[path[-1]] = wrong
    before = counted()
    status, answer, after = tried(gateway, body, now)
    if status in (201, 202):
        assert after["Arrival"] == before["Arrival"] + 1
        assert after["Referral"] - before["Referral"] == (status == 201)
    else:
        assert status in (403, 422), (path, wrong, answer)
        assert answer["resourceType"] == "OperationOutcome"
        assert all(one["expression"][0].startswith("Bundle") for one in answer["issue"])
        assert all(one["diagnostics"] for one in answer["issue"])
        assert after == before


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"{", "This is not JSON: line 1, column 2"),
        (b" ", "This is not JSON"),
        (b"[]", "not a resource"),
        (b'{"a": 1, "a": 2}', "“a” stands twice"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b'{"a": 1e999}', "too large"),
        (b'{"a": ' + b"9" * 5000 + b"}", "too many digits"),
        (b'{"a": "\\u0000"}', "NUL"),
        (b'{"a": "\\ud800"}', "half of a character"),
        (b'{"\\ud800": 1}', "A name holds"),
        ('{"a": "é"}'.encode("latin-1"), "not UTF-8: byte 7"),
        ('{"a": 1}'.encode("utf-16"), "UTF-16"),
        ('{"a": 1}'.encode("utf-32"), "UTF-32"),
        (b'{"a":' * 90 + b"1" + b"}" * 90, "nests deeper"),
        (b"[" * 20_000, "nests deeper"),
        (b"[" * 200_000, "parts"),
        (b'{"a": [' + b"0," * 400_000 + b"0]}", "parts"),
    ],
)
def test_what_is_no_readable_json_is_told_so(
    records: System, now: datetime, raw: bytes, words: str
) -> None:
    status, answer = send(records, raw, now)
    assert status == 400
    assert words in answer["issue"][0]["diagnostics"]


def test_a_mark_of_utf_8_in_front_is_no_fault(records: System, now: datetime) -> None:
    raw = b"\xef\xbb\xbf" + json.dumps(foreign("ehr_transaction")).encode()
    assert send(records, raw, now)[0] == 201


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 201),
        ("application/fhir+json; charset=UTF-8", 201),
        ("application/fhir+json; charset=latin-1", 415),
        ("application/fhir+xml", 415),
        ("text/plain", 415),
    ],
)
def test_which_types_are_taken(records: System, now: datetime, kind: str, status: int) -> None:
    assert send(records, foreign("ehr_transaction"), now, content_type=kind)[0] == status


def test_ten_megabytes_are_read_and_not_a_byte_more(records: System, now: datetime) -> None:
    body = foreign("ehr_transaction")
    body["entry"][5]["resource"]["text"] = {"status": "generated", "div": ""}
    padding = LARGEST - len(json.dumps(body, ensure_ascii=False).encode())
    body["entry"][5]["resource"]["text"]["div"] = "x" * padding
    assert send(records, body, now)[0] == 201
    body["entry"][5]["resource"]["text"]["div"] += "x"
    status, answer = send(records, body, now)
    assert status == 413
    assert "larger than 10 MB" in str(answer)


DATES = {
    "2021": 202, "2021-03": 202, "2021-03-14": 201, "1990-01-01": 422, "2999-01-01": 422,
    "2021-3-4": 422, "2021-02-29": 422, "2020-02-29": 201, "21-03-14": 422, "0000": 422,
    "2021-03-14T10:00:00Z": 201, "14.03.2021": 422, "٢٠٢١": 422, "": 422,
}  # fmt: skip


@pytest.mark.parametrize("said", DATES)
def test_every_precision_of_a_birth_date(records: System, now: datetime, said: str) -> None:
    body = foreign("ehr_transaction")
    part(body, "Patient")["birthDate"] = said
    status, answer = send(records, body, now)
    assert status == DATES[said]
    if status == 422:
        assert "Bundle.entry[0].resource.birthDate" in str(answer)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2026", None),
        ("2026-03", None),
        ("2026-03-02", "2026-03-02"),
        ("2026-03-02T14:01:00Z", "2026-03-02"),
        ("2026-03-02T14:01:00.123456789+13:00", "2026-03-02"),
        ("2016-12-31T23:59:60Z", "2016-12-31"),
    ],
)
def test_every_precision_of_a_day_of_ordering(
    records: System, now: datetime, said: str, day: str | None
) -> None:
    body = foreign("ehr_transaction")
    part(body, "ServiceRequest")["authoredOn"] = said
    assert send(records, body, now)[0] == 201
    referral = Referral.objects.get()
    assert (str(referral.identified_on) if referral.identified_on else None) == day
    assert (f"Ordered: {said}" in referral.question) is (day is None)


@pytest.mark.parametrize(
    "said", ["2026-03-02T14:01", "2026-03-02T14:01:00", "2026-03-02T25:00:00Z"]
)
def test_a_time_without_seconds_or_zone_is_named(records: System, now: datetime, said: str) -> None:
    body = foreign("ehr_transaction")
    part(body, "ServiceRequest")["authoredOn"] = said
    status, answer = send(records, body, now)
    assert (status, "ServiceRequest" in str(answer)) == (422, False)
    assert "Bundle.entry[11].resource.authoredOn" in str(answer)


def test_a_batch_is_refused(records: System, now: datetime) -> None:
    body = foreign("ehr_transaction") | {"type": "batch"}
    status, answer = send(records, body, now)
    assert (status, answer["issue"][0]["expression"]) == (422, ["Bundle.type"])


def test_who_may_only_read_sends_nothing(records: System, now: datetime) -> None:
    words = token_of(records, now, "system/Patient.read")
    answer = Client().post(
        "/fhir/R4", json.dumps(foreign("ehr_transaction")), content_type=FHIR,
        headers={"Authorization": f"Bearer {words}"},
    )  # fmt: skip
    assert (answer.status_code, Arrival.objects.count()) == (403, 0)
    AccessToken.objects.all().delete()
    answer = Client().post("/fhir/R4", "{}", content_type=FHIR)
    assert answer.status_code == 401


def test_nothing_clinical_is_logged(
    records: System, now: datetime, capfd: pytest.CaptureFixture[str], caplog: Any
) -> None:
    body = foreign("ehr_transaction")
    part(body, "ServiceRequest")["status"] = "draft"
    send(records, body, now)
    logged = caplog.text + "".join(capfd.readouterr())
    assert "e-referral not taken" in logged
    assert not any(word in logged for word in ("Vald", "E-20417", "F82", "buttons"))
