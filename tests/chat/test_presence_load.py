"""What presence costs the loop of a process with ten thousand sockets."""

from __future__ import annotations

import asyncio
import gc
import random
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from chat.doors.wire import Presence
from chat.presence.desk import PresenceDesk, Watched
from project.sync import sealing
from project.sync.hub import Hub, hub_here

SOCKETS = 10_000
WATCHED = 50
LONGEST = 0.020
"""Seconds of processor that nothing may take at a time."""


class Silent:
    """As much of a socket as the desk needs."""

    def __init__(self, user_id: int) -> None:
        self.user_id = user_id
        self.on_end: list[Any] = []
        self.told = 0

    def signal(self, text: str) -> None:
        self.told += 1


class Stalls:
    """Measures, in processor time of this thread, the longest time between two turns of the loop:
    how busy the machine is otherwise plays no part."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._since = time.thread_time()
        self._next = asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        now = time.thread_time()
        self.longest = max(self.longest, now - self._since)
        self._since = time.thread_time()
        self._next = asyncio.get_running_loop().call_soon(self._turn)

    def stop(self) -> None:
        self._next.cancel()

    def taken(self) -> float:
        longest, self.longest = self.longest, 0.0
        return longest


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    yield hub_here()
    await hub_here().close()


async def test_ten_thousand_watchers_never_stop_the_loop_for_long(hub: Hub) -> None:
    desk = hub.companion(PresenceDesk)
    shown = Presence(user="0", online=False, last_seen=None)
    base = random.getrandbits(40)
    sockets: list[Any] = [Silent(base + number) for number in range(SOCKETS)]
    for number, socket in enumerate(sockets):
        watched = range(base + number * WATCHED, base + (number + 1) * WATCHED)
        desk.replace(socket, dict.fromkeys(watched, Watched(False, shown)))
        if number % 500 == 0:
            await asyncio.sleep(0)
    await asyncio.sleep(0)
    gc.collect()
    gc.freeze()  # what collecting half a million entries takes is not the desk's doing
    stalls = Stalls()
    await asyncio.sleep(1)  # a part of a round
    assert stalls.taken() < LONGEST, "going round"
    for number in range(0, SOCKETS * WATCHED, 50):
        hub._act(sealing.Changed(base + number))
        if number % 25_000 == 0:
            await asyncio.sleep(0)
    await asyncio.sleep(0.2)
    assert stalls.taken() < LONGEST, "ten thousand arrivals elsewhere"
    for number in range(SOCKETS):
        desk._came_or_went(base + number, True)
        if number % 500 == 0:
            await asyncio.sleep(0)
    await asyncio.sleep(2)
    assert stalls.taken() < LONGEST, "ten thousand arrivals here"
    stalls.stop()
    gc.unfreeze()
    for socket in sockets:
        for ended in socket.on_end:
            ended()
