from django.db import migrations


def from_the_loop(apps, schema_editor):
    """What the strip still shows was reached on that day; what it had lost before is not known."""
    referral = apps.get_model("referrals", "Referral")
    for one in referral.objects.exclude(loop={}).only("pk", "loop").iterator(chunk_size=1000):
        reached = {number: mark[0] for number, mark in one.loop.items()}
        referral.objects.filter(pk=one.pk).update(reached=reached)


class Migration(migrations.Migration):
    dependencies = [("referrals", "0004_around_the_child")]

    operations = [migrations.RunPython(from_the_loop, migrations.RunPython.noop)]
