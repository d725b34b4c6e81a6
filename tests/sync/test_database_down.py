"""PostgreSQL restarts, in order and by a crash, under a server with engines of its own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from project.embedded import Engines
from tests.conftest import ROOT, serving
from tests.devices import Device, opened
from tests.people import Person, client

PASSWORD = "confab-demo"


@contextmanager
def engines_apart() -> Iterator[tuple[Engines, str]]:
    """Engines that a test may restart, with the people of the demo, and the address of a server on
    them."""
    with (
        tempfile.TemporaryDirectory(prefix="confab apart ") as place,
        Engines(Path(place)) as engines,
    ):
        settings = {"DATABASE_URL": engines.database_url, "REDIS_URL": engines.redis_url}
        settings |= {"DATA_DIR": place, "OUTBOX_DIR": f"{place}/outbox", "DEBUG": "1"}
        for command in ("migrate", "demo"):
            subprocess.run(
                [sys.executable, "manage.py", command, "-v0"],
                cwd=ROOT,
                env=os.environ | settings,
                check=True,
                stdout=subprocess.DEVNULL,
            )
        with serving(**settings) as url:
            yield engines, url


@pytest.fixture(scope="module")
def apart() -> Iterator[tuple[Engines, str]]:
    with engines_apart() as both:
        yield both


def logged_in(server: str, name: str) -> Person:
    """Somebody of the demo; right after a restart the first answers may be `unavailable`."""
    body = {"email": f"{name}@example.com", "password": PASSWORD}
    with client(server) as http:
        while (answer := http.post("/auth/email/login", json=body)).status_code == 503:
            pass
    tokens = answer.json()
    return Person(
        id=tokens["user"]["id"],
        name=name,
        email=body["email"],
        session=tokens["session"],
        access=tokens["access"],
        refresh=tokens["refresh"],
        server=server,
        http=client(server, tokens["access"]),
    )


async def say_until_stored(device: Device, chat: str, text: str) -> int:
    """As a client does: the same command again while the answer is `unavailable`."""
    async with asyncio.timeout(30):
        while True:
            answer = await device.ask("message.send", chat=chat, client_id=text, text=text)
            if answer["type"] == "reply":
                return int(answer["data"]["number"])
            assert answer["error"]["code"] == "unavailable", answer


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_sockets_stay_and_nothing_is_lost(apart: tuple[Engines, str], mode: str) -> None:
    engines, server = apart
    alice, bob = logged_in(server, "alice"), logged_in(server, "bob")
    chat = alice.call("POST", "/chats", 201 if mode == "fast" else 200, {"user": bob.id})["id"]
    async with opened(alice) as hers, opened(bob) as his:
        first = await say_until_stored(hers, chat, f"{mode} before")
        await his.update("message.created")
        restart = asyncio.create_task(asyncio.to_thread(restarted, engines, mode))
        numbers = [await say_until_stored(hers, chat, f"{mode} {n}") for n in range(10)]
        await restart
        numbers.append(await say_until_stored(hers, chat, f"{mode} after"))
        assert numbers == list(range(first + 1, first + 12))
        told = [await his.update("message.created") for _ in numbers]
        assert [message["number"] for message in told] == numbers
    for person in (alice, bob):
        person.http.close()


def restarted(engines: Engines, mode: str) -> None:
    engines.postgres.stop(mode)  # type: ignore[arg-type]
    engines.postgres.start()


async def test_while_it_is_away_the_answer_says_so(apart: tuple[Engines, str]) -> None:
    engines, server = apart
    alice = logged_in(server, "alice")
    async with opened(alice) as device:
        await asyncio.to_thread(engines.postgres.stop)
        try:
            edit = {"chat": "1", "number": 1, "text": "x"}
            problem, error, health = await asyncio.gather(
                asyncio.to_thread(alice.get, "/me", 503),
                device.refused("message.edit", **edit),
                asyncio.to_thread(httpx.get, server + "/health/ready"),
            )
            assert error["code"] == "unavailable"
            assert (problem["code"], problem["retry_after"]) == ("unavailable", 1)
            assert (health.status_code, health.json()["status"]) == (503, "down")
            alive = await asyncio.to_thread(httpx.get, server + "/health/live")
            assert alive.status_code == 200
            assert await device.do("ping") == {}
        finally:
            await asyncio.to_thread(engines.postgres.start)
        refused = await device.refused("message.edit", **edit)
        assert refused["code"] == "not_found"
    alice.http.close()
