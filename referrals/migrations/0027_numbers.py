"""The numbers of a year, and what is owed now, each read from an index alone."""

from django.db import migrations, models

from ._live import AddIndexLive

_OPEN = models.Q(is_open=True)
INDEXES = {
    "year_of_practice": ["practice", "sent_at", "state", "clinic", "reached", "id"],
    "year_of_clinic": ["clinic", "sent_at", "state", "practice", "reached", "id"],
}
OPEN = {
    "owed_of_practice": [
        "practice", "owner", "owner_organization", "child", "id", "state", "next_due_on", "sent_at",
        "clinic", "is_open",
    ],
    "owed_of_clinic": [
        "clinic", "owner", "owner_organization", "therapist", "id", "state", "next_due_on", "sent_at",
        "practice", "is_open",
    ],
}  # fmt: skip


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("referrals", "0026_office")]

    operations = [
        *(
            AddIndexLive("referral", models.Index(fields=fields, name=name))
            for name, fields in INDEXES.items()
        ),
        *(
            AddIndexLive("referral", models.Index(fields=fields, condition=_OPEN, name=name))
            for name, fields in OPEN.items()
        ),
        AddIndexLive(
            "task",
            models.Index(
                fields=["referral", "due_on", "from_on", "id", "owner", "organization", "is_open"],
                condition=_OPEN,
                name="open_task_of_referral",
            ),
        ),
    ]
