"""Is this a list of stolen passwords in which one can be looked up? Asked once, at the start."""

import re
from pathlib import Path
from typing import Final

from django.core.exceptions import ImproperlyConfigured

#: A line: the SHA-1 of a password, and how often it was seen.
LINE: Final = re.compile(rb"[0-9A-Fa-f]{40}(:[0-9]+)?\r?\n?")
LONGEST: Final = 128


def check_list(path: str) -> None:
    """Raises ImproperlyConfigured where this is no such file: better than to refuse every password."""
    try:
        with Path(path).open("rb") as file:
            first = file.readline(LONGEST)
    except OSError as error:
        raise ImproperlyConfigured(
            "BREACHED_PASSWORDS names a file that cannot be read."
        ) from error
    if not LINE.fullmatch(first):
        raise ImproperlyConfigured(
            "BREACHED_PASSWORDS is a file of SHA-1 digests, one a line, in order."
        )
