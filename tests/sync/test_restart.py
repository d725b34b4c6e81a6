"""A server that is told to stop says goodbye to each of its sockets."""

from __future__ import annotations

import asyncio

from tests.conftest import serving
from tests.devices import opened
from tests.people import Person
from tests.sync.closing import goodbye
from tests.sync.conftest import moved, process_of


async def test_clients_are_told_to_come_back_a_little_later(
    alice: Person, bob: Person, chat: str
) -> None:
    with serving() as url:
        hers, his = moved(alice, url), moved(bob, url)
        async with opened(hers) as one, opened(his, "/ws/chat/") as two, opened(his) as three:
            sent = await one.say(chat, "just before")
            process = process_of(url)
            process.terminate()
            byes = await asyncio.gather(*(goodbye(device) for device in (one, two, three)))
            epoch = one.ready["epoch"]
        process.wait(10)
        for person in (hers, his):
            person.http.close()
    assert [(bye["code"], bye["reason"]) for bye in byes] == [(1012, "restart")] * 3
    delays = [bye["retry_after"] for bye in byes]
    assert all(0 <= delay <= 5 for delay in delays)
    assert len(set(delays)) == 3, "they must not all come back at once"
    async with opened(bob, epoch=epoch, pts=0) as device:
        assert await device.update("message.created") == sent
