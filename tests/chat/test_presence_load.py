"""What presence costs the loop of a process with many sockets: in people looked up between two
turns, since how long that takes is the machine's affair."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest

from chat.doors.wire import Presence
from chat.presence.desk import PresenceDesk, Watched
from chat.presence.leases import SLICE
from project.sync import sealing
from project.sync.hub import Hub, hub_here

SOCKETS = 2_000
WATCHED = 50
AT_ONCE = 500
"""People that the test itself brings between two turns."""
MOST = 15 * SLICE
"""Look-ups between two turns, a few for each person of a slice. At half a microsecond they take two
milliseconds; going through all that are watched would take 100,000, or a million with ten thousand
sockets."""


class Person(int):
    """The number of a user, which counts how often one is looked for in a set or dictionary."""

    looks = 0

    def __hash__(self) -> int:
        Person.looks += 1
        return super().__hash__()


class Silent:
    """As much of a socket as the desk needs."""

    def __init__(self, user_id: int) -> None:
        self.user_id = user_id
        self.on_end: list[Any] = []
        self.told = 0

    def signal(self, text: str) -> None:
        self.told += 1


class Turns:
    """Counts the look-ups between two turns of the loop, and all."""

    def __init__(self) -> None:
        self.most = self.all = Person.looks = 0
        self._next = asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        self.most = max(self.most, Person.looks)
        self.all += Person.looks
        Person.looks = 0
        self._next = asyncio.get_running_loop().call_soon(self._turn)

    def stop(self) -> None:
        self._next.cancel()

    async def until(self, looks: int) -> int:
        """Wait for so many look-ups; the most between two turns since the last time."""
        async with asyncio.timeout(60):
            while self.all < looks:
                await asyncio.sleep(0.01)
        most, self.most, self.all = self.most, 0, 0
        return most


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    yield hub_here()
    await hub_here().close()


async def test_nobody_waits_while_all_that_are_watched_are_compared(hub: Hub) -> None:
    desk = hub.companion(PresenceDesk)
    shown = Presence(user="0", online=False, last_seen=None)
    base = random.getrandbits(40)
    people = [Person(base + number) for number in range(SOCKETS * WATCHED)]
    sockets: list[Any] = [Silent(base + number) for number in range(SOCKETS)]
    for number, socket in enumerate(sockets):
        watched = people[number * WATCHED : (number + 1) * WATCHED]
        desk.replace(socket, dict.fromkeys(watched, Watched(False, shown)))
        if number % 500 == 0:
            await asyncio.sleep(0)
    turns = Turns()
    assert await turns.until(15 * SLICE) < MOST, "going round"
    for number, person in enumerate(people[::WATCHED]):
        hub._act(sealing.Changed(person))
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)
    assert await turns.until(2 * SOCKETS) < MOST, "arrivals elsewhere"
    for number, person in enumerate(people[:SOCKETS]):
        desk._came_or_went(person, True)
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)
    assert await turns.until(4 * SOCKETS) < MOST, "arrivals here"
    turns.stop()
    for socket in sockets:
        for ended in socket.on_end:
            ended()
