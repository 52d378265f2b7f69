"""The lists of a home, and its counts, each by an index of its own."""

from django.db import migrations, models

from ._live import AddIndexLive, RemoveIndexLive

_OPEN = models.Q(is_open=True)
_RISEN = models.Q(is_open=True, risen_on=models.F("next_due_on"))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("referrals", "0024_risen_on")]

    operations = [
        AddIndexLive(
            "referral",
            models.Index(
                fields=["clinic", "state", "next_due_on", "id", "owner"],
                condition=_OPEN,
                name="open_of_clinic_by_owner",
            ),
        ),
        RemoveIndexLive("referral", "open_of_clinic_by_state"),
        AddIndexLive(
            "referral",
            models.Index(
                fields=["therapist", "next_due_on", "id"],
                condition=_OPEN,
                name="open_of_therapist",
            ),
        ),
        AddIndexLive(
            "referral",
            models.Index(
                fields=["practice", "next_due_on", "id"],
                condition=_RISEN,
                name="risen_of_practice",
            ),
        ),
        AddIndexLive(
            "referral",
            models.Index(
                fields=["clinic", "next_due_on", "id"],
                condition=_RISEN,
                name="risen_of_clinic",
            ),
        ),
        AddIndexLive(
            "task",
            models.Index(
                fields=["organization", "due_on", "id"],
                condition=models.Q(is_open=True, risen_on=models.F("due_on")),
                name="risen_task_of_place",
            ),
        ),
    ]
