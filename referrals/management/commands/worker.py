"""What raises reminders, sends e-mails, brings spreadsheets in and seals the record? This, beside the server."""

import signal
import sys
import threading
from collections.abc import Callable
from time import monotonic
from typing import Any, Final

import structlog
from django.core.management.base import BaseCommand, CommandParser
from django.db import IntegrityError, InterfaceError, OperationalError, connections
from django.utils import timezone

from referrals.actions.batching import work_on_caseload
from referrals.actions.caseload import clear_caseloads
from referrals.actions.consent import warn_of_ending
from referrals.actions.heartbeat import beat
from referrals.actions.listed import lists_amiss, sweep_ended
from referrals.actions.notice import (
    MailAway,
    Outcome,
    Unnoted,
    deliver_next,
    deliver_notices,
    note_sent,
)
from referrals.actions.reminder import raise_reminders, risen_amiss
from referrals.actions.seal import BATCH, seal_rows
from referrals.actions.sweeping import sweep_files, sweep_unfinished
from referrals.actions.treated import treated_amiss
from referrals.queries.seal import head

log = structlog.get_logger(__name__)
#: Seconds between two passes over what is due, whatever the clock on the wall does.
PASS: Final = 180.0
#: Seconds between two signs of life.
BEAT: Final = 30.0
#: Seconds between two looks for rows to be sealed.
SEAL: Final = 30.0
#: Seconds between two looks for files that no row names, and for lists that nobody reads any more.
SWEEP: Final = 86_400.0
#: While the mail server or the database is away, the pause doubles up to so many seconds.
LONGEST: Final = 60.0


class Command(BaseCommand):
    help = "Raise reminders and send notices as they fall due, until told to stop. Several may run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now and end")
        parser.add_argument(
            "--every", type=float, default=3.0, metavar="SECONDS", help="pause between two looks"
        )

    def handle(self, *args: Any, once: bool = False, every: float = 3.0, **options: Any) -> None:
        if once:
            beat(at=timezone.now())
            raise_reminders(at=timezone.now())
            warn_of_ending(at=timezone.now())
            clear_caseloads(at=timezone.now())
            _swept(sweep_files)
            _swept(sweep_unfinished)
            sweep_ended(at=timezone.now())
            while _worked():
                pass
            while seal_rows(at=timezone.now()):
                pass
            self.stdout.write(f"{deliver_notices(at=timezone.now())} notices sent.")
            return
        stop = threading.Event()
        # Told to stop, it finishes the notice in hand.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        try:
            Worker(every, stop.is_set, stop.wait).run()
        except Exception as error:
            # Told by its kind and places: what Python would print may quote a record.
            log.exception("worker ended", kind=type(error).__name__)
            sys.exit(1)


class Worker:
    """One notice after the other, and every few minutes a pass over what is due."""

    def __init__(
        self, every: float, stopped: Callable[[], bool], wait: Callable[[float], object]
    ) -> None:
        self.every, self.stopped, self.wait = every, stopped, wait
        self.pause = every
        self.passed: float | None = None
        self.beaten: float | None = None
        self.sealed: float | None = None
        self.swept: float | None = None
        #: What went while the database was away, to be noted before anything else is done.
        self.unnoted: list[Unnoted] = []

    def run(self) -> None:
        while not self.stopped():
            try:
                idle = self.step()
            except Unnoted as sent:
                self.unnoted.append(sent)
                self._away(sent.__cause__ or sent)
            except (OperationalError, InterfaceError, MailAway) as error:
                self._away(error)
            else:
                self.pause = self.every
                if idle:
                    self.wait(self.every)

    def step(self) -> bool:
        """The next thing there is to do; True where there was nothing."""
        while self.unnoted:
            note_sent(pk=self.unnoted[-1].pk, at=self.unnoted[-1].at)
            self.unnoted.pop()
        if self.beaten is None or monotonic() - self.beaten >= BEAT:
            if beat(at=timezone.now()):
                log.warning("clock set back")
                # What the time ahead swept of seats that hold now is put back with the day's look.
                self.swept = None
            self.beaten = monotonic()
        if self.passed is None or monotonic() - self.passed >= PASS:
            raised = raise_reminders(at=timezone.now()) + warn_of_ending(at=timezone.now())
            cleared = clear_caseloads(at=timezone.now())
            self.passed = monotonic()
            if cleared:
                log.info("caseload files removed", count=cleared)
            if raised:
                log.info("reminders raised", count=raised)
            if left := _swept(sweep_unfinished):
                log.info("unfinished files removed", count=left)
        self._sweep()
        behind = self._seal()
        outcome = deliver_next(at=timezone.now())
        if outcome is Outcome.SENT:
            log.info("notice sent")
        worked = _worked()
        return not (worked or behind) and outcome in (Outcome.NOTHING, Outcome.TAKEN)

    def _sweep(self) -> None:
        """Once a day, and at the start."""
        if self.swept is not None and monotonic() - self.swept < SWEEP:
            return
        count = _swept(sweep_files)
        ended = sweep_ended(at=timezone.now())
        lists = *lists_amiss(at=timezone.now(), mend=True), *treated_amiss(mend=True)
        amiss = *lists, *risen_amiss(mend=True)
        # Not before: where the database went away meanwhile, the day's look is still to come.
        self.swept = monotonic()
        if count:
            log.info("files without a row removed", count=count)
        if ended:
            log.info("lists of ended seats removed", count=ended)
        if any(amiss):
            log.warning("lists of referrals mended", count=sum(amiss))

    def _seal(self) -> bool:
        """Seal what waits; True where there is more than fits in one batch."""
        if self.sealed is not None and monotonic() - self.sealed < SEAL:
            return False
        try:
            count = seal_rows(at=timezone.now())
        except IntegrityError as error:
            # Tried again, and told each time; e-mails and reminders do not wait for it.
            log.error("rows not sealed", kind=type(error).__name__)
            count = 0
        if count:
            # Kept outside of the database, the last seal betrays who cuts the chain's end off.
            log.info("rows sealed", count=count, seal=head())
        if count >= BATCH:
            return True
        self.sealed = monotonic()
        return False

    def _away(self, error: BaseException) -> None:
        """The notices wait in the database, and the worker for whatever is away."""
        log.warning("worker waits", kind=type(error).__name__)
        if not isinstance(error, MailAway):
            connections.close_all()
        self.wait(self.pause)
        self.pause = min(self.pause * 2, max(LONGEST, self.every))


def _worked() -> bool:
    """Files that do not answer keep nobody's e-mail waiting: once its lease is over it is tried again."""
    try:
        return work_on_caseload(at=timezone.now())
    except OSError as error:
        log.warning("caseload waits", kind=type(error).__name__)
        return False


def _swept(sweep: Callable[..., int]) -> int:
    """Files that do not answer keep nobody's e-mail waiting."""
    try:
        return sweep(at=timezone.now())
    except OSError as error:
        log.warning("files not swept", kind=type(error).__name__)
        return 0
