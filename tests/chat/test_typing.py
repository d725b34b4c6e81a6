"""Who is typing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.devices import opened
from tests.people import Person


async def test_typing_reaches_the_peers_devices_alone(
    alice: Person, bob: Person, chat: str
) -> None:
    async with opened(alice) as hers, opened(bob) as phone, opened(bob) as laptop:
        for on in (True, False):
            assert await hers.do("typing", chat=chat, on=on) == {}
            for device in (phone, laptop):
                seen = await device.signal("typing")
                assert seen == {"chat": chat, "user": alice.id, "on": on}
        assert not hers.kept
        assert alice.get("/bootstrap")["pts"] == hers.pts, "it is kept nowhere"


async def test_it_is_over_six_seconds_after_the_last_sign(
    alice: Person, bob: Person, chat: str
) -> None:
    loop = asyncio.get_running_loop()
    async with opened(alice) as hers, opened(bob) as his:
        await hers.do("typing", chat=chat, on=True)
        assert (await his.signal("typing"))["on"] is True
        began = loop.time()
        await hers.do("typing", chat=chat, on=True)
        assert (await his.signal("typing"))["on"] is True
        assert (await his.signal("typing"))["on"] is False
        assert 5.5 < loop.time() - began < 9
        assert not his.kept, "it was told once"


@pytest.mark.parametrize("door", ["socket", "rest"])
async def test_it_is_over_when_the_message_is_there(
    alice: Person, bob: Person, chat: str, door: str
) -> None:
    loop = asyncio.get_running_loop()
    async with opened(alice) as hers, opened(bob) as his:
        await hers.do("typing", chat=chat, on=True)
        assert (await his.signal("typing"))["on"] is True
        began = loop.time()
        if door == "socket":
            await hers.say(chat, "done")
        else:
            alice.say(chat, "done")
        assert (await his.signal("typing"))["on"] is False
        assert loop.time() - began < 4, "long before it would have been over by itself"


async def test_a_stranger_types_nowhere(
    alice: Person, bob: Person, mallory: Person, chat: str
) -> None:
    async with opened(bob) as his, opened(mallory) as theirs:
        for target in (chat, "1", "x"):
            refused = await theirs.refused("typing", chat=target, on=True)
            assert refused["code"] == "not_found"
        alice.say(chat, "sentinel")
        await his.update("message.created")
        signals = [frame["data"]["on"] for frame in his.kept if frame["type"] == "signal"]
        assert True not in signals


@pytest.mark.parametrize("data", [{}, {"on": 1}, {"on": "true"}, {"on": True, "user": "1"}])
async def test_typing_is_on_or_off(alice: Person, chat: str, data: dict[str, Any]) -> None:
    async with opened(alice) as hers:
        assert (await hers.refused("typing", chat=chat, **data))["code"] == "validation"
