"""How do the files of a backup take the place of those that are here, in whatever keeps them?"""

import hashlib
from contextlib import suppress
from typing import Any, cast
from uuid import uuid4

from django.core.files.base import File
from django.core.files.storage import default_storage

from .archive import PIECE, STAGING, Archive


class Exchange:
    """What is here stays until `settle`: whatever ends a restore before, the rows of before find their files."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.store = cast(Any, default_storage)  # of ours: it lists, and knows its room
        self.aside = f"{STAGING}{uuid4().hex}"
        self.before = {name for name, _ in self.store.listed() if not name.startswith(STAGING)}
        self.added: list[str] = []
        self.moved: list[str] = []

    def room(self) -> int | None:
        room: int | None = self.store.room()
        return room

    def make(self) -> None:
        """Put every file of the backup under its name; another one of that name is put aside."""
        for name, told in self.archive.files.items():
            with self.archive.file(name) as content:  # looked at, also where the same is here
                if name in self.before:
                    if self._digest(name) == told["sha256"]:
                        continue
                    self._copy(name, f"{self.aside}/{name}")
                    self.moved.append(name)
                    self.store.delete(name)
                self.added.append(name)
                self._put(name, content)

    def undo(self) -> None:
        """All as it was. Raises OSError where that cannot be: what was put aside then still lies there."""
        while self.added:
            self.store.delete(self.added[-1])
            self.added.pop()
        while self.moved:
            name = self.moved[-1]
            if not self.store.exists(name):  # else its removal was what failed
                self._copy(f"{self.aside}/{name}", name)
            self.store.delete(f"{self.aside}/{name}")
            self.moved.pop()

    def settle(self) -> int:
        """Remove what was here and is not in the backup; how many could not be."""
        old = [*sorted(self.before - set(self.archive.files))]
        old += [f"{self.aside}/{name}" for name in self.moved]
        left = len(old)
        for name in old:
            with suppress(OSError):
                self.store.delete(name)
                left -= 1
        return left

    def _digest(self, name: str) -> str:
        digest = hashlib.sha256()
        with self.store.open(name, "rb") as source:
            while piece := source.read(PIECE):
                digest.update(piece)
        return digest.hexdigest()

    def _copy(self, name: str, to: str) -> None:
        with self.store.open(name, "rb") as source:
            self._put(to, source)

    def _put(self, name: str, content: Any) -> None:
        saved = self.store.save(name, File(content))
        if saved != name:
            # Somebody writes here meanwhile.
            self.store.delete(saved)
            raise FileExistsError(f"{name} is there already")
