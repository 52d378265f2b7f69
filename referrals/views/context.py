"""What does every page know about the person and the place?"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from referrals.access import workplaces
from referrals.belonging import has_role, is_family, memberships

from .second_factor import must_show


@dataclass(frozen=True, slots=True)
class NavItem:
    label: Any
    url: str
    icon: str
    current: bool


_STAFF = (
    ("home", _("Home"), "house"),
    ("referral_list", "Referrals", "list-checks"),
    ("child_list", _("Children"), "users"),
    ("message_list", _("Messages"), "messages-square"),
    ("search", "Search", "search"),
)
_COUNTING = (("statistics", "Statistics", "chart-column"),)
_FAMILY = (
    ("home", _("Home"), "house"),
    ("practice_today", _("Practice"), "hand-heart"),
    ("message_list", _("Messages"), "messages-square"),
    ("child_list", _("Children"), "users"),
)
_THEMES = ("light", "dark")
DEMO_ACCOUNTS = (
    (_("Pediatrician"), "pediatrician@demo.example", _("refers children")),
    (_("Therapist"), "therapist@demo.example", _("reviews and evaluates")),
    (_("Coordinator"), "coordinator@demo.example", _("reaches families, finds times")),
    (_("Family"), "family@demo.example", _("follows on the phone")),
    (_("School"), "partner@demo.example", _("sees what the family shares")),
    (_("Admin"), "admin@demo.example", _("people and places")),
    (_("Another pediatrician"), "other.pediatrician@demo.example", _("sees other children")),
    (_("Another therapist"), "other.therapist@demo.example", _("sees other children")),
    (_("Another family"), "other.family@demo.example", _("sees its own child")),
)


def product(request: HttpRequest) -> dict[str, Any]:
    """`product`: the same few facts on every page; nothing that grows with the number of children."""
    user: Any = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    nav: list[NavItem] = []
    if signed_in:
        here = request.resolver_match.url_name if request.resolver_match else ""
        counting = _COUNTING if workplaces(user) else ()
        items = (*_STAFF, *counting) if memberships(user) else _FAMILY
        nav = [NavItem(label, reverse(name), icon, name == here) for name, label, icon in items]
        if user.is_superuser:
            mine = reverse("caseload_list")
            nav.append(NavItem("Caseloads", mine, "file-up", here == "caseload_list"))
        if user.is_staff:
            nav.append(NavItem("Admin", reverse("admin:index"), "settings", False))
    return {
        "product": {
            "demo": settings.DEMO,
            "demo_accounts": DEMO_ACCOUNTS if settings.DEMO else (),
            "nav": nav,
            "family": signed_in and is_family(user),
            "treats": signed_in and has_role(user, "therapist"),
            "factor_first": signed_in and must_show(user),
            "can_bring": signed_in and has_role(user, "pediatrician", "coordinator"),
            "can_refer": signed_in and has_role(user, "pediatrician"),
            "today": timezone.localdate(),
            "language": get_language() or settings.LANGUAGE_CODE,
            #: Light or dark, where somebody chose one in this browser; else the system's.
            "theme": theme if (theme := request.COOKIES.get("theme")) in _THEMES else "",
            #: Where a page that is only posted to cannot be asked for again, home can.
            "here": request.get_full_path() if request.method == "GET" else reverse("home"),
        }
    }
