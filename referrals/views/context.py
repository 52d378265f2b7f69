"""What does every page know about the person and the place?"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from referrals.access import has_role, is_family, memberships


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    url: str
    icon: str
    current: bool


_STAFF = (
    ("home", "Home", "house"),
    ("referral_list", "Referrals", "list-checks"),
    ("child_list", "Children", "users"),
    ("search", "Search", "search"),
)
_FAMILY = (
    ("home", "Home", "house"),
    ("practice_today", "Practice", "hand-heart"),
    ("child_list", "Children", "users"),
)
DEMO_ACCOUNTS = (
    ("Pediatrician", "pediatrician@demo.example", "refers children"),
    ("Therapist", "therapist@demo.example", "reviews and evaluates"),
    ("Coordinator", "coordinator@demo.example", "reaches families, finds times"),
    ("Family", "family@demo.example", "follows on the phone"),
    ("School", "partner@demo.example", "sees what the family shares"),
    ("Admin", "admin@demo.example", "people and places"),
    ("Another pediatrician", "other.pediatrician@demo.example", "sees other children"),
    ("Another therapist", "other.therapist@demo.example", "sees other children"),
    ("Another family", "other.family@demo.example", "sees its own child"),
)


def product(request: HttpRequest) -> dict[str, Any]:
    """`product`: the same few facts on every page; nothing that grows with the number of children."""
    user: Any = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    nav: list[NavItem] = []
    if signed_in:
        here = request.resolver_match.url_name if request.resolver_match else ""
        items = _STAFF if memberships(user) else _FAMILY
        nav = [NavItem(label, reverse(name), icon, name == here) for name, label, icon in items]
        if user.is_staff:
            nav.append(NavItem("Admin", reverse("admin:index"), "settings", False))
    return {
        "product": {
            "demo": settings.DEMO,
            "demo_accounts": DEMO_ACCOUNTS if settings.DEMO else (),
            "nav": nav,
            "family": signed_in and is_family(user),
            "can_refer": signed_in and has_role(user, "pediatrician"),
            "today": timezone.localdate(),
        }
    }
