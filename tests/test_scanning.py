"""Is what somebody sends looked through, where a scanner is named, and taken in only with its answer?"""

import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, ClassVar

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.forms import BaseForm, FileField
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals import forms
from referrals.forms.upload import UploadField
from referrals.models import Attachment, Caseload, Referral, System, User
from referrals.scanning import Unclean, scan
from tests.conftest import Cast
from tests.factories.activity import given, picture
from tests.factories.caseload import csv, row
from tests.factories.system import foreign, send

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"
#: What the scanner of these tests takes for malware.
SIGN = b"harmful-for-tests-only"


class Clamd(socketserver.StreamRequestHandler):
    """Speaks INSTREAM as clamd does, as far as it is asked."""

    answer: ClassVar[bytes] = b""
    #: What each file found open in the database: the marks within the transaction of the test.
    waited_with: ClassVar[list[list[str]]] = []
    database: ClassVar[Any] = None

    def handle(self) -> None:
        assert self.rfile.read(len(b"zINSTREAM\0")) == b"zINSTREAM\0"
        found = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            found += self.rfile.read(size)
        self.waited_with.append(list(self.database.savepoint_ids))
        said = b"stream: Test.Sign FOUND" if SIGN in found else b"stream: OK"
        self.wfile.write((self.answer or said) + b"\0")


@pytest.fixture
def clamd(tmp_path: Path, settings: Any) -> Iterator[type[Clamd]]:
    settings.CLAMD = str(tmp_path / "clamd.ctl")
    settings.MEDIA_ROOT = tmp_path / "files"
    Clamd.database, Clamd.waited_with = connections["default"], []
    with socketserver.UnixStreamServer(settings.CLAMD, Clamd) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Clamd
        server.shutdown()
        thread.join()
    Clamd.answer = b""


def sent(content: bytes = PDF) -> None:
    scan(SimpleUploadedFile("letter.pdf", content))


def test_what_is_clean_is_taken_whole(clamd: type[Clamd]) -> None:
    upload = SimpleUploadedFile("letter.pdf", PDF + b" " * 200_000)
    scan(upload)
    assert len(upload.read()) == len(PDF) + 200_000


def test_what_the_scanner_knows_is_refused(clamd: type[Clamd]) -> None:
    with pytest.raises(Unclean, match="harmful"):
        sent(PDF + SIGN)


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR", b"\0"])
def test_without_its_answer_nothing_is_taken(clamd: type[Clamd], answer: bytes) -> None:
    clamd.answer = answer
    with pytest.raises(Unclean, match="cannot be checked"):
        sent()


@pytest.mark.parametrize("where", ["/nowhere/clamd.ctl", "127.0.0.1:1"])
def test_where_none_listens_nothing_is_taken(settings: Any, where: str) -> None:
    settings.CLAMD = where
    with pytest.raises(Unclean, match="cannot be checked"):
        sent()


def test_where_none_is_named_nobody_is_asked(settings: Any) -> None:
    settings.CLAMD = ""
    sent(PDF + SIGN)


# --- Every way in -------------------------------------------------------------------------------

Door = Callable[[User], Client]


def harmful(name: str = "letter.pdf", begins: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, begins + SIGN)


def refused_unwritten(clamd: type[Clamd], answer: Any, files: int = 1) -> None:
    assert b"holds something harmful" in answer.content
    assert clamd.waited_with == [[]] * files


@pytest.mark.django_db
def test_a_caseload_is_looked_through_before_anything_is_written(
    cast: Cast, client_of: Door, clamd: type[Clamd]
) -> None:
    told = {"organization": str(cast.clinic.pk), "file": harmful("a.csv", csv([row("1", "Luz")]))}
    answer = client_of(cast.coordinator).post(reverse("caseload_list"), told)
    refused_unwritten(clamd, answer)
    assert not Caseload.objects.exists()


@pytest.mark.django_db
def test_a_picture_is_looked_through_before_it_is_drawn_anew(
    cast: Cast, client_of: Door, aimed: Referral, clamd: type[Clamd]
) -> None:
    activity = given(aimed, by=cast.therapist, at=timezone.now())
    told = {"edition": 1, "shows": "A coat", "upload": harmful("a.jpg", picture().read())}
    where = reverse("activity_picture_set", args=[aimed.pk, activity.pk])
    refused_unwritten(clamd, client_of(cast.therapist).post(where, told))
    activity.refresh_from_db()
    assert not activity.picture


@pytest.mark.django_db
def test_what_is_attached_is_looked_through_and_all_or_none_is_kept(
    cast: Cast, client_of: Door, sent: Referral, clamd: type[Clamd]
) -> None:
    files = [SimpleUploadedFile("a.pdf", PDF), harmful()]
    where = reverse("referral_attach", args=[sent.pk])
    answer = client_of(cast.pediatrician).post(where, {"attachments": files}, follow=True)
    refused_unwritten(clamd, answer, files=2)
    assert not sent.attachments.exists()


@pytest.mark.django_db
def test_what_a_system_brings_is_looked_through_and_the_referral_comes_without_it(
    records: System, now: datetime, clamd: type[Clamd]
) -> None:
    clamd.answer = b"stream: Test.Sign FOUND"
    status, answer = send(records, foreign("ehr_transaction"), now)
    assert status == 201
    assert "holds something harmful" in str(answer)
    assert clamd.waited_with == [[]]
    assert not Attachment.objects.exists()


def test_every_form_takes_its_files_through_the_scanner() -> None:
    rooms = [import_module(room.name) for room in iter_modules(forms.__path__, "referrals.forms.")]
    fields = {
        f"{form.__name__}.{name}": field
        for room in rooms
        for form in vars(room).values()
        if isinstance(form, type) and issubclass(form, BaseForm)
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, FileField)
    }
    assert len(fields) >= 6
    assert [name for name, field in fields.items() if not isinstance(field, UploadField)] == []
