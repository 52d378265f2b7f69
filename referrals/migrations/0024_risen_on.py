"""What is due says itself that it has risen: of thousands at a place an index then finds the few."""

from typing import Any

from django.db import migrations, models

#: Every table of what is owed by a day, and the column of that day.
DUE = {
    "Referral": "next_due_on", "Concern": "next_due_on", "Programme": "next_due_on",
    "Emergency": "due_on", "Arrival": "next_due_on", "Task": "due_on", "ResultRequest": "due_on",
}  # fmt: skip


def of_what_has_risen(apps: Any, schema_editor: Any) -> None:
    """Mark what is open, and rose with the date on which it is due now."""
    reminders = apps.get_model("referrals", "Reminder").objects.filter(level="risen")
    for name, due in DUE.items():
        rows = apps.get_model("referrals", name)._base_manager.filter(is_open=True)
        said = reminders.filter(about=models.OuterRef("pk"), due_on=models.OuterRef(due))
        rows.filter(models.Exists(said)).update(risen_on=models.F(due))


class Migration(migrations.Migration):
    dependencies = [("referrals", "0023_listed")]

    operations = [
        *(
            migrations.AddField(
                name.lower(), "risen_on", models.DateField(blank=True, editable=False, null=True)
            )
            for name in DUE
        ),
        migrations.RunPython(of_what_has_risen, migrations.RunPython.noop),
    ]
