"""While Redis is away everything that is stored is told, a little later."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from project.embedded.redis import Redis
from tests.conftest import serving
from tests.devices import Device, opened
from tests.people import Person
from tests.sync.closing import goodbye
from tests.sync.conftest import moved

LATE = 2.0
"""Seconds that an update may be late without Redis; measured as the median of several."""


@pytest.fixture(scope="module")
def pair(own_redis: Redis) -> Iterator[tuple[str, str]]:
    """The addresses of two servers that only Redis links."""
    with serving(REDIS_URL=own_redis.url) as one, serving(REDIS_URL=own_redis.url) as two:
        yield one, two


async def reaches(device: Device, message: Any) -> None:
    await device.next(lambda f: f["type"] == "update" and f["data"] == message)


async def delays(sender: Device, reader: Device, chat: str, count: int) -> list[float]:
    """How long each message takes, answered and told."""
    seconds = []
    for number in range(count):
        since = time.monotonic()
        await reaches(reader, await sender.say(chat, f"message {number}"))
        seconds.append(time.monotonic() - since)
    return seconds


async def until(check: Callable[[], Any]) -> None:
    async with asyncio.timeout(20):
        while not await check():
            pass


@pytest.mark.parametrize("fault", ["kill", "pause"])
async def test_chat_goes_on_without_redis_and_is_quick_again_after(
    alice: Person, bob: Person, chat: str, own_redis: Redis, pair: tuple[str, str], fault: str
) -> None:
    hers, his = moved(alice, pair[0]), moved(bob, pair[1])
    async with opened(hers) as near, opened(his) as far:
        await delays(near, far, chat, 2)
        getattr(own_redis, fault)()
        away = sorted(await delays(near, far, chat, 5))
        assert away[2] < LATE, away
        async with opened(his) as fresh:  # sockets are accepted
            sent = await fresh.say(chat, "by a socket that came meanwhile")
            await reaches(near, sent)
            await reaches(far, sent)
        await reaches(far, await asyncio.to_thread(hers.say, chat, "by REST"))
        (own_redis.resume if fault == "pause" else own_redis.start)()

        async def quick() -> bool:
            return max(await delays(near, far, chat, 5)) < 0.4

        await until(quick)
        updates = his.get("/updates", epoch=far.ready["epoch"], pts=0, limit=200)["updates"]
        assert [u["pts"] for u in updates] == list(range(1, len(updates) + 1))
        numbers = [u["data"]["number"] for u in updates if u["kind"] == "message.created"]
        assert numbers == list(range(1, len(numbers) + 1))
        assert far.pts == len(updates)
    for person in (hers, his):
        person.http.close()


async def test_a_revoked_session_loses_its_socket_without_redis(
    alice: Person, own_redis: Redis, pair: tuple[str, str]
) -> None:
    hers, elsewhere = moved(alice, pair[0]), moved(alice, pair[1])
    async with opened(elsewhere) as device:
        own_redis.kill()
        since = time.monotonic()
        await asyncio.to_thread(hers.post, "/auth/logout", None, 204)
        assert (await goodbye(device))["code"] == 4403
        assert time.monotonic() - since < 10
    own_redis.start()
    for person in (hers, elsewhere):
        person.http.close()


async def test_without_redis_a_ticket_is_not_to_be_had_but_a_token_is_enough(
    alice: Person, own_redis: Redis, pair: tuple[str, str]
) -> None:
    hers = moved(alice, pair[0])
    own_redis.kill()
    problem = await asyncio.to_thread(hers.post, "/auth/ticket", None, 503)
    assert (problem["code"], problem["retry_after"]) == ("unavailable", 1)
    async with opened(hers) as device:
        assert await device.do("ping") == {}
    own_redis.start()
    hers.http.close()


async def test_nobody_goes_offline_because_redis_is_away(
    alice: Person, bob: Person, chat: str, own_redis: Redis, pair: tuple[str, str]
) -> None:
    """Bob is on the other server: while Redis is away nothing is known of him, least of all that he
    has gone."""
    hers, his = moved(alice, pair[0]), moved(bob, pair[1])
    alice.say(chat, "both have the chat in their list")
    async with opened(hers) as near, opened(his):

        async def seen() -> bool:
            answer = await near.do("presence.watch", users=[bob.id])
            return bool(answer["presence"][0]["online"])

        await until(seen)
        near.kept.clear()
        own_redis.kill()
        since = time.monotonic()
        while time.monotonic() - since < 7:  # longer than a round
            await near.do("ping")
            await asyncio.sleep(0.2)
        assert [f for f in near.kept if f.get("kind") == "presence"] == []
    own_redis.start()
    for person in (hers, his):
        person.http.close()
