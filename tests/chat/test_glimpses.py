"""Presence inside a person that one asks for."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.devices import opened
from tests.people import Person


@pytest.fixture
def chat(chat: str, alice: Person) -> str:
    """It is in both people's lists: an empty one that one of them opened shows nothing."""
    alice.say(chat, "hello")
    return chat


async def until_online(viewer: Person, user: Person) -> Any:
    """What is seen of somebody who has just connected; leases are taken several times a second."""
    async with asyncio.timeout(10):
        while not (seen := viewer.get(f"/users/{user.id}"))["presence"]["online"]:
            await asyncio.sleep(0.05)
    return seen["presence"]


async def test_who_has_a_chat_with_somebody_sees_whether_they_are_here(
    alice: Person, bob: Person, chat: str
) -> None:
    unseen = {"online": False, "last_seen": None}
    assert alice.get(f"/users/{bob.id}")["presence"] == unseen
    async with opened(bob):
        assert await until_online(alice, bob) == {"online": True, "last_seen": None}
        username = bob.get("/me")["username"]
        (found,) = alice.get("/users", username=username)["results"]
        assert found["presence"]["online"] is True


async def test_nobody_else_does(alice: Person, bob: Person, mallory: Person, chat: str) -> None:
    async with opened(bob):
        await until_online(alice, bob)
        assert "presence" not in mallory.get(f"/users/{bob.id}")
        assert "presence" not in bob.get(f"/users/{bob.id}")
        for audience in ("nobody", "contacts"):
            bob.patch("/me", {"last_seen": audience})
            assert "presence" not in alice.get(f"/users/{bob.id}")
        bob.patch("/me", {"last_seen": "everyone"})
        assert "presence" in alice.get(f"/users/{bob.id}")
        bob.put(f"/blocks/{alice.id}")
        assert "presence" not in alice.get(f"/users/{bob.id}")
        assert "presence" not in bob.get(f"/users/{alice.id}")


async def test_an_empty_chat_shows_nothing_to_whoever_opened_it(
    alice: Person, bob: Person, mallory: Person
) -> None:
    """Whom somebody wrote to is in the peer's list, and can be blocked; who only looks is not."""
    chat = mallory.post("/chats", {"user": bob.id}, 201)["id"]
    async with opened(bob), opened(mallory) as hers:
        assert "presence" not in mallory.get(f"/users/{bob.id}")
        (seen,) = (await hers.do("presence.watch", users=[bob.id]))["presence"]
        assert seen == {"user": bob.id, "online": False, "last_seen": None}
        mallory.say(chat, "hello")
        await until_online(mallory, bob)
        bob.delete(f"/chats/{chat}")
        assert "presence" not in mallory.get(f"/users/{bob.id}")
