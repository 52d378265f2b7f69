"""Which spreadsheet was brought in, by whom for which place, and what became of each of its rows?"""

from pathlib import PurePosixPath
from typing import Final

from django.db import connection, models

from .organization import Organization
from .person import User
from .record import Record, both_or_neither

#: Where one writes at a time (SQLite), what goes in at once must leave room for the others.
AT_ONCE: Final = 500


def storage_name(caseload: "Caseload", filename: str) -> str:
    """Opaque on disk: neither a child's nor the file's name."""
    return str(PurePosixPath("caseload") / f"{caseload.pk}")


class Caseload(Record):
    """One uploaded file of children, their adults and referrals on their way.

    The file stays in private storage until its rows are in, or for a day; what a row says is never
    kept here, only what is wrong with it, and that goes with the file.
    """

    class State(models.TextChoices):
        MAPPING = "mapping", "Columns to be named"
        CHECKING = "checking", "Being checked"
        CHECKED = "checked", "Checked"
        BRINGING = "bringing", "Being brought in"
        DONE = "done", "Brought in"
        DROPPED = "dropped", "Put away"

    class Mode(models.TextChoices):
        ALL = "all", "All rows or none"
        RIGHT = "right", "The right rows now, the others in a file to mend"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="caseloads")
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    file = models.FileField(upload_to=storage_name, max_length=120, blank=True)
    name = models.CharField(max_length=160)
    form = models.CharField(max_length=4, choices=[("csv", "CSV"), ("xlsx", "Excel")])
    #: What stands over the columns, and which of ours each is: {"given_name": 2}.
    header = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    #: Whether 03/04/2020 is the third of April. Nobody guesses: empty until it is said.
    day_first = models.BooleanField(null=True, blank=True)
    mode = models.CharField(max_length=5, choices=Mode, default=Mode.RIGHT)
    #: Rows that look like a child who is here already are children of their own.
    near_too = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.MAPPING)
    #: So many rows hold something, and up to this one the step in hand has come.
    rows_total = models.PositiveIntegerField(default=0)
    cursor = models.PositiveIntegerField(default=0)
    done_rows = models.PositiveIntegerField(default=0)
    #: How many rows of each kind; kept when the rows are gone: {"new": 12}.
    counts = models.JSONField(default=dict)
    #: Why it was put away or not brought in, where a person did not choose so.
    said = models.CharField(max_length=240, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-uploaded_at", "-id"]
        indexes = [
            models.Index(
                fields=["uploaded_at", "id"],
                condition=models.Q(state__in=["checking", "bringing"]),
                name="caseloads_to_work_on",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="caseload_ending_is_whole", condition=both_or_neither("ended_at", "ended_by")
            ),
            models.CheckConstraint(
                name="caseload_file_until_removed",
                condition=models.Q(removed_at__isnull=True) | models.Q(file=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} for {self.organization}"

    @property
    def columns_named(self) -> str:
        """Another one for each way in which the columns are named."""
        named = ",".join(f"{code}:{at}" for code, at in sorted(self.mapping.items()))
        return f"{self.day_first} {named}".strip()

    @property
    def is_for_the_night(self) -> bool:
        """Brought in all at once, it would keep everybody else from saving for minutes."""
        return connection.vendor == "sqlite" and self.rows_total > AT_ONCE

    @property
    def waits_for_night(self) -> bool:
        """It is to go in all at once, and no worker has begun: till then it can be put away."""
        bringing = self.state == self.State.BRINGING and self.mode == self.Mode.ALL
        return bringing and self.is_for_the_night and self.leased_until is None


class CaseloadRow(models.Model):
    """What the check found of one row. `key` and `mark` are hashes: who it is, and what it says."""

    class Verdict(models.TextChoices):
        NEW = "new", "New"
        KNOWN = "known", "Known already"
        CHANGED = "changed", "Changed"
        NEAR = "near", "Perhaps a child who is here"
        WRONG = "wrong", "To be mended"

    caseload = models.ForeignKey(Caseload, models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=8, choices=Verdict)
    key = models.CharField(max_length=32, blank=True)
    mark = models.CharField(max_length=240, blank=True)
    #: [[column, sentence], ...]
    faults = models.JSONField(default=list)

    class Meta:
        ordering = ["caseload", "number"]
        constraints = [
            models.UniqueConstraint(fields=["caseload", "number"], name="one_verdict_per_row")
        ]
        indexes = [
            models.Index(fields=["caseload", "verdict", "number"], name="caseload_verdicts"),
            models.Index(fields=["caseload", "key"], name="caseload_keys"),
        ]

    def __str__(self) -> str:
        return f"Row {self.number}: {self.get_verdict_display().lower()}"


class Export(Record):
    """A list that somebody saved as a file: which, in what form, how long. For the auditor."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    list_name = models.CharField(max_length=40)
    form = models.CharField(max_length=4)
    row_count = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.list_name} as {self.form}"
