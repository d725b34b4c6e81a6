"""The database turns out to be older than what devices were told: every device learns of it, and
nobody is taken for a thief. The restores here are real: the server goes on meanwhile. Failovers
are in `tests/faults`."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest

from project.embedded import Engines
from tests.devices import Device, opened
from tests.people import Person, client
from tests.sync.closing import goodbye
from tests.sync.test_database_down import engines_apart, logged_in, say_until_stored


@dataclass
class Apart:
    """A server on engines whose data a test may put back."""

    engines: Engines
    server: str

    @property
    def data(self) -> Path:
        return self.engines.postgres.directory

    @property
    def copy(self) -> Path:
        return self.data.with_name("backup")

    def query(self, sql: LiteralString, *values: Any) -> list[Any]:
        with psycopg.connect(self.engines.database_url, autocommit=True) as connection:
            cursor = connection.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def back_up(self) -> None:
        """The files, as of a stop in order."""
        self.engines.postgres.stop()
        shutil.copytree(self.data, self.copy)
        self.engines.postgres.start()

    def restore(self) -> None:
        """Put the files back."""
        self.engines.postgres.stop("immediate")
        shutil.rmtree(self.data)
        self.copy.rename(self.data)
        self.engines.postgres.start()

    def epoch(self) -> str:
        return str(self.query("select value from sync_epoch")[0][0])


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    with engines_apart() as both:
        yield Apart(*both)


@pytest.fixture
def pair(apart: Apart) -> Iterator[tuple[Person, Person, str]]:
    alice, bob = logged_in(apart.server, "alice"), logged_in(apart.server, "bob")
    chat = alice.http.post("/chats", json={"user": bob.id}).json()["id"]
    yield alice, bob, chat
    for person in (alice, bob):
        person.http.close()


async def told_to_start_again(device: Device) -> dict[str, Any]:
    bye = await goodbye(device)
    assert (bye["code"], bye["reason"]) == (1012, "reset")
    assert 0 <= bye["retry_after"] <= 5
    return bye


async def starts_again(person: Person, device: Device) -> None:
    """With the cursor that it had the device is reset, over either door."""
    cursor = {"epoch": device.ready["epoch"], "pts": device.pts}
    async with opened(person, **cursor) as again:
        assert again.ready["resumed"] is False
        assert again.ready["reset"]["reason"] == "epoch"
    assert person.get("/updates", 410, **cursor)["reason"] == "epoch"


async def test_a_restore_resets_devices_that_stayed_and_those_that_come_back(
    apart: Apart, pair: tuple[Person, Person, str]
) -> None:
    """Three messages are lost and three others take their places: without a new epoch the device
    that stayed and the one that comes back would both believe that they have them all."""
    alice, bob, chat = pair
    async with opened(alice) as hers:
        await say_until_stored(hers, chat, "kept")
    await asyncio.to_thread(apart.back_up)
    before = apart.epoch()
    async with opened(alice) as hers, opened(bob) as his:
        for n in range(3):
            await say_until_stored(hers, chat, f"lost {n}")
            await his.update("message.created")
        seen = "select pg_current_wal_flush_lsn() - '0/0'"
        await compared_beyond(apart, apart.query(seen)[0][0])
        await asyncio.to_thread(apart.restore)
        for name in "abc":
            await asyncio.to_thread(say_by_rest, alice, chat, f"other {name}")
        await asyncio.gather(told_to_start_again(hers), told_to_start_again(his))
    assert apart.epoch() != before
    await starts_again(alice, hers)
    await starts_again(bob, his)
    texts = [m["text"] for m in bob.get(f"/chats/{chat}/messages")["results"]]
    assert {f"other {n}" for n in "abc"} < set(texts)
    assert "lost 0" not in texts


async def compared_beyond(apart: Apart, lsn: int) -> None:
    """Wait for the comparison that has seen the database come so far."""
    import msgspec
    import redis

    from project.sync.history import Seen, Witness

    with redis.Redis.from_url(apart.engines.redis_url) as connection:
        async with asyncio.timeout(15):
            while True:
                if kept := connection.get(Witness.KEY):
                    assert isinstance(kept, bytes)
                    if msgspec.msgpack.decode(kept[32:], type=Seen).lsn >= lsn:
                        return
                await asyncio.sleep(0.1)


def say_by_rest(person: Person, chat: str, text: str) -> None:
    while (
        status := person.http.post(
            f"/chats/{chat}/messages", json={"client_id": text, "text": text}
        ).status_code
    ) != 201:
        assert status == 503


async def test_a_log_that_went_back_by_itself_is_a_new_epoch(
    apart: Apart, pair: tuple[Person, Person, str]
) -> None:
    """Nothing but the rows says so: a device was told more than there is."""
    alice, bob, chat = pair
    async with opened(alice) as hers, opened(bob) as his:
        for n in range(3):
            await say_until_stored(hers, chat, f"lost {n}")
            await his.update("message.created")
        back = "update sync_head set pts = pts - 3 where user_id = %s"
        apart.query("delete from sync_update where user_id = %s and pts > %s", bob.id, his.pts - 3)
        apart.query(back, bob.id)
        await asyncio.gather(told_to_start_again(hers), told_to_start_again(his))
    await starts_again(bob, his)


async def test_a_command_resets_devices_that_are_connected_too(
    apart: Apart, pair: tuple[Person, Person, str]
) -> None:
    alice, _, _ = pair
    async with opened(alice) as hers:
        apart.query("update sync_epoch set value = 'by the operator'")
        await told_to_start_again(hers)
    await starts_again(alice, hers)


def test_a_refresh_token_that_is_ahead_of_the_database_is_no_theft(apart: Apart) -> None:
    """Generations that the database forgot: the session lives on, and goes on from there."""
    alice = logged_in(apart.server, "alice")
    held = "select refresh_hash, generation from accounts_session where id = %s"
    back = """update accounts_session set refresh_hash = %s, generation = %s, previous_hash = null,
        rotated_at = null where id = %s"""
    old = apart.query(held, alice.session)[0]
    with client(apart.server) as http:

        def refreshed(token: str) -> Any:
            answer = http.post("/auth/refresh", json={"refresh": token})
            assert answer.status_code == 200, answer.text
            return answer.json()["refresh"]

        token = refreshed(refreshed(refreshed(alice.refresh)))
        apart.query(back, *old, alice.session)
        child = refreshed(token)
        assert refreshed(token) == child, "and an answer that was lost may be asked for again"
        assert refreshed(child) != child
        assert apart.query(held, alice.session)[0][1] == 5
    assert alice.get("/me")["id"] == alice.id
    alice.http.close()
