"""Who is let in to send e-referrals, what do they send, and with which door?"""

import copy
import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

from referrals.actions.system import open_system
from referrals.models import Child, Organization, System, User
from referrals.models.system import WRITE

FOREIGN = Path(__file__).parents[1] / "fhir" / "foreign"
#: Numbers with a right check digit that nobody was given.
NPI = {"practice": "1999999919", "pediatrician": "1999999927", "clinic": "1999999935"}
FHIR = "application/fhir+json"


def foreign(name: str) -> dict[str, Any]:
    """A Bundle as another vendor's system would write it."""
    body: dict[str, Any] = json.loads((FOREIGN / f"{name}.json").read_text("utf-8"))
    return copy.deepcopy(body)


def alike(child: Child, given: str = "Mona") -> dict[str, Any]:
    """A referral of somebody with this child's birthday and family name."""
    body = foreign("ehr_transaction")
    patient = part(body, "Patient")
    patient["name"] = [{"family": child.family_name, "given": [given]}]
    patient["birthDate"] = child.date_of_birth.isoformat()
    return body


def let_in(place: Organization, *, by: User, at: datetime, name: str = "Records") -> System:
    """A system of this place that may send referrals."""
    system, _ = open_system(organization=place, name=name, scopes=[WRITE], by=by, at=at)
    return system


def token_of(system: System, at: datetime, scope: str = WRITE) -> str:
    """A token that holds from now on: what the token endpoint gives has tests of its own."""
    words = f"token-of-{system.pk}-{scope}"
    # No longer than any that is given: one that ends later is taken for one of a clock set back.
    longest = timedelta(seconds=settings.OAUTH2_PROVIDER["ACCESS_TOKEN_EXPIRE_SECONDS"])
    AccessToken.objects.update_or_create(
        token_checksum=_hashed(words),
        defaults={
            "token": words, "application": system.application, "scope": scope,
            "expires": timezone.now() + longest,
        },
    )  # fmt: skip
    return words


def _hashed(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def send(system: System, body: Any, at: datetime, path: str = "/fhir/R4/", **more: Any) -> Any:
    """What the door answers to this body: (status, resource)."""
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    answer = Client().post(
        path, raw, content_type=more.pop("content_type", FHIR),
        headers={"Authorization": f"Bearer {token_of(system, at)}"}, **more,
    )  # fmt: skip
    return answer.status_code, answer.json()


def part(body: dict[str, Any], kind: str, number: int = 0) -> dict[str, Any]:
    """The resource of this kind in a Bundle, to be changed."""
    found = [e["resource"] for e in body["entry"] if e["resource"]["resourceType"] == kind]
    one: dict[str, Any] = found[number]
    return one
