from itertools import islice

from django.db import migrations

MANY = 2000


def of_every_birthday(apps, schema_editor):
    """Each child's date of birth among the words of each place with a seat; what is there already stays."""
    token, seat = (apps.get_model("referrals", name) for name in ("ChildToken", "Seat"))
    seated = seat.objects.filter(organization__isnull=False, child__merged_into__isnull=True)
    known = seated.order_by("organization_id", "child_id").values_list(
        "organization_id", "child_id", "child__date_of_birth"
    )
    rows = (
        token(organization_id=place, child_id=child, token=f"={born.isoformat()}")
        for place, child, born in known.distinct().iterator(chunk_size=MANY)
    )
    while several := list(islice(rows, MANY)):
        token.objects.bulk_create(several, ignore_conflicts=True)


class Migration(migrations.Migration):
    # Many rows, a few at a time: nobody waits for the last of them.
    atomic = False
    dependencies = [("referrals", "0028_treated")]

    operations = [migrations.RunPython(of_every_birthday, migrations.RunPython.noop)]
