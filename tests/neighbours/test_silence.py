"""Packets stop: nothing is closed, nothing is refused, no answer comes."""

from __future__ import annotations

import asyncio
import time

import httpx

from tests.devices import opened
from tests.neighbours.conftest import Way
from tests.people import Person
from tests.sync.conftest import moved

SECONDS = 12.0
"""Within which everybody who asks is answered."""


async def test_postgres_is_silent(alice: Person, bob: Person, chat: str, way: Way) -> None:
    hers = moved(alice, way.server)
    async with opened(hers) as device:
        await device.say(chat, "before")
        way.silence(way.postgres)
        since = time.monotonic()
        refused, listed, health = await asyncio.gather(
            device.refused("message.send", chat=chat, client_id="once", text="once"),
            asyncio.to_thread(hers.http.get, "/chats"),
            asyncio.to_thread(httpx.get, way.server + "/health/ready", timeout=20),
        )
        took = time.monotonic() - since
        way.speak(way.postgres)
        assert (refused["code"], refused["retry_after"]) == ("unavailable", 1)
        assert listed.status_code == 503, listed.text
        assert (listed.json()["code"], listed.headers["Retry-After"]) == ("unavailable", "1")
        assert (health.status_code, health.json()["status"]) == (503, "down")
        assert took < SECONDS, took
        # The line is there again: the repeat is stored, once, whatever became of the first.
        again = await device.say(chat, "once", client_id="once")
        assert again["number"] == 2
        assert await asyncio.to_thread(bob.texts, chat) == ["before", "once"]
    hers.http.close()
