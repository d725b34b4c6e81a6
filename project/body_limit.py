"""No request body may be larger than we would ever read.

Django takes in the whole body before any view runs, to disk if need be, so the limit has to stand
in front of it. (A proxy has a limit of its own; daphne spools before it asks anyone.)
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from project.errors import Problem

Event = dict[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]


class TooLargeError(Exception):
    """More came than was announced or allowed."""


class BodyLimit:
    """ASGI middleware; `limit` is in bytes."""

    def __init__(self, application: Application, limit: int) -> None:
        self._application = application
        self._limit = limit

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        if self._announced(scope) > self._limit:
            await self._refuse(send)
            return
        taken = 0

        async def counted() -> Event:
            nonlocal taken
            event = await receive()
            taken += len(event.get("body", b""))
            if taken > self._limit:
                raise TooLargeError
            return event

        try:
            await self._application(scope, counted, send)
        except TooLargeError:
            await self._refuse(send)

    @staticmethod
    def _announced(scope: Event) -> int:
        length = next((v for k, v in scope["headers"] if k == b"content-length"), b"0")
        return int(length) if length.isdigit() else 0

    async def _refuse(self, send: Send) -> None:
        problem = Problem("too_large", f"A body may have at most {self._limit} bytes.")
        body = msgspec.json.encode(problem.body(""))
        headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
        headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": body})
