"""What does an administrator see of therapy: its series, its notes, and what the payer authorised?"""

from typing import Any

from django.contrib import admin

from referrals.models import Authorisation, Series, Session

from .base import ReadOnlyAdmin

_BY_CHILD = "Name, date of birth or number of the child"


class OfReferralAdmin(ReadOnlyAdmin):
    """Rows that hang on a referral."""

    child_path = "referral__child"
    search_fields = ("pk",)
    search_help_text = _BY_CHILD

    @admin.display(description="child")
    def child(self, obj: Any) -> str:
        return str(obj.referral.child.name)


@admin.register(Series)
class SeriesAdmin(OfReferralAdmin):
    list_display = ("child", "first_on", "visits", "therapist", "made_at")
    list_select_related = ("referral__child", "therapist")


@admin.register(Session)
class SessionAdmin(OfReferralAdmin):
    list_display = ("child", "appointment", "number", "status", "signed_by", "cosigned_by")
    list_filter = ("status", "needs_cosign")
    list_select_related = ("referral__child", "appointment", "signed_by", "cosigned_by")


@admin.register(Authorisation)
class AuthorisationAdmin(OfReferralAdmin):
    list_display = ("child", "visits", "valid_from", "valid_until", "reference")
    list_select_related = ("referral__child",)
