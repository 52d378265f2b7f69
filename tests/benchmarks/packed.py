"""What does the browser get from the proxy in front of the product? Pages packed with gzip; else as they are.

Styles and scripts are packed once, by WhiteNoise.
"""

import gzip
from collections.abc import Callable, Iterable
from typing import Any

from ot_coord.wsgi import application as product

Environ = dict[str, Any]


def application(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    told: list[Any] = []
    answer = product(environ, lambda *what: told.append(what))
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    status, headers = told[0][:2]
    names = {name.lower(): text for name, text in headers}
    if names.get("content-type", "").startswith("text/html") and "content-encoding" not in names:
        body = gzip.compress(body, 6)
        headers = [pair for pair in headers if pair[0].lower() != "content-length"]
        headers += [("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))]
    start_response(status, headers)
    return [body]
