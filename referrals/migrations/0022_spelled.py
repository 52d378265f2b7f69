from itertools import islice

from django.db import migrations

MANY = 2000


def of_every_word(apps, schema_editor):
    """Each place's distinct names, with each letter left out in turn; what stands there already stays."""
    token = apps.get_model("referrals", "ChildToken")
    spelling = apps.get_model("referrals", "Spelling")
    words = token.objects.order_by("organization_id", "token").values_list("organization_id", "token")
    rows = (
        spelling(organization_id=place, form=form, word=word)
        for place, word in words.distinct().iterator(chunk_size=MANY)
        if len(word) >= 4 and word.isalpha()
        for form in sorted({word, *(word[:n] + word[n + 1 :] for n in range(len(word)))})
    )
    while several := list(islice(rows, MANY)):
        spelling.objects.bulk_create(several, ignore_conflicts=True)


class Migration(migrations.Migration):
    # Many rows, a few at a time: nobody waits for the last of them.
    atomic = False
    dependencies = [("referrals", "0021_misspelt")]

    operations = [migrations.RunPython(of_every_word, migrations.RunPython.noop)]
