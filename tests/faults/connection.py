"""One open socket: commands answered by id, all other frames handed on in their order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.faults.rest import Unknown, judge

Json = dict[str, Any]

ANSWER_SECONDS = 8.0


class Connection:
    """Commands may be given once `frames` is being read."""

    def __init__(self, name: str, socket: ClientConnection) -> None:
        self.name = name
        self.bye: Json | None = None
        self._socket = socket
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._count = 0

    @property
    def close_code(self) -> int:
        return self._socket.close_code or 0

    async def command(self, type: str, data: Json) -> Any:
        """The reply's data. Raises Refused, or Unknown when the socket goes or nothing comes."""
        self._count += 1
        command_id = f"{self.name}-{self._count}"
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[command_id] = future
        try:
            await self._socket.send(json.dumps({"type": type, "id": command_id, "data": data}))
            answer = await asyncio.wait_for(future, ANSWER_SECONDS)
        except (ConnectionClosed, TimeoutError) as error:
            raise Unknown(repr(error)) from None
        finally:
            self._waiting.pop(command_id, None)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def frames(self) -> AsyncIterator[Json]:
        """Every frame that is no answer, until the socket ends; then nothing is left unanswered."""
        try:
            async for raw in self._socket:
                frame = json.loads(raw)
                if frame["type"] in ("reply", "error"):
                    self._answered(frame)
                elif frame["type"] == "bye":
                    self.bye = frame["data"]
                else:
                    yield frame
        except ConnectionClosed:
            return
        finally:
            self.give_up()

    def give_up(self) -> None:
        for future in self._waiting.values():
            if not future.done():
                future.set_result(Unknown("the socket ended"))

    async def close(self) -> None:
        await self._socket.close()

    def cut(self) -> None:
        """End the line without a close frame, as a phone in a tunnel does."""
        self._socket.transport.abort()

    def _answered(self, frame: Json) -> None:
        future = self._waiting.get(frame["id"] or "")
        if future is None or future.done():
            return
        if frame["type"] == "reply":
            future.set_result(frame["data"])
        else:
            future.set_result(judge(frame["error"]))


@asynccontextmanager
async def opened(name: str, url: str, headers: dict[str, str]) -> AsyncIterator[Connection]:
    """A socket that notices a silent server within ten seconds, by its own pings."""
    socket = await connect(
        url,
        additional_headers=headers,
        compression=None,
        open_timeout=5,
        ping_interval=5,
        ping_timeout=5,
        close_timeout=2,
        max_size=None,
        proxy=None,
    )
    connection = Connection(name, socket)
    try:
        yield connection
    finally:
        connection.give_up()
        await socket.close()
