"""A device on a socket, speaking the wire protocol; whole frames are what tests assert."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.people import Person

PATIENCE = 10.0
FOLLOWING = ("notification.", "counts.")
"""Kinds of what the feed adds to a log by itself, whenever its worker comes to it."""


class Device:
    """Frames are kept in the order in which they came until a test asks for them."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.kept: deque[dict[str, Any]] = deque()
        self.ready: dict[str, Any] = {}
        self.pts = 0

    async def raw(self, text: str | bytes) -> None:
        await self.connection.send(text)

    async def next(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first frame, kept or coming, that is wanted; the others stay kept."""
        for frame in self.kept:
            if wanted(frame):
                self.kept.remove(frame)
                return frame
        async with asyncio.timeout(PATIENCE):
            while True:
                came: dict[str, Any] = json.loads(await self.connection.recv())
                self._note(came)
                if wanted(came):
                    return came
                self.kept.append(came)

    def _note(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "update":
            self.pts = frame["pts"]

    async def frame(self, kind: str) -> dict[str, Any]:
        return await self.next(lambda frame: frame["type"] == kind)

    async def update(self, kind: str) -> dict[str, Any]:
        """The data of the next update of this kind."""
        frame = await self.next(lambda f: f["type"] == "update" and f["kind"] == kind)
        data: dict[str, Any] = frame["data"]
        return data

    async def signal(self, kind: str) -> dict[str, Any]:
        frame = await self.next(lambda f: f["type"] == "signal" and f["kind"] == kind)
        data: dict[str, Any] = frame["data"]
        return data

    async def ask(self, command: str, **data: Any) -> dict[str, Any]:
        """Send a command and return its whole answer, a reply or an error."""
        command_id = secrets.token_hex(6)
        await self.raw(json.dumps({"type": command, "id": command_id, "data": data}))
        return await self.answer(command_id)

    async def answer(self, command_id: str) -> dict[str, Any]:
        return await self.next(lambda frame: frame.get("id") == command_id)

    async def do(self, command: str, **data: Any) -> Any:
        """Send a command that must succeed; the reply's data."""
        answer = await self.ask(command, **data)
        assert answer["type"] == "reply", answer
        return answer["data"]

    async def refused(self, command: str, **data: Any) -> dict[str, Any]:
        """Send a command that must fail; the error."""
        answer = await self.ask(command, **data)
        assert answer["type"] == "error", answer
        error: dict[str, Any] = answer["error"]
        return error

    async def say(self, chat: str, text: str, client_id: str | None = None) -> Any:
        given = client_id or secrets.token_hex(8)
        return await self.do("message.send", chat=chat, client_id=given, text=text)

    async def closed(self) -> int:
        """Read to the end; the close code."""
        async with asyncio.timeout(PATIENCE):
            try:
                while True:
                    self.kept.append(json.loads(await self.connection.recv()))
            except ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd else 1006


def address(server: str, path: str, **query: Any) -> str:
    return server.replace("http", "ws", 1) + path + (f"?{urlencode(query)}" if query else "")


@asynccontextmanager
async def opened(person: Person, path: str = "/ws/", /, **query: Any) -> AsyncIterator[Device]:
    """A device that is connected and synced. `query` may hold a cursor: `epoch` and `pts`."""
    headers = {"Authorization": f"Bearer {person.access}"}
    url = address(person.server, path, **query)
    async with connect(url, additional_headers=headers, compression=None) as connection:
        device = Device(connection)
        device.ready = (await device.frame("ready"))["data"]
        device.pts = (await device.frame("synced"))["pts"]
        yield device


@asynccontextmanager
async def dialled(url: str, **options: Any) -> AsyncIterator[Device]:
    """A bare connection, for handshakes."""
    async with connect(url, compression=None, **options) as connection:
        yield Device(connection)
