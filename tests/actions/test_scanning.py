"""Is what somebody sends looked through, where a scanner is named, and taken in only with its answer?"""

import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from referrals.actions.document import claimed_type
from referrals.actions.refusal import Refused

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"
#: What the scanner of these tests takes for malware.
SIGN = b"harmful-for-tests-only"


class Clamd(socketserver.StreamRequestHandler):
    """Speaks INSTREAM as clamd does, as far as it is asked."""

    answer: ClassVar[bytes] = b""

    def handle(self) -> None:
        assert self.rfile.read(len(b"zINSTREAM\0")) == b"zINSTREAM\0"
        found = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            found += self.rfile.read(size)
        said = b"stream: Test.Sign FOUND" if SIGN in found else b"stream: OK"
        self.wfile.write((self.answer or said) + b"\0")


@pytest.fixture
def clamd(tmp_path: Path, settings: Any) -> Iterator[type[Clamd]]:
    settings.CLAMD = str(tmp_path / "clamd.ctl")
    with socketserver.UnixStreamServer(settings.CLAMD, Clamd) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Clamd
        server.shutdown()
        thread.join()
    Clamd.answer = b""


def sent(content: bytes = PDF) -> str:
    return claimed_type(SimpleUploadedFile("letter.pdf", content))


def test_what_is_clean_is_taken_whole(clamd: type[Clamd]) -> None:
    upload = SimpleUploadedFile("letter.pdf", PDF + b" " * 200_000)
    assert claimed_type(upload) == "application/pdf"
    assert len(upload.read()) == len(PDF) + 200_000


def test_what_the_scanner_knows_is_refused(clamd: type[Clamd]) -> None:
    with pytest.raises(Refused, match="harmful"):
        sent(PDF + SIGN)


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR", b"\0"])
def test_without_its_answer_nothing_is_taken(clamd: type[Clamd], answer: bytes) -> None:
    clamd.answer = answer
    with pytest.raises(Refused, match="cannot be checked"):
        sent()


@pytest.mark.parametrize("where", ["/nowhere/clamd.ctl", "127.0.0.1:1"])
def test_where_none_listens_nothing_is_taken(settings: Any, where: str) -> None:
    settings.CLAMD = where
    with pytest.raises(Refused, match="cannot be checked"):
        sent()


def test_where_none_is_named_nobody_is_asked(settings: Any) -> None:
    settings.CLAMD = ""
    assert sent() == "application/pdf"
