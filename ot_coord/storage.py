"""Where are files kept? In the folder MEDIA_ROOT, each whole or not at all; `bucket.py` is the other answer.

Besides what Django asks of a storage, both tell what is `listed` and how much `room` is left.
"""

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage


class Files(FileSystemStorage):
    def _save(self, name: str, content: Any) -> str:
        """On a full disk the beginning of a file would stay: of a record, and known to nobody."""
        is_new = not self.exists(name)
        try:
            saved = str(super()._save(name, content))  # type: ignore[misc]
            _written_down(Path(self.path(saved)))
        except OSError:
            if is_new:
                self.delete(name)
            raise
        return saved

    def listed(self, folder: str = "") -> Iterator[tuple[str, datetime]]:
        """Every file below a folder, and since when it lies there (UTC); a link could lead anywhere."""
        root = Path(self.location)
        for place, below, found in os.walk(root / folder):
            below.sort()
            for one in sorted(found):
                path = Path(place, one)
                with suppress(FileNotFoundError):  # put away meanwhile
                    about = path.lstat()
                    if stat.S_ISREG(about.st_mode):
                        since = datetime.fromtimestamp(about.st_mtime, UTC)
                        yield path.relative_to(root).as_posix(), since

    def room(self) -> int | None:
        """How many bytes more it can hold; None where nobody can tell."""
        root = Path(self.location)
        root.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(root).free


def _written_down(path: Path) -> None:
    """Its row survives a loss of power, so the file must: on the disk, and under its name."""
    for one in (path, path.parent):
        number = os.open(one, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
