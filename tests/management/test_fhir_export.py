"""Does a child's record leave the machine whole, by an administrator's hand alone, and written down?"""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from referrals.models import RecordView, Referral
from tests.conftest import Cast


def exported(child: object, by: str, out: Path | None = None) -> str:
    said = StringIO()
    call_command("fhir_export", str(child), by=by, out=out and str(out), stdout=said)
    return said.getvalue()


def test_the_bundle_is_printed_and_the_look_is_written_down(
    report_sent: Referral, cast: Cast
) -> None:
    told = json.loads(exported(cast.child.pk, "Alma@example.org"))
    kinds = {entry["resource"]["resourceType"] for entry in told["entry"]}
    assert {"Patient", "Task", "Goal", "DiagnosticReport"} <= kinds
    view = RecordView.objects.get(user=cast.admin)
    assert (view.child, view.role, view.page) == (cast.child, "admin", "document_export")


def test_or_written_to_a_file_that_nobody_else_reads(
    sent: Referral, cast: Cast, tmp_path: Path
) -> None:
    path = tmp_path / "record.json"
    assert exported(cast.child.pk, "alma@example.org", path) == ""
    assert json.loads(path.read_text())["type"] == "collection"
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("by", ["ada@example.org", "nobody@example.org", ""])
def test_only_an_administrator_exports(sent: Referral, cast: Cast, by: str) -> None:
    with pytest.raises(CommandError, match="names no administrator"):
        exported(cast.child.pk, by)
    assert RecordView.objects.count() == 0


@pytest.mark.parametrize("child", ["x", "00000000-0000-7000-8000-000000000000"])
def test_an_unknown_child_is_said_to_be_unknown(cast: Cast, child: str) -> None:
    with pytest.raises(CommandError, match="no child"):
        exported(child, "alma@example.org")
