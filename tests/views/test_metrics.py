"""What do monitors read, and who else reads it? Numbers, and nobody."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from referrals.actions.heartbeat import beat
from referrals.models import Notice, Referral
from tests.conftest import Cast

TOKEN = "a-token-of-thirty-two-or-more-characters"


@pytest.fixture(autouse=True)
def token(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN


def read(client: Client) -> dict[tuple[str, str], float]:
    """Each number by its name and its one label."""
    answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return {
        (sample.name, " ".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


@pytest.mark.parametrize(
    "told", ["", TOKEN, f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", "Bearer ", "Bearer ü"]
)
def test_without_its_token_it_is_not_there(told: str, client: Client, db: None) -> None:
    assert client.get("/metrics", headers={"authorization": told}).status_code == 404


@pytest.mark.parametrize("told", ["Bearer ", f"Bearer {TOKEN}", ""])
def test_where_no_token_is_set_nothing_opens_it(
    told: str, client: Client, db: None, settings: Any
) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"authorization": told}).status_code == 404


def test_an_administrator_without_the_token_reads_nothing(client: Client, admin: Any) -> None:
    client.force_login(admin)
    assert client.get("/metrics").status_code == 404


def test_it_counts_what_waits_and_what_is_late(client: Client, cast: Cast, sent: Referral) -> None:
    waiting = Notice.objects.count()
    Notice.objects.update(not_before=timezone.now() - timedelta(hours=2))
    late = Notice.objects.order_by("pk")[0]
    Notice.objects.filter(pk=late.pk).update(attempts=12)
    Referral.objects.filter(pk=sent.pk).update(next_due_on=date(2026, 1, 2))
    beat(at=timezone.now() - timedelta(minutes=5))

    found = read(client)

    assert found["ferry_notices", "waiting"] == found["ferry_notices", "due"] == waiting - 1
    assert found["ferry_notices", "refused"] == 1
    if waiting > 1:
        assert 7200 <= found["ferry_notices_oldest_due_seconds", ""] < 7300
    assert 300 <= found["ferry_heartbeat_age_seconds", "worker"] < 360
    assert found["ferry_referrals_open", "sent"] == 1
    assert found["ferry_referrals_open", "accepted"] == 0
    assert found["ferry_overdue", "referral"] == 1
    assert found["ferry_overdue", "task"] == 0


def test_nothing_waits_in_an_empty_house(client: Client, db: None) -> None:
    found = read(client)
    assert found["ferry_notices", "waiting"] == found["ferry_notices_oldest_due_seconds", ""] == 0
    assert ("ferry_heartbeat_age_seconds", "worker") not in found


def test_answers_are_counted_by_the_name_of_the_route(
    client: Client, cast: Cast, sent: Referral
) -> None:
    client.force_login(cast.family)
    before = read(client).get(("ferry_request_seconds_count", "GET referral_detail 200"), 0)
    client.get(f"/referrals/{sent.pk}/")
    assert read(client)["ferry_request_seconds_count", "GET referral_detail 200"] == before + 1


def test_it_names_nobody_and_no_place(client: Client, cast: Cast, sent: Referral) -> None:
    client.force_login(cast.family)
    client.get(f"/referrals/{sent.pk}/")
    text = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).content.decode()
    for word in ("Mina", "Fontaine", "Elm Street", "Harbor", "example.org", str(sent.pk)):
        assert word not in text
