"""How are ten thousand rows checked and brought in: in batches, each once, though the worker is killed?

A lease says who works on a file, and with each batch the row up to which it has come is stored in
the same transaction: whoever takes it up goes on behind it.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import islice
from operator import itemgetter
from time import sleep
from typing import Any, Final

from django.db import IntegrityError, connection, connections, transaction
from django.db.models import F, Min, Q, QuerySet

from referrals.caseload.office import brings
from referrals.caseload.row import Told, told
from referrals.caseload.sheet import Row, Unreadable, rows
from referrals.models import Caseload, CaseloadRow

from .bringing import bring_row
from .caseload import put_away
from .clock import is_night, local_date
from .matching import Matcher, Sayings, key_of, mark_of
from .refusal import Refused

State, Verdict = Caseload.State, CaseloadRow.Verdict
#: Rows in one transaction, and batches before the worker looks at what else is due.
BATCH, BATCHES = 25, 40
LEASE: Final = timedelta(minutes=10)
#: What a batch that is one of all or none adds to the lease: more than it takes.
MORE: Final = timedelta(seconds=5)
BESIDE: Final = "beside"
#: Seconds between two batches. On SQLite who waits for the pen looks again only each tenth of a
#: second: without a pause that is longer, nobody else ever finds it free.
BREATH: Final = 0.15


class _Lost(Exception):
    """Another worker has it."""


class _Changed(Exception):
    """Of all rows or none, one has become wrong meanwhile."""

    def __init__(self, row: Told) -> None:
        super().__init__("a row changed")
        self.row = row


@contextmanager
def progress_told() -> Iterator[str | None]:
    """A second connection: what is written there is seen at once, though a transaction is open.

    None on SQLite, where who writes keeps everybody else from writing.
    """
    if connection.vendor == "sqlite":
        yield None
        return
    beside = connection.copy(alias=BESIDE)
    connections[BESIDE] = beside
    try:
        yield BESIDE
    finally:
        del connections[BESIDE]
        beside.close()


def _plan_anew() -> None:
    """Until this transaction ends PostgreSQL plans each question for the tables as they are by then.

    It keeps a plan until somebody counts a table again, and nobody counts rows that are not
    committed: what was quick over an empty table is slow over the ten thousand that came in.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")


def work_on_caseload(*, at: datetime) -> bool:
    """Do the next part of one file; False where there is nothing to do."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=at)
    waiting = Caseload.objects.filter(free, state__in=(State.CHECKING, State.BRINGING))
    listed = waiting.order_by("uploaded_at", "id").select_related("organization")
    may_begin = (c for c in listed if not c.waits_for_night or is_night(at, c.organization))
    first = next(may_begin, None)
    if first is None:
        return False
    lease = at + LEASE
    if not waiting.filter(pk=first.pk).update(leased_until=lease):
        return False
    held = Caseload.objects.filter(pk=first.pk, leased_until=lease)
    caseload = held.select_related("organization", "uploaded_by").first()
    if caseload is None:
        return False
    with suppress(_Lost):
        _work(caseload, held, at)
    return True


def _work(caseload: Caseload, held: QuerySet[Caseload], at: datetime) -> None:
    if not brings(caseload.uploaded_by, caseload.organization):
        with transaction.atomic():
            put_away(caseload, at=at, said="Who brought it in may no longer do so.")
        return
    try:
        with caseload.file.open("rb") as file:
            step = _Step(caseload, held, at)
            if caseload.state == State.CHECKING:
                step.check(rows(file, caseload.form))
            elif caseload.mode == Caseload.Mode.ALL:
                step.bring_all(rows(file, caseload.form))
            else:
                step.bring(rows(file, caseload.form))
    except (Unreadable, FileNotFoundError) as error:
        said = getattr(error, "sentence", "The file is no longer there.")
        with transaction.atomic():
            put_away(caseload, at=at, said=said)


class _Step:
    """One part of the work on one file, within one lease."""

    def __init__(self, caseload: Caseload, held: QuerySet[Caseload], at: datetime) -> None:
        self.caseload, self.held, self.at = caseload, held, at
        self.lease = at + LEASE
        self.matcher = Matcher(caseload, at)
        self.today = local_date(at, caseload.organization)

    def _told(self, row: Row) -> Told:
        number, cells = row
        load = self.caseload
        return told(number, cells, load.mapping, load.day_first, self.today)

    def _batches(self, all_rows: Iterator[Row]) -> Iterator[list[Row]]:
        """What lies behind the cursor, the names of the columns left out."""
        next(all_rows, None)
        behind = (row for row in all_rows if row[0] > self.caseload.cursor)
        while batch := list(islice(behind, BATCH)):
            yield batch
            if connection.vendor == "sqlite" and not connection.in_atomic_block:
                sleep(BREATH)

    def _note(self, batch: list[Row], **also: Any) -> None:
        """In the batch's own transaction: up to here it has come, if it is still ours."""
        done = {"cursor": batch[-1][0], "done_rows": F("done_rows") + len(batch)}
        if not self.held.update(**done, **also):
            raise _Lost

    def _finish(self, state: str, **also: Any) -> None:
        self.held.update(state=state, leased_until=None, **also)

    # --- Checking: nothing is written but what is found ----------------------------------------

    def check(self, all_rows: Iterator[Row]) -> None:
        for number, batch in enumerate(self._batches(all_rows), start=1):
            with transaction.atomic():
                found = [self._judged(self._told(row)) for row in batch]
                CaseloadRow.objects.bulk_create([row for row in found if row is not None])
                self._contradictions([row for row in found if row is not None])
                self._note(batch)
            if number == BATCHES:
                self.held.update(leased_until=None)
                return
        self._finish(State.CHECKED)

    def _judged(self, row: Told) -> CaseloadRow | None:
        if row.is_example:
            return None
        found = self.matcher.match(row)
        return CaseloadRow(
            caseload=self.caseload, number=row.number, verdict=found.verdict,
            key=key_of(self.caseload, row), mark=mark_of(self.caseload, row), faults=row.faults,
        )  # fmt: skip

    def _contradictions(self, batch: list[CaseloadRow]) -> None:
        """A row that says something else of a child than one above it would undo it, each time."""
        keys, numbers = {row.key for row in batch}, [row.number for row in batch]
        above = CaseloadRow.objects.filter(caseload=self.caseload, key__in=keys)
        # However many rows are of one child, what they say in common is one line for each saying.
        told = above.exclude(Q(verdict=Verdict.WRONG) | Q(number__in=numbers))
        sayings = told.order_by().values_list("key", "mark").annotate(number=Min("number"))
        said = Sayings()
        for key, mark, number in sorted(sayings, key=itemgetter(2)):
            said.add(key, mark, number)
        for row in batch:
            if row.verdict == Verdict.WRONG:
                continue
            other = said.against(row.key, row.mark)
            if other is None:
                said.add(row.key, row.mark, row.number)
                continue
            why = f"Row {other} says something else of the same child."
            CaseloadRow.objects.filter(pk=row.pk).update(
                verdict=Verdict.WRONG, faults=[*row.faults, ["Row", why]]
            )

    # --- Bringing in ----------------------------------------------------------------------------

    def bring(self, all_rows: Iterator[Row]) -> None:
        """The right rows, a batch at a time, so that the others can save in between."""
        for number, batch in enumerate(self._batches(all_rows), start=1):
            with transaction.atomic():
                for row in self._wanted(batch):
                    self._bring_one(row)
                self._note(batch)
            if number == BATCHES:
                self.held.update(leased_until=None)
                return
        self._done()

    def bring_all(self, all_rows: Iterator[Row]) -> None:
        """All rows or none: one transaction, undone whole where one row has become wrong.

        How far it is nobody could see from outside of it: that is told beside it.
        """
        try:
            with progress_told() as tell, transaction.atomic():
                _plan_anew()
                if tell is not None:
                    self._tell(tell, 0)  # what a killed worker told of was undone
                for number, batch in enumerate(self._batches(all_rows)):
                    for row in self._wanted(batch):
                        self._bring_one(row)
                        if row.faults:
                            raise _Changed(row)
                    if tell is not None:
                        self._tell(tell, number * BATCH + len(batch))
                # Whose lease is not the one that was taken may not let these rows stand.
                if not self.held.exists():
                    raise _Lost
                self._done(done_rows=self.caseload.rows_total)
        except _Changed as changed:
            row = changed.row
            self._note_fault(row)
            self._finish(
                State.CHECKED, cursor=0, done_rows=0,
                said=f"Row {row.number} has become wrong meanwhile: nothing was brought in.",
            )  # fmt: skip

    def _tell(self, using: str, done: int) -> None:
        """So many rows, to who looks on; and the lease lasts for as long as it goes on."""
        self.lease += MORE
        if not self.held.using(using).update(done_rows=done, leased_until=self.lease):
            raise _Lost
        self.held = Caseload.objects.filter(pk=self.caseload.pk, leased_until=self.lease)

    def _wanted(self, batch: list[Row]) -> Iterator[Told]:
        verdicts = [Verdict.NEW, Verdict.CHANGED]
        if self.caseload.near_too:
            verdicts.append(Verdict.NEAR)
        numbers = [number for number, _ in batch]
        found = CaseloadRow.objects.filter(
            caseload=self.caseload, number__in=numbers, verdict__in=verdicts
        )
        wanted = set(found.values_list("number", flat=True))
        yield from (self._told(row) for row in batch if row[0] in wanted)

    def _bring_one(self, row: Told) -> None:
        load = self.caseload
        found = self.matcher.match(row, near_is_new=self.caseload.near_too)
        if not row.faults:
            try:
                bring_row(
                    row=row, found=found, number_of=load.organization, by=load.uploaded_by,
                    at=self.at,
                )  # fmt: skip
            except Refused as refused:
                row.faults.append(("Row", refused.sentence))
            except IntegrityError:
                row.faults.append(("Row", "Somebody saved the same meanwhile. Bring it in again."))
        if row.faults:
            self._note_fault(row)

    def _note_fault(self, row: Told) -> None:
        CaseloadRow.objects.filter(caseload=self.caseload, number=row.number).update(
            verdict=Verdict.WRONG, faults=row.faults
        )

    def _done(self, **also: Any) -> None:
        self._finish(State.DONE, ended_at=self.at, ended_by=self.caseload.uploaded_by, **also)
        done = Caseload.objects.get(pk=self.caseload.pk)
        left = [Verdict.WRONG] if done.near_too else [Verdict.WRONG, Verdict.NEAR]
        if not done.rows.filter(verdict__in=left).exists():
            put_away(done, at=self.at)
