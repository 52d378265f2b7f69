"""Is a file in a store that speaks S3 as safe as in a folder, for whom it is and for nobody else?"""

import hashlib
import io
import logging
import os
import tracemalloc
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.actions.caseload import bring_caseload, map_caseload
from referrals.actions.document import attach
from referrals.actions.sweeping import sweep_files
from referrals.management.commands.worker import Worker
from referrals.models import Attachment, Caseload, Child, Referral, User
from referrals.models.document import LARGEST
from tests.bucket import *  # noqa: F403  # fixtures
from tests.bucket import ENCRYPTION, NAME, REAL, SECRET, Store
from tests.conftest import Cast
from tests.factories.caseload import checked, csv, row, taken, worked
from tests.load.server import Server
from tests.management.test_worker import database_url
from tests.test_logs import log as log
from tests.views.test_away import said
from tests.views.typed import PDF, pdf

Door = Callable[[User], Client]
State = Caseload.State


def sent_in(door: Client, referral: Referral, status: int = 302) -> Any:
    answer = door.post(
        reverse("referral_attach", args=[referral.pk]), {"attachments": pdf("Mina's letter.pdf")}
    )
    assert answer.status_code == status
    return answer


def address(kept: Attachment) -> str:
    return reverse("attachment_download", args=[kept.referral_id, kept.pk])


# --- In and out again -----------------------------------------------------------------------------

READS = """
import hashlib, sys
import django
django.setup()
from django.test import Client
from referrals.models import User
for email in sys.argv[2:]:
    door = Client(SERVER_NAME="127.0.0.1")
    door.force_login(User.objects.get(email=email))
    answer = door.get(sys.argv[1])
    found = hashlib.sha256(b"".join(answer)).hexdigest() if answer.status_code == 200 else ""
    print(answer.status_code, found)
"""


@pytest.mark.django_db(transaction=True)
def test_what_one_process_takes_in_another_hands_out_to_whom_it_is_for(
    store: Store, client_of: Door, cast: Cast, sent: Referral, tmp_path: Any
) -> None:
    sent_in(client_of(cast.pediatrician), sent)
    kept = Attachment.objects.get()
    another = Server(tmp_path, database_url(), settings="tests.settings")
    another.env |= store.env | {"DATABASE_URL": database_url()}
    emails = [cast.family.email, cast.stranger.email]
    seen = another.told("-c", READS, address(kept), *emails)
    assert seen.splitlines() == [f"200 {hashlib.sha256(PDF).hexdigest()}", "404 "]


def test_it_lies_there_under_an_opaque_name_locked_and_open_to_nobody(
    store: Store, client_of: Door, pediatrician: User, sent: Referral
) -> None:
    sent_in(client_of(pediatrician), sent)
    name = Attachment.objects.get().file.name
    assert store.holds() == {name: PDF}
    assert "Mina" not in name
    about = store.client.head_object(Bucket=store.bucket, Key=name)
    assert about.get("ServerSideEncryption", "") == ENCRYPTION
    assert about["ContentType"] == "application/octet-stream"
    grants = store.client.get_object_acl(Bucket=store.bucket, Key=name)["Grants"]
    assert [one["Grantee"]["Type"] for one in grants] == ["CanonicalUser"]


@pytest.mark.skipif(bool(REAL), reason="a real store knows no such key")
def test_a_key_of_ones_own_is_named_to_the_store(store: Store, settings: Any) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": store.storage(encryption="a-key")}
    default_storage.save("attachment/one", ContentFile(PDF))
    about = store.client.head_object(Bucket=store.bucket, Key="attachment/one")
    assert (about["ServerSideEncryption"], about["SSEKMSKeyId"].rpartition("/")[2]) == (
        "aws:kms", "a-key",
    )  # fmt: skip


@pytest.mark.parametrize("encryption", ["AES256", "aws:kms", "a-key"])
def test_a_store_that_leaves_a_file_unlocked_keeps_none(
    store: Store, settings: Any, encryption: str
) -> None:
    """Some take the wish, say nothing and do nothing: this one never hears it."""
    settings.STORAGES = {**settings.STORAGES, "default": store.storage(encryption=encryption)}
    client = default_storage.connection.meta.client  # type: ignore[attr-defined]
    unheard = {"ServerSideEncryption", "SSEKMSKeyId"}
    client.meta.events.register(
        "before-parameter-build.s3.PutObject",
        lambda params, **_: [params.pop(name, None) for name in unheard] and None,
    )
    with pytest.raises(OSError, match="does not lock"):
        default_storage.save("attachment/one", ContentFile(PDF))
    assert store.holds() == {}


def test_the_largest_file_comes_back_to_a_family_under_its_name_in_any_script(
    store: Store, client_of: Door, cast: Cast, sent: Referral
) -> None:
    content = PDF + os.urandom(LARGEST - len(PDF))
    upload = SimpleUploadedFile("Ñandú – 紹介状 & 100 % +.pdf", content)
    door = client_of(cast.pediatrician)
    door.post(reverse("referral_attach", args=[sent.pk]), {"attachments": upload})
    kept = Attachment.objects.get()
    assert store.holds() == {kept.file.name: content}
    assert kept.file.name.isascii()
    answer = client_of(cast.family).get(address(kept))
    assert b"".join(answer) == content
    assert quote(kept.name) in answer["Content-Disposition"]
    assert "紹介状" in kept.name


def test_nobody_is_ever_sent_to_the_store(store: Store) -> None:
    default_storage.save("attachment/one", ContentFile(PDF))
    with pytest.raises(NotImplementedError):
        default_storage.url("attachment/one")


def test_nothing_is_overwritten(store: Store) -> None:
    first = default_storage.save("attachment/one", ContentFile(b"first"))
    second = default_storage.save("attachment/one", ContentFile(b"second"))
    assert first != second
    assert store.holds() == {first: b"first", second: b"second"}
    with pytest.raises(ValueError, match="saved whole"):
        default_storage.open(first, "wb")


def test_it_is_read_piece_by_piece_from_any_place_and_again(store: Store) -> None:
    content = os.urandom(9_000_000)
    default_storage.save("attachment/large", ContentFile(content))
    with default_storage.open("attachment/large") as first:
        first.read(1)  # what is learned once is learned
    tracemalloc.start()
    try:
        digest = hashlib.sha256()
        with default_storage.open("attachment/large") as file:
            for piece in file.chunks():
                digest.update(piece)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert digest.digest() == hashlib.sha256(content).digest()
    assert most < 2_000_000
    with default_storage.open("attachment/large") as file:
        file.seek(8_999_990)
        assert file.read() == content[-10:]
    file.open()  # closed, it is fetched anew
    assert (file.size, file.read(5)) == (9_000_000, content[:5])
    file.close()


def test_all_is_listed_by_the_thousand(store: Store) -> None:
    for number in range(1001):
        store.client.put_object(Bucket=store.bucket, Key=f"attachment/{number:04}", Body=b"")
    store.client.put_object(Bucket=store.bucket, Key="attachment-other/one", Body=b"")
    bucket: Any = storages["default"]
    names = [name for name, _ in bucket.listed("attachment")]
    assert names == [f"attachment/{number:04}" for number in range(1001)]
    assert len(list(bucket.listed())) == 1002


# --- What goes ------------------------------------------------------------------------------------


def test_a_file_whose_row_was_rolled_back_goes_after_a_day_and_no_other(
    store: Store, pediatrician: User, sent: Referral, now: datetime
) -> None:
    attach(referral=sent, upload=pdf(), by=pediatrician, at=now)
    with transaction.atomic():
        attach(referral=sent, upload=pdf(mark="2"), by=pediatrician, at=now)
        transaction.set_rollback(True)
    default_storage.save("elsewhere/foreign", ContentFile(b"x"))
    default_storage.save("attachment/below/foreign", ContentFile(b"x"))
    kept = {Attachment.objects.get().file.name, "elsewhere/foreign", "attachment/below/foreign"}
    bucket: Any = storages["default"]
    since = max(since for _, since in bucket.listed())
    assert sweep_files(at=since + timedelta(hours=23)) == 0
    assert sweep_files(at=since + timedelta(hours=25)) == 1
    assert set(store.holds()) == kept


@pytest.mark.django_db(transaction=True)  # the file goes once that is certain
def test_a_spreadsheet_is_brought_in_from_there_and_goes(
    store: Store, cast: Cast, now: datetime
) -> None:
    rows = csv([row("1", "Ada"), row("2", "Ben")])
    load = checked(rows, cast.clinic, by=cast.coordinator, at=now)
    assert store.holds() == {load.file.name: rows}
    bring_caseload(
        caseload=load, mode=Caseload.Mode.ALL, near_too=False, by=cast.coordinator, at=now
    )
    assert worked(load, now).state == State.DONE
    assert Child.objects.filter(family_name="Sol").count() == 2
    assert store.holds() == {}


# --- What is away ---------------------------------------------------------------------------------


def test_a_store_that_is_away_is_said_and_all_goes_on_when_it_is_back(
    store: Store, client_of: Door, pediatrician: User, sent: Referral
) -> None:
    door = client_of(pediatrician)
    door.raise_request_exception = False
    store.gate.shut()
    assert "your browser sends the same again" in said(sent_in(door, sent, 503))
    assert not Attachment.objects.exists()
    store.gate.open()
    sent_in(door, sent)
    kept = Attachment.objects.get()
    store.gate.shut()
    assert "Please try again in a minute" in said(door.get(address(kept)))
    # All that asks for no file goes on.
    assert door.get(reverse("referral_detail", args=[sent.pk])).status_code == 200
    store.gate.open()
    assert b"".join(door.get(address(kept))) == PDF


def test_what_is_wrong_with_it_is_told_without_a_secret_or_an_address(
    store: Store, client_of: Door, pediatrician: User, sent: Referral, settings: Any,
    log: io.StringIO, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "botocore")
    door = client_of(pediatrician)
    door.raise_request_exception = False
    settings.STORAGES = {**settings.STORAGES, "default": store.storage(bucket_name="not-there")}
    page = said(sent_in(door, sent, 503))
    with pytest.raises(OSError, match=r"refused \(NoSuchBucket\)") as refused:
        default_storage.save("attachment/one", ContentFile(PDF))
    told = page + str(refused.value) + log.getvalue()
    assert "OSError" in log.getvalue()
    for word in (SECRET, NAME, "not-there", "127.0.0.1", "Mina"):
        assert word not in told


@pytest.mark.django_db(transaction=True)
def test_the_worker_goes_on_with_its_other_work_while_it_is_away(store: Store, cast: Cast) -> None:
    at = timezone.now()  # a list that lay for a day is put away
    load = taken(csv([row("1", "Ada")]), cast.clinic, by=cast.coordinator, at=at)
    map_caseload(caseload=load, mapping=load.mapping, day_first=None, by=cast.coordinator, at=at)
    worker = Worker(0, lambda: False, lambda _: None)
    store.gate.shut()
    worker.step()
    assert Caseload.objects.get(pk=load.pk).state == State.CHECKING
    store.gate.open()
    Caseload.objects.filter(pk=load.pk).update(leased_until=None)
    worker.step()
    assert Caseload.objects.get(pk=load.pk).state == State.CHECKED


def test_a_file_that_is_not_there_is_told_as_such(store: Store) -> None:
    assert not default_storage.exists("attachment/one")
    for ask in (default_storage.open, default_storage.size):
        with pytest.raises(FileNotFoundError):
            ask("attachment/one")
    default_storage.delete("attachment/one")
