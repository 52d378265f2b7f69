"""Does looking change anything, and does anything change without the form's own token?"""

from itertools import cycle
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from referrals.models import Child, Referral
from referrals.models.record import new_id
from referrals.urls import urlpatterns
from tests.access_stages import *  # noqa: F403  # fixtures
from tests.looking import writes
from tests.test_access_matrix import ROWS, Ask, ask, named  # noqa: F401

#: They know no session, so that no other site can ask in somebody's name.
WITHOUT_SESSION = (
    "healthz",
    "readyz",
    "system_token",
    "fhir_metadata",
    "fhir_smart",
    "fhir_unknown",
)


@pytest.mark.parametrize(
    "row", [r for r in ROWS if r[2] == "GET"], ids=lambda row: " ".join(row[:2])
)
def test_reading_writes_nothing(ask: Ask, row: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Epilepsy12: a GET that deletes. Every address, as everybody, by every way to ask but POST.

    GET itself is watched where the matrix asks it; here are the other ways.
    """
    found: list[str] = []
    ways = cycle(("head", "put", "delete", "patch"))

    def answer(door: Client, path: str, method: str) -> str:
        with writes() as here:
            list(getattr(door, next(ways))(path))
        found.extend(f"{path}: {sql}" for sql in here)
        return ""

    monkeypatch.setattr("tests.test_access_matrix.answer", answer)
    monkeypatch.setattr("tests.test_access_matrix.tell_nobody", lambda *what: None)
    ask(*row[:3])
    assert found == []


def test_a_write_is_noticed(child: Child) -> None:
    with writes() as found:
        Child.objects.filter(pk=child.pk).update(version=7)
    assert len(found) == 1


def test_nothing_changes_without_the_forms_token(cast: Any, sent: Referral) -> None:
    """Epilepsy12: state changed by a request that any other site can cause."""
    door = Client(enforce_csrf_checks=True)
    door.force_login(cast.pediatrician)
    known: dict[str, Any] = {"child_id": cast.child.pk, "referral_id": sent.pk, "pk": 1}
    for route in urlpatterns:
        if isinstance(route, URLPattern) and route.name not in WITHOUT_SESSION:
            keys: dict[str, Any] = dict.fromkeys(route.pattern.regex.groupindex, "a")
            keys |= {k: known.get(k, new_id()) for k in route.pattern.converters}
            answer = door.post(reverse(str(route.name), kwargs=keys))
            if getattr(route.callback, "policy", "") == "system":
                assert answer.status_code == 401, route.name
                continue
            assert answer.status_code == 403, route.name
            assert "open for too long" in answer.content.decode()
