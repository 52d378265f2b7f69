"""Where do files lie that are in no folder? In a store that speaks S3, a process of its own on this machine.

That one imitates. STORE names a real one, on which the same tests run: its address; its keys are then the
environment's, and STORE_ENCRYPTION is what it is asked to lock a file with, if it can.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import boto3
import pytest
from django.core.files.storage import default_storage

from tests.journeys.gate import Gate

REAL = os.environ.get("STORE", "")
NAME = os.environ["AWS_ACCESS_KEY_ID"] if REAL else "known-to-the-store"
SECRET = os.environ["AWS_SECRET_ACCESS_KEY"] if REAL else "the-secret-of-the-store"  # nosec B105 - of a test
ENCRYPTION = os.environ.get("STORE_ENCRYPTION", "") if REAL else "AES256"
_STORE = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
server.stop()
"""


@dataclass
class Store:
    """`gate` stands between it and the product; `client` reads beside the product what is kept there."""

    bucket: str
    gate: Gate
    client: Any

    @property
    def env(self) -> dict[str, str]:
        """How another process finds it."""
        return {
            "FILES_BUCKET": self.bucket, "FILES_ENDPOINT": f"http://127.0.0.1:{self.gate.port}",
            "FILES_REGION": "us-east-1", "FILES_ENCRYPTION": ENCRYPTION,
        }  # fmt: skip

    def holds(self) -> dict[str, bytes]:
        told = self.client.list_objects_v2(Bucket=self.bucket).get("Contents", [])
        return {one["Key"]: self.read(one["Key"]) for one in told}

    def read(self, name: str) -> bytes:
        with self.client.get_object(Bucket=self.bucket, Key=name)["Body"] as body:
            return bytes(body.read())

    def storage(self, **changed: Any) -> dict[str, Any]:
        options = {
            "bucket_name": self.bucket, "endpoint_url": self.env["FILES_ENDPOINT"],
            "region_name": "us-east-1", "encryption": ENCRYPTION,
        }  # fmt: skip
        return {"BACKEND": "ot_coord.bucket.Bucket", "OPTIONS": options | changed}


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of a store, which is begun once."""
    if REAL:
        yield REAL
        return
    process = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", _STORE], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.communicate()


@pytest.fixture
def store(s3: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The product keeps its files in an empty bucket of its own."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", NAME)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    client: Any = boto3.client("s3", endpoint_url=s3, region_name="us-east-1")
    made = Store(f"ferry-{uuid4().hex}", Gate(s3), client)
    client.create_bucket(Bucket=made.bucket)
    settings.STORAGES = {**settings.STORAGES, "default": made.storage()}
    yield made
    made.gate.shut()
    if REAL:  # it is asked again tomorrow
        for name in made.holds():
            client.delete_object(Bucket=made.bucket, Key=name)
        client.delete_bucket(Bucket=made.bucket)
    client.close()
    default_storage.connection.meta.client.close()  # type: ignore[attr-defined]
