"""SIGTERM: tell every client to come back a little later, each at another moment, then let the
server stop. Servers close sockets without a word, or (daphne) without even a close frame."""

from __future__ import annotations

import random
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from project.sync.hub import Hub

HEAD_START = 0.3
SPREAD = 5.0


def say_on_sigterm(hub: Hub) -> None:
    """Put the goodbye before whatever the server does on SIGTERM. Only the main thread can do that;
    elsewhere (in tests) there is no signal to wait for."""
    if threading.current_thread() is not threading.main_thread():
        return
    before = signal.getsignal(signal.SIGTERM)
    if not callable(before):
        return
    signal.signal(signal.SIGTERM, _handler(hub, before))


def _handler(hub: Hub, before: Callable[[int, FrameType | None], object]) -> Callable[..., None]:
    def handle(signum: int, frame: FrameType | None) -> None:
        hub.loop.call_soon_threadsafe(_say, hub)
        hub.loop.call_soon_threadsafe(lambda: hub.loop.call_later(HEAD_START, before, signum, None))

    return handle


def _say(hub: Hub) -> None:
    for sockets in list(hub.users.values()):
        for socket in tuple(sockets):
            socket.close_soon(1012, "restart", random.random() * SPREAD)
