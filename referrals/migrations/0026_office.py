from django.db import migrations, models

from ._live import AddIndexLive


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('referrals', '0025_short_lists'),
    ]

    operations = [
        AddIndexLive(
            model_name='child',
            index=models.Index(fields=['date_of_birth', 'id'], name='child_birthday_anywhere'),
        ),
        AddIndexLive(
            model_name='childtoken',
            index=models.Index(fields=['token', 'child'], name='token_of_any_place'),
        ),
        AddIndexLive(
            model_name='organization',
            index=models.Index(condition=models.Q(('is_active', True), ('takes_referrals', True)), fields=['name', 'id'], name='clinic_by_name'),
        ),
    ]
