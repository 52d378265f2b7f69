"""Is there known malware in a file that somebody sends? The scanner of who runs the server says so."""

import socket
import struct
from contextlib import closing
from typing import Final

import structlog
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext

from .refusal import Refused

log = structlog.get_logger(__name__)
#: Seconds for each answer: a file of ten megabytes is looked through in less than one.
PATIENCE: Final = 10


def scan(upload: "UploadedFile[bytes]") -> None:
    """Hand the bytes to the clamd of `CLAMD`; without one nobody is asked.

    Raises Refused for what it knows, and where it does not answer: what nobody has looked through
    is not taken in.
    """
    if not settings.CLAMD:
        return
    try:
        answer = _asked(upload)
    except OSError as error:
        log.warning("scanner not reached", kind=type(error).__name__)
        answer = ""
    if answer.endswith("FOUND"):
        raise Refused(
            gettext("This file holds something harmful and was not taken."), "attachments"
        )
    if answer != "stream: OK":
        raise Refused(
            gettext("Files cannot be checked now, so none is taken. Please try again later."),
            "attachments",
        )


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
