"""Does every route say who may come in, and is it called like its view?"""

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import URLPattern, URLResolver
from django.urls.converters import UUIDConverter
from django.urls.resolvers import RoutePattern

from referrals.access import Permission, Scope
from referrals.act import Act
from referrals.caseload.office import Office
from referrals.models.record import new_id
from referrals.pathway import Move
from referrals.urls import urlpatterns

#: The routes of other packages: they keep doors of their own.
ALLAUTH = frozenset({
    "account_login", "account_logout", "account_signup", "account_inactive",
    "account_reauthenticate", "account_change_password", "account_set_password",
    "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_index", "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp",
    "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
    "mfa_list_webauthn", "mfa_add_webauthn", "mfa_reauthenticate_webauthn", "mfa_remove_webauthn",
})  # fmt: skip
ADMIN = "admin/"
PUBLIC = frozenset({
    "account_language", "healthz", "readyz", "practice_offline", "service_worker", "web_manifest",
    "feed_read", "fhir_metadata", "fhir_smart", "fhir_unknown", "system_token",
})  # fmt: skip

Route = URLPattern | URLResolver


def without_policy(routes: Iterable[Route]) -> list[str]:
    found = []
    for route in routes:
        if isinstance(route, URLResolver):
            if str(route.pattern) != ADMIN:
                found.append(f"{route.pattern}: a tree of routes that nobody has looked at")
        elif route.name not in ALLAUTH:
            policy = getattr(route.callback, "policy", None)
            if policy is None:
                found.append(f"{route.pattern}: no policy")
            elif policy == "public" and route.name not in PUBLIC:
                found.append(f"{route.pattern}: public")
    return found


def misnamed(routes: Iterable[Route]) -> list[str]:
    return [
        f"{route.pattern}: {route.callback.__name__} is called {route.name}"
        for route in routes
        if isinstance(route, URLPattern)
        and route.name not in ALLAUTH
        and route.callback.__name__ != route.name
    ]


def route(view: Callable[..., Any], name: str) -> URLPattern:
    return URLPattern(RoutePattern("planted/"), view, name=name)


def test_every_route_has_a_policy() -> None:
    assert without_policy(urlpatterns) == []


def test_a_route_without_a_policy_is_found() -> None:
    def planted(request: Any) -> None: ...

    assert without_policy([route(planted, "planted")]) == ["planted/: no policy"]
    planted.policy = "public"  # type: ignore[attr-defined]
    assert without_policy([route(planted, "planted")]) == ["planted/: public"]


def test_every_route_is_called_like_its_view() -> None:
    assert misnamed(urlpatterns) == []


def test_a_route_called_otherwise_is_found() -> None:
    def plan_sign(request: Any) -> None: ...

    assert misnamed([route(plan_sign, "sign")]) == ["planted/: plan_sign is called sign"]


def ids_without_a_door(routes: Iterable[Route]) -> list[str]:
    """Routes with an id in them, whose policy is not about what the id leads to: a child, a place's file."""
    return [
        f"{route.pattern}: {getattr(route.callback, 'policy', None)!r}"
        for route in routes
        if isinstance(route, URLPattern)
        and "<uuid:" in str(route.pattern)
        and not isinstance(
            getattr(route.callback, "policy", None), Permission | Scope | Move | Act | Office
        )
    ]


def test_every_route_with_an_id_goes_through_a_childs_door() -> None:
    assert ids_without_a_door(urlpatterns) == []


def test_an_id_behind_a_mere_log_in_is_found() -> None:
    def plan(request: Any, plan_id: Any) -> None: ...

    plan.policy = "signed_in"  # type: ignore[attr-defined]
    planted = URLPattern(RoutePattern("plans/<uuid:plan_id>/"), plan, name="plan")
    assert ids_without_a_door([planted]) == ["plans/<uuid:plan_id>/: 'signed_in'"]


#: What stands in an address without being a UUID, and why nobody counts up along it to others' records.
NO_COUNT = {
    "form": "a kind of file", "table": "a table of counts, by its name", "sort": "a kind of paper",
    "kind": "a FHIR type", "operation": "a FHIR operation", "rest": "nothing is under it",
    "resource_id": "a UUID, as FHIR writes it, with what part of its row it is",
    "feed": "a UUID that opens nothing without its secret", "secret": "random",
    "uidb36": "a UUID that opens nothing without its key", "key": "signed",
    "pk": "the row of one's own passkey: of others it is not there, tests/views/test_enumeration.py",
}  # fmt: skip


def countable(routes: Iterable[Route]) -> list[str]:
    return [
        f"{route.pattern}: {name}"
        for route in routes
        if isinstance(route, URLPattern)
        for name, converter in route.pattern.converters.items()
        if not isinstance(converter, UUIDConverter) and name not in NO_COUNT
    ]


def test_no_address_has_an_id_that_can_be_counted() -> None:
    assert countable(urlpatterns) == []
    used = {
        name
        for one in urlpatterns
        if isinstance(one, URLPattern)
        for name in one.pattern.converters
    }
    assert set(NO_COUNT) - used == set()
    # Time stands in front of an id, and behind it more than anybody tries.
    one, next_one = new_id(), new_id()
    assert bin(one.int ^ next_one.int).count("1") > 10


def test_an_id_that_can_be_counted_is_found() -> None:
    def plan(request: Any, plan_id: Any) -> None: ...

    planted = URLPattern(RoutePattern("plans/<int:plan_id>/"), plan, name="plan")
    assert countable([planted]) == ["plans/<int:plan_id>/: plan_id"]


def test_every_move_has_its_route() -> None:
    """The three closings share one page, sending is the writing page's button, and who arrives
    comes through the door for systems.
    """
    names = {r.name for r in urlpatterns if isinstance(r, URLPattern)}
    shared = {
        Move.CLOSE_UNREACHABLE,
        Move.CLOSE_FAMILY_DECLINED,
        Move.CLOSE_NOT_ELIGIBLE,
        Move.SEND,
        Move.ARRIVE,
    }
    assert {f"referral_{move}" for move in set(Move) - shared} <= names
