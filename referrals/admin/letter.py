"""What does an administrator see of letters, and how are the texts they begin from edited safely?"""

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from referrals.actions.letter import edit_letter_template
from referrals.actions.refusal import Refused
from referrals.clinical.letters import FACTS, KINDS, LetterKind, faults, fill
from referrals.forms.letter import EditTextForm, TextForm
from referrals.models import Letter, LetterTemplate
from referrals.queries.letter import newest_template, wording_of

from .base import ChosenSelect, ReadOnlyAdmin, RoomAdmin

#: What stands in a preview: invented, and plainly so.
INVENTED: Final = {
    "child": "Robin Example", "born": "1 Jan 2020", "date": "2 Mar 2026",
    "recipient": "Sam Example", "sender": "Terry Example, OTR/L", "place": "Example Place",
    "phone": "(555) 010-0100", "clinic": "Example Clinic", "diagnoses": "X00 An invented code",
    "question": "What would help in the mornings?", "service": "Evaluate", "urgency": "Routine",
    "precautions": "None recorded", "screening": "1 Feb 2026", "age": "6;2;1 (years;months;days)",
    "language": "English", "interpreter_needed": "No", "signs": "An invented sign",
    "consent": "Sam Example on 1 Feb 2026, until 1 Feb 2027, for this purpose: an example",
    "opened": "The goals", "visit": "1 Mar 2026, 09:30",
    "interpreter": "Do you need an interpreter? Tell us, and we will have one.",
    "last_day": "1 Mar 2026", "why": "The goals are reached", "summary": "An invented summary.",
    "home_programme": "Buttons every morning.", "recommendations": "Swimming.",
    "return_signs": "She stops buttoning for two weeks.", "return_until": "1 Sep 2026",
    "told": "Sam Example, at the last visit",
}  # fmt: skip


def preview(kind: LetterKind, subject: str, body: str) -> str:
    """The letter with invented facts; why not, where the text cannot be filled in."""
    wrong = faults(kind, subject, body)
    if wrong:
        return " ".join(wrong)
    return f"{fill(subject, INVENTED)}\n\n{fill(body, INVENTED)}"


class WhichForm(TextForm):
    """The text is chosen here; its place is looked for by its name, as everywhere in these rooms."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place: Any = self.fields["organization"]
        place.widget = ChosenSelect(LetterTemplate._meta.get_field("organization"), admin.site)
        place.widget.choices = place.choices


@admin.register(LetterTemplate)
class LetterTemplateAdmin(RoomAdmin):
    """Each row is a version: what was written stays, and the newest of a kind stands."""

    list_display = (
        "organization",
        "kind",
        "language",
        "version",
        "shipped",
        "edited_by",
        "edited_at",
    )
    list_filter = ("kind", "language")  # of a place by its name: a filter would offer every place
    list_select_related = ("organization", "edited_by")
    place_path = "organization"
    search_fields = ("pk",)
    search_help_text = "Name of the place"
    readonly_fields = ("with_invented_facts",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="with invented facts")
    def with_invented_facts(self, obj: LetterTemplate) -> str:
        if obj.shipped:
            return "The product’s own text."
        return preview(KINDS[obj.kind], obj.subject, obj.body)

    def links(self, obj: Any) -> list[tuple[str, str]]:
        which = {"organization": obj.organization_id, "kind": obj.kind, "language": obj.language}
        address = reverse("admin:referrals_lettertemplate_add")
        return [("Write the next version", f"{address}?{urlencode(which)}")]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Choose the text, change it, see it with invented facts, save it as the next version."""
        if not self.has_add_permission(request) or not request.user.is_superuser:
            raise PermissionDenied("Only an administrator can do this here.")
        context: dict[str, Any] = {
            **self.admin_site.each_context(request), "title": "Text of a letter",
            "opts": self.opts, "seen": "", "facts": [], "chosen": False,
        }  # fmt: skip
        asked = WhichForm(request.POST or request.GET or None)
        if not asked.is_bound or not asked.is_valid():
            context["form"] = asked
            return TemplateResponse(request, "admin/referrals/lettertemplate/edit.html", context)
        place, code, language = (
            asked.cleaned_data[n] for n in ("organization", "kind", "language")
        )
        kind = KINDS[code]
        if request.method == "POST":
            form = EditTextForm(request.POST)
            done = self._posted(request, form, kind, context)
            if done is not None:
                return done
        else:
            text, newest = wording_of(code, language, place), newest_template(code, language, place)
            form = EditTextForm(initial={
                "organization": place.pk, "kind": code, "language": language,
                "subject": text.subject, "body": text.body,
                "version": newest.version if newest else 0,
            })  # fmt: skip
            context["seen"] = preview(kind, text.subject, text.body)
        context |= {
            "form": form, "chosen": True, "which": f"{place}, {kind.label}, {language}",
            "facts": [(f"{{{name}}}", FACTS[name], name in kind.required) for name in kind.places],
        }  # fmt: skip
        return TemplateResponse(request, "admin/referrals/lettertemplate/edit.html", context)

    def _posted(
        self, request: HttpRequest, form: EditTextForm, kind: LetterKind, context: dict[str, Any]
    ) -> HttpResponse | None:
        by: Any = request.user
        shipped = "shipped" in request.POST
        if shipped:
            for name in ("subject", "body"):
                form.fields[name].required = False
        if not form.is_valid():
            return None
        told = form.arguments()
        if not shipped:
            context["seen"] = preview(kind, told["subject"], told["body"])
            if "preview" in request.POST:
                return None
        try:
            made = edit_letter_template(**told, shipped=shipped, by=by, at=timezone.now())
        except Refused as refused:
            form.add_error(
                refused.field if refused.field in form.fields else None, refused.sentence
            )
            return None
        self.log_addition(request, made, "Written.")
        self.message_user(request, "Saved as the next version.", messages.SUCCESS)
        return redirect("admin:referrals_lettertemplate_change", made.pk)


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    child_path = "referral__child"
    list_display = (
        "child",
        "kind",
        "language",
        "addressee",
        "written_by",
        "written_at",
        "error_at",
    )
    list_filter = ("kind", "language", ("error_at", admin.EmptyFieldListFilter))
    list_select_related = ("referral__child", "written_by")
    search_fields = ("pk",)
    search_help_text = "Name, date of birth or number of the child"

    @admin.display(description="child")
    def child(self, obj: Letter) -> str:
        return obj.referral.child.name
