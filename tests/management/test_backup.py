"""Is everything kept in a backup, whole and of one moment, and does it come back row for row?

The rows are committed: a backup reads and a restore writes in transactions of their own.
"""

import io
import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import time as clock
import zipfile
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from referrals.actions.account import note_account_change
from referrals.actions.document import attach
from referrals.actions.heartbeat import beat
from referrals.actions.seal import seal_rows
from referrals.actions.system import open_system
from referrals.management.tables import LEFT_OUT, every_table, kept_tables, label_of
from referrals.models import (
    Alias,
    Arrival,
    ArrivalView,
    Caseload,
    CaseloadRow,
    Child,
    ClockSetting,
    ClosedDays,
    Event,
    Export,
    LetterTemplate,
    NoticePreference,
    OrderNumber,
    Organization,
    OwnActivity,
    OwnGoal,
    OwnInstrument,
    OwnPayer,
    RecordView,
    Referral,
    User,
)
from referrals.queries.seal import Verification
from tests.conftest import Cast
from tests.demo.once import Tell
from tests.factories.person import UserFactory
from tests.factories.shelf import own_activity, own_goal, own_instrument, own_payer
from tests.views.typed import PDF

from .keeping import *  # noqa: F403  # fixtures
from .keeping import as_in_this_test, backup, below, emptied, everything, refusal, restore
from .test_worker import ROOT

pytestmark = pytest.mark.django_db(transaction=True)


# --- There and back -----------------------------------------------------------------------------


def test_the_whole_story_comes_back(
    kept: Path, files: Path, tell_the_story: Tell, settings: Any
) -> None:
    tell_the_story()
    beside_the_story(User.objects.get(email="admin@demo.example"))
    while seal_rows(at=timezone.now()):
        pass
    rows, uploads = everything(), below(files)
    assert [label for label, found in rows.items() if not found] == []
    assert len(uploads) > 3

    backup(kept)
    emptied()
    shutil.rmtree(files)
    assert not User.objects.exists()
    assert restore(kept).startswith(f"{sum(map(len, rows.values())):,} rows")

    assert everything() == rows
    assert below(files) == uploads
    door = Client()
    door.force_login(User.objects.get(email="therapist@demo.example"))
    assert door.get("/").status_code == 200
    settings.DEMO = True  # a story of long ago
    assert list(Verification(at=timezone.now()).breaks()) == []
    # What is written next gets a number of its own.
    beside_the_story(User.objects.get(email="therapist@demo.example"))


def beside_the_story(person: User) -> None:
    """A row in each table that the story leaves empty: a new table is played there or stands here."""
    kind = ContentType.objects.get_for_model(Organization)
    LogEntry.objects.create(user=person, content_type=kind, object_id="1", action_flag=1)
    group = Group.objects.create(name=f"Readers like {person.email}")
    group.permissions.add(Permission.objects.get(codename="view_organization"))
    person.groups.add(group)
    person.user_permissions.add(Permission.objects.get(codename="change_organization"))
    address = EmailAddress.objects.create(user=person, email=person.email)
    EmailConfirmation.objects.create(email_address=address, key=person.email)
    Authenticator.objects.create(user=person, type="totp", data={"secret": "locked"})
    at = timezone.now()
    note_account_change(person=person, kind="signed_in", by=person, at=at)
    NoticePreference.objects.create(
        user=person, digest_at=time(17), quiet_from=time(20), quiet_until=time(7), changed_at=at
    )
    RecordView.objects.create(
        child=Child.objects.all()[0], user=person, role="admin", page="child_detail", at=at
    )
    place = Organization.objects.exclude(clocks__clock="triage")[0]
    ClockSetting.objects.create(organization=place, clock="triage", days=4)
    ClosedDays.objects.create(
        organization=place, first_on=at.date(), last_on=at.date(), label="Inventory"
    )
    clinic = Organization.objects.filter(kind=Organization.Kind.THERAPY_CLINIC)[0]
    own_activity(clinic, code=f"h_{OwnActivity.objects.count()}")
    own_goal(clinic, code=f"g_{OwnGoal.objects.count()}")
    own_instrument(clinic, code=f"i_{OwnInstrument.objects.count()}")
    own_payer(clinic, code=f"p_{OwnPayer.objects.count()}")
    system, _ = open_system(
        organization=clinic, name="Records", scopes=["system/*.read"], by=person, at=at
    )
    Alias.objects.create(system=system, key="practice|7", place=place)
    ArrivalView.objects.create(arrival=Arrival.objects.all()[0], user=person, at=at)
    known = OrderNumber.objects.count()
    OrderNumber.objects.create(arrival=Arrival.objects.all()[0], of="order", value=f"B-{known}")
    caseload = Caseload.objects.all()[0]
    highest = CaseloadRow.objects.filter(caseload=caseload).count()
    CaseloadRow.objects.create(caseload=caseload, number=1000 + highest, verdict="known")
    Export.objects.create(user=person, list_name="plans", form="csv", row_count=1, at=at)
    LetterTemplate.objects.create(
        organization=place, kind="no_show", language="en", shipped=True, edited_by=person, edited_at=at,
        version=1 + LetterTemplate.objects.filter(organization=place).count(),
    )  # fmt: skip


def test_every_table_is_kept_or_left_out_for_a_reason() -> None:
    kept_ones = {label_of(table) for table in kept_tables()}
    assert kept_ones | set(LEFT_OUT) >= {label_of(table) for table in every_table()}
    # What is kept points at nothing that is not, but at what Django makes anew.
    made_anew = {"contenttypes.ContentType", "auth.Permission"}
    points_at = {
        label_of(field.related_model)
        for table in kept_tables()
        for field in table._meta.concrete_fields
        if field.is_relation and field.related_model
    }
    assert points_at <= kept_ones | made_anew


def test_the_events_come_back_as_they_were(
    cast: Cast, sent: Any, kept: Path, now: datetime
) -> None:
    before = list(Event.objects.order_by("pk").values())
    backup(kept)
    restore(kept, replace=True, yes=True)
    assert list(Event.objects.order_by("pk").values()) == before


def test_nobody_is_signed_in_after_a_restore(
    small: User, client_of: Callable[[User], Client], kept: Path
) -> None:
    door = client_of(small)
    assert door.get("/").status_code == 200
    beat(at=timezone.now())
    backup(kept)
    restore(kept, replace=True, yes=True)
    assert door.get("/").status_code == 302


def test_it_is_written_to_the_standard_output(small: User, kept: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "backup", "-"], cwd=ROOT, capture_output=True, check=True,
        env=as_in_this_test(),
    )  # fmt: skip
    kept.write_bytes(done.stdout)
    assert zipfile.ZipFile(kept).testzip() is None
    restore(kept, replace=True, yes=True)
    assert User.objects.get() == small


# --- What is there already ----------------------------------------------------------------------


def test_only_its_owner_reads_it(small: User, kept: Path) -> None:
    backup(kept)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [one.name for one in kept.parent.iterdir()] == [kept.name]


def test_a_file_that_is_there_is_not_overwritten_unasked(small: User, kept: Path) -> None:
    kept.write_text("an older one")
    with pytest.raises(CommandError, match="is there already"):
        backup(kept)
    assert kept.read_text() == "an older one"
    backup(kept, overwrite=True)
    assert zipfile.is_zipfile(kept)


def test_records_that_are_there_are_not_replaced_unasked(
    small: User, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(kept)
    UserFactory(email="later@example.org")
    assert "--replace takes them out" in refusal(kept)
    monkeypatch.setattr("builtins.input", lambda _: "yes")
    assert refusal(kept, replace=True) == "Nothing was changed."
    monkeypatch.setattr("builtins.input", lambda _: "replace")
    restore(kept, replace=True)
    assert User.objects.get() == small


def test_files_that_are_there_are_records_too(small: User, kept: Path, files: Path) -> None:
    backup(kept)
    emptied()
    assert "--replace takes them out" in refusal(kept)
    assert below(files) == {"attachment/one": b"%PDF-1.4 one"}


# --- What goes wrong ----------------------------------------------------------------------------


def test_a_full_disk_leaves_no_half_a_backup(small: User, kept: Path) -> None:
    default_storage.save("attachment/big", ContentFile(os.urandom(3_000_000)))
    with limited_to(1_000_000), pytest.raises(CommandError, match="Nothing was kept"):
        backup(kept)
    assert list(kept.parent.iterdir()) == []


class limited_to:  # noqa: N801 - reads as a word
    """No file of this process may grow beyond so many bytes."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __enter__(self) -> None:
        self.before = resource.getrlimit(resource.RLIMIT_FSIZE)
        self.handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.size, self.before[1]))

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self.before)
        signal.signal(signal.SIGXFSZ, self.handler)


def test_killed_in_the_middle_it_leaves_nothing_under_its_name(
    small: User, kept: Path, files: Path
) -> None:
    with open(files / "long", "wb") as endless:
        endless.truncate(1 << 40)  # a hole: takes no room, and hours to read
    process = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "manage.py", "backup", str(kept)], cwd=ROOT,
        env=as_in_this_test() | {"DATA_DIR": str(files.parent)},
    )  # fmt: skip
    part = kept.with_name(f".{kept.name}.{process.pid}.part")
    while not part.exists() or part.stat().st_size < 100_000:
        assert process.poll() is None
        clock.sleep(0.05)
    process.kill()
    process.wait()
    (files / "long").unlink()
    assert list(kept.parent.iterdir()) == [part]
    backup(kept)
    assert zipfile.is_zipfile(kept)


def test_an_upload_that_is_gone_is_said(
    cast: Cast, sent: Referral, kept: Path, files: Path, now: datetime
) -> None:
    upload = SimpleUploadedFile("letter.pdf", PDF)
    attachment = attach(referral=sent, upload=upload, by=cast.pediatrician, at=now)
    Path(attachment.file.path).unlink()
    said = io.StringIO()
    call_command("backup", str(kept), stderr=said)
    assert "1 files are named in the records and not there" in said.getvalue()
