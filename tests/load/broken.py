"""What does a garbled request look like: its line, its headers, its body, and the bytes of no request at all?"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.forms import CharField, Field

from tests.nasty import FILES, MOMENTS, likely, nasty

from .visitor import Form

FORM: Final = "application/x-www-form-urlencoded"
METHODS: Final = ("PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "PROPFIND", "get", "BREW")
KINDS: Final = (
    "", FORM, "application/json", "application/fhir+json", "multipart/form-data", "text/plain", "x/" * 200,
    "multipart/form-data; boundary=", "multipart/form-data; boundary=\xe9", "multipart/mixed; boundary=b",
    f"{FORM}; charset=utf-7", f"{FORM}; charset=\x01", f"{FORM}; charset=no-such", f"{FORM}; charset=utf-16",
    "application/json; charset=utf-16", ";;;", "a/b; c*=utf-8''%ff", "application/fhir+json; charset",
)  # fmt: skip
HEADERS: Final = (
    ("Host", "evil.example"), ("Host", "127.0.0.1:99999"), ("Host", "a b"), ("Host", ""), ("Host", "[::1"),
    ("Accept-Language", "x" * 5000), ("Accept-Language", "es;q=nan,*;q=-1"), ("Accept-Language", "\xff, ,;;"),
    ("Accept", "application/xml"), ("Accept", ";q=,,"), ("Accept-Encoding", "br;q=x, gzip;q=1e9"),
    ("Accept-Encoding", "identity;q=0, *;q=0"), ("If-None-Match", 'W/"'), ("If-None-Match", "," * 2000),
    ("If-Modified-Since", "Thu, 99 Foo 0000 99:99:99 GMT"), ("If-Modified-Since", "\xff"),
    ("If-Modified-Since", "Sat, 01 Jan 99999999999 00:00:00 GMT"), ("Range", "bytes=-9999999999999999999"),
    ("Range", "bytes=9-1,,"), ("HX-Request", "true"), ("HX-Current-URL", "http://[::1/%zz"),
    ("HX-Current-URL-URI-AutoEncoded", "true"), ("HX-Target", "\xff" * 99), ("HX-Triggering-Event", "{"),
    ("HX-Boosted", "maybe"), ("X-Forwarded-For", "not, an, address"), ("X-Forwarded-For", "9" * 4000),
    ("X-Forwarded-Proto", "gopher"), ("X-Request-ID", "a b\tc" * 50), ("X-Request-ID", "é" * 99),
    ("Referer", "http://["), ("Referer", "javascript:alert(1)"), ("Origin", "null"), ("Origin", "http://["),
    ("X-CSRFToken", "\xff" * 64), ("X-CSRFToken", "short"), ("Content-Encoding", "gzip"),
    ("Authorization", "Bearer"), ("Authorization", "Bearer " + "a" * 5000), ("Authorization", "Basic !!!"),
    ("Authorization", "Basic /////w=="), ("Authorization", "Bearer \xff\xfe"), ("Prefer", "handling=strict"),
    ("Cookie", "sessionid"), ("Cookie", "=; =;;; csrftoken=" + "a" * 65), ("Cookie", 'sessionid="\\377\\000"'),
    ("Cookie", "messages=[[]]; django_language=../../x; csrftoken=\xff"), ("Cookie", "a=b; " * 700),
    ("Cookie", "sessionid=" + "x" * 4000), ("X-HTTP-Method-Override", "DELETE"), ("Sec-Fetch-Site", "?"),
)  # fmt: skip
TARGETS: Final = (
    "/../../etc/passwd", "/static/../../settings.py", "/static/%2e%2e/%2e%2e/etc/passwd", "/%00", "/%ff%fe",
    "/%c0%ae%c0%ae/", "//evil.example/", "///", "/\\evil.example", "/static/%5c..%5c", "/%", "/%zz", "/a;b=c",
    "/children/%20/", "/children/" + "0" * 36 + "/", "/search/?q=%00", "/search/?q=" + "a" * 3000, "/?&&&===",
    "/fhir/R4/Patient?_id=%00", "/fhir/R4/%ED%A0%80", "/fhir/R4/Patient/%00/$everything", "/admin/r/1/x/",
    "/admin/autocomplete/?app_label=referrals&model_name=user&field_name=%00", "/admin/jsi18n/?language=%00",
    "/admin/referrals/child/?o=9.9.-9&p=-1&all=", "/admin/referrals/child/?e=%00&_facets=x&_to_field=id",
    "/admin/referrals/child/%2500/change/", "/admin/referrals/user/_00/change/", "/static/%00", "/sw.js?%00",
    "/accounts/login/?next=//evil.example", "/accounts/login/?next=%00", "/calendar/%00/x.ics",
    "/" + "a/" * 1500, "/" + "%2e%2e%2f" * 400, "/?" + "a=1&" * 1100, "/?" + "a" * 3500 + "=",
    "/messages/?page=" + "9" * 500, "/referrals/?after=%ff", "/statistics/?since=0001-01-01&until=9999-12-31",
)  # fmt: skip


@dataclass
class Garbled:
    """One request. Where it is no proper HTTP, no answer is an answer."""

    method: str
    target: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    proper: bool = True
    #: Instead of all that.
    bytes_instead: bytes = b""

    def raw(self) -> bytes:
        if self.bytes_instead:
            return self.bytes_instead
        lines = [f"{self.method} {self.target} HTTP/1.1", *(f"{n}: {v}" for n, v in self.headers)]
        head = "\r\n".join(
            [*lines, f"Content-Length: {len(self.body)}", "Connection: close", "", ""]
        )
        return head.encode("latin-1", "replace") + self.body

    def __str__(self) -> str:
        return f"{self.method} {self.target[:200]} {self.headers} {self.body[:300]!r} {self.bytes_instead[:200]!r}"


# --- Bodies -------------------------------------------------------------------------------------


def form_body(pairs: Sequence[tuple[str, Any]]) -> bytes:
    """As a browser sends it, and what no browser could: half a letter."""
    texts = [(name, value) for name, value in pairs if isinstance(value, str)]
    return urlencode(texts, errors="surrogatepass").encode()


def filled(form: Form, fields: Mapping[str, Field], dice: Random) -> list[tuple[str, Any]]:
    """The form as the page has it, filled in; one field or many of them badly."""
    wrong = dice.choice([0.0, 0.05, 0.1, 0.5])
    pairs: list[tuple[str, Any]] = []
    for name in dict.fromkeys([*form.fields, *form.choices]):
        if name == "csrfmiddlewaretoken":
            continue
        value: Any = form.fields.get(name)
        if form.choices.get(name):
            value = dice.choice(form.choices[name])
        elif not value:
            value = likely(fields.get(name.rpartition("-")[2], CharField()), dice)
        if dice.random() < wrong:
            value = nasty(dice)
        pairs += [(name, one) for one in (value if isinstance(value, list) else [value or ""])]
    return pairs


def multipart_body(pairs: Sequence[tuple[str, Any]], dice: Random) -> tuple[bytes, str]:
    """The body and its type, now and then torn."""
    edge = dice.choice(["edge", "e" * 70, "edge", "a b", "--"])
    parts: list[bytes] = []
    for name, value in pairs:
        file = not isinstance(value, str)
        content = value.read() if file else value.encode("utf-8", "surrogatepass")
        said = f'form-data; name="{name}"' + (f'; filename="{value.name}"' if file else "")
        said = dice.choice(
            [said] * 9 + ["form-data", 'form-data; name="', f"form-data; name*=utf-9''{name}"]
        )
        more = dice.choice(
            [""] * 9 + ["Content-Transfer-Encoding: base64\r\n", "Content-Type: a\r\n", "x" * 999]
        )
        head = f"--{edge}\r\nContent-Disposition: {said}\r\n{more}\r\n"
        parts.append(head.encode("utf-8", "replace") + content + b"\r\n")
    body = b"".join(parts) + dice.choice(
        [f"--{edge}--\r\n".encode()] * 5 + [b"", b"--", b"\r\n\r\n"]
    )
    if dice.random() < 0.1:
        body = body[: dice.randrange(len(body) + 1)]
    return body, f"multipart/form-data; boundary={edge}"


def json_value(dice: Random, depth: int = 4) -> Any:
    if depth == 0 or dice.random() < 0.4:
        return dice.choice([nasty(dice), None, True, -1, 1.5, 10**400, "2026-11-25", 0, [], {}])
    if dice.random() < 0.5:
        return [json_value(dice, depth - 1) for _ in range(dice.randrange(4))]
    names = ("resourceType", "type", "entry", "resource", "user", "entries", "id", nasty(dice)[:99])
    return {dice.choice(names): json_value(dice, depth - 1) for _ in range(dice.randrange(4))}


def queue_value(dice: Random, user: str) -> Any:
    """What a phone sends, with some of it wrong."""

    def one(fine: Any) -> Any:
        return fine if dice.random() < 0.8 else json_value(dice, 2)

    entry = {
        "id": one("01900000-0000-7000-8000-000000000001"), "activity": one(nasty(dice)), "result": one("did"),
        "days_ago": one(0), "minutes": one(5), "word": one("Fine."), "tapped_at": one(dice.choice(MOMENTS)),
    }  # fmt: skip
    phone_now = one(dice.choice(["2026-11-25T10:00:00Z", *MOMENTS]))
    return {
        "user": one(user),
        "phone_now": phone_now,
        "entries": one([one(entry)] * dice.randrange(3)),
    }


def json_body(value: Any, dice: Random) -> bytes:
    body = json.dumps(value).encode()
    return dice.choice([
        body, body, body, body[: len(body) // 2], body + b"}", b"\xef\xbb\xbf" + body, b"[" * 30_000,
        b'{"a":' * 3_000 + b"1" + b"}" * 3_000, body.replace(b'"', b"'"), body.decode().encode("utf-16"), b"",
        b"9" * 5_000, b"-", b"NaN", b'"\\ud800"', b'{"a":1,"a":2}', b"\xff\xfe",
    ])  # fmt: skip


def bytes_of(dice: Random) -> bytes:
    return dice.choice(
        [
            b"",
            bytes(dice.randrange(256) for _ in range(200)),
            b"\x00" * 999,
            b"a" * 2_500_000,
            dice.choice(FILES)[1],
        ]
    )


def twisted(path: str, dice: Random) -> str:
    """The address with one part of it replaced, or more behind it."""
    parts = path.split("/")
    place = dice.randrange(len(parts))
    parts[place] = quote(nasty(dice)[:300], safe="", errors="surrogatepass")
    return dice.choice(
        ["/".join(parts), path + "?" + form_body([("q", nasty(dice))]).decode()[:3000]]
    )


# --- No requests --------------------------------------------------------------------------------

_POST: Final = b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
_GET: Final = b"GET /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
#: The last byte is sent and the line closed for writing: nobody waits for the rest.
NO_REQUESTS: Final = (
    b"\r\n\r\n", b"GET\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
    b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", b"GET / HTTP/1.1\nHost: 127.0.0.1\n\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET http://[ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"GET /\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"GET \xff HTTP/1.1\r\n\r\n",
    _GET + b"Host: evil.example\r\n\r\n", _GET + b"no colon\r\n\r\n", _GET + b"A\x00: b\r\n\r\n", _GET + b"A: \x00\r\n\r\n",
    _GET + b"A: b\r\n c\r\n\r\n", _GET + b"A : b\r\n\r\n", _GET + b"A: " + b"b" * 9_000 + b"\r\n\r\n", _GET + b"A: b\r\n" * 300 + b"\r\n",
    _GET + b"A_B: c\r\nA-B: d\r\n\r\n", _GET + b"Expect: 100-continue\r\n\r\n", _GET + b"Expect: the-impossible\r\n\r\n",
    _GET + b"Upgrade: websocket\r\nConnection: upgrade\r\n\r\n", _GET + b"Content-Length: 5\r\n\r\n12345", _GET,
    b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"A" * 70_000,
    _POST + b"Content-Length: -1\r\n\r\na=b", _POST + b"Content-Length: abc\r\n\r\na=b", _POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\na=b",
    _POST + b"Content-Length: " + b"9" * 30 + b"\r\n\r\na=b", _POST + b"Content-Length: 900\r\n\r\na=b", _POST + b"\r\na=b",
    _POST + b"Content-Length: 1\r\n\r\na=bGET / HTTP/1.1\r\n\r\n", _POST + b"Content-Length: +3\r\n\r\na=b", _POST + b"Content-Length: \xb2\r\n\r\na=b",
    _POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n", _POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\na=b\r\n",
    _POST + b"Transfer-Encoding: chunked\r\n\r\n-3\r\na=b\r\n0\r\n\r\n", _POST + b"Transfer-Encoding: chunked\r\n\r\n3;" + b"x" * 9_000 + b"\r\na=b\r\n0\r\n\r\n",
    _POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\na=bXX0\r\n\r\n", _POST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\na=b", _POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\na=",
    _POST + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", _POST + b"Transfer-Encoding: gzip\r\n\r\na=b", _POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    _POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\nTrailer: " + b"x" * 9_000 + b"\r\n\r\n", _POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
)  # fmt: skip
