"""Does a backup go on where a file is put away while it is being written?"""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from ot_coord.storage import Files
from referrals.management.archive import write_archive
from referrals.management.tables import Ledger


class OneRow(Ledger):
    """Records that name one file, which is put away once its folder was read."""

    def __init__(self, named: Path) -> None:
        super().__init__()
        self.tables, self.named = {}, named

    def files(self) -> Any:
        yield self.named.name


@pytest.mark.django_db
def test_a_file_that_goes_meanwhile_ends_no_backup_and_is_told_as_missing(tmp_path: Path) -> None:
    for name in ("first", "kept"):
        (tmp_path / name).write_bytes(b"x")

    class Goes(BytesIO):
        """The first bytes of the archive take the other file away."""

        def write(self, data: Any) -> int:
            (tmp_path / "later").unlink(missing_ok=True)
            return super().write(data)

    (tmp_path / "later").write_bytes(b"x")
    told = write_archive(Goes(), OneRow(tmp_path / "later"), Files(location=tmp_path), {})
    assert (sorted(told["files"]), told["missing"]) == (["first", "kept"], ["later"])
