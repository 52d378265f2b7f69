"""What holds on every page of the administration: nothing is deleted, lists stay quick, looks are written down."""

from typing import Any, ClassVar, Final
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from referrals.actions.recording import record_view
from referrals.actions.refusal import Refused
from referrals.forms.child import phone_number
from referrals.models import Child
from referrals.models.record import FOREVER, NO_DUE_DATE

from .listing import BoundedList
from .saving import SavedList
from .search import MOST, as_id, find_children, find_people, find_places, found_as_many
from .seen import SeenInline, SeenRoom

#: The role under which an administrator's look at a child's record is written down.
ADMIN: Final = "admin"
#: So many rows of one kind are saved with a page: more than hang on any place or person.
MOST_ROWS: Final = 400


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts to a thousand and no further: a page of a list costs the same at any size."""

    MOST: Final = 1000

    @cached_property
    def _found(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: self.MOST + 1].count())

    @property
    def capped(self) -> bool:
        return self._found > self.MOST

    @cached_property
    def count(self) -> int:
        return min(self._found, self.MOST)


class ChosenSelect(AutocompleteSelect):
    """Shows again what was chosen; of what is no key it shows nothing, where Django would break."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return super().optgroups(name, [one for one in value if as_id(str(one))], attrs)


class PlainChoice(admin.options.BaseModelAdmin):  # type: ignore[type-arg]
    """A choice of somebody or something only chooses: it is made and changed on its own page."""

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", ChosenSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_add_related = field.widget.can_change_related = False
        return field


class KeptInline(SeenInline, PlainChoice, admin.TabularInline):  # type: ignore[type-arg]
    """Rows that can be added or ended, never deleted."""

    extra = 0

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        # Whatever number is sent: to draw the two thousand that are usual keeps a process for long.
        return super().get_formset(
            request, obj, **{"max_num": MOST_ROWS, "absolute_max": MOST_ROWS} | kwargs
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ShownInline(KeptInline):
    """Rows that are only shown; each has a page of its own."""

    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RoomAdmin(SavedList, SeenRoom, PlainChoice, admin.ModelAdmin):  # type: ignore[type-arg]
    """A room that administrators touch.

    `child_path` says which child a row is about: its rows are then found by the child's
    name, birthday or number, and to open one is to look at that child's record.
    """

    child_path: str = ""
    #: Whose a row is: found by the beginning of their e-mail or name.
    person_path: str = ""
    #: At which place it is: found by a part of its name.
    place_path: str = ""
    #: Parameters of filters that look through all rows, because of an index or because these are few.
    whole: tuple[str, ...] = ()
    ordering: ClassVar[Any] = (
        "-pk",
    )  # ids are ordered by time: the newest first, straight from the key
    sortable_by: ClassVar[Any] = ()
    list_per_page = 25
    #: “Show all” of more would be a page of over 100 kB.
    list_max_show_all = 100
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=SafeString('<input type="checkbox" id="action-toggle">'))
    def action_checkbox(self, obj: Model) -> SafeString:
        """As Django's, but no template is opened for each row."""
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">',
            ACTION_CHECKBOX_NAME, obj.pk, f"Select this object for an action - {obj}",
        )  # fmt: skip

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        if (self.person_path or self.place_path) and term:
            return queryset.filter(self._of_whom_or_where(request, term)), False
        if not self.child_path or not term:
            return super().get_search_results(request, queryset, search_term)
        known = as_id(term)
        if known is not None:
            # One or the other: joined by OR, the table was read to its end.
            is_child = Child.objects.filter(pk=known).exists()
            return queryset.filter(**{self.child_path if is_child else "pk": known}), False
        children = find_children(term)
        found_as_many(request, len(children))
        return queryset.filter(**{f"{self.child_path}__in": children}), False

    def _of_whom_or_where(self, request: HttpRequest, term: str) -> Q:
        # Read here once, because a list asks for them twice: to count and to show.
        which = Q(pk__in=[])
        for path, found in ((self.person_path, find_people), (self.place_path, find_places)):
            if path:
                ids = list(found(term).order_by().values_list("pk", flat=True)[:MOST])
                found_as_many(request, len(ids))
                which |= Q(**{f"{path}__in": ids})
        return which

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return BoundedList

    def child_of(self, obj: Any) -> Any:
        """The child whose record this row belongs to; None where it is about no child."""
        if not self.child_path or obj is None:
            return None
        for name in self.child_path.split("__"):
            obj = obj if name == "pk" else getattr(obj, name)
        return obj

    def links(self, obj: Any) -> list[tuple[str, str]]:
        """Where to go from this page: (words, address)."""
        return []

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        obj = kwargs.get("obj")
        child = self.child_of(obj) if kwargs.get("change") else None
        if child is not None:
            user: Any = request.user
            record_view(child=child, by=user, at=timezone.now(), role=ADMIN, page=ADMIN)
        context["links"] = self.links(obj) if obj is not None and kwargs.get("change") else []
        return super().render_change_form(request, context, *args, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """An action that says no has undone everything; its sentence is shown."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refused:
            self.message_user(request, refused.sentence, messages.ERROR)
            return redirect(request.get_full_path())


class ReadOnlyAdmin(RoomAdmin):
    """A room of clinical records: administrators read it, actions write it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OpenEndForm(forms.ModelForm):  # type: ignore[type-arg]
    """`until` is left empty where there is no end.

    The table holds a far date instead of NULL, because what decides access is never NULL.
    """

    NO_END: Any = FOREVER

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].required = False
        self.fields["until"].help_text = "Empty: no end."
        self.fields["until"].initial = None
        if self.initial.get("until") == self.NO_END:
            self.initial["until"] = None

    def clean_until(self) -> Any:
        return self.cleaned_data.get("until") or self.NO_END


class PhoneForm(forms.ModelForm):  # type: ignore[type-arg]
    """Telephone numbers are kept in one form."""

    def clean_phone(self) -> str:
        raw: str = self.cleaned_data["phone"]
        return phone_number(raw) if raw and "phone" in self.changed_data else raw


def listing(model: type[Model], words: str, **filters: UUID) -> tuple[str, str]:
    """A link to the rows of another room that are about one thing."""
    opts = model._meta
    asked = "&".join(f"{name}={value}" for name, value in filters.items())
    return words, reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist") + f"?{asked}"


def until_words(until: Any) -> Any:
    """An end as it is read; the far date that stands for none is empty."""
    return None if until in (FOREVER, NO_DUE_DATE) else until
