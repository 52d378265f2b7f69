"""Is what was damaged, changed or made to do harm refused, with everything left as it was?"""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError
from django.db import OperationalError

from referrals.management.archive import MANIFEST
from referrals.models import User
from tests.factories.person import UserFactory

from .keeping import *  # noqa: F403  # fixtures
from .keeping import backup, below, refusal, restore

pytestmark = pytest.mark.django_db(transaction=True)


def changed(
    source: Path, member: str, change: Callable[[bytes], bytes | None], **more: bytes
) -> Path:
    """The same archive with one member changed or left out, and others put in."""
    target = source.with_name("changed.zip")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text: bytes | None = old.read(name)
            if name == member and text is not None:
                text = change(text)
            if text is not None:
                new.writestr(name, text)
        for name, text in more.items():
            new.writestr(name, text)
    return target


def manifest(**told: Any) -> Callable[[bytes], bytes]:
    return lambda text: json.dumps(json.loads(text) | told).encode()


USERS = "tables/referrals.User.jsonl"


#: (which member, what becomes of it, what the restore says)
CHANGES: list[tuple[str, Callable[[bytes], bytes | None], str]] = [
    (USERS, lambda text: text.replace(b"Okafor", b"Okapor"), "the rows of referrals.User are not"),
    (USERS, lambda text: b"", "the rows of referrals.User are not"),
    (USERS, lambda text: text + b"{", "is not as it was written"),
    (USERS, lambda text: None, "more or less than its manifest says"),
    ("files/attachment/one", lambda text: b"%PDF-1.4 two", "is not the one that was written"),
    ("files/attachment/one", lambda text: text + b"!", "longer or shorter"),
    ("files/attachment/one", lambda text: None, "more or less"),
    (MANIFEST, manifest(format=2), "a form that this version does not know"),
    (MANIFEST, manifest(tables=[]), "its manifest lacks something"),
    (MANIFEST, manifest(tables={}), "more or less"),
    (MANIFEST, manifest(files={"attachment/one": 7}), "could not be brought back: TypeError"),
    (MANIFEST, lambda text: text[:-9], "its manifest cannot be read"),
    (MANIFEST, lambda text: None, "no manifest"),
    (MANIFEST, manifest(migrations=[["referrals", "0099_later"]], version="9.0"), "newer than this one"),
]  # fmt: skip
NAMES = ("../outside", "/etc/passwd", "a/../../b", "..", ".ssh/key", "a//b", "C:\\b", "a\nb", "")


def test_what_was_changed_is_refused(small: User, kept: Path, files: Path) -> None:
    backup(kept)
    UserFactory(email="later@example.org")
    default_storage.save("attachment/two", ContentFile(b"%PDF-1.4 two"))
    before = below(files)
    for member, change, said in CHANGES:
        assert said in refusal(changed(kept, member, change), replace=True, yes=True)
        assert below(files) == before
        assert [one.name for one in files.iterdir()] == ["attachment"]


def test_a_name_that_leads_elsewhere_is_refused(small: User, kept: Path) -> None:
    backup(kept)
    with zipfile.ZipFile(kept) as archive:
        told = json.loads(archive.read(MANIFEST))
    for name in NAMES:
        files = told["files"] | {name: {"size": 1, "sha256": "0" * 64}}
        planted = changed(kept, MANIFEST, manifest(files=files), **{f"files/{name}": b"x"})
        said = refusal(planted, replace=True, yes=True)
        assert "a name that is none of ours" in said, name


def test_what_swells_is_refused_before_it_is_unpacked(small: User, kept: Path) -> None:
    backup(kept)
    told = json.loads(zipfile.ZipFile(kept).read(MANIFEST))
    bomb = bytes(64 * 1024 * 1024)
    planted = changed(
        kept, MANIFEST,
        manifest(files=told["files"] | {"attachment/b": {"size": len(bomb), "sha256": "0" * 64}}),
        **{"files/attachment/b": bomb},
    )  # fmt: skip
    assert "swell" in refusal(planted, replace=True, yes=True)


def test_a_part_of_one_is_refused(small: User, kept: Path) -> None:
    backup(kept)
    whole = kept.read_bytes()
    for share in (0, 10, len(whole) // 2, len(whole) - 1):
        kept.write_bytes(whole[:share])
        assert "only a part of one" in refusal(kept, replace=True, yes=True)


def test_flipped_bytes_are_refused(small: User, kept: Path, files: Path) -> None:
    backup(kept)
    whole, before = kept.read_bytes(), below(files)
    with zipfile.ZipFile(kept) as archive:
        member = archive.getinfo(USERS)
    middle = member.header_offset + 30 + len(member.filename) + 20 + member.compress_size // 2
    kept.write_bytes(whole[:middle] + bytes([whole[middle] ^ 0xFF]) + whole[middle + 1 :])
    assert "Nothing was changed" in refusal(kept, replace=True, yes=True)
    assert below(files) == before


def test_what_the_database_refuses_changes_nothing(
    small: User, kept: Path, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last moment: the files are in place, and the database does not keep it."""
    backup(kept)
    default_storage.save("attachment/two", ContentFile(b"%PDF-1.4 two"))
    before = below(files)

    def full(*_: Any) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.commit", full)
    with pytest.raises(CommandError, match="Nothing was changed"):
        restore(kept, replace=True, yes=True)
    monkeypatch.undo()
    assert below(files) == before
    assert User.objects.get() == small
