"""uvicorn's WebSocket protocol with one write per socket and turn of the loop.

uvloop hands every write to the kernel at once, so each frame is a system call: a third of what a
web process does under load. Frames of one turn, an answer and the update that goes with it, say,
leave together instead, some microseconds later.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol


class Cork:
    """A transport that holds what is written until the turn of the loop ends."""

    __slots__ = ("_held", "_loop", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if not self._held:
            self._loop.call_soon(self._pull)
        self._held.append(data)

    def _pull(self) -> None:
        held = self._held
        if held:
            self._held = []
            self._transport.write(held[0] if len(held) == 1 else b"".join(held))

    def close(self) -> None:
        """What is held still goes out before the connection ends."""
        self._pull()
        self._transport.close()


class CorkedProtocol(WebSocketsSansIOProtocol):
    """`uvicorn --ws project.launch.corked:CorkedProtocol`"""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        corked = Cork(cast("asyncio.Transport", transport), self.loop)
        super().connection_made(cast("asyncio.Transport", corked))
