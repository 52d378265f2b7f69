"""The one door in: signed in, visible (404), permitted (403), the look written down.

A view is handed its child, referral or concern here and reaches all else from it.
Each view carries the policy it was given, and a test walks them.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from referrals import access
from referrals.access import Permission
from referrals.actions.recording import record_view
from referrals.pathway import Act, Move

View = Callable[..., HttpResponseBase]


def public(view: View) -> View:
    """Open to everybody, signed in or not: it shows nothing of anybody."""
    view.policy = "public"  # type: ignore[attr-defined]
    return view


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
        if not access.is_family(request.user):  # type: ignore[arg-type]
            raise PermissionDenied("Only the family can do this.")
        return view(request, *args, **kwargs)

    inner.policy = access.FAMILY  # type: ignore[attr-defined]
    return inner


def role_view(*roles: str) -> Callable[[View], View]:
    """Open to people with one of these jobs; for pages that are about no child yet."""

    def door(view: View) -> View:
        @wraps(view)
        @login_required
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not access.has_role(request.user, *roles):  # type: ignore[arg-type]
                names = " or ".join(f"a {role}" for role in roles)
                raise PermissionDenied(f"Only {names} can do this.")
            return view(request, *args, **kwargs)

        inner.policy = roles  # type: ignore[attr-defined]
        return inner

    return door


def child_view(permission: Permission) -> Callable[[View], View]:
    """Hand the view the child of the URL, if this person may see it and do this for it."""

    def door(view: View) -> View:
        @wraps(view)
        @login_required
        def inner(request: HttpRequest, child_id: UUID, **kwargs: Any) -> HttpResponseBase:
            children = access.children_visible_to(request.user)  # type: ignore[arg-type]
            child = children.select_related("practice", "pediatrician").filter(pk=child_id).first()
            return _enter(request, view, permission, child, child, kwargs)

        inner.policy = permission  # type: ignore[attr-defined]
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


def referral_view(what: Permission | Move | Act) -> Callable[[View], View]:
    """Hand the view the referral of the URL; for a move or an act, only to those who may."""

    def door(view: View) -> View:
        @wraps(view)
        @login_required
        def inner(request: HttpRequest, referral_id: UUID, **kwargs: Any) -> HttpResponseBase:
            referral = access.referral_for(request.user, referral_id)  # type: ignore[arg-type]
            child = referral.child if referral else None
            return _enter(request, view, what, referral, child, kwargs)

        inner.policy = what  # type: ignore[attr-defined]
        return inner

    return door


def _enter(
    request: HttpRequest, view: View, what: Permission | Move | Act, subject: Any, child: Any,
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
    else:
        allowed = team.holds(what)
    if not allowed:
        raise PermissionDenied(access.who_can(what))
    now = timezone.now()
    page = request.resolver_match.view_name if request.resolver_match else ""
    record_view(child=child, by=user, at=now, role=team.main_role, page=page)  # type: ignore[arg-type]
    # A visit is typed and read on the clock of the clinic where it happens.
    clinic = getattr(subject, "clinic", None)
    if access.FAMILY in team.roles and len(team.roles) == 1:
        timezone.activate((clinic or child.practice).time_zone)
    elif clinic is not None and clinic.pk in team.organizations:
        timezone.activate(clinic.time_zone)
    request.team = team  # type: ignore[attr-defined]
    return view(request, subject, **kwargs)
