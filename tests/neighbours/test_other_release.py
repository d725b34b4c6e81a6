"""The database function of another release is there, or is not there yet."""

from __future__ import annotations

import asyncio

from tests.devices import opened
from tests.neighbours.conftest import Way, sql
from tests.people import Person
from tests.sync.conftest import moved

FUNCTIONS = (
    "select oid::regprocedure::text, proname from pg_proc where proname like '%send_messages%'"
)


async def test_in_the_middle_of_an_upgrade_a_message_waits(
    alice: Person, chat: str, way: Way
) -> None:
    hers = moved(alice, way.server)
    async with opened(hers) as device:
        functions = sql(FUNCTIONS)
        for signature, name in functions:
            sql(f"alter function {signature} rename to away_{name}")
        try:
            sending = asyncio.create_task(device.say(chat, "in between"))
            refused = await asyncio.to_thread(
                hers.call, "POST", f"/chats/{chat}/messages", 503, {"client_id": "1", "text": "1"}
            )
        finally:
            for signature, name in functions:
                sql(f"alter function {signature.replace(name, 'away_' + name)} rename to {name}")
        assert refused["code"] == "unavailable"
        assert (await sending)["number"] == 1
    hers.http.close()
