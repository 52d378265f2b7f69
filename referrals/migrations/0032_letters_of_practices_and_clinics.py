"""Whose texts of letters may be written: nothing changes in the database, only what is offered."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("referrals", "0031_lists_of_homes")]

    operations = [
        migrations.AlterField(
            "lettertemplate",
            "organization",
            models.ForeignKey(
                limit_choices_to={
                    "kind__in": ["pediatric_practice", "therapy_clinic"], "is_active": True,
                },
                on_delete=django.db.models.deletion.PROTECT, related_name="letter_templates",
                to="referrals.organization",
            ),
        ),
    ]  # fmt: skip
