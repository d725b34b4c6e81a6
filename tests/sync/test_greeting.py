"""`ready` is the first frame, whatever happens while a device comes in."""

from __future__ import annotations

import asyncio

from project.sync.hub import Hub
from project.sync.socket import Socket
from tests.people import Person
from tests.sync.line import lined


async def test_signals_that_come_before_ready_are_told_after_it(
    hub: Hub, alice: Person, bob: Person, chat: str
) -> None:
    """One is told at the very moment at which the hub hears of the socket."""
    joined: list[Socket] = []

    def watcher(user_id: int, here: bool) -> None:
        if here and user_id == int(bob.id):
            joined.extend(hub.users[user_id])
            hub.signal([user_id], "typing", {"on": True})
            for socket in hub.users[user_id]:
                socket.tick(asyncio.get_running_loop().time() + 1000)

    hub.watchers.append(watcher)
    async with lined(bob) as line:
        await line.until(lambda: len(line.frames) >= 3)
        assert joined
        assert [frame["type"] for frame in line.frames] == ["ready", "signal", "synced"]
        assert line.frames[1] == {"type": "signal", "kind": "typing", "data": {"on": True}}
    hub.watchers.remove(watcher)
