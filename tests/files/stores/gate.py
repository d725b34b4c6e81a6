"""A TCP gate before a store, to take it away: for the server the store is then dead or hangs."""

from __future__ import annotations

import contextlib
import socket
import threading
from urllib.parse import urlsplit


class Gate:
    """Lets everything pass until it is `shut`, which also cuts what is under way, or `stalled`,
    in which connections are taken and nothing more happens. A context manager."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = (str(parts.hostname), int(parts.port or 80))
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._passing = threading.Event()
        self._passing.set()
        self._shut = False
        self._left: int | None = None
        self._open: set[socket.socket] = set()
        self.held_back = threading.Event()
        """Something wanted to pass since the gate was shut or stalled."""

    def __enter__(self) -> Gate:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shut()
        self._listener.close()

    @property
    def is_shut(self) -> bool:
        return self._shut

    def open(self) -> None:
        self._shut, self._left = False, None
        self._passing.set()

    def stall(self) -> None:
        self.held_back.clear()
        self._passing.clear()

    def shut(self) -> None:
        self._shut = True
        self.held_back.clear()
        self._passing.set()
        for end in tuple(self._open):
            _reset(end)

    def shut_after(self, count: int) -> None:
        """Shut when so many more bytes went to the store."""
        self._left = count

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        if self._shut:
            self.held_back.set()
            _reset(near)
            return
        try:
            far = socket.create_connection(self._target, 5)
        except OSError:
            _reset(near)
            return
        far.settimeout(None)
        self._open |= {near, far}
        threading.Thread(target=self._pump, args=(far, near, False), daemon=True).start()
        self._pump(near, far, True)

    def _pump(self, source: socket.socket, sink: socket.socket, inward: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if not self._passing.is_set():
                    self.held_back.set()
                    self._passing.wait()
                if inward:
                    self._count(len(data))
                sink.sendall(data)
        for end in (source, sink):
            _reset(end)
            self._open.discard(end)

    def _count(self, size: int) -> None:
        if self._left is not None:
            self._left -= size
            if self._left < 0:
                self._left = None
                self.shut()


def _reset(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
