"""What is a backup? One zip file: a table a member, the uploaded files, and a manifest of both."""

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Final

from .tables import Ledger, Tally, names

#: Of this form. A later form gets the next number, and says how this one is read.
FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
PIECE: Final = 1024 * 1024
LONGEST_LINE: Final = 64 * 1024 * 1024
LONGEST_MANIFEST: Final = 256 * 1024 * 1024
#: What swells more than this is no backup of ours (rows of records shrink to a fifth or so).
SWELLS: Final = 200
#: A name of a file as the product gives them: folders and names of plain characters.
SAFE: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
#: Among the files: where a restore keeps what it has put aside, or did before its last step.
STAGING: Final = ".restore-"


class Damaged(Exception):
    """This is no backup that can be trusted; the words say what is wrong."""


# --- Writing --------------------------------------------------------------------------------------


def write_archive(
    target: IO[bytes], ledger: Ledger, store: Any, about: dict[str, Any]
) -> dict[str, Any]:
    """Write everything, piece by piece, and last of all what it should come to."""
    manifest: dict[str, Any] = {"format": FORMAT, **about, "tables": {}, "files": {}}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as out:
        for label, table in ledger.tables.items():
            tally = Tally()
            with out.open(table_member(label), "w", force_zip64=True) as member:
                for row in ledger.rows(table, names(table)):
                    tally.add(row)
                    member.write(json.dumps(row, separators=(",", ":")).encode() + b"\n")
            manifest["tables"][label] = {
                "columns": names(table), "rows": tally.count, "checksum": tally.checksum,
            }  # fmt: skip
        for name, _ in store.listed():
            digest, size = hashlib.sha256(), 0
            if not SAFE.fullmatch(name):
                continue
            try:
                source = store.open(name, "rb")
            except FileNotFoundError:
                # Put away since it was listed. If a row names it, it is told as missing.
                continue
            with source, out.open(f"files/{name}", "w", force_zip64=True) as to:
                while piece := source.read(PIECE):
                    digest.update(piece)
                    size += len(piece)
                    to.write(piece)
            manifest["files"][name] = {"size": size, "sha256": digest.hexdigest()}
        missing = {name for name in ledger.files() if name not in manifest["files"]}
        manifest["missing"] = sorted(missing)
        out.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return manifest


def table_member(label: str) -> str:
    return f"tables/{label}.jsonl"


# --- Reading --------------------------------------------------------------------------------------


class Archive:
    """An archive whose manifest and list of members have been looked at before anything is unpacked."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError) as error:
            raise Damaged("it cannot be opened: not a backup, or only a part of one") from error
        self._members = {one.filename: one for one in self._zip.infolist()}
        if len(self._members) != len(self._zip.infolist()):
            raise Damaged("a name stands in it twice")
        self.manifest = self._read_manifest()
        self.tables: dict[str, dict[str, Any]] = self.manifest["tables"]
        self.files: dict[str, dict[str, Any]] = self.manifest["files"]
        self._look(path.stat().st_size)

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *args: object) -> None:
        self._zip.close()

    def _read_manifest(self) -> dict[str, Any]:
        member = self._members.get(MANIFEST)
        if member is None or member.file_size > LONGEST_MANIFEST:
            raise Damaged("it has no manifest")
        with self._open(MANIFEST) as source:
            try:
                manifest = json.loads(source.read(LONGEST_MANIFEST))
            except ValueError as error:
                raise Damaged("its manifest cannot be read") from error
            except (zipfile.BadZipFile, zlib.error, EOFError) as error:
                raise Damaged("its manifest is not as it was written") from error
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise Damaged("it is of a form that this version does not know")
        kinds = {"tables": dict, "files": dict, "migrations": list, "version": str}
        if not all(isinstance(manifest.get(key), kind) for key, kind in kinds.items()):
            raise Damaged("its manifest lacks something")
        return manifest

    def _look(self, size: int) -> None:
        wrong = [name for name in self.files if not SAFE.fullmatch(name)]
        if wrong:
            raise Damaged("a file in it has a name that is none of ours")
        told = {MANIFEST, *map(table_member, self.tables), *(f"files/{one}" for one in self.files)}
        if told != set(self._members):
            raise Damaged("it holds more or less than its manifest says")
        if any(
            self._members[f"files/{name}"].file_size != told["size"]
            for name, told in self.files.items()
        ):
            raise Damaged("a file in it is longer or shorter than its manifest says")
        if self.swollen > SWELLS * size + PIECE:
            raise Damaged("it would swell to far more than a backup does")

    @property
    def swollen(self) -> int:
        """How many bytes it holds once unpacked."""
        return sum(member.file_size for member in self._members.values())

    def _open(self, name: str) -> IO[bytes]:
        member = self._members[name]
        if member.flag_bits & 1 or member.compress_type not in (
            zipfile.ZIP_DEFLATED,
            zipfile.ZIP_STORED,
        ):
            raise Damaged("it is packed in a way that no backup of ours is")
        try:
            return self._zip.open(member)
        except (zipfile.BadZipFile, NotImplementedError) as error:
            raise Damaged(f"{name} is not as it was written") from error

    def rows(self, label: str, tally: Tally) -> Iterator[list[Any]]:
        """The rows of one table, counted on the way."""
        name = table_member(label)
        with self._open(name) as source:
            try:
                while line := source.readline(LONGEST_LINE):
                    row = json.loads(line)
                    if not isinstance(row, list):
                        raise Damaged(f"a row of {label} is none")
                    tally.add(row)
                    yield row
            except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError) as error:
                raise Damaged(f"{name} is not as it was written") from error
        told = self.tables[label]
        if (tally.count, tally.checksum) != (told["rows"], told["checksum"]):
            raise Damaged(f"the rows of {label} are not those that were written")

    def file(self, name: str) -> IO[bytes]:
        """An uploaded file, looked at whole; on the disk under no name, and gone once it is closed."""
        digest = hashlib.sha256()
        out = TemporaryFile()  # noqa: SIM115  (closed by who reads it)
        try:
            with self._open(f"files/{name}") as source:
                while piece := source.read(PIECE):
                    digest.update(piece)
                    out.write(piece)
            if digest.hexdigest() != self.files[name]["sha256"]:
                raise Damaged(f"files/{name} is not the one that was written")
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            out.close()
            raise Damaged(f"files/{name} is not as it was written") from error
        except BaseException:
            out.close()
            raise
        out.seek(0)
        return out
