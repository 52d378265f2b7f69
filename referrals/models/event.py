"""What happened to the child's record, and who looked at it? Both only ever grow."""

from typing import Any, Final, NoReturn

from django.db import models

from .child import Child
from .organization import Organization
from .person import User
from .record import AppendOnly, Record, RecordQuerySet, T

#: What happens without anybody's doing. Everything else has its author.
BY_ITSELF: Final = ("reminder_risen",)


class AppendOnlyQuerySet(RecordQuerySet[T]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly(f"{self.model.__name__} is append-only")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly(f"{self.model.__name__} is append-only")


class AppendOnlyRecord(Record):
    objects = AppendOnlyQuerySet.as_manager()  # type: ignore[misc]  # narrower than a Record's

    class Meta:
        abstract = True

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly(f"{type(self).__name__} is append-only")
        super().save_base(*args, **kwargs)


class Event(AppendOnlyRecord):
    """One thing that happened. `kind` is `<room>_<past verb>`; `data` holds its facts and its reason."""

    child = models.ForeignKey(Child, models.PROTECT, related_name="events")
    #: The child's custodian, carried here as the key by which a region could be divided.
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    #: The referral, concern or other record it is about.
    about = models.UUIDField()
    kind = models.CharField(max_length=48)
    at = models.DateTimeField()
    #: Nobody where a clock ran out by itself.
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["child", "-at", "-id"], name="event_timeline"),
            models.Index(fields=["about", "-at", "-id"], name="event_about"),
            # What one person did, as an administrator reads it.
            models.Index(fields=["by", "-at", "-id"], name="event_by_person"),
        ]
        constraints = [
            models.CheckConstraint(
                name="event_by_somebody",
                condition=models.Q(by__isnull=False) | models.Q(kind__in=BY_ITSELF),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"


class RecordView(AppendOnlyRecord):
    """One look at a child's record: who, when, in what role, which page."""

    child = models.ForeignKey(Child, models.PROTECT, related_name="views")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=16)
    page = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["child", "-at", "-id"], name="view_of_child"),
            models.Index(fields=["user", "-at", "-id"], name="view_by_user"),
        ]

    def __str__(self) -> str:
        return f"{self.page} at {self.at:%Y-%m-%d %H:%M}"
