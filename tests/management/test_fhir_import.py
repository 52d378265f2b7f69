"""Is an e-referral taken in from a file as through the door, and is the answer printed?"""

import json
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from referrals.actions.system import close_system
from referrals.models import Referral, System
from tests.conftest import Cast
from tests.factories.system import FOREIGN, foreign, part


def said(path: Path | str, system: str) -> dict[str, Any]:
    out = StringIO()
    call_command("fhir_import", str(path), system=system, stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def test_it_is_taken_in_for_the_system_that_is_named(gateway: System) -> None:
    answer = said(FOREIGN / "exchange_message.json", gateway.application.client_id)
    assert (answer["resourceType"], Referral.objects.count()) == ("Bundle", 1)
    assert said(FOREIGN / "exchange_message.json", "Harbor gateway")["resourceType"] == "Bundle"
    assert Referral.objects.count() == 1


def test_what_is_wrong_is_printed_and_ends_with_a_failure(gateway: System, tmp_path: Path) -> None:
    body = foreign("exchange_message")
    part(body, "Patient")["birthDate"] = "soon"
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(body))
    out = StringIO()
    with pytest.raises(CommandError, match="Not taken in") as failed:
        call_command("fhir_import", str(path), system="Harbor gateway", stdout=out)
    issue = json.loads(out.getvalue())["issue"][0]
    assert (failed.value.returncode, Referral.objects.count()) == (2, 0)
    assert issue["expression"] == ["Bundle.entry[3].resource.birthDate"]


def test_only_for_a_system_that_is_let_in(gateway: System, cast: Cast, now: datetime) -> None:
    with pytest.raises(CommandError, match="No system"):
        said(FOREIGN / "exchange_message.json", "Nobody")
    close_system(system=gateway, by=cast.admin, at=now)
    with pytest.raises(CommandError, match="No system"):
        said(FOREIGN / "exchange_message.json", "Harbor gateway")


def test_a_file_that_is_not_there_or_too_large_is_told_so(gateway: System, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        said(tmp_path / "none.json", "Harbor gateway")
    large = tmp_path / "large.json"
    large.write_bytes(b" " * (10 * 1024 * 1024 + 1))
    with pytest.raises(CommandError, match="larger than 10 MB"):
        said(large, "Harbor gateway")
