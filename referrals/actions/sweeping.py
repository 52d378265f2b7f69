"""What becomes of a file whose row was rolled back? It is removed, in the worker's round of each day.

Nothing is told when a transaction comes to nothing, and a process can be killed between its file and
its row: so it is looked for afterwards.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Final

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models

from referrals.models import Event
from referrals.models.record import first_id

#: A file and its row are of one transaction: after so long none is open that could still name it.
YOUNGEST: Final = timedelta(days=1)
#: What is older is left alone: beside a wrong or an older database every file would seem nobody's.
OLDEST: Final = timedelta(days=7)
#: So many names are looked up at a time.
BATCH: Final = 500
#: Where uploads lie. Whatever else stands beside them is not ours to judge.
FOLDERS: Final = ("attachment", "caseload", "enclosure", "picture", "result")


def sweep_files(*, at: datetime) -> int:
    """Remove the files of the last days that no row and no event names, and say how many.

    Raises OSError where the storage does not answer.
    """
    swept = 0
    for folder in FOLDERS:
        old = list(_of_age(folder, at))
        for first in range(0, len(old), BATCH):
            names = set(old[first : first + BATCH])
            for name in sorted(names - _named(names, at)):
                default_storage.delete(name)
                swept += 1
    return swept


def _of_age(folder: str, at: datetime) -> Iterator[str]:
    if not default_storage.exists(folder):
        return
    for file in default_storage.listdir(folder)[1]:
        name = str(PurePosixPath(folder) / file)
        try:
            age = at - default_storage.get_modified_time(name)
        except FileNotFoundError:  # put away meanwhile
            continue
        if YOUNGEST < age < OLDEST:
            yield name


def _named(names: set[str], at: datetime) -> set[str]:
    """Those that a row names, or the event of a picture that was shown once."""
    found: set[str] = set()
    for model in apps.get_app_config("referrals").get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                rows = model._base_manager.filter(**{f"{field.name}__in": names})
                found.update(rows.values_list(field.name, flat=True))
    events = Event.objects.filter(
        pk__gte=first_id(at - OLDEST - YOUNGEST),
        kind__in=("activity_pictured", "activity_picture_removed"),
    )
    return found | names.intersection(
        data.get("picture") or "" for data in events.values_list("data", flat=True)
    )
