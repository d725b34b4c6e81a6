"""Who is online, and who may know."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.chat.conversation import Json
from tests.devices import Device, opened
from tests.people import Person


@pytest.fixture
def chat(chat: str, alice: Person) -> str:
    """It is in both people's lists: an empty one that one of them opened shows nothing."""
    alice.say(chat, "hello")
    return chat


async def watch(device: Device, *people: Person) -> dict[str, Json]:
    answer = await device.do("presence.watch", users=[person.id for person in people])
    return {state["user"]: state for state in answer["presence"]}


async def flip(device: Device, wanted: bool) -> Json:
    """The next signal that tells this; going offline has a grace of ten seconds."""
    async with asyncio.timeout(25):
        while True:
            try:
                state = await device.signal("presence")
            except TimeoutError:
                continue
            if state["online"] is wanted:
                return state


async def test_coming_and_going_is_told_and_the_last_visit_shown(
    alice: Person, bob: Person, chat: str
) -> None:
    async with opened(alice) as hers:
        assert (await watch(hers, bob))[bob.id]["online"] is False
        async with opened(bob), opened(bob):
            assert await flip(hers, True) == {"user": bob.id, "online": True, "last_seen": None}
            assert (await watch(hers, bob))[bob.id]["online"] is True
        gone = await flip(hers, False)
        assert gone["user"] == bob.id
        (again,) = (await watch(hers, bob)).values()
        assert again["online"] is False
        assert again["last_seen"] is not None


async def test_reconnecting_within_the_grace_is_not_told(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    other = alice.post("/chats", {"user": carol.id}, 201)["id"]
    alice.say(other, "hello")
    async with opened(alice) as hers:
        async with opened(bob):
            await watch(hers, bob, carol)
        async with opened(bob), opened(carol):
            told = await flip(hers, True)
            assert told["user"] == carol.id, other
            assert (await watch(hers, bob))[bob.id]["online"] is True
        assert [f for f in hers.kept if f["type"] == "signal"] == []


async def test_one_knows_only_the_people_one_has_a_chat_with(
    alice: Person, bob: Person, carol: Person, mallory: Person, chat: str
) -> None:
    async with opened(bob), opened(carol), opened(alice) as hers, opened(mallory) as theirs:
        assert list(await watch(hers, carol, bob, mallory)) == [bob.id]
        assert await watch(theirs, alice, bob, carol) == {}


async def test_a_new_list_replaces_the_old_one(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    alice.say(alice.post("/chats", {"user": carol.id}, 201)["id"], "hello")
    async with opened(alice) as hers:
        await watch(hers, bob)
        await watch(hers, carol)
        async with opened(bob), opened(carol):
            assert (await flip(hers, True))["user"] == carol.id
        assert [f for f in hers.kept if f["type"] == "signal"] == []
        assert await watch(hers) == {}


@pytest.mark.parametrize("audience", ["nobody", "contacts"])
async def test_last_seen_may_be_private(
    alice: Person, bob: Person, chat: str, audience: str
) -> None:
    bob.patch("/me", {"last_seen": audience})
    async with opened(alice) as hers, opened(bob):
        assert await watch(hers, bob) == {
            bob.id: {"user": bob.id, "online": False, "last_seen": None}
        }


async def test_making_it_private_ends_what_is_shown(alice: Person, bob: Person, chat: str) -> None:
    async with opened(alice) as hers, opened(bob):
        assert (await watch(hers, bob))[bob.id]["online"] is True
        bob.patch("/me", {"last_seen": "nobody"})
        told = await flip(hers, False)
        assert told == {"user": bob.id, "online": False, "last_seen": None}


async def test_at_most_200_are_watched(alice: Person, bob: Person, chat: str) -> None:
    async with opened(alice) as hers:
        refused = await hers.refused("presence.watch", users=[bob.id] * 201)
        assert refused["code"] == "validation"
        assert refused["errors"][0]["pointer"] == "/users"
        answer = await hers.do("presence.watch", users=[bob.id] * 200)
        assert [state["user"] for state in answer["presence"]] == [bob.id]


@pytest.mark.parametrize("users", [["9" * 19], ["x"], [""], ["0"], ["-1"], ["\u0663"]])
async def test_nobody_is_left_out(alice: Person, bob: Person, chat: str, users: Any) -> None:
    async with opened(alice) as hers:
        answer = await hers.do("presence.watch", users=[*users, bob.id])
        assert [state["user"] for state in answer["presence"]] == [bob.id]


@pytest.mark.parametrize("users", [[1], [None], "1", None, ["9" * 20], {}])
async def test_people_are_named_by_ids(alice: Person, users: Any) -> None:
    async with opened(alice) as hers:
        assert (await hers.refused("presence.watch", users=users))["code"] == "validation"
