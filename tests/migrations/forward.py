"""What becomes of the first release's records? Run as a process of its own, on an empty database.

Brings the records back as they were, migrates them to today, and says as JSON what was lost and
which pages do not open. `first_release.zip` is a backup of the story as that release played it.
"""

import json
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command

FIRST_RELEASE = Path(__file__).with_name("first_release.zip")
#: Columns whose old values a migration changes on purpose, and why.
REWRITTEN: dict[tuple[str, str], str] = {}
#: Whose pages are opened, each with all that they may see.
READERS = ("pediatrician", "therapist", "coordinator", "family", "partner", "other.therapist")


def lost(archive: Any) -> list[str]:
    """Each table, row or value that is no longer what it was."""
    from referrals.management.tables import Ledger, Tally, names

    ledger, found = Ledger(), []
    for label, told in archive.tables.items():
        table = ledger.tables.get(label)
        if table is None:
            found.append(f"{label}: the table is gone")
            continue
        order = [one for one in told["columns"] if one in names(table)]
        found += [f"{label}.{one} is gone" for one in told["columns"] if one not in order]
        pk = order.index(table._meta.pk.attname)
        today = {row[pk]: row for row in ledger.rows(table, order)}
        for values in archive.rows(label, Tally()):
            old = dict(zip(told["columns"], values, strict=True))
            new = dict(zip(order, today.get(old[order[pk]], ()), strict=False))
            found += [
                f"{label} {old[order[pk]]}: {one}"
                for one in order
                if (one not in new or new[one] != old[one]) and (label, one) not in REWRITTEN
            ]
    return found


def opened() -> dict[str, list[str]]:
    """Which pages each reader opened; what did not answer stands with its code."""
    from django.test import Client
    from django.urls import reverse

    from referrals import access
    from referrals.models import User

    found: dict[str, list[str]] = {}
    for key in READERS:
        person = User.objects.get(email=f"{key}@demo.example")
        door = Client(SERVER_NAME="localhost", raise_request_exception=False)
        door.force_login(person)
        paths = [reverse(name) for name in ("home", "child_list", "referral_list", "message_list")]
        for referral in access.referrals_visible_to(person):
            names = ("referral_detail", "evaluation_list", "plan_versions")
            paths += [reverse(name, args=[referral.pk]) for name in names]
        children = access.children_visible_to(person)
        paths += [reverse("child_detail", args=[child.pk]) for child in children]
        answers = {path: door.get(path).status_code for path in paths}
        found[key] = [
            path if code in (200, 302) else f"{code} {path}" for path, code in answers.items()
        ]
    return found


def main() -> None:
    django.setup()
    from referrals.management.archive import Archive

    call_command("restore", str(FIRST_RELEASE), stdout=StringIO())
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    with Archive(FIRST_RELEASE) as archive:
        rows = {label: told["rows"] for label, told in archive.tables.items()}
        json.dump({"rows": rows, "lost": lost(archive), "opened": opened()}, sys.stdout)


if __name__ == "__main__":
    main()
