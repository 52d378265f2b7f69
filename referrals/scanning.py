"""Is there known malware in a file that somebody sends? The scanner of who runs the server says so."""

import socket
import struct
from contextlib import closing
from dataclasses import replace
from typing import Final

import structlog
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext

from referrals.arriving import Arriving, Enclosed

log = structlog.get_logger(__name__)
#: Seconds for each answer: a file of ten megabytes is looked through in less than one.
PATIENCE: Final = 10


class Unclean(Exception):
    """This file is not taken; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def scan(upload: "UploadedFile[bytes]") -> None:
    """Hand the bytes to the clamd of `CLAMD`; without one nobody is asked.

    Raises Unclean for what it knows, and where it does not answer: what nobody has looked through
    is not taken in. It may take seconds: asked before a transaction is open.
    """
    if not settings.CLAMD:
        return
    try:
        answer = _asked(upload)
    except OSError as error:
        log.warning("scanner not reached", kind=type(error).__name__)
        answer = ""
    if answer.endswith("FOUND"):
        raise Unclean(gettext("This file holds something harmful and was not taken."))
    if answer != "stream: OK":
        raise Unclean(
            gettext("Files cannot be checked now, so none is taken. Please try again later.")
        )


def looked_through(arriving: Arriving) -> Arriving:
    """An e-referral in which each file says why it is not taken over, where the scanner has a reason."""
    return replace(arriving, files=tuple(_looked_at(file) for file in arriving.files))


def _looked_at(file: Enclosed) -> Enclosed:
    try:
        scan(SimpleUploadedFile(file.name, file.data))
    except Unclean as unclean:
        return replace(file, refused=unclean.sentence)
    return file


def _asked(upload: "UploadedFile[bytes]") -> str:
    """INSTREAM of clamd's protocol: chunks with their length before them, and an empty one."""
    with closing(_line()) as line:
        line.sendall(b"zINSTREAM\0")
        upload.seek(0)
        for chunk in upload.chunks():
            line.sendall(struct.pack("!L", len(chunk)) + chunk)
        upload.seek(0)
        line.sendall(struct.pack("!L", 0))
        said = b""
        while not said.endswith(b"\0") and (more := line.recv(4096)):
            said += more
    return said.rstrip(b"\0").decode("ascii", "replace").strip()


def _line() -> socket.socket:
    """`/run/clamav/clamd.ctl`, or `host:port`."""
    host, _, port = settings.CLAMD.rpartition(":")
    if port.isdigit():
        return socket.create_connection((host, int(port)), timeout=PATIENCE)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(PATIENCE)
    try:
        line.connect(settings.CLAMD)
    except OSError:
        line.close()
        raise
    return line
