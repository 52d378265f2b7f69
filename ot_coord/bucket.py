"""How are files kept in a store that speaks S3, as private as in a folder?

Nobody is sent there: a file is fetched by the server and handed out behind the product's own doors.
"""

import errno
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any, Final

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

#: Bytes that are held at a time.
PIECE: Final = 256 * 1024
#: Seconds: whoever waits for a file is answered before the server gives up on the request.
CONNECT, ANSWER = 3, 10


class Bucket(S3Storage):  # type: ignore[misc]
    """A store that does not answer is an OSError, as a disk's would be: the page says that it is for now."""

    def __init__(self, *, bucket_name: str, encryption: str = "", **more: Any) -> None:
        """`encryption`: AES256, aws:kms, the id of a key of KMS, or as the bucket is set up."""
        # What a file is stands in its row; to the store all are bytes.
        told = {"ContentType": "application/octet-stream"}
        if encryption in ("AES256", "aws:kms"):
            told["ServerSideEncryption"] = encryption
        elif encryption:
            told |= {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": encryption}
        super().__init__(
            bucket_name=bucket_name,
            object_parameters=told,
            default_acl=None,  # as private as the bucket: nothing is opened to the public
            file_overwrite=False,
            # One request, so whole or not at all, and no thread that would outlive it.
            transfer_config=TransferConfig(multipart_threshold=64 * 1024 * 1024, use_threads=False),
            client_config=Config(
                connect_timeout=CONNECT, read_timeout=ANSWER,
                retries={"mode": "standard", "total_max_attempts": 2},
                s3={"addressing_style": "path" if more.get("endpoint_url") else "auto"},
                # Trailing checksums are Amazon's own: other stores refuse them.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
            **more,
        )  # fmt: skip

    def url(self, *_: Any, **__: Any) -> str:
        """There is none: an address that opens a file by itself would pass every door."""
        raise NotImplementedError("Files are handed out by views only.")

    def _open(self, name: str, mode: str = "rb") -> "Fetched":
        if mode != "rb":
            raise ValueError("A file is saved whole, and then only read.")
        return Fetched(self, name)

    def fetch(self, name: str) -> IO[bytes]:
        """The file on this machine's disk, under no name: gone once it is closed, and never held whole."""
        out = TemporaryFile()  # noqa: SIM115  (closed by who reads it)
        try:
            with _answering(name):
                told = self.connection.meta.client.get_object(
                    Bucket=self.bucket_name, Key=self._normalize_name(name)
                )
                with closing(told["Body"]) as body:
                    for piece in body.iter_chunks(PIECE):
                        out.write(piece)
        except BaseException:
            out.close()
            raise
        out.seek(0)
        return out

    def _save(self, name: str, content: Any) -> str:
        with _answering(name):
            saved = str(super()._save(name, content))
            asked = self.object_parameters.get("ServerSideEncryption")
            if asked:
                try:
                    self._check_locked(saved, asked)
                except Exception:
                    super().delete(saved)
                    raise
            return saved

    def _check_locked(self, name: str, asked: str) -> None:
        """Some stores take the wish and leave it at that: the file would lie there open."""
        told = self.connection.meta.client.head_object(
            Bucket=self.bucket_name, Key=self._normalize_name(name)
        )
        if told.get("ServerSideEncryption") != asked:
            raise OSError(errno.EIO, f"the store of files does not lock with {asked}")

    def delete(self, name: str) -> None:
        with _answering(name):
            super().delete(name)

    def exists(self, name: str) -> bool:
        with _answering(name):
            return bool(super().exists(name))

    def size(self, name: str) -> int:
        with _answering(name):
            return int(super().size(name))

    def listed(self, folder: str = "") -> Iterator[tuple[str, datetime]]:
        """Every file below a folder, and since when it lies there (UTC): a thousand a request."""
        pages = self.connection.meta.client.get_paginator("list_objects_v2")
        with _answering(folder):
            for page in pages.paginate(
                Bucket=self.bucket_name, Prefix=f"{folder}/" if folder else ""
            ):
                for one in page.get("Contents", ()):
                    if not one["Key"].endswith("/"):  # what some stores put for a folder
                        yield one["Key"], one["LastModified"]

    def room(self) -> int | None:
        """How many bytes more it can hold; None where nobody can tell."""
        return None


class Fetched(File):  # type: ignore[type-arg]
    """A file of the store, read from this machine's disk; opened anew, it is fetched anew."""

    def __init__(self, bucket: Bucket, name: str) -> None:
        super().__init__(bucket.fetch(name), name)
        self.bucket = bucket

    def open(self, *args: Any, **kwargs: Any) -> "Fetched":
        if self.closed:
            self.file = self.bucket.fetch(str(self.name))
        self.seek(0)
        return self


@contextmanager
def _answering(name: str) -> Iterator[None]:
    """What the store or the way to it says, as a disk says it, and without its addresses."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in ("NoSuchKey", "404"):
            raise FileNotFoundError(errno.ENOENT, "No such file", name) from None
        raise OSError(errno.EIO, f"the store of files refused ({code})") from None
    except (BotoCoreError, Boto3Error) as error:
        kind = type(error).__name__
        raise OSError(errno.EIO, f"the store of files does not answer ({kind})") from None
