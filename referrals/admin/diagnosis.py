"""What does an administrator see of the ICD-10-CM table? It is loaded, never typed."""

from django.contrib import admin

from referrals.models import Diagnosis

from .base import ReadOnlyAdmin


@admin.register(Diagnosis)
class DiagnosisAdmin(ReadOnlyAdmin):
    list_display = ("code", "title", "is_billable")
    list_filter = ("is_billable",)
    whole = ("is_billable__exact",)  # as many codes as there are, however many children
    search_fields = ("code__istartswith", "search__contains")
    search_help_text = "Beginning of the code, or words of the title"
    ordering = ("code",)
