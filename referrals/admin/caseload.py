"""Which spreadsheets were brought in, and which lists were saved as files, by whom and when?"""

from django.contrib import admin

from referrals.models import Caseload, Export

from .base import ReadOnlyAdmin


@admin.register(Caseload)
class CaseloadAdmin(ReadOnlyAdmin):
    """That it was brought in and how many rows; what they hold is not shown."""

    list_display = ("name", "organization", "uploaded_by", "uploaded_at", "state", "rows_total")
    list_filter = ("state",)
    list_select_related = ("organization", "uploaded_by")
    person_path = "uploaded_by"
    place_path = "organization"
    search_fields = ("pk",)
    search_help_text = "Name of the place, or beginning of a name or of the e-mail of the person"
    fields = (
        "name", "organization", "uploaded_by", "uploaded_at", "form", "state", "mode", "rows_total",
        "counts", "said", "ended_at", "removed_at",
    )  # fmt: skip


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin):
    list_display = ("list_name", "form", "row_count", "user", "at")
    list_filter = ("form",)
    list_select_related = ("user",)
    person_path = "user"
    search_fields = ("pk",)
    search_help_text = "Beginning of a name or of the e-mail of the person"
    fields = ("list_name", "form", "row_count", "user", "at")
