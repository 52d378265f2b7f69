"""Which ICD-10-CM codes are there? A reference table, filled by `manage.py load_diagnoses`."""

from django.db import models


class Diagnosis(models.Model):
    """One ICD-10-CM code. `search` holds code and title in the form in which they are looked up."""

    code = models.CharField(max_length=8, primary_key=True)
    title = models.CharField(max_length=300)
    is_billable = models.BooleanField(default=True)
    search = models.CharField(max_length=320)

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "diagnoses"

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
