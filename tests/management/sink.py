"""Where do the e-mails of a test's workers go? To a slow mail server that remembers what it took."""

import socketserver
import threading
import time
from collections.abc import Callable
from email import message_from_bytes
from typing import Any


class Sink(socketserver.ThreadingTCPServer):
    """An e-mail counts as taken once its last line is there, whatever becomes of its sender."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, slow: float) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.slow = slow
        #: (number, recipient) of each e-mail that was taken.
        self.taken: list[tuple[str, str]] = []
        self.news = threading.Condition()
        #: Called between taking an e-mail and saying so.
        self.on_taken: Callable[[], None] | None = None

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def take(self, body: bytes) -> None:
        letter = message_from_bytes(body)
        with self.news:
            self.taken.append((str(letter["Message-ID"]), str(letter["To"])))
            self.news.notify_all()
        if self.on_taken is not None:
            self.on_taken()
        time.sleep(self.slow)

    def wait_for(self, many: int, seconds: float) -> bool:
        with self.news:
            return self.news.wait_for(lambda: len(self.taken) >= many, seconds)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A worker that was killed in the middle: what else is this for?"""


class Talk(socketserver.StreamRequestHandler):
    server: Sink

    def handle(self) -> None:
        self.say("220 sink")
        while word := self.rfile.readline().strip().upper():
            if word == b"DATA":
                self.say("354 go on")
                lines = []
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(line)
                if line == b"":
                    return  # it died before the end
                self.server.take(b"".join(lines))
            elif word == b"QUIT":
                self.say("221 bye")
                return
            self.say("250 ok")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())
