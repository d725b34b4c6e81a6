"""M5: the head is read first and the hub joined after, and nobody looks again: what is committed in
between is missed."""

import asyncio
from collections.abc import Iterable

from asgi import application
from project.sync.handshake import Arrival
from project.sync.hub import Hub, hub_here
from project.sync.socket import Socket
from tests.faults.planted.surgery import replace

GAP = 1.0

_join = Hub.join
_greet = Socket._greet


def join(self: Hub, socket: Socket) -> None:
    """Later."""


def look_soon(self: Hub, user_ids: Iterable[int]) -> None:
    """Not at all."""


async def greet(self: Socket, arrival: Arrival) -> None:
    await _greet(self, arrival)
    await asyncio.sleep(GAP)
    _join(hub_here(), self)


replace(Hub, "join", join)
replace(Hub, "look_soon", look_soon)
replace(Socket, "_greet", greet)

__all__ = ["application"]
