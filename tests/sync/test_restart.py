"""A server that is told to stop costs its clients nothing: it says so first, answers what it was
asked, and tells each socket when to come back, to another server."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
from websockets.exceptions import ConnectionClosed

from tests.conftest import engines, serving
from tests.devices import Device, opened
from tests.people import TLS, Person
from tests.sync.closing import goodbye
from tests.sync.conftest import moved, process_of

BACK_SECONDS = 5.0
SLACK = 10.0  # on a machine that does much else


async def until(done: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(40):
        while not await done():
            await asyncio.sleep(0.02)


async def readiness(url: str) -> tuple[int, str]:
    """The status of the answer and what it says of the process."""
    async with httpx.AsyncClient(verify=TLS) as http:
        answer = await http.get(url + "/api/v1/health/ready")
    return answer.status_code, answer.json()["checks"].get("process", {}).get("status", "")


async def listens(url: str) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", urlsplit(url).port)
    except ConnectionRefusedError:
        return False
    writer.close()
    return True


@asynccontextmanager
async def held(chat: str) -> AsyncIterator[None]:
    """Nothing can be stored in the chat meanwhile."""
    async with await psycopg.AsyncConnection.connect(engines.database_url) as keeper:
        await keeper.execute("select from chat_chat where id = %s for update", [int(chat)])
        yield
        await keeper.rollback()


async def test_a_server_says_that_it_stops_and_answers_before_it_does(
    alice: Person, bob: Person, chat: str
) -> None:
    with serving(DRAIN_SECONDS="3") as url:
        hers, his = moved(alice, url), moved(bob, url)
        async with opened(hers) as one, opened(his, "/ws/chat/") as two, opened(his) as three:
            sent = await one.say(chat, "just before")
            process = process_of(url)
            async with held(chat):
                process.terminate()
                last = asyncio.create_task(one.say(chat, "under way"))
                await until(lambda: _is(readiness(url), (503, "down")))
                assert (await two.do("ping")) == {}, "until it is noticed everything goes on"
                assert await listens(url)
                await until(lambda: _is(listens(url), False))
                assert not last.done()
            answered = await last
            byes = await asyncio.gather(*(goodbye(device) for device in (one, two, three)))
            epoch = one.ready["epoch"]
        assert process.wait(10) in (None, 0, -15)
        for person in (hers, his):
            person.http.close()
    assert [(bye["code"], bye["reason"]) for bye in byes] == [(1012, "restart")] * 3
    delays = [bye["retry_after"] for bye in byes]
    assert all(0 <= delay < BACK_SECONDS for delay in delays)
    assert len(set(delays)) == 3, "they must not all come back at once"
    async with opened(bob, epoch=epoch, pts=0) as device:
        assert await device.update("message.created") == sent
        assert await device.update("message.created") == answered


async def _is(found: Awaitable[Any], wanted: object) -> bool:
    return bool(await found == wanted)


class Writer:
    """A device that goes on writing, as the client library does: after a goodbye it waits for as
    long as it was told, comes back with its cursor, and repeats what has no answer."""

    AT_ONCE = 1

    def __init__(self, person: Person, chat: str, name: str) -> None:
        self.person, self.chat, self.name = person, chat, name
        self.numbers: dict[str, list[int]] = {}
        self.positions: list[int] = []
        self.lost_for: list[float] = []
        self._unanswered: list[str] = []
        self._made = 0

    async def run(self, servers: list[str], enough: asyncio.Event) -> None:
        """On the first server, then, when it says goodbye, on the next one."""
        cursor: dict[str, Any] = {}
        since = 0.0
        for server in servers:
            async with opened(replace(self.person, server=server), **cursor) as device:
                if cursor:
                    self.lost_for.append(time.monotonic() - since)
                else:
                    self.positions.append(device.pts)
                bye = await self._write(device, enough)
                cursor = {"epoch": device.ready["epoch"], "pts": self.positions[-1]}
            if bye is None:
                return
            since = time.monotonic()
            await asyncio.sleep(bye["retry_after"])

    async def _write(self, device: Device, enough: asyncio.Event) -> dict[str, Any] | None:
        """Until there is enough (None), or the server says goodbye."""
        for frame in device.kept:
            self._note(frame)
        for client_id in self._unanswered:
            await self._say(device, client_id)
        try:
            while self._unanswered or not enough.is_set():
                while len(self._unanswered) < self.AT_ONCE and not enough.is_set():
                    self._made += 1
                    self._unanswered.append(f"{self.name} {self._made}")
                    await self._say(device, self._unanswered[-1])
                frame = json.loads(await device.connection.recv())
                self._note(frame)
                if frame["type"] == "error":
                    assert frame["error"]["code"] == "unavailable", frame  # a busy machine
                    await self._say(device, frame["id"])
                if frame["type"] == "bye":
                    return dict(frame["data"])
        except ConnectionClosed as closed:
            raise AssertionError("closed without a goodbye") from closed
        return None

    async def _say(self, device: Device, client_id: str) -> None:
        """Into the void, it may be: the goodbye has come and is not read yet."""
        data = {"chat": self.chat, "client_id": client_id, "text": client_id}
        with suppress(ConnectionClosed):
            await device.raw(json.dumps({"type": "message.send", "id": client_id, "data": data}))

    def _note(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "update":
            self.positions.append(frame["pts"])
        elif frame["type"] == "reply":
            self._unanswered.remove(frame["id"])
            self.numbers.setdefault(frame["id"], []).append(frame["data"]["number"])


async def test_a_server_that_is_drained_under_load_loses_nothing(
    server: str, alice: Person, bob: Person, chat: str
) -> None:
    enough = asyncio.Event()
    with serving() as url:
        writers = [
            Writer(person, chat, f"{person.name} {number}")
            for person in (alice, bob)
            for number in range(4)
        ]
        async with asyncio.TaskGroup() as running:
            for writer in writers:
                running.create_task(writer.run([url, server], enough))
            await until(lambda: _all(len(writer.numbers) > 20 for writer in writers))
            process_of(url).terminate()
            await until(lambda: _all(writer.lost_for for writer in writers))
            there = sum(len(writer.numbers) for writer in writers)
            await until(lambda: _all([sum(len(w.numbers) for w in writers) > there + 20]))
            enough.set()
    assert max(lost for writer in writers for lost in writer.lost_for) <= BACK_SECONDS + SLACK
    told = {said: numbers for writer in writers for said, numbers in writer.numbers.items()}
    stored = _history(alice, chat)
    assert {said: [number] for number, said in stored} == told, "each is stored and answered once"
    assert [number for number, _ in stored] == list(range(1, len(told) + 1))
    for writer in writers:
        first = writer.positions[0]
        assert writer.positions == list(range(first, first + len(writer.positions)))


async def _all(conditions: Any) -> bool:
    return all(conditions)


def _history(person: Person, chat: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    while True:
        after = found[-1][0] if found else 0
        page = person.get(f"/chats/{chat}/messages", after=after, limit=200)
        found += [(message["number"], message["text"]) for message in page["results"]]
        if not page["has_more_after"]:
            return found
