"""Does somebody who sends half a request and then nothing let go of the process that listens?"""

import socket

import pytest

from ot_coord import server


def test_who_falls_silent_counts_as_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "SILENT", 0.05)
    near, far = socket.socketpair()
    with near, far:
        line = server.Line(near)
        far.sendall(b"POST / HTTP/1.1\r\n")
        assert line.recv(100) == b"POST / HTTP/1.1\r\n"
        with pytest.raises(ConnectionResetError):
            line.recv(100)
        # What is answered to who still listens may take longer than that.
        assert line.gettimeout() is None
