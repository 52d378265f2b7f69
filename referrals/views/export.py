"""How is a list saved as a file: through the door of its page, with its filters, and written down?"""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from referrals import access
from referrals.access import Permission
from referrals.actions.caseload import export_list
from referrals.asking import asks_again
from referrals.belonging import memberships
from referrals.documents import spreadsheet
from referrals.queries import children, export

from .caseload import saved_list
from .child import shown_to
from .decorators import child_view, role_view, signed_in


@asks_again
@signed_in
def child_export(request: HttpRequest, form: str) -> HttpResponseBase:
    return _list(request, export.CHILDREN, form)


@asks_again
@signed_in
def referral_export(request: HttpRequest, form: str) -> HttpResponseBase:
    return _list(request, export.REFERRALS, form)


@asks_again
@role_view("pediatrician", "therapist", "coordinator")
def plan_export(request: HttpRequest, form: str) -> HttpResponseBase:
    return _list(request, export.PLANS, form)


@asks_again
@signed_in
def message_export(request: HttpRequest, form: str) -> HttpResponseBase:
    return _list(request, export.MESSAGES, form)


@asks_again
@child_view(Permission.SAVE_FILE)
def timeline_export(request: HttpRequest, child: Any, form: str) -> HttpResponseBase:
    """What happened to the child, by the group that the page shows."""
    user: Any = request.user
    team = request.team  # type: ignore[attr-defined]
    rows = export.happened(**shown_to(team, user, child, request.GET.get("show", "")))
    return _written(
        request, "timeline", form, export.TIMELINE_COLUMNS, ((child.pk, r) for r in rows)
    )


@asks_again
@child_view(Permission.SEE_LOOKS)
def look_export(request: HttpRequest, child: Any, form: str) -> HttpResponseBase:
    """Who opened the record, to keep."""
    user: Any = request.user
    hidden = children.kept_apart_from(child, user, timezone.now())
    rows = export.looks(child, user.pk, timezone.localdate(), hidden)
    return _written(request, "looks", form, export.LOOK_COLUMNS, ((child.pk, r) for r in rows))


def _list(request: HttpRequest, what: export.List, form: str) -> HttpResponseBase:
    user: Any = request.user
    asked, apart = request.GET.dict(), access.only_read_by(user)
    rows = (one for one in what.rows(user, asked, timezone.localdate()) if one[0] not in apart)
    return _written(request, what.name, form, what.columns, rows)


def _written(
    request: HttpRequest,
    name: str,
    form: str,
    columns: tuple[Any, ...],
    rows: Iterable[tuple[UUID, list[object]]],
) -> HttpResponseBase:
    """The file, written whole before it goes: only then is it known whom it names."""
    if form not in spreadsheet.TYPES:
        raise Http404
    user: Any = request.user
    named: list[UUID] = []

    def cells() -> Iterator[list[object]]:
        for child, row in rows:
            named.append(child)
            yield row

    file = spreadsheet.written(form, columns, cells(), name)
    other = access.ADMIN if user.is_superuser else access.FAMILY
    role = next((m.role for m in memberships(user)), other)
    export_list(
        list_name=name, form=form, children=named, rows=len(named), role=role, by=user,
        at=timezone.now(),
    )  # fmt: skip
    return saved_list(file, form, f"{name}-{timezone.localdate():%Y-%m-%d}")
