"""Does a password stand in a list of stolen ones? Looked up in a file of this server: nothing leaves it."""

import hashlib
from pathlib import Path
from typing import Any, BinaryIO, Final

import structlog
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

log = structlog.get_logger(__name__)
#: No line is longer: of a file of something else no more is read at a time.
LONGEST: Final = 128


class NotBreached:
    """Refuses what stands in the list; and everything, where the list cannot be read."""

    def __init__(self, path: str) -> None:
        self.path = path

    def validate(self, password: str, user: Any = None) -> None:
        wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
        try:
            known = stands_in(Path(self.path), wanted)
        except OSError as error:
            log.error("breached passwords not read", kind=type(error).__name__)
            raise ValidationError(
                gettext("Passwords cannot be checked now. Please try again later."), "not_checked"
            ) from error
        if known:
            raise ValidationError(
                gettext("Thieves know this password from elsewhere. Please choose another one."),
                "breached",
            )

    def get_help_text(self) -> str:
        return gettext("It stands in no list of stolen passwords.")


def stands_in(path: Path, wanted: bytes) -> bool:
    """Whether a line of this sorted file begins with that digest.

    Halved again and again: some forty lines are read of a billion, and none is kept. Raises OSError
    where the file cannot be read.
    """
    with path.open("rb") as file:
        low, high = 0, file.seek(0, 2)
        while low < high:
            middle = (low + high) // 2
            _go_to_line(file, middle)
            line = file.readline(LONGEST)
            if not line:
                high = middle
            elif line[:40].upper() == wanted:
                return True
            elif line[:40].upper() < wanted:
                low = file.tell()
            else:
                high = middle
    return False


def _go_to_line(file: BinaryIO, middle: int) -> None:
    """To where the first line begins that does not begin before `middle`."""
    file.seek(max(middle - 1, 0))
    if middle:
        file.readline(LONGEST)
