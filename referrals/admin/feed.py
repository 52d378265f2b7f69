"""Which calendars elsewhere read whose visits, and how does an administrator shut one?"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from referrals.actions.feed import revoke_feed
from referrals.models import Feed

from .base import ReadOnlyAdmin


@admin.register(Feed)
class FeedAdmin(ReadOnlyAdmin):
    """Of the address nothing is shown: not even its hash."""

    list_display = ("user", "with_names", "made_at", "fetched_at", "revoked_at", "revoked_by")
    list_filter = ("with_names", ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("user", "revoked_by")
    person_path = "user"
    search_fields = ("pk",)
    search_help_text = "Beginning of a name or of the e-mail of the person"
    exclude = ("secret_hash",)
    actions = ("shut",)

    @admin.action(description="Shut these calendar addresses")
    def shut(self, request: HttpRequest, queryset: QuerySet[Feed]) -> None:
        """At once and for good; its owner can make a new one."""
        by: Any = request.user
        chosen = list(queryset.filter(revoked_at__isnull=True).select_related("user"))
        for feed in chosen:
            revoke_feed(user=feed.user, by=by, at=timezone.now())
            self.log_change(request, feed, "Shut.")
        self.message_user(request, f"{len(chosen)} shut.", messages.SUCCESS)
