"""Does the worker live? One row, written anew every half minute by whichever worker runs."""

from django.db import models

from .record import Record


class Heartbeat(Record):
    """When a process that has no page of its own was last at work."""

    name = models.CharField(max_length=32, unique=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M}"
