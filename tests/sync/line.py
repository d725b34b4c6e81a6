"""A socket of the application in this very process, whose client reads only when a test lets it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from project.sync.socket import sockets
from tests.people import Person


class Line:
    """What the server sends waits at the gate while it is shut, as it does when TCP's buffers are
    full."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self.frames: list[dict[str, Any]] = []
        self.code: int | None = None
        self.stuck = False
        self._news = asyncio.Event()
        self._said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def receive(self) -> dict[str, Any]:
        return await self._said.get()

    async def send(self, event: dict[str, Any]) -> None:
        self.stuck = not self.gate.is_set()
        self._news.set()
        await self.gate.wait()
        if event["type"] == "websocket.send":
            self.frames.append(json.loads(event["text"]))
        elif event["type"] == "websocket.close":
            self.code = event["code"]
        self._news.set()

    def say(self, event: str, text: str | None = None) -> None:
        self._said.put_nowait({"type": event, "text": text})

    async def until(self, done: Callable[[], bool]) -> None:
        """Wait for what the frames must show."""
        async with asyncio.timeout(15):
            while not done():
                self._news.clear()
                await self._news.wait()

    def updates(self) -> list[int]:
        return [frame["pts"] for frame in self.frames if frame["type"] == "update"]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if frame["type"] == kind]


@asynccontextmanager
async def lined(person: Person, query: str = "") -> AsyncIterator[Line]:
    """A line that is synced."""
    line = Line()
    headers = [(b"authorization", f"Bearer {person.access}".encode())]
    scope: dict[str, Any] = {
        "type": "websocket",
        "path": "/ws/",
        "headers": headers,
        "subprotocols": [],
        "query_string": query.encode(),
    }
    line.say("websocket.connect")
    socket = asyncio.create_task(sockets(scope, line.receive, line.send))
    try:
        await line.until(lambda: bool(line.of("synced")))
        yield line
    finally:
        line.gate.set()
        line.say("websocket.disconnect")
        await socket
