"""Flow control: what a client may leave unanswered, unread and unsaid."""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from websockets.asyncio.client import connect

from project.sync import hints
from tests.devices import Device, address, opened
from tests.people import Person
from tests.sync.closing import goodbye
from tests.sync.conftest import process_of
from tests.sync.line import lined

LARGE = "\U0001f600" * 16_000  # 64,000 bytes


@asynccontextmanager
async def held(chat: str) -> AsyncIterator[None]:
    """Nothing can be written to the chat meanwhile."""
    async with await psycopg.AsyncConnection.connect(settings.DATABASE_URL) as link:
        await link.execute("select from chat_chat where id = %s for update", [int(chat)])
        yield


async def send_many(device: Device, chat: str, count: int, text: str) -> None:
    """Messages, pipelined as far as the server allows."""
    for start in range(0, count, 32):
        numbers = range(start, min(start + 32, count))
        for number in numbers:
            await device.raw(command(number, chat, text))
        for _ in numbers:
            await device.frame("reply")


async def test_sixty_four_commands_may_be_unanswered(alice: Person, chat: str) -> None:
    async with opened(alice) as device:
        async with held(chat):
            for number in range(64):
                await device.raw(command(number, chat))
        answers = [await device.frame("reply") for _ in range(64)]
    assert [answer["id"] for answer in answers] == [str(number) for number in range(64)]


async def test_one_more_closes(alice: Person, chat: str) -> None:
    async with opened(alice) as device, held(chat):
        for number in range(65):
            await device.raw(command(number, chat))
        bye = await goodbye(device)
    assert bye["code"] == 4429
    assert bye["retry_after"] > 0


def command(number: int, chat: str, text: str = "x") -> str:
    data = {"chat": chat, "client_id": secrets.token_hex(8), "text": text}
    sent = {"type": "message.send", "id": str(number), "data": data}
    return json.dumps(sent, ensure_ascii=False)


@pytest.mark.usefixtures("hub")
async def test_a_reader_that_stops_is_cut_off_at_a_mebibyte_and_resumes_without_loss(
    alice: Person, bob: Person, chat: str
) -> None:
    async with lined(bob) as his, lined(alice) as hers:
        hers.say("websocket.receive", command(0, chat, "hello"))
        await his.until(lambda: his.updates() == [1, 2])
        his.gate.clear()
        for number in range(25):
            hers.say("websocket.receive", command(number, chat, LARGE))
        await hers.until(lambda: len(hers.of("reply")) == 26)
        his.gate.set()
        await his.until(lambda: his.code is not None)
        assert his.code == 4409
        assert his.frames[-1]["data"]["code"] == 4409
        epoch, seen = his.frames[0]["data"]["epoch"], his.updates()
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) < 27
    async with lined(bob, f"epoch={epoch}&pts={len(seen)}") as his:
        missed = his.updates()  # and what the feed has told since
        assert missed == list(range(len(seen) + 1, len(seen) + 1 + len(missed)))
        assert missed[-1] >= 27


@pytest.mark.usefixtures("hub")
async def test_a_reader_that_takes_nothing_for_too_long_is_cut_off(
    bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.SOCKET, "unsent_seconds", 1)
    async with lined(bob) as line:
        line.gate.clear()
        line.say("websocket.receive", '{"type":"ping","id":"1"}')
        waiting = asyncio.get_running_loop().call_later(4, line.gate.set)
        await line.until(lambda: line.code is not None)
        waiting.cancel()
        assert line.code == 4409


@pytest.mark.usefixtures("hub")
async def test_signals_are_dropped_when_the_client_is_behind(bob: Person) -> None:
    async with lined(bob) as line:
        line.gate.clear()
        line.say("websocket.receive", '{"type":"ping","id":"1"}')
        await line.until(lambda: line.stuck)
        for number in range(100):
            hints.signal([int(bob.id)], "import.progress", {"number": number})
        line.say("websocket.receive", '{"type":"ping","id":"2"}')
        line.gate.set()
        await line.until(lambda: len(line.of("reply")) == 2)
        assert line.of("signal") == []
        hints.signal([int(bob.id)], "import.progress", {"number": 100})
        await line.until(lambda: bool(line.of("signal")))
        assert [frame["data"]["number"] for frame in line.of("signal")] == [100]


@asynccontextmanager
async def unread(person: Person) -> AsyncIterator[Device]:
    """A device with small buffers that asks for everything since the beginning, and reads nothing
    but the greeting."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 262_144)
    line.connect(("127.0.0.1", urlsplit(person.server).port))
    epoch = await asyncio.to_thread(lambda: person.get("/bootstrap")["epoch"])
    headers = {"Authorization": f"Bearer {person.access}"}
    async with connect(
        address(person.server, "/ws/", epoch=epoch, pts=0),
        sock=line,
        additional_headers=headers,
        compression=None,
        max_queue=1,
        close_timeout=0.1,
    ) as connection:
        yield Device(connection)


async def test_readers_that_stop_cost_little_memory_and_get_everything_in_the_end(
    alice: Person, bob: Person, chat: str
) -> None:
    async with opened(alice) as device:
        await send_many(device, chat, 120, LARGE)
    process = process_of(bob.server)
    before = process.memory_info().rss
    async with AsyncExitStack() as stack:
        devices = [await stack.enter_async_context(unread(bob)) for _ in range(10)]
        for each in devices:
            await each.frame("ready")
        async with opened(alice) as other:  # the server works as ever
            await other.say(chat, "still there?")
        grown = process.memory_info().rss - before
        assert grown < 64 * 2**20, grown
        for each in devices[:2]:
            synced = await each.frame("synced")
            told = [frame["pts"] for frame in each.kept if frame["type"] == "update"]
            assert told == list(range(1, len(told) + 1))
            assert synced["pts"] >= 121
