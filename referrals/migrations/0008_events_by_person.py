from django.db import migrations, models

from ._live import AddIndexLive


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('referrals', '0007_of_its_own'),
    ]

    operations = [
        AddIndexLive(
            model_name='event',
            index=models.Index(fields=['by', '-at', '-id'], name='event_by_person'),
        ),
    ]
