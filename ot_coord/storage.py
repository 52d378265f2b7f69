"""Where are files kept? In MEDIA_ROOT, each whole or not at all."""

from typing import Any

from django.core.files.storage import FileSystemStorage


class Files(FileSystemStorage):
    def _save(self, name: str, content: Any) -> str:
        """On a full disk the beginning of a file would stay: of a record, and known to nobody."""
        is_new = not self.exists(name)
        try:
            return str(super()._save(name, content))  # type: ignore[misc]
        except OSError:
            if is_new:
                self.delete(name)
            raise
