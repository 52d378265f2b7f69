"""What sends the e-mails that the product owes? This, beside the server, for as long as it runs."""

import signal
import threading
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, close_old_connections
from django.utils import timezone

from referrals.actions.notice import deliver_notices

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Send notices as they fall due, until told to stop. Several workers may run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="send what is due now and end")
        parser.add_argument(
            "--every", type=float, default=3.0, metavar="SECONDS", help="pause between two looks"
        )

    def handle(self, *args: Any, once: bool = False, every: float = 3.0, **options: Any) -> None:
        if once:
            self.stdout.write(f"{deliver_notices(at=timezone.now())} notices sent.")
            return
        stop = threading.Event()
        # Told to stop, it finishes the notice in hand: none is sent twice.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            close_old_connections()
            try:
                sent = deliver_notices(at=timezone.now())
            except OperationalError as error:
                # The database is away or busy: the notices wait in it.
                log.warning("worker waits for the database", kind=type(error).__name__)
                sent = 0
            if sent:
                log.info("notices sent", count=sent)
            else:
                stop.wait(every)
