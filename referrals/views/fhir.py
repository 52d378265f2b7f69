"""What do other computer systems read under `/fhir/R4/`?"""

import base64
import json
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt

from referrals.actions.recording import record_views
from referrals.fhir import capability
from referrals.fhir.asked import JSON, Asked, Unreadable, as_id, asked
from referrals.fhir.element import Resource
from referrals.fhir.everything import everything, narrowed
from referrals.fhir.interface import KINDS
from referrals.fhir.search import (
    Page,
    Place,
    find,
    hidden_ticket,
    known,
    number,
    opened,
    page,
    row_of,
    searchset,
    ticket,
    whole,
)
from referrals.fhir.source import Reader
from referrals.queries.system import system_scopes

from .decorators import public, system_view
from .document import in_pieces, paper_of, run_nothing
from .outcome import fhir_answer, outcome
from .unchanged import tag_of, unless_held

View = Callable[..., HttpResponseBase]
EVERY: Final = "system/*.read"


def _offered(*methods: str) -> Callable[[View], View]:
    """Only these methods; JSON only; what cannot be read is told as an OperationOutcome. In English."""

    def inner(view: View) -> View:
        @wraps(view)
        def asked_so(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if kwargs.get("kind", "Patient") not in KINDS:
                return _no_such_type()
            if request.method not in methods:
                answer = outcome(
                    405, "not-supported", f"Only {', '.join(methods)} is offered here."
                )
                answer["Allow"] = ", ".join(methods)
                return answer
            try:
                with translation.override("en"):
                    return view(request, *args, **kwargs)
            except Unreadable as unread:
                return outcome(400, "invalid", str(unread))

        return asked_so

    return inner


def _in_json(request: HttpRequest, given: Iterable[tuple[str, str]]) -> HttpResponse | None:
    """A refusal where another form is asked for than the one there is."""
    form = dict(given).get("_format")
    # A plus in an address is a space.
    wanted = [form.replace(" ", "+")] if form else _accepted(request)
    if any(one in JSON or one in ("*/*", "application/*") for one in wanted):
        return None
    return outcome(406, "not-supported", "Only application/fhir+json is offered.")


def _accepted(request: HttpRequest) -> list[str]:
    header = request.headers.get("Accept", "*/*")
    return [one.partition(";")[0].strip().lower() for one in header.split(",")]


def _refused(request: HttpRequest, kind: str) -> HttpResponse | None:
    """A type that this token does not open."""
    return None if _opens(request, kind) else _closed(kind)


def _no_such_type() -> HttpResponse:
    return outcome(404, "not-supported", "There are no resources of this type here.")


def _opens(request: HttpRequest, kind: str) -> bool:
    scopes: frozenset[str] = request.scopes  # type: ignore[attr-defined]
    return bool(scopes & {EVERY, f"system/{kind}.read"})


def _closed(kind: str) -> HttpResponse:
    return outcome(403, "forbidden", f"This needs a token with the scope system/{kind}.read.")


def _reader(request: HttpRequest) -> Reader:
    system: Any = request.system  # type: ignore[attr-defined]
    return Reader(system.user, system.organization_id, timezone.now())


def _write_down(request: HttpRequest, reader: Reader, children: set[UUID]) -> None:
    """A look at each of the children whose record was told or asked for."""
    match = request.resolver_match
    name = match.view_name if match else ""
    if children:
        record_views(
            children=sorted(children), by=reader.user, at=reader.at, role="system", page=name
        )


def _nothing() -> HttpResponse:
    return outcome(404, "not-found", "Nothing here has this id.")


# --- Without a token ----------------------------------------------------------------------------


@csrf_exempt
@public
@_offered("GET", "HEAD")
def fhir_metadata(request: HttpRequest) -> HttpResponseBase:
    """What this interface can do, told to everybody: a CapabilityStatement."""
    return _lasting(request, fhir_answer(capability.statement()))


@csrf_exempt
@public
@_offered("GET", "HEAD")
def fhir_smart(request: HttpRequest) -> HttpResponseBase:
    """Where a system gets its token, as SMART App Launch has it asked."""
    return _lasting(request, JsonResponse(capability.smart(system_scopes())))


def _lasting(request: HttpRequest, told: HttpResponse) -> HttpResponseBase:
    """The same for everybody until the next release: kept, and asked about before it is used."""
    answer = _unless_held(request, tag_of(told.content), lambda: told)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _unless_held(
    request: HttpRequest, tag: str, make: Callable[[], HttpResponseBase], **since: Any
) -> HttpResponseBase:
    answer = unless_held(request, tag, make, **since)
    if answer.status_code == 412:
        return outcome(412, "conflict", "It is no longer the one that was asked for.")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@csrf_exempt
@public
def fhir_unknown(
    request: HttpRequest, rest: str = "", kind: str = "", operation: str = ""
) -> HttpResponse:
    """An address under `/fhir/` at which nothing is: another version, an operation, a slash too many."""
    if operation:
        return outcome(404, "not-supported", "This operation is not offered here.")
    if rest.partition("/")[0] != "R4":
        return outcome(404, "not-supported", "Only R4 is offered, under /fhir/R4/.")
    return outcome(
        404, "not-found", "Nothing is at this address. No address here ends with a slash."
    )


# --- One resource -------------------------------------------------------------------------------


@system_view
@_offered("GET", "HEAD")
def fhir_read(request: HttpRequest, kind: str, resource_id: str) -> HttpResponseBase:
    """One resource; of another clinic's it is not known that it is there."""
    refused = _refused(request, kind) or _in_json(request, _pairs(request.GET))
    if refused:
        return refused
    reader = _reader(request)
    found = find(kind, resource_id, reader)
    if found is None:
        return _nothing()
    _write_down(request, reader, found.children)
    return _tagged(request, found.resources[0], reader.at)


def _tagged(request: HttpRequest, told: Resource, at: datetime) -> HttpResponseBase:
    """With a tag made of what is told: who has it already is told only that it has not changed."""
    tag = f'W/"{sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]}"'
    changed = datetime.fromisoformat(told["meta"]["lastUpdated"])
    return _unless_held(request, tag, lambda: fhir_answer(told), changed=changed, at=at)


# --- Searches -----------------------------------------------------------------------------------


@system_view
@_offered("GET", "HEAD")
def fhir_search(request: HttpRequest, kind: str) -> HttpResponse:
    """The resources of a type that the parameters find, a page at a time."""
    return _searched(request, kind, list(_pairs(request.GET)), hide=False)


@system_view
@_offered("POST")
def fhir_search_form(request: HttpRequest, kind: str) -> HttpResponse:
    """The same with the parameters in a form, so that no name stands in an address."""
    given = [*_pairs(request.GET), *_pairs(request.POST)]
    return _searched(request, kind, given, hide=True)


def _pairs(query: Any) -> Iterable[tuple[str, str]]:
    return [(name, value) for name, values in query.lists() for value in values]


def _searched(
    request: HttpRequest, kind: str, given: list[tuple[str, str]], *, hide: bool
) -> HttpResponse:
    refused = _refused(request, kind) or _in_json(request, given)
    if refused:
        return refused
    reader = _reader(request)
    strict = "handling=strict" in request.headers.get("Prefer", "")
    words, place, waiting = asked(kind, given, strict=strict), Place(), None
    word = dict(given).get("_page")
    if word:
        place, waiting = opened(word, reader.user.pk, f"{kind}?{words.words}")
        words = asked(kind, waiting, strict=True) if waiting is not None else words
    if words.only_number:
        found = Page([], set())
        total: int | None = number(words, reader)
        found.children = known(words.patients, reader)
    else:
        found = page(words, reader, place)
        total = whole(found, place)
    _write_down(request, reader, found.children)
    if waiting is not None:
        own, hide = f"{kind}?_page={word}", True
    else:
        own = f"{kind}/_search" if hide else f"{kind}?{words.words}"
    following = _next(kind, words, found, reader, hide=hide)
    return fhir_answer(searchset(found, own, following, reader.at, total))


def _next(kind: str, words: Asked, found: Page, reader: Reader, *, hide: bool) -> str:
    if found.following is None:
        return ""
    if hide:
        return f"{kind}?_page={hidden_ticket(reader.user.pk, kind, found.following, words)}"
    about = f"{kind}?{words.words}"
    return f"{about}&_page={ticket(reader.user.pk, about, found.following)}"


# --- Everything ---------------------------------------------------------------------------------


@system_view
@_offered("GET", "HEAD")
def fhir_everything(request: HttpRequest, resource_id: str) -> HttpResponse:
    """All that is told of one child, a page at a time, with who is named in it."""
    given = dict(_pairs(request.GET))
    refused = _refused(request, "Patient") or _in_json(request, given.items())
    if refused:
        return refused
    words, wanted = narrowed(given)
    kinds = frozenset(kind for kind in wanted if _opens(request, kind))
    if given.get("_type") and wanted - kinds:
        return _closed(min(wanted - kinds))
    reader, child = _reader(request), as_id(resource_id)
    at = f"Patient/{child}/$everything"
    about, place = f"{at}?{words.words}", Place()
    if given.get("_page"):
        place, _ = opened(given["_page"], reader.user.pk, about)
    found = everything(child, reader, place, words, kinds) if child else None
    if found is None:
        return _nothing()
    _write_down(request, reader, found.children)
    following = _next(at, words, found, reader, hide=False)
    return fhir_answer(searchset(found, about, following, reader.at))


# --- Files --------------------------------------------------------------------------------------


@system_view
@_offered("GET", "HEAD")
def fhir_binary(request: HttpRequest, resource_id: str) -> HttpResponseBase:
    """The bytes of a file or of a signed paper; in a Binary where FHIR is asked for."""
    if not _opens(request, "DocumentReference"):
        return _closed("DocumentReference")
    reader = _reader(request)
    found = row_of("DocumentReference", resource_id, reader)
    if found is None:
        return _nothing()
    row, told = found
    _write_down(request, reader, {row.of_child})
    kind = told["content"][0]["attachment"]["contentType"]
    as_fhir = "application/fhir+json" in _accepted(request)
    # The file of a row that is never changed: who holds it needs nothing fetched from where it lies.
    drawn = None if hasattr(row, "file") else paper_of(row)
    digest = row.sha256 if drawn is None else sha256(drawn).hexdigest()

    def made() -> HttpResponseBase:
        if as_fhir:
            data = base64.b64encode(paper_of(row) if drawn is None else drawn).decode()
            return fhir_answer(
                {"resourceType": "Binary", "id": str(row.pk), "contentType": kind, "data": data}
            )
        answer = in_pieces(row, kind) if drawn is None else HttpResponse(drawn, content_type=kind)
        run_nothing(answer)
        return answer

    return _unless_held(request, f'"{digest}{"-fhir" if as_fhir else ""}"', made)
