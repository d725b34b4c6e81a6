"""One HTTP/2 connection to a push service: many requests at once, each within a time.

`h2` speaks the protocol; this moves its bytes. Nothing here repeats a request: whatever ends
without a response is `Unreachable`, and its push is sent anew with the same id.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    RemoteSettingsChanged,
    ResponseReceived,
    StreamEnded,
    StreamReset,
    WindowUpdated,
)
from h2.exceptions import H2Error
from hpack import Encoder, HeaderTuple, NeverIndexedHeaderTuple

STREAMS = 100
"""Open at once at most; fewer if the other side says so."""
LONGEST_ANSWER = 16 * 1024
LARGEST_HEADERS = 32 * 1024
COMMON = frozenset(
    {
        *(":method", ":scheme", ":authority", "content-encoding", "content-type", "ttl", "urgency"),
        *("apns-topic", "apns-push-type", "apns-priority"),
    }
)
"""Headers whose values come again and again, so that they are worth remembering."""

Headers = Sequence[tuple[str, str]]


class Unreachable(Exception):
    """No response. The argument says why, in a word or two."""


class Response(NamedTuple):
    """What a service answered; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class _Plain(Encoder):
    """Headers as they are."""

    def encode(self, headers: Any, huffman: bool = False) -> bytes:
        return super().encode(headers, huffman=False)


class _Exchange:
    """One request that waits for its response."""

    __slots__ = ("body", "done", "headers", "status")

    def __init__(self, done: asyncio.Future[Response]) -> None:
        self.done = done
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = bytearray()

    def finish(self) -> None:
        if not self.done.done():
            self.done.set_result(Response(self.status, self.headers, bytes(self.body)))

    def fail(self, reason: str) -> None:
        if not self.done.done():
            self.done.set_exception(Unreachable(reason))


class Connection(asyncio.Protocol):
    """Made by `loop.create_connection`. Once `closing`, it takes no more requests."""

    def __init__(self) -> None:
        # Our headers are well-formed; looking at them costs 60 µs a push, and Huffman's code 150.
        config = H2Configuration(
            client_side=True,
            header_encoding="utf-8",
            normalize_outbound_headers=False,
            validate_outbound_headers=False,
        )
        self._h2 = H2Connection(config)
        self._h2.encoder = _Plain()
        self._exchanges: dict[int, _Exchange] = {}
        self._for_a_stream: deque[asyncio.Future[None]] = deque()
        self._for_a_window: deque[asyncio.Future[None]] = deque()
        self._flushing = False
        self._transport: asyncio.Transport
        self._loop = asyncio.get_running_loop()
        self.closing = False

    @property
    def busy(self) -> int:
        """Requests that are open."""
        return len(self._exchanges)

    async def request(self, headers: Headers, body: bytes, seconds: float) -> Response:
        """Raises Unreachable, also when the time is over. A connection on which a response did not
        come in time takes no further requests: its packets may simply have stopped."""
        stream = 0
        try:
            async with asyncio.timeout(seconds):
                while self._is_full():
                    await self._turn(self._for_a_stream)
                stream = self._open(headers)
                await self._send(stream, body)
                return await self._exchanges[stream].done
        except TimeoutError:
            self._retire()
            raise Unreachable("time-out") from None
        except (H2Error, OSError) as error:
            self._retire()
            raise Unreachable(type(error).__name__) from None
        finally:
            self._leave(stream)

    def close(self) -> None:
        self.closing = True
        self._transport.close()

    def _is_full(self) -> bool:
        if self.closing:
            raise Unreachable("closed")
        most = min(STREAMS, self._h2.remote_settings.max_concurrent_streams)
        return len(self._exchanges) >= most

    def _open(self, headers: Headers) -> int:
        stream = self._h2.get_next_available_stream_id()
        self._h2.send_headers(
            stream,
            [
                HeaderTuple(name, value) if name in COMMON else NeverIndexedHeaderTuple(name, value)
                for name, value in headers
            ],
        )
        self._exchanges[stream] = _Exchange(self._loop.create_future())
        self._flush_soon()
        return stream

    async def _send(self, stream: int, body: bytes) -> None:
        """As much at a time as the other side takes."""
        rest = memoryview(body)
        while True:
            if self._exchanges[stream].done.done():
                return  # answered, or broken off, before all was sent
            size = min(
                self._h2.local_flow_control_window(stream),
                self._h2.max_outbound_frame_size,
                len(rest),
            )
            if size or not rest:
                self._h2.send_data(stream, bytes(rest[:size]), end_stream=size == len(rest))
                self._flush_soon()
                rest = rest[size:]
                if not rest:
                    return
            else:
                await self._turn(self._for_a_window)

    async def _turn(self, queue: deque[asyncio.Future[None]]) -> None:
        turn = self._loop.create_future()
        queue.append(turn)
        await turn

    def _wake_all(self) -> None:
        while self._wake_one(self._for_a_stream) or self._wake_one(self._for_a_window):
            pass

    def _wake_one(self, queue: deque[asyncio.Future[None]]) -> bool:
        while queue:
            turn = queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return True
        return False

    def _leave(self, stream: int) -> None:
        """Forget a request; one that nobody waits for any longer is called off."""
        exchange = self._exchanges.pop(stream, None)
        if exchange is not None and not exchange.done.done():
            try:
                self._h2.reset_stream(stream, ErrorCodes.CANCEL)
            except H2Error:
                self._retire()
            self._flush_soon()
        elif exchange is not None and not exchange.done.cancelled():
            exchange.done.exception()  # it was told, or its waiter has gone
        self._wake_one(self._for_a_stream)
        if self.closing and not self._exchanges:
            self._transport.close()

    def _retire(self) -> None:
        self.closing = True
        self._wake_all()

    def _flush_soon(self) -> None:
        """Frames of one turn of the loop leave together."""
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flushing = False
        if data := self._h2.data_to_send():
            self._transport.write(data)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own is none by class
        self._h2.local_settings.enable_push = 0
        self._h2.local_settings.max_header_list_size = LARGEST_HEADERS
        self._h2.initiate_connection()
        self._flush()

    def data_received(self, data: bytes) -> None:
        try:
            for event in self._h2.receive_data(data):
                self._take(event)
        except (H2Error, ValueError) as error:
            self._break(type(error).__name__)
            self._transport.close()
        self._flush_soon()

    def connection_lost(self, error: Exception | None) -> None:
        self._break("connection lost")

    def _break(self, reason: str) -> None:
        for exchange in self._exchanges.values():
            exchange.fail(reason)
        self._retire()

    def _take(self, event: Event) -> None:
        if isinstance(event, RemoteSettingsChanged | WindowUpdated):
            self._wake_all()
        elif isinstance(event, ConnectionTerminated):
            self._end(event.last_stream_id or 0)
        elif isinstance(event, DataReceived):
            self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            self._read(event)
        else:
            exchange = self._exchanges.get(getattr(event, "stream_id", None) or 0)
            if exchange is not None:
                self._take_of(exchange, event)

    def _take_of(self, exchange: _Exchange, event: Event) -> None:
        if isinstance(event, ResponseReceived):
            exchange.headers = {str(name): str(value) for name, value in event.headers}
            exchange.status = int(exchange.headers.pop(":status"))
        elif isinstance(event, StreamEnded):
            exchange.finish()
        elif isinstance(event, StreamReset):
            exchange.fail("stream reset")

    def _read(self, event: DataReceived) -> None:
        exchange = self._exchanges.get(event.stream_id)
        if exchange is None:
            return
        if len(exchange.body) + len(event.data) > LONGEST_ANSWER:
            exchange.fail("long answer")
        else:
            exchange.body.extend(event.data)

    def _end(self, last: int) -> None:
        """GOAWAY: requests after `last` were not looked at; the others may still be answered."""
        for stream, exchange in self._exchanges.items():
            if stream > last:
                exchange.fail("going away")
        self._retire()
