"""How a web process ends when it is told to (SIGTERM): in an order that costs nobody anything.

1. `/health/ready` says `down`, and for DRAIN_SECONDS everything else goes on: so long whoever hands
   out connections may take to notice.
2. The process stops listening; who comes now gets to another one.
3. What has asked for it (`before_the_end`) takes its leave: sockets are answered, then told when to
   come back.
4. The server does what it does on SIGTERM: it lets requests finish and ends.

Servers by themselves begin with the last, and close sockets without a word.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import Any

from django.conf import settings

from project.sync import servers

logger = logging.getLogger(__name__)

LEAVING_SECONDS = 5.0
"""What all leave-takings together may take."""
FLUSH = 0.1
"""What was written last is still on its way through the server."""

Handler = Callable[[int, FrameType | None], object]

_begun = threading.Event()
_farewells: list[Callable[[], Awaitable[None]]] = []
_tasks: set[asyncio.Task[None]] = set()


def under_way() -> bool:
    """Whether this process was told to end."""
    return _begun.is_set()


def before_the_end(farewell: Callable[[], Awaitable[None]]) -> None:
    """Have `farewell` awaited when the process has stopped listening, on its loop."""
    _farewells.append(farewell)


class Draining:
    """The ASGI application `app`, which drains. Whoever was never asked for anything has nothing to
    drain, so SIGTERM is taken over with the first call: by then the server has its handler."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self._app = app
        self._watches = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if not self._watches:
            self._watches = True
            _take_over()
        await self._app(scope, receive, send)


def _take_over() -> None:
    """Only the main thread can; elsewhere (in tests) there is no signal to wait for."""
    before = signal.getsignal(signal.SIGTERM)
    if threading.current_thread() is threading.main_thread() and callable(before):
        signal.signal(signal.SIGTERM, _handler(asyncio.get_running_loop(), before))


def _handler(loop: asyncio.AbstractEventLoop, before: Handler) -> Handler:
    def begin() -> None:
        task = loop.create_task(_drain(before))
        _tasks.add(task)

    def handle(signum: int, frame: FrameType | None) -> None:
        if not _begun.is_set():  # being asked twice makes it no faster
            _begun.set()
            loop.call_soon_threadsafe(begin)

    return handle


async def _drain(before: Handler) -> None:
    try:
        await asyncio.sleep(settings.DRAIN_SECONDS)
        servers.stop_listening(before)
        async with asyncio.timeout(LEAVING_SECONDS):
            for farewell in _farewells:
                await farewell()
            await asyncio.sleep(FLUSH)
    except TimeoutError:
        logger.warning("not everybody took leave within %s s", LEAVING_SECONDS)
    except Exception:
        logger.exception("the process ends without taking leave")
    finally:
        before(signal.SIGTERM, None)
