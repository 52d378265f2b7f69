"""How does an administrator see who was invited, until when it holds and whether it was used?"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone

from referrals.actions.invitation import invite_person, withdraw_invitation
from referrals.actions.refusal import Refused
from referrals.models import Invitation, Notice, User

from .base import ReadOnlyAdmin


def invite_all(room: Any, request: HttpRequest, people: QuerySet[User]) -> None:
    """Each by itself: one who cannot be invited is named, and holds up no other."""
    by: Any = request.user
    for person in people.order_by("email")[:100]:
        try:
            invite_person(person=person, by=by, at=timezone.now())
        except Refused as refused:
            room.message_user(request, refused.sentence, messages.ERROR)
        else:
            room.message_user(request, f"{person} gets a link by e-mail.", messages.SUCCESS)


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ("invited_at", "person", "invited_by", "stands", "used_at", "withdrawn_at")
    list_filter = (
        ("used_at", admin.EmptyFieldListFilter), ("withdrawn_at", admin.EmptyFieldListFilter),
    )  # fmt: skip
    list_select_related = ("person", "invited_by")
    person_path = "person"
    search_fields = ("pk",)
    search_help_text = "Beginning of a name or of the e-mail of the person"
    readonly_fields = ("stands",)
    actions = ("invite_again", "withdraw")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        went = Notice.objects.filter(
            to=OuterRef("person"), created_at=OuterRef("invited_at"), kind__endswith="_invited"
        ).order_by("pk")
        rows: QuerySet[Invitation] = super().get_queryset(request)
        return rows.annotate(went_at=Subquery(went.values("handed_at")[:1]))

    @admin.display(description="how it stands")
    def stands(self, obj: Any) -> str:
        if obj.used_at is not None:
            return "used"
        if obj.withdrawn_at is not None:
            return "withdrawn"
        if obj.went_at is None:
            return "waits to be sent"
        until = obj.went_at + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
        if until <= timezone.now():
            return "expired"
        return f"holds until {timezone.localtime(until):%-d %b %Y %H:%M}"

    @admin.action(description="Invite again: a new link, the earlier one holds no longer")
    def invite_again(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        invite_all(self, request, User.objects.filter(pk__in=queryset.values("person")))

    @admin.action(description="Withdraw: the link holds no longer")
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        by: Any = request.user
        for invitation in queryset.select_related("person").order_by("pk")[:100]:
            try:
                withdraw_invitation(invitation=invitation, by=by, at=timezone.now())
            except Refused as refused:
                words = f"{invitation.person}: {refused.sentence}"
                self.message_user(request, words, messages.ERROR)
            else:
                self.message_user(
                    request,
                    f"The invitation of {invitation.person} is withdrawn.",
                    messages.SUCCESS,
                )
