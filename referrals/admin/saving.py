"""How does an administrator save a list as a file: the rows of its search and filters, written down?"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import display_for_field, label_for_field, lookup_field
from django.core.exceptions import BadRequest, ObjectDoesNotExist, PermissionDenied
from django.db.models import F, UUIDField
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import strip_tags

from referrals.access import ADMIN
from referrals.actions.caseload import export_list
from referrals.asking import asks_again
from referrals.documents.spreadsheet import TYPES, written

from .search import as_id


class SavedList:
    """Part of every room: a list is saved with the columns, the search and the filters it is shown with."""

    def get_urls(self) -> list[Any]:
        room: Any = self
        save = asks_again(room.admin_site.admin_view(self.save_list))
        name = f"{room.opts.app_label}_{room.opts.model_name}_save"
        return [path("save.<slug:form>", save, name=name), *super().get_urls()]  # type: ignore[misc]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        opts: Any = self.opts  # type: ignore[attr-defined]
        name = f"admin:{opts.app_label}_{opts.model_name}_save"
        asked = f"?{request.GET.urlencode()}" if request.GET else ""
        saves = [
            (words, reverse(name, args=[form]) + asked)
            for form, words in (("csv", "CSV"), ("xlsx", "Excel"))
        ]
        told = {"saves": saves} | (extra_context or {})
        ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if isinstance(opts.pk, UUIDField) and not all(as_id(one) for one in ticked):
            raise BadRequest  # Django would look for it, and break
        answer: HttpResponse = super().changelist_view(request, told)  # type: ignore[misc]
        return answer

    def save_list(self, request: HttpRequest, form: str) -> FileResponse:
        """The rows of the list, to the last one; each child in it has that in its log of looks."""
        room: Any = self
        if not room.has_view_permission(request):
            raise PermissionDenied
        if form not in TYPES:
            raise Http404
        names = [name for name in room.get_list_display(request) if name != "action_checkbox"]
        heads = [str(label_for_field(name, room.model, room)) for name in names]
        try:
            listed = room.get_changelist_instance(request).everything
        except IncorrectLookupParameters:
            raise Http404 from None
        about = room.child_path
        if about:
            # Read with the row itself: asked afterwards, a row changed meanwhile would name nobody.
            listed = listed.annotate(named_child=F(about if about == "pk" else f"{about}__pk"))
        count, children = 0, dict[UUID, None]()

        def rows() -> Iterator[list[object]]:
            nonlocal count
            for obj in listed.iterator(chunk_size=500):
                count += 1
                if about and obj.named_child:
                    children[obj.named_child] = None
                yield [_cell(name, obj, room) for name in names]

        file = written(form, heads, rows())
        user: Any = request.user
        name = room.opts.model_name
        export_list(
            list_name=name, form=form, children=children, rows=count, role=ADMIN,
            by=user, at=timezone.now(),
        )  # fmt: skip
        saved = f"{name}-{timezone.localdate():%Y-%m-%d}.{form}"
        answer = FileResponse(file, as_attachment=True, filename=saved, content_type=TYPES[form])
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


def _cell(name: str, obj: Any, room: Any) -> object:
    try:
        field, _, value = lookup_field(name, obj, room)
    except ObjectDoesNotExist:
        return None
    if field is not None and getattr(field, "flatchoices", None):
        return str(display_for_field(value, field, ""))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or isinstance(value, int | float) or hasattr(value, "isoformat"):
        return timezone.localtime(value) if hasattr(value, "tzinfo") and value.tzinfo else value
    return strip_tags(str(value))
