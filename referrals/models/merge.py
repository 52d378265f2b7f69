"""Which two records turned out to be of one child, what moved from one to the other, and was it undone?"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.apps import apps
from django.db import models

from .child import Child
from .person import User
from .record import Changing, ChangingQuerySet, Record, both_or_neither

#: So long a merge can be undone.
UNDOABLE: Final = timedelta(days=1)


class Merge(Record):
    """Two records made one. The one that stays has all; the other says where it went.

    `moved` holds the ids of what moved, by table, and `ended` until when each seat held that was
    ended: what an undoing puts back exactly.
    """

    kept = models.ForeignKey(Child, models.PROTECT, related_name="merges")
    lost = models.ForeignKey(Child, models.PROTECT, related_name="+")
    reason = models.CharField("How it is known that they are one child", max_length=500)
    moved = models.JSONField(default=dict)
    ended = models.JSONField(default=dict)
    merged_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    merged_at = models.DateTimeField()
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-merged_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lost"],
                condition=models.Q(undone_at__isnull=True),
                name="merged_into_one",
            ),
            models.CheckConstraint(
                name="merged_with_another", condition=~models.Q(kept=models.F("lost"))
            ),
            models.CheckConstraint(
                name="merge_undoing_is_whole", condition=both_or_neither("undone_by", "undone_at")
            ),
            models.CheckConstraint(name="merge_says_why", condition=~models.Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"Merge of {self.merged_at:%Y-%m-%d}"

    def can_be_undone(self, at: datetime) -> bool:
        return self.undone_at is None and at <= self.merged_at + UNDOABLE


#: What points to a child and stays as it is: where it went, and the words it is looked up by.
STAYING: Final = frozenset({
    ("Child", "merged_into"), ("Merge", "kept"), ("Merge", "lost"), ("ChildToken", "child"),
})  # fmt: skip


def ties() -> "list[tuple[type[models.Model], str]]":
    """Every table of a child's record, with the column that says whose it is.

    Read from the tables themselves, so that none that comes later is forgotten.
    """
    return [
        (table, field.name)
        for table in apps.get_app_config("referrals").get_models()
        for field in table._meta.local_fields
        if isinstance(field, models.ForeignKey)
        and field.related_model is Child
        and (table.__name__, field.name) not in STAYING
    ]


def every_row(table: "type[models.Model]") -> "models.QuerySet[Any]":
    """The rows as the database has them: a log says no to whoever would change it, but not here.

    What happened and who looked stays word for word; a merge changes only under which of two
    records of one child it is read.
    """
    return (ChangingQuerySet if issubclass(table, Changing) else models.QuerySet)(table)
