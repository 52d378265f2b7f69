"""What becomes of a file whose row was rolled back, or that was never finished? The worker removes it.

Nothing is told when a transaction comes to nothing, and a process can be killed between its file and
its row, or in the middle of a file: so it is looked for afterwards.
"""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models

from referrals.models import Event

#: A file and its row are of one transaction: after so long none is open that could still name it.
YOUNGEST: Final = timedelta(days=1)
#: What is older is left alone: beside a wrong or an older database every file would seem nobody's.
OLDEST: Final = timedelta(days=7)
#: Nobody waits so long for a list: who wrote at it is no more.
WRITTEN: Final = timedelta(hours=6)
#: So many names are looked up at a time.
BATCH: Final = 500
#: Where uploads lie. Whatever else stands beside them is not ours to judge.
FOLDERS: Final = ("attachment", "caseload", "enclosure", "picture", "result")

#: The events that name a picture, which belongs to the record from then on.
SHOWN: Final = ("activity_pictured", "activity_picture_removed")


def sweep_files(*, at: datetime) -> int:
    """Remove the files of the last days that no row and no event names, and say how many.

    Raises OSError where the storage does not answer.
    """
    swept = 0
    for folder in FOLDERS:
        old = list(_of_age(folder, at))
        for first in range(0, len(old), BATCH):
            names = set(old[first : first + BATCH])
            for name in sorted(names - _named(names)):
                default_storage.delete(name)
                swept += 1
    return swept


def sweep_unfinished(*, at: datetime) -> int:
    """Remove what killed processes left of the lists they wrote, and say how many.

    Raises OSError where the disk does not answer.
    """
    swept, unfinished = 0, Path(settings.UNFINISHED_ROOT)
    for folder in unfinished.iterdir() if unfinished.is_dir() else ():
        try:
            since = datetime.fromtimestamp(folder.stat().st_mtime, at.tzinfo)
            if at - since > WRITTEN:
                shutil.rmtree(folder)
                swept += 1
        except FileNotFoundError:  # finished meanwhile, or swept by another worker
            continue
    return swept


def _of_age(folder: str, at: datetime) -> Iterator[str]:
    store: Any = default_storage  # told all at once: a store far away is asked once for a thousand
    for name, since in store.listed(folder):
        if YOUNGEST < at - since < OLDEST and PurePosixPath(name).parent.name == folder:
            yield name


def _named(names: set[str]) -> set[str]:
    """Those that a row names, or the event of a picture that was shown once, however long ago.

    The time of a file says nothing of its event: a restored or copied file is of today.
    """
    found: set[str] = set()
    for model in apps.get_app_config("referrals").get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                rows = model._base_manager.filter(**{f"{field.name}__in": names})
                found.update(rows.values_list(field.name, flat=True))
    if left := names - found:
        # Every event is looked at, in the database: here come only those that name one of these.
        shown = Event.objects.filter(kind__in=SHOWN, data__picture__in=sorted(left)).order_by()
        found.update(shown.values_list("data__picture", flat=True).distinct())
    return found
