"""No request body may be larger than we would ever read.

Django takes in the whole body before any view runs, to disk if need be, so the limit has to stand
in front of it. (A proxy has a limit of its own; daphne spools before it asks anyone.)
"""

from __future__ import annotations

from project.errors import Problem
from project.replies import Application, Event, Receive, Send, header, refuse


class TooLargeError(Exception):
    """More came than was announced or allowed."""


class BodyLimit:
    """ASGI middleware; `limit` is in bytes."""

    def __init__(self, application: Application, limit: int) -> None:
        self._application = application
        self._limit = limit

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        problem = Problem("too_large", f"A body may have at most {self._limit} bytes.")
        if self._announced(scope) > self._limit:
            await refuse(scope, send, problem)
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
            await refuse(scope, send, problem)

    @staticmethod
    def _announced(scope: Event) -> int:
        length = header(scope, b"content-length")
        return int(length) if length.isdigit() else 0
