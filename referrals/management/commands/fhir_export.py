"""How does a child's whole record leave this machine in FHIR? By an administrator's hand, written down."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from referrals.access import ADMIN
from referrals.actions.recording import record_view
from referrals.fhir.record import bundle
from referrals.models import Child, Referral, Thread, User


class Command(BaseCommand):
    help = (
        "Write a child's record, as its family may read it, as a FHIR Bundle; the look is logged."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("child", help="the id of the child")
        parser.add_argument(
            "--by", required=True, metavar="EMAIL", help="the administrator who asks"
        )
        parser.add_argument("--out", metavar="FILE", help="write it there, readable by you alone")

    def handle(
        self, *args: Any, child: str, by: str, out: str | None = None, **options: Any
    ) -> None:
        admin = User.objects.filter(
            email=by.strip().lower(), is_active=True, is_superuser=True
        ).first()
        if admin is None:
            raise CommandError("--by names no administrator.")
        found = _child(child)
        if found is None:
            raise CommandError("There is no child with this id.")
        now = timezone.now()
        record_view(child=found, by=admin, at=now, role=ADMIN, page="document_export")
        referrals = Referral.objects.filter(child=found, sent_at__isnull=False)
        threads = Thread.objects.filter(child=found).exclude(audience=Thread.Audience.CLINICIANS)
        with translation.override("en"):
            told = json.dumps(bundle(found, referrals, threads, admin, now), ensure_ascii=False)
        if out is None:
            self.stdout.write(told)
            return
        path = Path(out)
        path.touch(mode=0o600)
        path.write_text(told, encoding="utf-8")


def _child(key: str) -> Child | None:
    try:
        found = Child.objects.filter(pk=UUID(key)).select_related("merged_into").first()
    except ValueError:
        return None
    # Of two records that were made one the one that stays holds all of it.
    while found is not None and found.merged_into is not None:
        found = found.merged_into
    return found
