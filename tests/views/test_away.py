"""What does a person read while the database or a disk is full, and is all as it was afterwards?

The database going away under a running server is in `tests/load/test_away.py`.
"""

import errno
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.files.base import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, OperationalError, connection
from django.test import Client, RequestFactory
from django.urls import reverse

from ot_coord.storage import Files
from referrals.models import Attachment, Child, Event, Referral, User
from referrals.models.record import new_id
from referrals.views.error import passes, server_error

Door = Callable[[User], Client]
PDF = b"%PDF-1.7\n" + b"0" * 200_000 + b"\n%%EOF\n"


@contextmanager
def a_full_database() -> Iterator[None]:
    """Nothing fits in any more; what is there can be read and changed within its place."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")  # what earlier tests left free would hold a good deal
            cursor.execute("PRAGMA page_count")
            (pages,) = cursor.fetchone()
            cursor.execute(f"PRAGMA max_page_count = {pages}")
        else:
            cursor.execute(
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
                " $$BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END$$"
            )
            cursor.execute(
                "CREATE TRIGGER full_disk BEFORE INSERT ON referrals_concern"
                " EXECUTE FUNCTION full_disk()"
            )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA max_page_count = 1073741823")
            else:
                cursor.execute("DROP TRIGGER full_disk ON referrals_concern")
                cursor.execute("DROP FUNCTION full_disk")


class FailingDisk(Files):
    """Takes the beginning of a file, as a disk does that has only so much left, or then goes away."""

    def __init__(self, says: int) -> None:
        super().__init__()
        self.says = says

    def _save(self, name: str, content: File) -> str:  # type: ignore[type-arg]
        def first_and_no_more(chunk_size: int | None = None) -> Iterator[bytes]:
            yield content.read(1000)
            raise OSError(self.says, "letter.pdf")

        content.chunks = first_and_no_more  # type: ignore[method-assign]
        return super()._save(name, content)


def said(page: Any) -> str:
    """What stands on the page, which nobody keeps and which says when to try again."""
    assert (page.status_code, page["Retry-After"]) == (503, "30")
    assert page["Cache-Control"] == "no-store"
    return str(page.content.decode())


@pytest.mark.django_db(transaction=True)
def test_a_full_database_is_said_and_what_was_typed_is_saved_when_there_is_room(
    client_of: Door, family: User, child: Child
) -> None:
    door = client_of(family)
    door.raise_request_exception = False
    typed = {
        "id": new_id(), "signs": ["tod.sensory"], "words": "Labels hurt. " * 300,
        "since_when": "spring", "setting": ["home"],
    }  # fmt: skip
    path = reverse("concern_new", args=[child.pk])
    before = Event.objects.count()
    with a_full_database():
        page = said(door.post(path, typed))
        assert "your browser sends the same again" in page
        assert "Labels" not in page
        assert child.given_name not in page
    assert (child.concerns.count(), Event.objects.count()) == (0, before)
    assert door.post(path, typed).status_code == 302
    assert (child.concerns.count(), Event.objects.count()) == (1, before + 1)


@pytest.mark.parametrize(
    "says", [errno.ENOSPC, errno.EACCES, errno.ESTALE], ids=["full", "shut", "gone"]
)
def test_a_disk_that_takes_nothing_is_said_and_the_file_is_kept_when_it_does(
    client_of: Door, pediatrician: User, sent: Referral, settings: Any, tmp_path: Any, says: int
) -> None:
    settings.MEDIA_ROOT = tmp_path
    door = client_of(pediatrician)
    door.raise_request_exception = False
    path = reverse("referral_attach", args=[sent.pk])
    storage = {"BACKEND": f"{__name__}.FailingDisk", "OPTIONS": {"says": says}}
    roomy = settings.STORAGES
    settings.STORAGES = {**roomy, "default": storage}
    page = said(door.post(path, {"attachments": SimpleUploadedFile("letter.pdf", PDF)}))
    assert "your browser sends the same again" in page
    assert "letter" not in page
    assert not Attachment.objects.exists()
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []
    settings.STORAGES = roomy
    assert (
        door.post(path, {"attachments": SimpleUploadedFile("letter.pdf", PDF)}).status_code == 302
    )
    kept = Attachment.objects.get()
    assert kept.file.read() == PDF
    kept.file.close()


def failed(path: str = "/", **headers: str) -> Any:
    """The answer to a request during which the database went away."""
    request = RequestFactory(headers=headers).get(path)
    try:
        raise OperationalError("server closed the connection: password=secret")
    except OperationalError:
        return server_error(request)


def test_it_is_said_in_the_readers_language_without_a_word_of_what_broke() -> None:
    english, spanish = (said(failed(accept_language=one)) for one in ("en", "es"))
    assert "All you saved before is safe. Please try again in a minute." in english
    assert 'lang="es"' in spanish
    assert "Todo lo que guardó antes está a salvo." in spanish
    assert "secret" not in english + spanish


def test_a_script_is_told_in_one_sentence_and_a_system_in_its_own_words() -> None:
    for header in ("HX-Request", "X-Autosave"):
        answer = failed(**{header: "true"})
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        assert "Your text is still here" in said(answer)
    issue = json.loads(said(failed("/fhir/R4/Task")))["issue"]
    assert [one["code"] for one in issue] == ["transient"]


@pytest.mark.django_db
def test_a_question_that_is_wrong_is_a_fault_and_does_not_pass() -> None:
    with pytest.raises(DatabaseError) as wrong, connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")
    assert not passes(wrong.value)
    assert not passes(ValueError())
    assert not passes(FileNotFoundError(errno.ENOENT, "gone"))
