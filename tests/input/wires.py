"""A WebSocket made by hand, for frames that no client library would send."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from tests.people import Person

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


def frame(
    opcode: int, payload: bytes, *, fin: bool = True, mask: bool = True, reserved: int = 0
) -> bytes:
    """A frame as it travels from a client."""
    return header(opcode, len(payload), fin=fin, mask=mask, reserved=reserved) + (
        masked(payload) if mask else payload
    )


def header(
    opcode: int, length: int, *, fin: bool = True, mask: bool = True, reserved: int = 0
) -> bytes:
    """The beginning of a frame that announces so many bytes."""
    first = fin << 7 | reserved << 4 | opcode
    bit = mask << 7
    if length < 126:
        return bytes([first, bit | length])
    if length < 2**16:
        return struct.pack("!BBH", first, bit | 126, length)
    return struct.pack("!BBQ", first, bit | 127, length)


def masked(payload: bytes) -> bytes:
    """The key that changes nothing, and the payload under it."""
    return b"\0\0\0\0" + payload


class Wire:
    """One connection. `frames` are the text frames that came, `code` the server's close code."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.frames: list[dict[str, Any]] = []
        self.code: int | None = None

    async def send(self, *parts: bytes) -> None:
        """What the server does not take any more, since it has closed, is lost."""
        try:
            for part in parts:
                self._writer.write(part)
                await self._writer.drain()
        except ConnectionError:
            return

    async def say(self, text: str) -> None:
        await self.send(frame(TEXT, text.encode()))

    async def until(self, command_id: str) -> dict[str, Any] | None:
        """The answer to this command, or None when the server closed instead."""
        async with asyncio.timeout(20):
            while await self._read():
                if self.frames and self.frames[-1].get("id") == command_id:
                    return self.frames[-1]
        return None

    async def ended(self) -> int | None:
        """Read to the end; the close code, None when there was no close frame."""
        async with asyncio.timeout(20):
            while await self._read():
                pass
        return self.code

    async def _read(self) -> bool:
        """Whether one more frame has come."""
        try:
            first, second = await self._reader.readexactly(2)
            length = second & 127
            if length == 126:
                (length,) = struct.unpack("!H", await self._reader.readexactly(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", await self._reader.readexactly(8))
            payload = await self._reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            return False
        if first & 15 == TEXT:
            self.frames.append(json.loads(payload))
        elif first & 15 == CLOSE:
            self.code = struct.unpack("!H", payload[:2])[0] if payload else None
        return first & 15 != CLOSE

    def answers(self) -> list[dict[str, Any]]:
        """Replies and errors so far; none may blame the server."""
        answers = [frame for frame in self.frames if frame["type"] in ("reply", "error")]
        failed = [answer for answer in answers if answer.get("error", {}).get("status", 0) >= 500]
        assert not failed, failed
        return answers


@asynccontextmanager
async def wired(person: Person) -> AsyncIterator[Wire]:
    """A wire that is synced."""
    place = urlsplit(person.server)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        "GET /ws/ HTTP/1.1",
        f"Host: {place.netloc}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {key}",
        f"Authorization: Bearer {person.access}",
    ]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    wire = Wire(reader, writer)
    try:
        while not wire.frames or wire.frames[-1]["type"] != "synced":
            assert await wire._read()
        yield wire
    finally:
        writer.transport.abort()
