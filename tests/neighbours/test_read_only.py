"""PostgreSQL takes no writes: a standby, a full disk, an operator's switch."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx

from tests.devices import opened
from tests.neighbours.conftest import Pooler, Way, cut, sql
from tests.people import Person
from tests.sync.conftest import moved


def looked_at(server: str, status: str) -> Any:
    """The health of a server, once it is so; a look at all parts is good for a second."""
    deadline = time.monotonic() + 5
    while (health := httpx.get(server + "/health/ready")).json()["status"] != status:
        assert time.monotonic() < deadline, health.text
    assert health.status_code == (503 if status == "down" else 200)
    return health.json()


async def test_writes_are_unavailable_and_work_as_soon_as_they_can(
    alice: Person, chat: str, way: Way
) -> None:
    """Connections are cut once, as a failover does; later ones find a server that stays so."""
    hers = moved(alice, way.server)
    async with opened(hers) as device:
        await device.say(chat, "before")
        sql(f"alter role {way.role} set default_transaction_read_only = on")
        try:
            cut(way.role)
            refused, patched = await asyncio.gather(
                device.refused("message.send", chat=chat, client_id="1", text="1"),
                asyncio.to_thread(hers.http.patch, "/me", json={"name": "Other"}),
            )
            health = await asyncio.to_thread(looked_at, way.server, "degraded")
        finally:
            sql(f"alter role {way.role} reset default_transaction_read_only")
        assert (refused["code"], refused["retry_after"]) == ("unavailable", 1)
        assert (patched.status_code, patched.headers["Retry-After"]) == (503, "1")
        assert health["checks"]["postgres"]["detail"] == "takes no writes"
        assert (await device.say(chat, "1", client_id="1"))["number"] == 2
        assert hers.patch("/me", {"name": "Other"})["name"] == "Other"
    hers.http.close()


async def test_a_connection_that_stays_is_thrown_away(
    alice: Person, chat: str, pooler: Pooler, pooled: str
) -> None:
    """The pooler keeps our connections, and behind them are sessions that take no writes."""
    hers = moved(alice, pooled)
    async with opened(hers) as device:
        await device.say(chat, "before")
        hers.get("/me")
        sql(f"alter role {pooler.role} set default_transaction_read_only = on")
        try:
            cut(pooler.role)
            refused, patched = await asyncio.gather(
                device.refused("message.send", chat=chat, client_id="1", text="1"),
                asyncio.to_thread(hers.http.patch, "/me", json={"name": "Other"}),
            )
        finally:
            sql(f"alter role {pooler.role} reset default_transaction_read_only")
            cut(pooler.role)
        assert refused["code"] == "unavailable"
        assert patched.status_code == 503
        assert (await device.say(chat, "1", client_id="1"))["number"] == 2
        assert hers.patch("/me", {"name": "Other"})["name"] == "Other"
    hers.http.close()
