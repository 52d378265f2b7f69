"""What has risen says whose clinic's referral it is about: of that clinic's thousand an index finds the few."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from ._live import AddIndexLive

_RISEN = models.Q(is_open=True, risen_on=models.F("due_on"))


def of_the_clinics_own(apps: Any, schema_editor: Any) -> None:
    """Of what is open and has risen; of all else nobody asks."""
    task, referral = (apps.get_model("referrals", name) for name in ("Task", "Referral"))
    clinic = referral._base_manager.filter(pk=models.OuterRef("referral")).values("clinic")
    task._base_manager.filter(_RISEN).update(clinic=models.Subquery(clinic))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("referrals", "0029_birthdays")]

    operations = [
        migrations.AddField(
            "task",
            "clinic",
            models.ForeignKey(
                blank=True, db_index=False, editable=False, null=True,
                on_delete=django.db.models.deletion.PROTECT, related_name="+",
                to="referrals.organization",
            ),
        ),
        migrations.RunPython(of_the_clinics_own, migrations.RunPython.noop),
        AddIndexLive(
            "task",
            models.Index(
                fields=["clinic", "due_on", "id"], condition=_RISEN, name="risen_task_of_clinic"
            ),
        ),
    ]  # fmt: skip
