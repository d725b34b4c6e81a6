"""Packets stop: nothing is closed, nothing is refused, no answer comes."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator

import httpx
import pytest
from django.conf import settings

from project.database.connections import Connection
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


def test_a_host_that_does_not_answer_is_asked_last(silent_port: int) -> None:
    """It costs one connection its time-out, and no others after it."""
    own = settings.DATABASE_LINK
    both = {"host": f"127.0.0.1,{own['host']}", "port": f"{silent_port},{own.get('port', 5432)}"}
    link = {**own, **both, "connect_timeout": "2"}
    times = []
    for _ in range(3):
        since = time.monotonic()
        with Connection.connect(**link) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
        times.append(time.monotonic() - since)
    assert times[0] >= 2 > max(times[1:]), times


@pytest.fixture
def silent_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]
