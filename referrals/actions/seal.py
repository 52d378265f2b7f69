"""How do rows come under the seal? The worker seals them, in order, a little after they were written."""

from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, OuterRef, Q

from referrals.models import Event, Referral, Seal
from referrals.models.record import first_id, made_at
from referrals.models.seal import (
    BEGINNING,
    LOGS,
    PAPERS,
    SORTS,
    Sealed,
    begins,
    reach,
    secrets,
    unsealed,
)

#: Rows of the logs in one transaction.
BATCH: Final = 500


def seal_rows(*, at: datetime) -> int:
    """Seal the next batch, and say how many: none where nothing waits.

    Two at once take the same number for their first seal, and the database lets one of them have
    it: the other begins again behind it. Raises IntegrityError where nobody was quicker, for then
    the next turn would fail like this one, and the record go on without its seals unseen.
    """
    while True:
        last = _last_number()
        try:
            with transaction.atomic():
                return _seal_batch(at)
        except IntegrityError:
            if _last_number() == last:
                raise


def _last_number() -> int:
    return Seal.objects.aggregate(last=Max("number"))["last"] or 0


def _seal_batch(at: datetime) -> int:
    last = Seal.objects.order_by("-number").first()
    number, before = (last.number, last.link) if last else (0, BEGINNING)
    key = next(iter(secrets()))
    seals = []
    for code, one in _in_order(at):
        number += 1
        seal = Seal(
            number=number, sort=code, row=one.row, whose=one.whose, at=one.at, digest=one.digest,
            form=len(SORTS[code].forms), sealed_at=at, key=key,
        )  # fmt: skip
        seal.link = before = seal.linked(before) or ""
        seals.append(seal)
    Seal.objects.bulk_create(seals)
    return len(seals)


def _in_order(at: datetime) -> list[tuple[str, Sealed]]:
    """What waits in the logs as it was made, and behind it what was signed with one of the events."""
    found = [(code, pk) for code in LOGS for pk in _waiting(code, at)]
    found = sorted(found, key=lambda one: one[1])[:BATCH]
    ordered: list[tuple[str, Sealed]] = []
    for code, sort in LOGS.items():
        ids = [pk for of, pk in found if of == code]
        ordered += (
            [(code, one) for one in sort.sealed(sort.rows().filter(pk__in=ids))] if ids else []
        )
    ordered.sort(key=lambda one: one[1].row)
    papers = _papers({pk for code, pk in found if code == "event"})
    return ordered + papers + _earlier({(code, one.row) for code, one in papers})


def _waiting(code: str, at: datetime) -> list[Any]:
    newest = (
        Seal.objects.filter(sort=code).order_by("-number").values_list("row", flat=True).first()
    )
    since, until = reach(made_at(newest) if newest else None, at)
    rows = unsealed(code).filter(pk__lt=first_id(until))
    if since is not None:
        rows = rows.filter(pk__gte=first_id(since))
    return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])


def _papers(events: set[Any]) -> list[tuple[str, Sealed]]:
    """What was signed in the transactions of these events: found by its moment and its child.

    So no table of papers is ever searched through, however long the record grows.
    """
    if not events:
        return []
    told = list(LOGS["event"].rows().filter(pk__in=events).values_list("at", "about", "child_id"))
    moments, about, children = (set(column) for column in zip(*told, strict=True))
    hung = {
        "child_id": children,
        "referral_id": set(
            Referral.objects.filter(child__in=children).values_list("pk", flat=True)
        ),
    }
    found: list[tuple[str, Sealed]] = []
    for code, sort in PAPERS.items():
        where = Q(pk__in=about)
        if sort.hangs:
            where |= Q(**{f"{sort.hangs}__in": hung[sort.hangs]})
        rows = unsealed(code).filter(where, **{f"{sort.moment}__in": moments})
        found += [(code, one) for one in sort.sealed(rows.order_by(sort.moment, "pk"))]
    return found


def _earlier(found: set[tuple[str, Any]]) -> list[tuple[str, Sealed]]:
    """What stands from before its sort came under the seal, while not one of that sort is sealed.

    Only beside an event of its own that is sealed: a row that somebody put in has none.
    """
    sealed = Seal.objects.filter(sort="event", row=OuterRef("pk"))
    earlier: list[tuple[str, Sealed]] = []
    for code, sort in PAPERS.items():
        if not sort.told or not begins(code):
            continue
        told = Event.objects.filter(
            Exists(sealed), about=OuterRef("pk"), kind=sort.told, at=OuterRef(sort.moment)
        )
        rows = unsealed(code).filter(Exists(told)).order_by(sort.moment, "pk")
        earlier += [(code, one) for one in sort.sealed(rows) if (code, one.row) not in found]
    return earlier
