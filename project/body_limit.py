"""No request body may be larger than we would ever read.

Django takes in the whole body before any view runs, to disk if need be, so the limit has to stand
in front of it. (A proxy has a limit of its own; daphne spools before it asks anyone.)
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from project.errors import Problem
from project.problems import request_id_for

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
            await self._refuse(scope, send)
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
            await self._refuse(scope, send)

    @staticmethod
    def _announced(scope: Event) -> int:
        length = _header(scope, b"content-length")
        return int(length) if length.isdigit() else 0

    async def _refuse(self, scope: Event, send: Send) -> None:
        request_id = request_id_for(_header(scope, b"x-request-id").decode("latin-1"))
        problem = Problem("too_large", f"A body may have at most {self._limit} bytes.")
        body = msgspec.json.encode(problem.body(request_id))
        headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
        headers.append((b"x-request-id", request_id.encode()))
        headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _header(scope: Event, name: bytes) -> bytes:
    return next((bytes(value) for key, value in scope["headers"] if key == name), b"")
