"""What does a trial know of the product it garbles requests for: addresses, ids, fields, who is in?

Imported once Django is set up.
"""

import time as clock
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from referrals import forms as rooms_of
from referrals.actions.system import open_system
from referrals.models import Organization, Role, User
from referrals.models.system import WRITE
from referrals.urls import urlpatterns
from tests.clinicians_only import NAMED
from tests.factories.system import token_of

Route = Callable[[dict[str, Any]], str]


def all_forms() -> list[type[forms.BaseForm]]:
    """Every form of the product, base classes too."""
    rooms = [
        import_module(f"referrals.forms.{path.stem}")
        for path in sorted(Path(rooms_of.__path__[0]).glob("*.py"))
    ]
    found = [one for room in rooms for one in vars(room).values() if isinstance(one, type)]
    own = [
        one
        for one in found
        if issubclass(one, forms.BaseForm) and one.__module__.startswith("referrals.")
    ]
    return list(dict.fromkeys(own))


def fields() -> dict[str, forms.Field]:
    """A field of each name; who could be chosen is read once."""
    return {name: _fixed(field) for form in all_forms() for name, field in form.base_fields.items()}


def _fixed(field: forms.Field) -> forms.Field:
    if isinstance(field, forms.ModelChoiceField):
        rows = [] if field.queryset is None else [str(row.pk) for row in field.queryset[:20]]
        return forms.ChoiceField(choices=[(key, key) for key in rows])
    return field


def routes() -> list[tuple[Route, list[str]]]:
    """How each address is made, and of which names; those of the administration too."""
    made: list[tuple[Route, list[str]]] = []
    for route in urlpatterns:
        if isinstance(route, URLPattern):
            names = sorted(route.pattern.regex.groupindex)
            made.append((_way(str(route.name)), names))
    for model in admin.site._registry:
        own = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        made += [(_way(f"{own}_changelist"), []), (_way(f"{own}_add"), [])]
        first = model._default_manager.order_by("pk").first()
        if first is not None:
            made += [
                (_way(f"{own}_{page}", [first.pk]), []) for page in ("change", "history", "delete")
            ]
    return made


def _way(name: str, args: Iterable[Any] = ()) -> Route:
    fixed = list(args)
    return lambda kwargs: reverse(name, args=fixed, kwargs=kwargs if not fixed else None)


def values() -> dict[str, list[Any]]:
    """What may stand in an address under each name."""
    told: dict[str, list[Any]] = {
        name: list(model._default_manager.order_by("pk").values_list("pk", flat=True)[:40])
        or ["00000000-0000-7000-8000-000000000000"]
        for name, model in NAMED.items()
    }
    papers = [*told["evaluation_id"], *told["plan_id"], *told["report_id"]]
    return told | {
        "document_id": papers, "sort": ["evaluation", "plan", "report", "x"], "feed": ["x"], "secret": ["x"],
        "operation": ["match", "everything"], "rest": ["R4/", "R5/x", "a/b"], "table": ["funnel", "x"],
        "pk": [0, 1, 2**63], "kind": ["Patient", "Goal", "Task", "Observation", "Nothing"], "form": ["csv", "xlsx", "x"],
        "resource_id": [*told["child_id"], "x", "0" * 300], "uidb36": ["x", "zzzzzzzzzzzzzzzzzzz"], "key": ["y-z", "set-password"],
    }  # fmt: skip


def user(email: str) -> str:
    return str(User.objects.get(email=email).pk)


def sessions(people: Iterable[str]) -> dict[str, str]:
    """A signed-in session for each of these of the demo; none for nobody."""
    made: dict[str, str] = {}
    for who in people:
        if who:
            door = Client()
            door.force_login(User.objects.get(email=f"{who}@demo.example"))
            made[who] = door.cookies["sessionid"].value
    return made


def renew(held: dict[str, str]) -> None:
    """In again: garbage may have thrown somebody out."""
    User.objects.filter(email__in=[f"{who}@demo.example" for who in held]).update(is_active=True)
    held.update(sessions(held))


#: Seconds after which a token is made to hold anew: it holds for ten minutes, and a trial takes longer.
_RENEWED: Final = 4 * 60


def bearer() -> Callable[[], str]:
    """The token, as long as it is asked for, of a system that may do everything at the demo's clinic."""
    now, by = timezone.now(), User.objects.get(email="admin@demo.example")
    therapist = User.objects.get(email="therapist@demo.example")
    place = Organization.objects.filter(
        memberships__user=therapist, memberships__role=Role.THERAPIST
    ).first()
    assert place is not None
    scopes = ["system/*.read", WRITE]
    system, _ = open_system(organization=place, name="Garbage", scopes=scopes, by=by, at=now)
    held: dict[str, Any] = {}

    def token() -> str:
        if not held or clock.monotonic() - held["at"] > _RENEWED:
            words = token_of(system, timezone.now(), " ".join(scopes))
            held.update(at=clock.monotonic(), words=words)
        return str(held["words"])

    return token
