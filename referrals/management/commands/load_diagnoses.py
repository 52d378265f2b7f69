"""Where do the ICD-10-CM codes come from? Read once from the package that ships them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from referrals.models import Diagnosis
from referrals.models.child import tokens

BATCH = 2000


class Command(BaseCommand):
    help = "Fill the table of ICD-10-CM codes; does nothing when it is filled already."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--again", action="store_true", help="read all codes again, after a new edition"
        )

    def handle(self, *args: Any, again: bool = False, **options: Any) -> None:
        if not again and Diagnosis.objects.exists():
            return
        # Imported here: it costs two seconds and 180 MB, which no server process should pay.
        import simple_icd_10_cm as icd

        def read(code: str) -> Diagnosis:
            title = icd.get_description(code)
            words = " ".join(sorted(tokens(f"{code} {title}")))
            # The space in front lets a lookup tell the beginning of a word from its middle.
            return Diagnosis(
                code=code, title=title, is_billable=icd.is_leaf(code), search=f" {words}"
            )

        codes = [
            code for code in icd.get_all_codes(with_dots=True) if not icd.is_chapter_or_block(code)
        ]
        Diagnosis.objects.bulk_create(
            (read(code) for code in codes),
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["title", "is_billable", "search"],
        )
        self.stdout.write(f"{len(codes):,} diagnoses are there to choose from.")
