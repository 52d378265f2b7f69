"""Does every row still say what it said when it was sealed, and is none missing or put between?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from referrals.models import Merge, Seal
from referrals.models.merge import every_row
from referrals.models.record import made_at
from referrals.models.seal import (
    BEGINNING,
    LOGS,
    SORTS,
    Sealed,
    Sort,
    begins,
    reach,
    secrets,
    unsealed,
)

PART: Final = 1000
#: A worker seals each half minute: what still waits after so long waits for something else.
LATE: Final = timedelta(minutes=10)
#: How much older than itself the moment of a row may be.
TOLD_LATER: Final = timedelta(days=2)


class What(StrEnum):
    """What can be wrong, as the command says it."""

    CHANGED = "is not what was sealed"
    GONE = "was sealed and is gone"
    MOVED = "stands under another child, and no merge moved it"
    BETWEEN = "is under no seal, and those after it are: it was put in later"
    LATE = "waits to be sealed for too long: is there a worker?"
    BACKDATED = "tells a moment days before it was written"
    SEAL_CHANGED = "has a seal that was changed"
    SEALS_GONE = "comes behind seals that are gone"
    NO_KEY = "is sealed without the key that was in use before"
    NEVER_KEYED = (
        "is sealed without a key like all before it, though SEAL_KEY is set: was it made anew?"
    )
    UNKNOWN_KEY = "is sealed with a key that is not in SEAL_KEY or SEAL_KEY_FALLBACKS"
    NOT_THE_CHAIN = "is no longer the seal that was noted"


@dataclass(frozen=True, slots=True)
class Break:
    """One place where the record is not what it was: never what it says."""

    what: What
    table: str
    row: UUID | None
    at: datetime | None
    seal: int | None

    def __str__(self) -> str:
        named = " ".join(str(one) for one in (self.table, self.row) if one)
        moment = f" of {self.at:%Y-%m-%d %H:%M:%S} UTC" if self.at else ""
        seal = f" (seal {self.seal:,})" if self.seal else ""
        return f"{named}{moment}{seal} {self.what}."


class Verification:
    """One walk along the chain and once through the tables; what was counted is told afterwards."""

    def __init__(self, *, at: datetime, known: str = "") -> None:
        self.at, self.known = at, known
        self.count = self.without_key = 0
        self.last: Seal | None = None
        self._keyed = False
        #: A chain that began before there was a key is known by what was noted of it then.
        self._without_until = int(known.partition(":")[0]) if known else 0
        self._doubted = len(secrets()) == 1
        self._unknown: set[str] = set()
        #: The link that the last seal bears, and the one that it should bear where that differs.
        self._links = [BEGINNING]
        self._records = _records()

    def breaks(self) -> Iterator[Break]:
        """In the order of the chain, and behind it what is under no seal."""
        yield from self._noted()
        while part := list(
            Seal.objects.filter(number__gt=self.last.number if self.last else 0)[:PART]
        ):
            found = _found(part)
            for seal in part:
                yield from self._chain(seal)
                yield from self._row(seal, found.get((seal.sort, seal.row)))
                self.count += 1
                self.last = seal
        for code in SORTS:
            yield from self._unsealed(code)

    def _noted(self) -> Iterator[Break]:
        """The end of a chain can be cut off unseen: so its head is noted, and asked for here."""
        if not self.known:
            return
        number, _, link = self.known.partition(":")
        if not Seal.objects.filter(number=int(number), link=link).exists():
            yield Break(What.NOT_THE_CHAIN, "Seal", None, None, int(number))

    # --- Along the chain ----------------------------------------------------------------------

    def _chain(self, seal: Seal) -> Iterator[Break]:
        missing = seal.number != (self.last.number + 1 if self.last else 1)
        should = [seal.linked(before) for before in self._links]
        if missing:
            yield _break(What.SEALS_GONE, seal)
        elif None in should:
            if seal.key not in self._unknown:
                yield _break(What.UNKNOWN_KEY, seal)
            self._unknown.add(seal.key)
        elif seal.link not in should:
            yield _break(What.SEAL_CHANGED, seal)
        # What was changed in one seal is told of it alone, not of the next as well.
        right = missing or seal.link in should or should[0] is None
        self._links = [seal.link] if right else [seal.link, str(should[0])]
        if seal.key:
            self._keyed = True
        else:
            self.without_key += 1
            if self._keyed:
                yield _break(What.NO_KEY, seal)
            elif not self._doubted and seal.number > self._without_until:
                # Once: of a chain that was made wholly anew it is true of every seal.
                self._doubted = True
                yield _break(What.NEVER_KEYED, seal)

    def _row(self, seal: Seal, row: Sealed | None) -> Iterator[Break]:
        if row is None:
            yield _break(What.GONE, seal)
        elif row.digest != seal.digest:
            yield _break(What.CHANGED, seal)
        elif self._record_of(row.whose) != self._record_of(seal.whose):
            yield _break(What.MOVED, seal)
        # The demo's story is told today of days long past.
        elif seal.sort in LOGS and not settings.DEMO and row.at < made_at(row.row) - TOLD_LATER:
            yield _break(What.BACKDATED, seal)

    def _record_of(self, child: UUID | None) -> UUID | None:
        while child in self._records:
            child = self._records[child]
        return child

    # --- Beside it ----------------------------------------------------------------------------

    def _unsealed(self, code: str) -> Iterator[Break]:
        sort = SORTS[code]
        newest = Seal.objects.filter(sort=code if sort.is_log else "event").order_by("-number")
        # What stands from before its sort came under the seal waits for the sealer's next turn.
        last = None if sort.told and begins(code) else newest.first()
        rows = unsealed(code).order_by("pk").values_list("pk", sort.moment)
        for pk, at in rows.iterator(chunk_size=PART):
            if what := self._why(sort, pk, at, last):
                yield Break(what, sort.table, pk, at, None)

    def _why(self, sort: Sort, pk: UUID, at: datetime, last: Seal | None) -> What | None:
        """What is wrong with a row without a seal; None where it is only new."""
        since, sealed = at, last.at if last else None
        if sort.is_log:
            since = made_at(pk)
            sealed, ahead = reach(made_at(last.row) if last else None, self.at)
            if since >= ahead:
                return What.BETWEEN  # an id of a day that has not come: the sealer waits for that
        if sealed is not None and since < sealed:
            return What.BETWEEN
        return What.LATE if since < self.at - LATE else None


def head() -> str:
    """The last seal, as it is noted elsewhere."""
    last = Seal.objects.order_by("-number").first()
    return last.head if last else ""


def _records() -> dict[Any, Any]:
    """For each child whose record was merged, also where that was undone, another of that child.

    What was written meanwhile can lawfully stand under either.
    """
    onto: dict[Any, Any] = {}

    def end(child: Any) -> Any:
        while child in onto:
            child = onto[child]
        return child

    for kept, lost in Merge.objects.order_by("pk").values_list("kept_id", "lost_id"):
        if end(lost) != end(kept):
            onto[end(lost)] = end(kept)
    return onto


def _found(part: list[Seal]) -> dict[tuple[str, UUID], Sealed]:
    """The rows of these seals as they stand now, each in the form in which it was sealed."""
    asked: dict[tuple[str, int], list[UUID]] = {}
    for seal in part:
        if seal.sort in SORTS and 1 <= seal.form <= len(SORTS[seal.sort].forms):
            asked.setdefault((seal.sort, seal.form), []).append(seal.row)
    return {
        (code, row.row): row
        for (code, form), ids in asked.items()
        for row in SORTS[code].sealed(every_row(SORTS[code].model).filter(pk__in=ids), form)
    }


def _break(what: What, seal: Seal) -> Break:
    table = SORTS[seal.sort].table if seal.sort in SORTS else seal.sort
    return Break(what, table, seal.row, seal.at, seal.number)
