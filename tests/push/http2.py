"""A small HTTP/2 server that can also break off, as the companies' servers do."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived, Event, RequestReceived, StreamEnded, StreamReset
from h2.exceptions import ProtocolError


class Request(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Reply(NamedTuple):
    status: int
    headers: dict[str, str] = {}
    body: bytes = b""


class Break(Enum):
    """Instead of a reply."""

    RESET = "the stream is reset"
    GOAWAY = "the connection ends; this request and later ones were not processed"
    DROP = "the connection is gone without a word"


Answer = Reply | Break
Handler = Callable[[Request], Answer]


class Connection(asyncio.Protocol):
    """One client's connection; every request is answered at once."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        self._open: dict[int, tuple[dict[str, str], bytearray]] = {}
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._h2.initiate_connection()
        self._flush()

    def close(self) -> None:
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        try:
            for event in self._h2.receive_data(data):
                self._take(event)
        except ProtocolError:
            self._transport.close()
            return
        self._flush()

    def _take(self, event: Event) -> None:
        if isinstance(event, RequestReceived):
            headers = {str(name): str(value) for name, value in event.headers}
            self._open[event.stream_id] = headers, bytearray()
        elif isinstance(event, DataReceived) and event.stream_id in self._open:
            self._open[event.stream_id][1].extend(event.data)
            self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, StreamReset):
            self._open.pop(event.stream_id, None)
        elif isinstance(event, StreamEnded) and event.stream_id in self._open:
            headers, body = self._open.pop(event.stream_id)
            self._answer(event.stream_id, headers, bytes(body))

    def _answer(self, stream: int, headers: dict[str, str], body: bytes) -> None:
        request = Request(headers.pop(":method"), headers.pop(":path"), headers, body)
        answer = self._handler(request)
        if isinstance(answer, Reply):
            self._reply(stream, answer)
        elif answer is Break.RESET:
            self._h2.reset_stream(stream, ErrorCodes.INTERNAL_ERROR)
        else:
            self._end(stream, answer)

    def _reply(self, stream: int, reply: Reply) -> None:
        headers = [(":status", str(reply.status)), *reply.headers.items()]
        self._h2.send_headers(stream, headers, end_stream=not reply.body)
        if reply.body:
            self._h2.send_data(stream, reply.body, end_stream=True)

    def _end(self, stream: int, how: Break) -> None:
        if how is Break.GOAWAY:
            self._h2.close_connection(ErrorCodes.NO_ERROR, b"shutdown", stream - 2)
        self._open.clear()
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if data := self._h2.data_to_send():
            self._transport.write(data)


class Server:
    """Runs in a thread of its own, on a free port of loopback; with a context, it speaks TLS."""

    def __init__(self, handler: Handler, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        self._handler = handler
        self._tls = tls
        self._wanted = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._connections: list[Connection] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}" if self._tls else f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)

    async def _listen(self) -> None:
        server = await self._loop.create_server(
            self._connection, "127.0.0.1", self._wanted, ssl=self._tls
        )
        self._server = server
        self.port = server.sockets[0].getsockname()[1]

    def _connection(self) -> Connection:
        self._connections.append(Connection(self._handler))
        return self._connections[-1]

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        for connection in self._connections:
            connection.close()
        await self._server.wait_closed()
