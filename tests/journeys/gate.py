"""How is the network cut for everything in a browser, the worker behind its pages included?

Between the browser and the live server stands a gate that passes bytes on. Shut, it refuses
whoever comes and hangs up on whoever is there: what a phone in a lift meets.
"""

import socket
from contextlib import suppress
from threading import Thread
from urllib.parse import urlsplit


class Gate:
    def __init__(self, site: str) -> None:
        there = urlsplit(site)
        self.there = (there.hostname or "localhost", there.port or 80)
        self.door: socket.socket | None = None
        self.port = 0
        self.lines: list[socket.socket] = []
        self.open()

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def open(self) -> None:
        self.door = socket.create_server(("127.0.0.1", self.port), backlog=64)
        self.port = self.door.getsockname()[1]
        Thread(target=self._let_in, args=(self.door,), daemon=True).start()

    def shut(self) -> None:
        door, self.door = self.door, None
        for one in ([door] if door else []) + self.lines:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self.lines.clear()

    def _let_in(self, door: socket.socket) -> None:
        while self.door is door:
            try:
                here, _ = door.accept()
            except OSError:
                return
            there = socket.create_connection(self.there)
            self.lines += [here, there]
            for pair in ((here, there), (there, here)):
                Thread(target=_pass_on, args=pair, daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while said := one.recv(65536):
            other.sendall(said)
    for end in (one, other):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
