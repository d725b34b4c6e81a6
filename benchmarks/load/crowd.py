"""Many devices on Confab that only listen: for memory, and for reconnecting all at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

CONNECT_SECONDS = 120.0


class Head(msgspec.Struct):
    """The part of a frame that matters here."""

    type: str
    pts: int = 0
    data: dict[str, Any] = {}


class Member(WSListener):
    """One device. It remembers its cursor from one connection to the next."""

    def __init__(self, access: str) -> None:
        self.access = access
        self.epoch = ""
        self.pts = 0
        self.resumed = False
        self.replayed = 0
        self.synced = asyncio.Event()

    async def connect(self, port: int) -> None:
        """Open a connection, from the cursor if there is one, and wait until it is synced."""
        self.synced.clear()
        self.replayed = 0
        cursor = f"?epoch={self.epoch}&pts={self.pts}" if self.epoch else ""
        await ws_connect(
            lambda: self,
            f"ws://127.0.0.1:{port}/ws/{cursor}",
            extra_headers={"Authorization": f"Bearer {self.access}"},
            websocket_handshake_timeout=CONNECT_SECONDS,
        )
        await self.synced.wait()

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type != WSMsgType.TEXT:
            return
        head = msgspec.json.decode(frame.get_payload_as_bytes(), type=Head)
        if head.type == "ready":
            self.epoch = head.data["epoch"]
            self.resumed = head.data["resumed"]
        elif head.type == "update":
            self.replayed += 1
            self.pts = head.pts
        elif head.type == "synced":
            self.pts = head.pts
            self.synced.set()

    def send(self, frame: bytes) -> None:
        self.transport.send(WSMsgType.TEXT, frame)

    def cut(self) -> None:
        """Lose the connection without a goodbye."""
        self.transport.underlying_transport.abort()


async def connect(members: Sequence[Member], port: int, at_once: int | None = None) -> None:
    """Connect them all, `at_once` at a time or really all at once."""
    gate = asyncio.Semaphore(at_once or len(members))

    async def one(member: Member) -> None:
        async with gate:
            await member.connect(port)

    async with asyncio.timeout(CONNECT_SECONDS), asyncio.TaskGroup() as group:
        for member in members:
            group.create_task(one(member))
