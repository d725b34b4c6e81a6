"""Signs of life: heartbeats, idleness, the end of a token."""

from __future__ import annotations

import json

from tests.devices import Device, address, dialled, opened
from tests.people import Person
from tests.sync.closing import goodbye
from tests.sync.conftest import moved
from tests.sync.tokens import access_of


async def test_a_heartbeat_comes_and_tells_the_position(
    alice: Person, bob: Person, chat: str, impatient: str
) -> None:
    async with opened(moved(alice, impatient)) as device:
        limits = device.ready["limits"]
        assert (device.ready["heartbeat"], limits["heartbeat_seconds"]) == (3, 3)
        assert (await device.frame("heartbeat"))["pts"] == device.pts
        bob.say(chat, "hello")
        await device.update("message.created")
        await device.next(lambda f: f["type"] == "heartbeat" and f["pts"] == device.pts)


async def test_a_client_that_says_nothing_for_too_long_is_sent_away(
    alice: Person, impatient: str
) -> None:
    async with opened(moved(alice, impatient)) as device:
        assert device.ready["limits"]["idle_seconds"] == 3
        bye = await goodbye(device)
    assert (bye["code"], bye["reason"]) == (4408, "idle")


async def test_a_ping_keeps_a_connection(alice: Person, impatient: str) -> None:
    """Heartbeats do not count, since the server says them; what the client says does."""
    async with opened(moved(alice, impatient)) as device:
        for _ in range(4):
            await device.frame("heartbeat")
            assert await device.do("ping") == {}


async def greeted(person: Person, device: Device, seconds: float) -> None:
    """Log in by a token of so many seconds."""
    auth = {"type": "auth", "data": {"access": access_of(person, seconds)}}
    await device.raw(json.dumps(auth))
    await device.frame("synced")


async def test_a_connection_ends_with_its_token(alice: Person, impatient: str) -> None:
    async with dialled(address(impatient, "/ws/")) as device:
        await greeted(alice, device, 2)
        bye = await goodbye(device)
    assert (bye["code"], bye["reason"]) == (4401, "token_expired")


async def test_a_fresh_token_in_band_lengthens_it(alice: Person, impatient: str) -> None:
    async with dialled(address(impatient, "/ws/")) as device:
        await greeted(alice, device, 2)
        renewed = await device.do("auth.refresh", access=access_of(alice, 600))
        assert 590 < renewed["expires_in"] <= 600
        bye = await goodbye(device)
    assert bye["reason"] == "idle"


async def test_a_refresh_must_be_of_the_same_session(
    alice: Person, bob: Person, impatient: str
) -> None:
    async with opened(moved(alice, impatient)) as device:
        assert (await device.refused("auth.refresh", access=bob.access))["code"] == "forbidden"
        expired = access_of(alice, -15)
        assert (await device.refused("auth.refresh", access=expired))["code"] == "token_expired"
        garbage = await device.refused("auth.refresh", access="nonsense")
        assert garbage["code"] == "unauthenticated"
        assert await device.do("ping") == {}
