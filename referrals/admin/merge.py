"""How does an administrator make two records of one child one, and undo it within a day?"""

from hashlib import sha256
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from referrals.actions.merge import hurdles, merge_children, undo_merge
from referrals.actions.recording import new_id, record_view
from referrals.actions.refusal import Refused
from referrals.forms.base import text_field
from referrals.models import Child, Merge
from referrals.queries.merge import half, newly

from .base import ADMIN, ChosenSelect, ReadOnlyAdmin
from .search import as_id


class OtherForm(forms.Form):
    """The other of the two; children who were merged into another are not offered."""

    other = forms.ModelChoiceField(
        Child.objects.filter(merged_into__isnull=True),
        label="The other record",
        widget=ChosenSelect(Merge._meta.get_field("lost"), admin.site),
    )


class MergeForm(forms.Form):
    """Which stays, why they are one, and what was shown when this was decided."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    other = forms.UUIDField(widget=forms.HiddenInput)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    stays = forms.ChoiceField(label="Which record stays?", widget=forms.RadioSelect)
    reason = text_field(
        "How do you know that they are one child?",
        max_length=500,
        help_text="Administrators read this. It stays for good.",
    )
    sure = forms.BooleanField(label="I have read who will newly see what, and it is right.")

    def __init__(self, *args: Any, pair: tuple[Child, Child], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stays: Any = self.fields["stays"]
        stays.choices = [
            (
                str(child.pk),
                f"{child.name}, born {child.date_of_birth:%-d %b %Y}, of {child.practice}, "
                f"registered {child.registered_at:%-d %b %Y}",
            )
            for child in pair
        ]


@admin.register(Merge)
class MergeAdmin(ReadOnlyAdmin):
    """What was made one; begun from a child's page, undone from here."""

    child_path = "kept"
    list_display = ("merged_at", "kept", "lost", "merged_by", "undone_at", "undone_by")
    list_filter = (("undone_at", admin.EmptyFieldListFilter),)
    list_select_related = ("kept", "lost", "merged_by", "undone_by")
    search_fields = ("pk",)
    search_help_text = "Name, date of birth or number of the child"
    autocomplete_fields = ("kept", "lost")
    fields = ("kept", "lost", "reason", "merged_by", "merged_at", "undone_by", "undone_at", "rows")
    readonly_fields = ("rows",)

    @admin.display(description="what moved")
    def rows(self, obj: Merge) -> str:
        return "; ".join(f"{table}: {len(ids)}" for table, ids in obj.moved.items())

    def links(self, obj: Merge) -> list[tuple[str, str]]:
        if not obj.can_be_undone(timezone.now()):
            return []
        return [("Undo this", reverse("admin:referrals_merge_undo", args=[obj.pk]))]

    def get_urls(self) -> Any:
        begin = self.admin_site.admin_view(self.begin_view)
        undo = self.admin_site.admin_view(self.undo_view)
        return [
            path("of/<uuid:child_id>/", begin, name="referrals_merge_begin"),
            path("<uuid:merge_id>/undo/", undo, name="referrals_merge_undo"),
            *super().get_urls(),
        ]

    def begin_view(self, request: HttpRequest, child_id: UUID) -> HttpResponse:
        """Ask for the other one, show what both have, and hand it to the action."""
        user: Any = request.user
        if not user.is_superuser:
            raise PermissionDenied("Only an administrator can do this here.")
        first = _child(child_id)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "first": first}
        if "shown" in request.POST:
            second = as_id(request.POST.get("other", ""))
            return self._preview(request, first, _child(second), context)
        asked = request.POST or request.GET
        choosing = OtherForm(asked if "other" in asked else None)
        if not choosing.is_valid():
            context |= {"title": "Merge with which record?", "choosing": choosing}
            return TemplateResponse(request, "admin/referrals/merge/begin.html", context)
        return self._preview(request, first, _child(choosing.cleaned_data["other"].pk), context)

    def _preview(
        self, request: HttpRequest, first: Child, second: Child, context: dict[str, Any]
    ) -> HttpResponse:
        user: Any = request.user
        now = timezone.now()
        in_the_way = hurdles(first, second, now)
        new = newly(first, second, now) if first != second else []
        shown = sha256("\n".join(new).encode()).hexdigest()
        begun = {"id": new_id(), "other": second.pk, "shown": shown}
        form = MergeForm(
            request.POST if "shown" in request.POST else None, initial=begun, pair=(first, second)
        )
        if form.is_valid():
            said = form.cleaned_data
            kept, lost = (first, second) if said["stays"] == str(first.pk) else (second, first)
            # A second click finds the first one's merge: what it showed has come true since.
            done = Merge.objects.filter(pk=said["id"]).exists()
            if said["shown"] != shown and not done:
                form.data = {**form.data.dict(), "shown": shown, "sure": ""}  # type: ignore[attr-defined]
                form.add_error("sure", "Who will newly see what has changed: please read it again.")
            else:
                try:
                    merge = merge_children(
                        id=said["id"], kept=kept, lost=lost, reason=said["reason"], by=user, at=now
                    )
                except Refused as refused:
                    form.add_error(
                        refused.field if refused.field in form.fields else None, refused.sentence
                    )
                else:
                    self.message_user(
                        request, "The two are one. You can undo this for a day.", messages.SUCCESS
                    )
                    return redirect("admin:referrals_merge_change", merge.pk)
        for child in {first, second}:
            record_view(child=child, by=user, at=now, role=ADMIN, page=ADMIN)
        context |= {
            "title": "Make these two records one?", "halves": [half(first), half(second)],
            "hurdles": in_the_way, "newly": new, "form": form,
        }  # fmt: skip
        return TemplateResponse(request, "admin/referrals/merge/preview.html", context)

    def undo_view(self, request: HttpRequest, merge_id: UUID) -> HttpResponse:
        user: Any = request.user
        if not user.is_superuser:
            raise PermissionDenied("Only an administrator can do this here.")
        merge = Merge.objects.select_related("kept", "lost").filter(pk=merge_id).first()
        if merge is None:
            raise Http404
        now = timezone.now()
        if request.method == "POST":
            try:
                undo_merge(merge=merge, by=user, at=now)
            except Refused as refused:
                self.message_user(request, refused.sentence, messages.ERROR)
            else:
                self.message_user(request, "The two records are two again.", messages.SUCCESS)
            return redirect("admin:referrals_merge_change", merge.pk)
        record_view(child=merge.kept, by=user, at=now, role=ADMIN, page=ADMIN)
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "merge": merge,
            "title": "Make the two records two again?",
        }  # fmt: skip
        return TemplateResponse(request, "admin/referrals/merge/undo.html", context)


def _child(pk: UUID | None) -> Child:
    child = Child.objects.select_related("practice").filter(pk=pk).first() if pk else None
    if child is None:
        raise Http404
    return child
