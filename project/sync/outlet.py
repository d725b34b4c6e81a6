"""Frames on their way to one client, held to a bounded number of bytes.

`push` never waits, so a slow client slows nobody else. A client that leaves too many bytes unsent,
or any for too long, is cut off; it resumes by its cursor and has lost nothing.
"""

from __future__ import annotations

import asyncio
import types
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any

from django.conf import settings

from project.sync import servers
from project.sync.frames import size_of

Send = Callable[[dict[str, Any]], Awaitable[None]]

CLOSE_GRACE = 30.0
"""Seconds in which a slow client may still take its goodbye."""


class Outlet:
    """One socket's way out. `on_slow` is called once, when the client is too slow."""

    __slots__ = ("_held", "_on_slow", "_queue", "_send", "_since", "_task", "_text")

    def __init__(self, send: Send, on_slow: Callable[[], None]) -> None:
        self._send = send
        self._on_slow = on_slow
        self._queue: deque[dict[str, Any]] = deque()
        self._held = 0
        self._task: asyncio.Task[None] | None = None
        self._since = 0.0

    def push(self, text: str) -> None:
        """Send a text frame, at once if the server takes it, else in turn."""
        event = {"type": "websocket.send", "text": text}
        if self._task is None:
            self._start(event)
            return
        self._queue.append(event)
        self._held += size_of(text)
        if self._held > settings.SOCKET["unsent_bytes"]:
            self._on_slow()

    @property
    def busy(self) -> bool:
        """Whether the client is behind: something waits to be sent."""
        return self._task is not None

    async def drained(self) -> None:
        """Wait until nothing waits to be sent."""
        while self._task is not None:
            await asyncio.wait([self._task])

    def check(self, now: float) -> None:
        """To be called every second or so: notices a client that has taken nothing for too long."""
        held = servers.unsent_bytes(self._send)
        if self._task is None and not held:
            self._since = 0.0
        elif not self._since:
            self._since = now
        elif now - self._since > settings.SOCKET["unsent_seconds"]:
            self._on_slow()
        if held > settings.SOCKET["unsent_bytes"]:
            self._on_slow()

    async def finish(self, text: str, code: int, reason: str) -> None:
        """Drop what waits, say goodbye and close; cut the line if even that is not taken."""
        self._queue.clear()
        try:
            async with asyncio.timeout(CLOSE_GRACE):
                await self.drained()
                await self._send({"type": "websocket.send", "text": text})
                await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except TimeoutError:
            servers.abort(self._send)
        except Exception:
            # The client is gone; servers say so in exceptions of their own.
            return

    def cancel(self) -> None:
        self._queue.clear()
        if self._task is not None:
            self._task.cancel()

    def _start(self, event: dict[str, Any]) -> None:
        """Run the server's `send` right here. It seldom has to wait, and then a task would cost
        more than the sending; only if it does wait is one made, to see it through."""
        coroutine = self._send(event)
        assert isinstance(coroutine, Coroutine)
        try:
            waiting_for = coroutine.send(None)
        except StopIteration:
            return
        except Exception:
            return  # the client is gone, and the receiving side is about to hear of it
        self._task = asyncio.create_task(self._run(_carry_on(coroutine, waiting_for)))

    async def _run(self, first: Awaitable[None]) -> None:
        try:
            await first
            while self._queue:
                event = self._queue.popleft()
                self._held -= size_of(event["text"])
                await self._send(event)
        except Exception:
            self._queue.clear()
        finally:
            self._held = 0
            self._task = None


@types.coroutine
def _carry_on(coroutine: Coroutine[Any, Any, None], waiting_for: Any) -> Generator[Any, None, None]:
    """Finish a coroutine that was started by hand and now waits for a future."""
    try:
        while True:
            yield waiting_for
            waiting_for = coroutine.send(None)
    except StopIteration:
        return
    except BaseException:
        coroutine.close()
        raise
