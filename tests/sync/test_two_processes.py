"""Two servers on the same engines: what one does the other's sockets learn at once, and what is
forged in Redis they do not."""

from __future__ import annotations

import hashlib
import time
from typing import Any

import msgspec
import pytest
import redis
from django.conf import settings

from project.sync import sealing
from project.sync.publisher import CHANNEL, as_layer_message
from tests.devices import FOLLOWING, Device, opened
from tests.people import Person
from tests.sync.conftest import moved

SECONDS_OF_COMPARISON = 5.0


@pytest.fixture
def wire() -> Any:
    with redis.Redis.from_url(settings.REDIS_URL) as connection:
        yield connection


async def both_ways(near: Device, far: Device, chat: str, count: int) -> None:
    """Messages go to and fro; each waits for the one before."""
    for number in range(count):
        sender, reader = (far, near) if number % 2 else (near, far)
        sent = await sender.say(chat, f"message {number}")
        assert await reader.update("message.created") == sent
        assert await sender.update("message.created") == sent


async def test_a_message_reaches_the_other_servers_sockets_at_once(
    alice: Person, bob: Person, chat: str, neighbour: str
) -> None:
    elsewhere = moved(bob, neighbour)
    async with opened(alice) as hers, opened(elsewhere) as his, opened(bob) as near:
        await both_ways(hers, his, chat, 2)  # the first may wait until the two have met
        since = time.monotonic()
        await both_ways(hers, his, chat, 20)
        assert time.monotonic() - since < SECONDS_OF_COMPARISON
        assert [(await near.frame("update"))["pts"] for _ in range(23)] == list(range(1, 24))
    elsewhere.http.close()


async def test_signals_reach_the_other_server(
    alice: Person, bob: Person, chat: str, neighbour: str
) -> None:
    elsewhere = moved(bob, neighbour)
    async with opened(alice) as hers, opened(elsewhere) as his:
        await both_ways(hers, his, chat, 2)
        await hers.do("typing", chat=chat, on=True)
        assert await his.signal("typing") == {"chat": chat, "user": alice.id, "on": True}
    elsewhere.http.close()


async def test_rest_on_one_reaches_sockets_of_the_other(
    alice: Person, bob: Person, chat: str, neighbour: str
) -> None:
    elsewhere = moved(alice, neighbour)
    async with opened(bob) as his:
        sent = elsewhere.say(chat, "by REST")
        assert await his.update("message.created") == sent
    elsewhere.http.close()


def forgeries(user_id: int, epoch_pts: int) -> list[bytes]:
    """What somebody who reaches Redis may publish to a user's devices."""
    frame = '{"type":"update","pts":%d,"kind":"message.created","data":{"text":"forged"}}'
    notes: list[sealing.Note] = [
        sealing.Hint(user_id, epoch_pts + 1, "message.created", frame % (epoch_pts + 1)),
        sealing.Hint(user_id, 2**62),
        sealing.Transient(user_id, "typing", '{"type":"signal","kind":"typing","data":"forged"}'),
        sealing.Ended(user_id, [1]),
    ]
    bundles = [sealing.Bundle("x", [note]) for note in notes]
    bodies = [msgspec.msgpack.encode(bundle) for bundle in bundles]
    wrong = [hashlib.blake2b(body, key=b"guessed", digest_size=16).digest() for body in bodies]
    messages: list[Any] = [
        *bodies,
        *(mac + body for mac, body in zip(wrong, bodies, strict=True)),
        b"",
        b"x" * 16,
        "text",
        7,
        None,
        {"body": b"nested"},
    ]
    layered = [msgspec.msgpack.encode({"type": "sync.bundle", "body": body}) for body in messages]
    typed = msgspec.msgpack.encode({"type": "websocket.close", "code": 4403})
    return [*layered, typed, b"", b"\xc1", b"\xff" * 100, b"garbage", msgspec.msgpack.encode([1])]


async def nothing_but(device: Device, chat: str, sender: Device) -> None:
    """The next thing that the device is told is the next message, besides what the feed makes of
    those before it."""
    sent = await sender.say(chat, "the real one")
    frame = await device.next(
        lambda f: (
            f["type"] in ("update", "signal", "bye")
            and not str(f.get("kind")).startswith(FOLLOWING)
        )
    )
    assert (frame["type"], frame.get("data")) == ("update", sent)
    assert await sender.update("message.created") == sent


async def test_what_is_forged_in_redis_changes_nothing(
    alice: Person, bob: Person, chat: str, neighbour: str, wire: redis.Redis
) -> None:
    elsewhere = moved(bob, neighbour)
    async with opened(alice) as hers, opened(elsewhere) as his:
        await both_ways(hers, his, chat, 2)
        his.kept.clear()
        for message in forgeries(int(bob.id), his.pts):
            assert wire.publish(CHANNEL, message) > 0
        await nothing_but(his, chat, hers)
        since = time.monotonic()
        await both_ways(hers, his, chat, 20)  # nothing that links the two has broken
        assert time.monotonic() - since < SECONDS_OF_COMPARISON
    elsewhere.http.close()


async def test_a_hint_that_claims_too_much_is_not_believed(
    alice: Person, bob: Person, chat: str, neighbour: str, wire: redis.Redis
) -> None:
    """Even one that carries the right seal: the position is looked up."""
    elsewhere = moved(bob, neighbour)
    async with opened(alice) as hers, opened(elsewhere) as his:
        await both_ways(hers, his, chat, 2)
        his.kept.clear()
        for pts in (2**62, his.pts + 1000, 0, -5):
            bundle = sealing.Bundle("another server", [sealing.Hint(int(bob.id), pts)])
            wire.publish(CHANNEL, as_layer_message(bundle))
        await nothing_but(his, chat, hers)
        await both_ways(hers, his, chat, 4)
    elsewhere.http.close()


async def test_a_replayed_hint_changes_nothing(
    alice: Person, bob: Person, chat: str, neighbour: str, wire: redis.Redis
) -> None:
    elsewhere = moved(bob, neighbour)
    async with opened(alice) as hers, opened(elsewhere) as his:
        await both_ways(hers, his, chat, 2)
        with wire.pubsub(ignore_subscribe_messages=True) as tap:
            tap.subscribe(CHANNEL)
            await both_ways(hers, his, chat, 6)
            taken: list[bytes] = []
            told = 0
            while told < 6:
                if message := tap.get_message(timeout=5):
                    taken.append(message["data"])
                    bundle = sealing.unseal(msgspec.msgpack.decode(message["data"])["body"])
                    told += len(bundle.notes) if bundle else 0
        his.kept.clear()
        bob.delete(f"/chats/{chat}/messages/4", **{"for": "everyone"})
        await his.update("message.deleted")
        await his.update("chat.updated")
        his.kept.clear()
        for message in taken * 2:
            wire.publish(CHANNEL, message)
        await nothing_but(his, chat, hers)
    elsewhere.http.close()
