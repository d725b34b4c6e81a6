"""From the fourth hub on, what is for one user travels on that user's channel. Two of the hubs are
servers; of the others there is only the greeting."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
import redis
from django.conf import settings
from django.db import transaction

from project.sync import log, sealing, threads
from project.sync.publisher import CHANNEL, ROUTED_KEY, as_layer_message
from project.sync.routes import channel_of
from tests.devices import Device, opened
from tests.people import Person
from tests.sync.conftest import moved
from tests.sync.test_two_processes import SECONDS_OF_COMPARISON, both_ways


@pytest.fixture
def wire() -> Any:
    with redis.Redis.from_url(settings.REDIS_URL) as connection:
        yield connection


@asynccontextmanager
async def greeting(wire: redis.Redis, **hubs: bool) -> AsyncIterator[None]:
    """Further hubs that live, and whether each hears its users' channels."""

    async def greet() -> None:
        while True:
            for name, routed in hubs.items():
                wire.publish(CHANNEL, as_layer_message(sealing.Bundle(name, (), routed)))
            await asyncio.sleep(0.3)

    task = asyncio.create_task(greet())
    try:
        yield
    finally:
        task.cancel()


async def until(done: Callable[[], Any]) -> None:
    async with asyncio.timeout(20):
        while not done():
            await asyncio.sleep(0.1)


async def quick(near: Device, far: Device, chat: str) -> None:
    since = time.monotonic()
    await both_ways(near, far, chat, 20)
    assert time.monotonic() - since < SECONDS_OF_COMPARISON


def tell_by_no_hub(person: Person) -> None:
    with transaction.atomic():
        log.append_and_tell_on_commit([log.Entry(int(person.id), "me.updated")])


async def test_notes_go_where_their_user_is(
    alice: Person, bob: Person, chat: str, neighbour: str, wire: redis.Redis
) -> None:
    elsewhere = moved(bob, neighbour)
    async with opened(alice) as hers, opened(elsewhere) as his:
        await both_ways(hers, his, chat, 2)
        async with greeting(wire, third=True, fourth=True):
            await until(lambda: wire.exists(ROUTED_KEY))
            with wire.pubsub(ignore_subscribe_messages=True) as tap:
                tap.subscribe(CHANNEL)
                await quick(hers, his, chat)
                async with opened(elsewhere) as late:  # subscribed while hubs are many
                    await until(lambda: wire.pubsub_numsub(channel_of(int(bob.id)))[0][1] == 1)
                    await threads.run(tell_by_no_hub, bob)
                    assert (await late.update("me.updated"))["id"] == bob.id
                    since = time.monotonic()
                    assert (await his.update("me.updated"))["id"] == bob.id
                    assert time.monotonic() - since < SECONDS_OF_COMPARISON
                seen = []
                while message := tap.get_message(timeout=0.1):
                    bundle = sealing.unseal(msgspec.msgpack.decode(message["data"])["body"])
                    seen += [type(note) for note in bundle.notes] if bundle else []
            assert sealing.Hint not in seen
        await until(lambda: not wire.exists(ROUTED_KEY))
        await quick(hers, his, chat)  # few again
        await until(lambda: wire.pubsub_numsub(channel_of(int(bob.id)))[0][1] == 0)
        await quick(hers, his, chat)
    elsewhere.http.close()


async def test_a_hub_of_the_release_before_is_told_on_the_common_channel(
    alice: Person, bob: Person, chat: str, neighbour: str, wire: redis.Redis
) -> None:
    elsewhere = moved(bob, neighbour)
    wire.delete(ROUTED_KEY)  # which outlives the hubs of another test for a moment
    async with (
        opened(alice) as hers,
        opened(elsewhere) as his,
        greeting(wire, third=True, fourth=False),
    ):
        await until(lambda: wire.pubsub_numsub(channel_of(int(bob.id)))[0][1] == 1)
        for _ in range(3):
            await quick(hers, his, chat)
        assert not wire.exists(ROUTED_KEY)
    elsewhere.http.close()


def test_a_note_of_an_unknown_kind_takes_no_other_with_it() -> None:
    """Greetings and hints stand beside it in one bundle."""
    known = msgspec.to_builtins(sealing.Hint(7, 1))
    body = msgspec.msgpack.encode(["hub", [["new kind", 7, 8], known, ["hint"]], True, "more"])
    bundle = sealing.unseal(sealing._mac(body, sealing._KEYS[0]) + body)
    assert bundle == sealing.Bundle("hub", [sealing.Hint(7, 1)], True)
