"""Does who asks hold this already? Then nothing is made or sent anew, only said: it has not changed.

Asked behind the door, and after the look was written down: who may not read it learns not even that.
What people read is told with `no-store` all the same: a browser that several share keeps no record.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

#: A date of the web has no parts of a second: what changed so lately may change again within the same one.
SETTLED: Final = timedelta(minutes=1)


def tag_of(content: bytes) -> str:
    """The strong tag of these bytes."""
    return f'"{sha256(content).hexdigest()}"'


def unless_held(
    request: HttpRequest,
    tag: str,
    make: Callable[[], HttpResponseBase],
    *,
    changed: datetime | None = None,
    at: datetime | None = None,
) -> HttpResponseBase:
    """What `make` answers, with its tag; 304 to who has it, and 412 to who asks for another one alone.

    `changed` is when it last did, told and asked by only where that was settled `at` this moment.
    """
    settled = changed is not None and at is not None and at - changed >= SETTLED
    since = int(changed.timestamp()) if changed is not None and settled else None
    held = get_conditional_response(request, tag, since)
    answer = make() if held is None else held
    if answer.status_code in (200, 304):
        answer.headers["ETag"] = tag
        if since is not None:
            answer.headers["Last-Modified"] = http_date(since)
    return answer
