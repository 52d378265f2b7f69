"""Can somebody tell from an answer whether an id is somebody's or nobody's?

Compared is all that an answer shows, and the questions to the database that it took: as many, and
the same ones, take as long.
"""

import re
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from referrals.models.record import new_id

#: What differs from one answer to the next, whatever was asked for.
OF_ITS_OWN = ("X-Request-ID", "Expires")
TOKEN = re.compile(r"\b[0-9A-Za-z]{64}\b")
VALUE = re.compile(r"\"s\d+_x\d+\"|'(?:[^']|'')*'(?:::\w+)?|\b[0-9a-f]{32}\b|\b\d+(?:\.\d+)?\b")


def unknown(keys: dict[str, Any]) -> list[dict[str, Any]]:
    """The same address for ids that nobody has: the last of them alone, and all of them."""
    ids = [name for name, value in keys.items() if isinstance(value, UUID)]
    return [keys | {name: new_id() for name in which} for which in (ids[-1:], ids)[: len(ids)]]


def shown(door: Client, path: str, ids: list[Any], method: str, **asked: Any) -> dict[str, Any]:
    """Status, headers, body and questions of an answer, without the ids that were asked for."""
    with transaction.atomic():
        with CaptureQueriesContext(connection) as questions:
            answer = door.generic(method, path, **asked)
            body = b"".join(answer) if answer.streaming else answer.content
        transaction.set_rollback(True)

    def bare(text: str) -> str:
        for one in (path, quote(path, safe=""), *(str(one) for one in ids if len(str(one)) > 30)):
            text = text.replace(one, "ASKED")
        return TOKEN.sub("TOKEN", text)

    headers = {name: bare(value) for name, value in answer.items() if name not in OF_ITS_OWN}
    asked_of_it = [VALUE.sub("?", question["sql"]) for question in questions]
    return {
        "status": answer.status_code,
        "headers": headers,
        "body": bare(body.decode("utf-8", "replace")),
        "questions": asked_of_it,
    }


def differences(real: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """What tells the one answer from the other: nothing, as it should be."""
    return {name: (real[name], other[name]) for name in real if real[name] != other[name]}
