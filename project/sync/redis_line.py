"""A connection to Redis for the hints between hubs: commands go out as bytes, hiredis reads.

redis-py costs tens of microseconds for a published or received message, and hubs have thousands a
second. This knows nothing but to connect, to send and to hand on what comes.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from typing import Any

import hiredis
from redis.asyncio.connection import SSLConnection, parse_url

TIMEOUT = 0.5

Command = tuple[Any, ...]
"""Of texts and bytes."""


class RedisLine:
    """What raises here raises OSError, TimeoutError or a hiredis error; the line is of no use then
    and is to be closed."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._parser = hiredis.Reader()

    @classmethod
    async def open(cls, url: str) -> RedisLine:
        given: dict[str, Any] = dict(parse_url(url))
        async with asyncio.timeout(TIMEOUT):
            if (path := given.get("path")) is not None:
                line = cls(*await asyncio.open_unix_connection(path))
            else:
                secure = given.get("connection_class") is SSLConnection
                context = ssl.create_default_context() if secure else None
                host, port = given.get("host", "localhost"), given.get("port", 6379)
                line = cls(*await asyncio.open_connection(host, port, ssl=context))
            if (password := given.get("password")) is not None:
                await line._introduce(given.get("username") or "default", password)
        return line

    async def _introduce(self, username: str, password: str) -> None:
        try:
            await self.ask([("AUTH", username, password)])
        except BaseException:
            self.close()
            raise

    def send(self, commands: Iterable[Command]) -> None:
        """Without waiting for anything; the replies come with `read`."""
        packed: list[bytes] = [hiredis.pack_command(each) for each in commands]
        self._writer.write(b"".join(packed))

    async def ask(self, commands: list[Command]) -> list[Any]:
        """All replies, in order. Not for a line that subscribes. Raises what Redis refuses."""
        self.send(commands)
        async with asyncio.timeout(TIMEOUT):
            replies: list[Any] = []
            while len(replies) < len(commands):
                replies += await self.read()
        for reply in replies:
            if isinstance(reply, hiredis.ReplyError):
                raise reply
        return replies

    async def read(self) -> list[Any]:
        """Whatever has come, at least one whole reply."""
        replies: list[Any] = []
        while not replies:
            data = await self._reader.read(65536)
            if not data:
                raise ConnectionResetError("Redis has closed the line")
            self._parser.feed(data)
            while (reply := self._parser.gets()) is not False:
                replies.append(reply)
        return replies

    def close(self) -> None:
        self._writer.close()
