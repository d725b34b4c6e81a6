"""No request body may be larger than we would ever read.

Django takes in the whole body before any view runs, to disk if need be, so the limit has to stand
in front of it. (A proxy has a limit of its own; daphne spools before it asks anyone.)
"""

from __future__ import annotations

from collections.abc import Mapping

from project.errors import Problem
from project.replies import Application, Event, Receive, Send, header, refuse


class TooLargeError(Exception):
    """More came than was announced or allowed."""


class BodyLimit:
    """ASGI middleware; `limit` is in bytes, and `larger` ones are by path."""

    def __init__(self, application: Application, limit: int, larger: Mapping[str, int]) -> None:
        self._application = application
        self._limit = limit
        self._larger = larger

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        limit = self._larger.get(scope["path"], self._limit)
        problem = Problem("too_large", f"A body may have at most {limit} bytes.")
        if self._announced(scope) > limit:
            await refuse(scope, send, problem)
            return
        taken = 0

        async def counted() -> Event:
            nonlocal taken
            event = await receive()
            taken += len(event.get("body", b""))
            if taken > limit:
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
