"""The short form of `python -m tests.faults ha`: leaders are killed under two web processes, on a
copy of the engines that all tests share."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from tests.conftest import engines, serving
from tests.devices import Device, opened
from tests.faults.ha.nodes import Pair
from tests.faults.ha.sentinels import Trio
from tests.faults.proxy import Proxy
from tests.people import Person, client
from tests.sync.closing import goodbye
from tests.sync.conftest import moved

# Twice what is promised, and measured by the long form, since other tests run beside this one.
PAUSE_SECONDS = 6.0
"""From a promotion to the next answer."""
LATE_SECONDS = 4.0
"""How late a message may be without a Redis."""


class Place(NamedTuple):
    """Two web processes; PostgreSQL and its standby, whose way to it is `stream`; three Redis
    behind `front`."""

    servers: list[str]
    pair: Pair
    stream: Proxy
    trio: Trio
    front: Proxy


@asynccontextmanager
async def running(directory: Path) -> AsyncIterator[Place]:
    pair, trio = Pair(directory / "pair", copied=engines.database_url), Trio(directory / "trio")
    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        stack.callback(pair.stop)
        stack.callback(trio.stop_redis)
        loop = asyncio.get_running_loop()
        starts = (pair.start_postgres, trio.start_redis)
        await asyncio.gather(*(loop.run_in_executor(pool, start) for start in starts))
        stream = Proxy("127.0.0.1", pair.leader.port)
        front = Proxy("127.0.0.1", trio.redis.port)
        await stream.start()
        await front.start()
        redis = f"redis://:{trio.redis.password}@127.0.0.1:{front.port}/0"
        given = {"DATABASE_URL": pair.database_url, "REDIS_URL": redis}

        def served() -> str:
            return stack.enter_context(serving(**given))

        await asyncio.to_thread(lambda: pair.follow(stream.port, synchronous=True))
        servers = await asyncio.gather(*(loop.run_in_executor(pool, served) for _ in range(2)))
        try:
            yield Place(servers, pair, stream, trio, front)
        finally:
            await stream.stop()
            await front.stop()


async def said(device: Device, chat: str, text: str) -> float:
    """Seconds until it was stored; the same command again while the answer is `unavailable`."""
    since = time.monotonic()
    async with asyncio.timeout(30):
        while True:
            answer = await device.ask("message.send", chat=chat, client_id=text, text=text)
            if answer["type"] == "reply":
                return time.monotonic() - since
            assert answer["error"]["code"] == "unavailable", answer


async def test_leaders_die(alice: Person, bob: Person, chat: str, tmp_path: Path) -> None:
    """Of Redis, of PostgreSQL with a standby in step, and of one whose standby was not."""
    async with running(tmp_path) as place:
        hers, his = moved(alice, place.servers[0]), moved(bob, place.servers[1])
        async with opened(hers) as near, opened(his) as far:
            await a_master_of_redis_dies(place, near, far, chat)
            await a_leader_dies(place, near, far, chat)
            async with opened(his, epoch=far.ready["epoch"], pts=far.pts) as again:
                assert again.ready["resumed"] is True
            await a_leader_dies_with_a_tail(place, hers, his, near, far, chat)
        for person in (hers, his):
            person.http.close()


async def a_master_of_redis_dies(place: Place, near: Device, far: Device, chat: str) -> None:
    """Nobody notices, and the Sentinels make another."""
    old = place.trio.redis
    await asyncio.to_thread(old.kill)
    master = None
    for n in itertools.count():
        assert await said(near, chat, f"without a master {n}") < LATE_SECONDS
        async with asyncio.timeout(LATE_SECONDS):
            assert (await far.update("message.created"))["text"] == f"without a master {n}"
        if master is not None:
            break
        if (master := await asyncio.to_thread(place.trio.master)) is not None:
            place.front.lead("127.0.0.1", master.port)
    assert master is not old


async def a_leader_dies(place: Place, near: Device, far: Device, chat: str) -> None:
    """Its standby has everything: the epoch stays and so do the sockets."""
    told = place.pair.note_that_it_is
    await asyncio.to_thread(lambda: told(synchronous=True))
    await said(near, chat, "answered")
    epoch = place.pair.leader.query("select value from sync_epoch")
    await asyncio.to_thread(place.pair.leader.kill)
    saying = asyncio.create_task(said(near, chat, "while nobody leads"))
    await asyncio.to_thread(place.pair.promote)
    since = time.monotonic()
    await saying
    assert time.monotonic() - since < PAUSE_SECONDS
    for text in ("answered", "while nobody leads"):
        assert (await far.update("message.created"))["text"] == text
    assert place.pair.leader.query("select value from sync_epoch") == epoch


async def a_leader_dies_with_a_tail(
    place: Place, hers: Person, his: Person, near: Device, far: Device, chat: str
) -> None:
    """What was answered last is lost: both who stay are reset, and a refresh token of that time is
    no theft."""
    await asyncio.to_thread(place.pair.rebuild)
    place.stream.lead("127.0.0.1", place.pair.leader.port)
    await asyncio.to_thread(lambda: place.pair.follow(place.stream.port, synchronous=False))
    told = place.pair.note_that_it_is
    await asyncio.to_thread(lambda: told(synchronous=False))
    place.stream.silence()
    token = await asyncio.to_thread(refreshed, hers, hers.refresh)
    token = await asyncio.to_thread(refreshed, hers, token)
    for n in range(3):
        await said(near, chat, f"lost {n}")
        assert (await far.update("message.created"))["text"] == f"lost {n}"
    await asyncio.to_thread(place.pair.leader.kill)
    await place.stream.stop()
    await asyncio.to_thread(place.pair.promote)
    for n in range(3):
        await asyncio.to_thread(say_by_rest, hers, chat, f"instead {n}")
    for bye in await asyncio.gather(goodbye(near), goodbye(far)):
        assert (bye["code"], bye["reason"]) == (1012, "reset")
    for person, device in ((hers, near), (his, far)):
        async with opened(person, epoch=device.ready["epoch"], pts=device.pts) as again:
            assert again.ready["reset"]["reason"] == "epoch"
    texts = [m["text"] for m in his.get(f"/chats/{chat}/messages")["results"]]
    assert "lost 0" not in texts
    assert {"answered", "instead 0", "instead 1", "instead 2"} < set(texts)
    await asyncio.to_thread(refreshed, hers, token)


def say_by_rest(person: Person, chat: str, text: str) -> None:
    body = {"client_id": secrets.token_hex(8), "text": text}
    path = f"/chats/{chat}/messages"
    while (answer := person.http.post(path, json=body)).status_code != httpx.codes.CREATED:
        assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE, answer.text


def refreshed(person: Person, token: str) -> str:
    with client(person.server) as http:
        answer: Any = http.post("/auth/refresh", json={"refresh": token})
    assert answer.status_code == httpx.codes.OK, answer.text
    return str(answer.json()["refresh"])
