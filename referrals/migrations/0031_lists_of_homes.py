"""What a home lists is found in the order of an index, not sorted out of all that a place has open."""

from django.db import migrations, models

from ._live import AddIndexLive, RemoveIndexLive

_OPEN = models.Q(is_open=True)
_RISEN = _OPEN & models.Q(risen_on=models.F("next_due_on"))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("referrals", "0030_risen_of_clinic")]

    operations = [
        AddIndexLive(
            "programme",
            models.Index(
                fields=["organization", "next_due_on", "id"], condition=_RISEN,
                name="risen_programmes_of_place",
            ),
        ),
        AddIndexLive(
            "concern",
            models.Index(
                fields=["organization", "next_due_on", "id"], condition=_RISEN,
                name="risen_concerns_of_place",
            ),
        ),
        AddIndexLive(
            "referral",
            models.Index(
                fields=["therapist", "clinic", "next_due_on", "id"], condition=_OPEN,
                name="open_of_therapist_at_clinic",
            ),
        ),
        AddIndexLive(
            "task",
            models.Index(
                fields=["owner", "due_on", "id", "from_on"], condition=_OPEN,
                name="begun_task_of_owner",
            ),
        ),
        RemoveIndexLive("referral", "open_of_therapist"),
        RemoveIndexLive("task", "open_task_of_owner"),
    ]  # fmt: skip
