import django.db.models.deletion
from django.db import migrations, models


TABLES = ("goal", "discharge", "activity", "pause", "appointment")
TRIGGERS = (*(f"treated_by_{table}" for table in TABLES), "treated_new_referral", "treated_elsewhere")


def without_triggers(apps, schema_editor):
    """Back to before: what is written must not be listed in a table that is gone."""
    for name in TRIGGERS:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0027_numbers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Treated',
            fields=[
                ('referral', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='referrals.referral')),
                ('practice', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='referrals.organization')),
                ('clinic', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='referrals.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['practice', 'clinic', 'referral'], name='treated_of_practice'), models.Index(fields=['clinic', 'practice', 'referral'], name='treated_of_clinic')],
            },
        ),
        # Once the table is there, the database fills and keeps it: the command `migrate` says so.
        migrations.RunPython(migrations.RunPython.noop, without_triggers),
    ]
