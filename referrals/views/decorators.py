"""The one door in: signed in, visible (404), permitted (403), the look written down.

A view is handed its child, referral or concern here and reaches all else from it.
Each view carries the policy it was given, and a test walks them.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.oauth2_backends import get_oauthlib_core

from referrals import access
from referrals.access import Permission, Scope
from referrals.act import Act
from referrals.actions.recording import record_view
from referrals.belonging import has_role, is_family
from referrals.caseload.office import Office, places
from referrals.pathway import Move
from referrals.queries.caseload import caseload_for
from referrals.queries.merge import stays_as
from referrals.queries.system import system_of

from .language import speak_to_family
from .outcome import outcome

#: A job, as somebody who lacks it is told of it.
_A = {
    "pediatrician": _("a pediatrician"),
    "therapist": _("a therapist"),
    "coordinator": _("a coordinator"),
    "partner": _("a partner"),
}
View = Callable[..., HttpResponseBase]
#: A look at messages is written down as one at messages, whichever they are: a family that reads
#: who looked must not learn from it that there are some between clinicians.
MESSAGES = frozenset({
    "message_child", "message_new", "thread_detail", "message_answer", "enclosure_download",
})  # fmt: skip

#: So is a look at what is being written, or at what clinicians ask each other: it is told as one at
#: the referral. That there is a draft of an ending, or a question, is theirs until it is signed.
UNTOLD = frozenset({
    "evaluation_write", "evaluation_amend", "plan_write", "plan_sign", "session_write",
    "session_amend", "session_cosign", "report_write", "report_sign", "report_amend",
    "discharge_write", "discharge_amend", "letter_new", "letter_error", "check_in_list", "check_in_new", "check_in_answer",
})  # fmt: skip


def public(view: View) -> View:
    """Open to everybody, signed in or not: it shows nothing of anybody."""
    view.policy = "public"  # type: ignore[attr-defined]
    return view


def operator_view(view: View) -> View:
    """Open to the monitors of who runs the server, who carry its token; to others it is not there."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        told = request.headers.get("Authorization", "").encode()
        token = settings.METRICS_TOKEN
        if not token or not constant_time_compare(told, f"Bearer {token}".encode()):
            raise Http404
        return view(request, *args, **kwargs)

    inner.policy = "operator"  # type: ignore[attr-defined]
    return inner


def signed_in(view: View) -> View:
    """Open to every person with an account; shows only what the scoping query lets through."""

    @wraps(view)
    @login_required
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    inner.policy = "signed_in"  # type: ignore[attr-defined]
    return inner


def family_view(view: View) -> View:
    """Open to who has no job here or has a child of their own; shows only their own children."""

    @wraps(view)
    @login_required
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_family(request.user):  # type: ignore[arg-type]
            raise PermissionDenied(gettext("Only the family can do this."))
        speak_to_family(request)
        return view(request, *args, **kwargs)

    inner.policy = access.FAMILY  # type: ignore[attr-defined]
    return inner


def role_view(*roles: str) -> Callable[[View], View]:
    """Open to people with one of these jobs; for pages that are about no child yet."""

    def door(view: View) -> View:
        @wraps(view)
        @login_required
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not has_role(request.user, *roles):  # type: ignore[arg-type]
                names = gettext(" or ").join(str(_A[role]) for role in roles)
                raise PermissionDenied(gettext("Only {who} can do this.").format(who=names))
            return view(request, *args, **kwargs)

        inner.policy = roles  # type: ignore[attr-defined]
        return inner

    return door


def office_view(what: Office) -> Callable[[View], View]:
    """Open to who brings in the caseload of a place; one of the URL is handed over, or not found."""

    def door(view: View) -> View:
        @wraps(view)
        @login_required
        def inner(
            request: HttpRequest, caseload_id: UUID | None = None, **kwargs: Any
        ) -> HttpResponseBase:
            user: Any = request.user
            if not places(user).exists():
                raise PermissionDenied(
                    gettext("Only {who} can do this.").format(
                        who="a pediatrician, a coordinator or an administrator"
                    )
                )
            if caseload_id is None:
                return view(request, **kwargs)
            caseload = caseload_for(user, caseload_id)
            if caseload is None:
                raise Http404
            return view(request, caseload, **kwargs)

        inner.policy = what  # type: ignore[attr-defined]
        return inner

    return door


def child_view(permission: Permission) -> Callable[[View], View]:
    """Hand the view the child of the URL, if this person may see it and do this for it."""

    def door(view: View) -> View:
        @wraps(view)
        @login_required
        def inner(request: HttpRequest, child_id: UUID, **kwargs: Any) -> HttpResponseBase:
            child = access.child_for(request.user, child_id)  # type: ignore[arg-type]
            if child is None:
                return _where_it_went(request, child_id)
            return _enter(request, view, permission, child, child, kwargs)

        inner.policy = permission  # type: ignore[attr-defined]
        return inner

    return door


def shared_view(scope: Scope) -> Callable[[View], View]:
    """Hand the view the child of the URL, if this part of its record is open to the person."""

    def door(view: View) -> View:
        @wraps(view)
        @login_required
        def inner(request: HttpRequest, child_id: UUID, **kwargs: Any) -> HttpResponseBase:
            child = access.child_for(request.user, child_id)  # type: ignore[arg-type]
            if child is None:
                return _where_it_went(request, child_id)
            return _enter(request, view, scope, child, child, kwargs)

        inner.policy = scope  # type: ignore[attr-defined]
        return inner

    return door


def thread_view(what: Permission | Scope) -> Callable[[View], View]:
    """Hand the view the thread of the URL, if this person reads it: of others it is not known."""

    def door(view: View) -> View:
        @wraps(view)
        @login_required
        def inner(
            request: HttpRequest, child_id: UUID, thread_id: UUID, **kwargs: Any
        ) -> HttpResponseBase:
            thread = access.thread_for(request.user, child_id, thread_id)  # type: ignore[arg-type]
            if thread is None:
                return _where_it_went(request, child_id)
            child = thread.child
            return _enter(request, view, what, thread, child, kwargs)

        inner.policy = what  # type: ignore[attr-defined]
        return inner

    return door


def concern_view(permission: Permission) -> Callable[[View], View]:
    """Hand the view the concern of the URL, through its child's door."""

    def door(view: View) -> View:
        @wraps(view)
        @login_required
        def inner(request: HttpRequest, concern_id: UUID, **kwargs: Any) -> HttpResponseBase:
            concerns = access.concerns_visible_to(request.user)  # type: ignore[arg-type]
            concern = (
                concerns.select_related("child__practice", "child__pediatrician", "recorded_by")
                .filter(pk=concern_id)
                .first()
            )
            child = concern.child if concern else None
            return _enter(request, view, permission, concern, child, kwargs)

        inner.policy = permission  # type: ignore[attr-defined]
        return inner

    return door


def referral_view(
    what: Permission | Move | Act, *, briefly: bool = False
) -> Callable[[View], View]:
    """Hand the view the referral of the URL; for a move or an act, only to those who may.

    `briefly` without the people on it, for a view that names none of them.
    """

    def door(view: View) -> View:
        @wraps(view)
        @login_required
        def inner(request: HttpRequest, referral_id: UUID, **kwargs: Any) -> HttpResponseBase:
            user: Any = request.user
            referral = access.referral_for(user, referral_id, briefly=briefly)
            child = referral.child if referral else None
            return _enter(request, view, what, referral, child, kwargs)

        inner.policy = what  # type: ignore[attr-defined]
        return inner

    return door


def arrival_view(move: Move) -> Callable[[View], View]:
    """Hand the view the e-referral of the URL, to the desk that decides whose it is.

    It belongs to no child yet: the view writes down the look itself, with the children it shows.
    """

    def door(view: View) -> View:
        @wraps(view)
        @login_required
        def inner(request: HttpRequest, arrival_id: UUID, **kwargs: Any) -> HttpResponseBase:
            arrival = access.arrival_for(request.user, arrival_id)  # type: ignore[arg-type]
            if arrival is None:
                raise Http404
            timezone.activate(arrival.clinic.time_zone)
            return view(request, arrival, **kwargs)

        inner.policy = move  # type: ignore[attr-defined]
        return inner

    return door


def emergency_view(view: View) -> View:
    """Hand the view the opening of the URL, to who answers for the place where it was made.

    It is about what a colleague did: whoever reads it reads no record, and no look is written down.
    """

    @wraps(view)
    @login_required
    def inner(request: HttpRequest, emergency_id: UUID, **kwargs: Any) -> HttpResponseBase:
        found = access.emergencies_to_review(request.user)  # type: ignore[arg-type]
        named = ("child", "user", "organization", "reviewed_by")
        emergency = found.select_related(*named).filter(pk=emergency_id).first()
        if emergency is None:
            raise Http404
        timezone.activate(emergency.organization.time_zone)
        return view(request, emergency, **kwargs)

    inner.policy = Permission.REVIEW_EMERGENCY  # type: ignore[attr-defined]
    return inner


def system_view(view: View) -> View:
    """Open to another computer system that brings its token: `request.system`, and who it acts as.

    A session opens nothing here, so that no page can be led to ask in somebody's name. What the
    token may do is `request.scopes`; refusals are told as FHIR tells them.
    """

    @csrf_exempt
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        valid, known = get_oauthlib_core().verify_request(request, scopes=[])
        system = system_of(known.client, timezone.now()) if valid else None
        if system is None:
            answer = outcome(401, "login", "Bring a token that holds.")
            answer["WWW-Authenticate"] = "Bearer"
            return answer
        request.user = system.user
        request.system, request.scopes = system, frozenset(known.access_token.scopes)  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    inner.policy = "system"  # type: ignore[attr-defined]
    return inner


def _where_it_went(request: HttpRequest, child_id: UUID) -> HttpResponseBase:
    """The same page of the record that stays, where two were made one; else it is not known."""
    onto = stays_as(request.user, child_id)  # type: ignore[arg-type]
    asked = request.resolver_match
    if onto is None or asked is None:
        raise Http404
    kwargs = {**asked.kwargs, "child_id": onto}
    where: HttpResponseBase = redirect(asked.view_name, **kwargs, preserve_request=True)
    return where


def _enter(
    request: HttpRequest, view: View, what: Permission | Scope | Move | Act, subject: Any, child: Any,
    kwargs: dict[str, Any],
) -> HttpResponseBase:  # fmt: skip
    if subject is None or child is None:
        raise Http404
    user = request.user
    team = access.standing(user, child.pk)  # type: ignore[arg-type]
    if isinstance(what, Move):
        allowed = access.may_move(user, what, subject, team)  # type: ignore[arg-type]
    elif isinstance(what, Act):
        allowed = access.may_act(user, what, subject, team)  # type: ignore[arg-type]
    elif isinstance(what, Scope):
        allowed = team.reads(what)
    else:
        allowed = team.holds(what)
    if not allowed:
        raise PermissionDenied(access.who_can(what))
    now = timezone.now()
    page = request.resolver_match.view_name if request.resolver_match else ""
    page = "message_list" if page in MESSAGES else page
    if page in UNTOLD and team.main_role != access.FAMILY:
        page = "referral_detail"
    record_view(child=child, by=user, at=now, role=team.main_role, page=page)  # type: ignore[arg-type]
    # A visit is typed and read on the clock of the clinic where it happens.
    clinic = getattr(subject, "clinic", None)
    if len(team.roles) == 1 and team.roles & {access.FAMILY, access.PARTNER}:
        timezone.activate((clinic or child.practice).time_zone)
        speak_to_family(request)
    elif clinic is not None and clinic.pk in team.organizations:
        timezone.activate(clinic.time_zone)
    request.team = team  # type: ignore[attr-defined]
    return view(request, subject, **kwargs)
