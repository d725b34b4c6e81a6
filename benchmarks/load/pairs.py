"""Pairs of people who write to each other: one sends, the other receives, nothing may be lost.

The load shares the machine with what it measures, so it does no more than it must per message.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from benchmarks.load.dialects import Dialect, Kind, Pair

CONNECT_SECONDS = 30.0
DRAIN_SECONDS = 60.0
AT_ONCE = 50  # connections being opened at a time


class Device(WSListener):
    """One socket. `told` is called with the ordinal of every message that it is told."""

    def __init__(self, dialect: Dialect, who: str, line: Line, expects: bool) -> None:
        self._dialect = dialect
        self.who = who
        self._line = line
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # The messages that this device still has to be told.
        self.awaited: set[int] | None = set() if expects else None

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport
        if (greeting := self._dialect.greeting(self.who)) is not None:
            self.send(greeting)

    def send(self, frame: bytes) -> None:
        self.transport.send(WSMsgType.TEXT, frame)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type != WSMsgType.TEXT:
            if frame.msg_type == WSMsgType.CLOSE:
                transport.disconnect()
            return
        kind, ordinal = self._dialect.read(frame.get_payload_as_bytes())
        if kind == Kind.MESSAGE:
            self._told(ordinal)
        elif kind == Kind.ACK:
            self._line.acked(ordinal)
        elif kind == Kind.READY and not self.ready.done():
            self.ready.set_result(None)
        elif kind == Kind.PING:
            self.send(self._dialect.pong)
        elif kind == Kind.FAULT:
            self._line.load.faults.append(frame.get_payload_as_utf8_text()[:200])

    def _told(self, ordinal: int) -> None:
        if self.awaited is None:
            return
        if ordinal not in self.awaited:
            self._line.load.faults.append(f"message {ordinal} came twice or was never sent")
            return
        self.awaited.remove(ordinal)
        if self is self._line.receiver:
            self._line.received(ordinal)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        if not self._line.load.closing:
            self._line.load.faults.append("a socket was closed")


class Line:
    """One pair. `sent` holds when each message was sent that is still on its way."""

    def __init__(self, load: Load, pair: Pair) -> None:
        self.load = load
        self.pair = pair
        dialect = load.dialect
        self.sender = Device(dialect, pair.sender, self, expects=dialect.echoes)
        self.receiver = Device(dialect, pair.receiver, self, expects=True)
        self.warm = False  # something has come through
        self._ordinal = 0
        self._unreceived: dict[int, float] = {}
        self._unacked: dict[int, float] = {}

    def send(self, at: float | None = None) -> None:
        """Send the next message; `at` is when it was due, if that was earlier than now."""
        self._ordinal = ordinal = self._ordinal + 1
        self._unreceived[ordinal] = self._unacked[ordinal] = at or time.perf_counter()
        for device in (self.receiver, self.sender):
            if device.awaited is not None:
                device.awaited.add(ordinal)
        self.sender.send(self.load.dialect.message(self.pair, ordinal))

    def acked(self, ordinal: int) -> None:
        sent = self._unacked.pop(ordinal, None)
        if sent is None:
            self.load.faults.append(f"message {ordinal} was answered twice")
            return
        self.load.acked(sent)
        if self.load.refill:
            self.send()

    def received(self, ordinal: int) -> None:
        self.warm = True
        self.load.received(self._unreceived.pop(ordinal))

    @property
    def unfinished(self) -> int:
        """How much is still to come: answers, and messages on either device."""
        awaited = [device.awaited or () for device in (self.sender, self.receiver)]
        return len(self._unacked) + sum(map(len, awaited))


class Load:
    """All pairs on one server. `faults` must be empty in the end."""

    def __init__(self, dialect: Dialect, port: int, pairs: Sequence[Pair]) -> None:
        self.dialect = dialect
        self._port = port
        self._lines = [Line(self, pair) for pair in pairs]
        self.faults: list[str] = []
        self.refill = False
        self.closing = False
        self.measuring = False
        self.delivered = 0
        self.receive_seconds: list[float] = []
        self.ack_seconds: list[float] = []

    @property
    def lines(self) -> Sequence[Line]:
        return self._lines

    async def open(self) -> None:
        gate = asyncio.Semaphore(AT_ONCE)
        async with asyncio.timeout(CONNECT_SECONDS), asyncio.TaskGroup() as group:
            for line in self._lines:
                for device in (line.sender, line.receiver):
                    group.create_task(self._connect(line.pair, device, gate))

    async def _connect(self, pair: Pair, device: Device, gate: asyncio.Semaphore) -> None:
        who = device.who
        url, headers = self.dialect.address(self._port, pair, who)
        async with gate:
            await ws_connect(lambda: device, url, extra_headers=headers)
            await device.ready

    def fill(self, window: int) -> None:
        """Keep so many messages of every sender unanswered, until `drain`."""
        self.refill = True
        for line in self._lines:
            for _ in range(window):
                line.send()

    async def warm_up(self, seconds: float) -> None:
        """Wait so long, and until every pair has heard from each other."""
        await asyncio.sleep(seconds)
        deadline = time.monotonic() + DRAIN_SECONDS
        while not all(line.warm for line in self._lines) and time.monotonic() < deadline:
            await asyncio.sleep(0.05)

    def measure(self) -> None:
        """Count from here on, until `measuring` is off again."""
        self.delivered = 0
        self.receive_seconds.clear()
        self.ack_seconds.clear()
        self.measuring = True

    def acked(self, sent: float) -> None:
        if self.measuring:
            self.ack_seconds.append(time.perf_counter() - sent)

    def received(self, sent: float) -> None:
        if self.measuring:
            self.delivered += 1
            self.receive_seconds.append(time.perf_counter() - sent)

    async def drain(self) -> None:
        """Send no more and wait for all that is on its way; what does not come is a fault."""
        self.refill = False
        deadline = time.monotonic() + DRAIN_SECONDS
        while (left := sum(line.unfinished for line in self._lines)) > 0:
            if time.monotonic() > deadline:
                self.faults.append(f"{left} messages or answers never came")
                return
            await asyncio.sleep(0.02)

    async def close(self) -> None:
        self.closing = True
        for line in self._lines:
            for device in (line.sender, line.receiver):
                device.transport.disconnect()
        await asyncio.sleep(0.2)
