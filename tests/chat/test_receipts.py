"""Delivered and read marks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chat.conversation import everything, heard, kinds_heard
from tests.devices import opened
from tests.people import Person


def say_some(person: Person, chat: str, count: int) -> None:
    for number in range(count):
        person.say(chat, f"message {number + 1}")


def marks(person: Person, chat: str) -> Any:
    return person.get(f"/chats/{chat}")["marks"]


def test_marks_only_move_forward(alice: Person, bob: Person, chat: str) -> None:
    say_some(alice, chat, 3)
    answer = bob.post(f"/chats/{chat}/read", {"number": 2})
    assert answer == {
        "unread_count": 1,
        "marks": {"me": {"delivered": 2, "read": 2}, "peer": {"delivered": 3, "read": 3}},
    }
    assert bob.post(f"/chats/{chat}/read", {"number": 1}) == answer
    assert bob.post(f"/chats/{chat}/read", {"number": 0}) == answer
    assert bob.post(f"/chats/{chat}/delivered", {"number": 1}) == answer
    further = bob.post(f"/chats/{chat}/delivered", {"number": 3})
    assert further["marks"]["me"] == {"delivered": 3, "read": 2}
    assert marks(alice, chat)["peer"] == {"delivered": 3, "read": 2}


async def test_marks_by_socket_answer_as_by_rest(alice: Person, bob: Person, chat: str) -> None:
    say_some(alice, chat, 2)
    async with opened(bob) as his:
        delivered = await his.do("chat.delivered", chat=chat, number=1)
        assert delivered == bob.post(f"/chats/{chat}/delivered", {"number": 1})
        read = await his.do("chat.read", chat=chat, number=2)
        assert read == bob.post(f"/chats/{chat}/read", {"number": 2})
    assert read == {"unread_count": 0, "marks": marks(bob, chat)}


@pytest.mark.parametrize("mark", ["read", "delivered"])
async def test_both_people_are_told_on_all_devices(
    alice: Person, bob: Person, chat: str, mark: str
) -> None:
    say_some(alice, chat, 1)
    async with opened(alice) as hers, opened(bob) as phone, opened(bob) as laptop:
        await phone.do(f"chat.{mark}", chat=chat, number=1)
        mine = bob.get(f"/chats/{chat}")
        assert mine["marks"]["me"][mark] == 1
        assert await phone.update("chat.updated") == mine
        assert await laptop.update("chat.updated") == mine
        assert await hers.update("chat.updated") == alice.get(f"/chats/{chat}")
        assert marks(alice, chat)["peer"][mark] == 1


async def test_a_mark_that_moves_nothing_tells_nobody(
    alice: Person, bob: Person, chat: str
) -> None:
    say_some(alice, chat, 2)
    bob.post(f"/chats/{chat}/read", {"number": 2})
    async with opened(alice) as hers, opened(bob) as his:
        await his.do("chat.read", chat=chat, number=2)
        await his.do("chat.delivered", chat=chat, number=1)
        bob.post(f"/chats/{chat}/read", {"number": 1})
        assert await heard(his, bob) == await heard(hers, alice) == []


@pytest.mark.parametrize("mark", ["read", "delivered"])
async def test_a_mark_beyond_the_last_number_is_refused(
    alice: Person, bob: Person, chat: str, mark: str
) -> None:
    say_some(alice, chat, 2)
    before = everything(bob, chat)
    for number in (3, 2**31 - 1, 2**31, 2**70, -1, "1", 1.5, None, True):
        problem = bob.post(f"/chats/{chat}/{mark}", {"number": number}, 400)
        assert problem["code"] == "validation"
        assert problem["errors"][0]["pointer"] == "/number"
        async with opened(bob) as his:
            refused = await his.refused(f"chat.{mark}", chat=chat, number=number)
        assert (refused["code"], refused["errors"]) == ("validation", problem["errors"])
    assert everything(bob, chat) == before


@pytest.mark.parametrize("mark", ["read", "delivered"])
def test_a_mark_is_clamped_to_what_the_reader_may_see(
    alice: Person, bob: Person, chat: str, mark: str
) -> None:
    say_some(alice, chat, 3)
    bob.delete(f"/chats/{chat}/messages/2", **{"for": "me"})
    bob.delete(f"/chats/{chat}/messages/3", **{"for": "me"})
    assert bob.post(f"/chats/{chat}/{mark}", {"number": 3})["marks"]["me"][mark] == 1
    assert marks(alice, chat)["peer"][mark] == 1


def test_a_tombstone_can_be_read(alice: Person, bob: Person, chat: str) -> None:
    say_some(alice, chat, 2)
    alice.delete(f"/chats/{chat}/messages/2", **{"for": "everyone"})
    assert bob.post(f"/chats/{chat}/read", {"number": 2})["marks"]["me"]["read"] == 2


async def test_sending_implies_having_read(alice: Person, bob: Person, chat: str) -> None:
    say_some(alice, chat, 3)
    async with opened(bob) as his, opened(alice) as hers:
        sent = await his.say(chat, "I saw it")
        assert await kinds_heard(his, bob) == ["message.created"]
        assert await kinds_heard(hers, alice) == ["message.created"]
    shown = bob.get(f"/chats/{chat}")
    assert (shown["unread_count"], sent["number"]) == (0, 4)
    assert shown["marks"]["me"] == {"delivered": 4, "read": 4}
    assert marks(alice, chat)["peer"] == {"delivered": 4, "read": 4}


@pytest.mark.parametrize("private", ["alice", "bob"])
async def test_private_receipts_hide_reading_for_both(
    alice: Person, bob: Person, chat: str, private: str
) -> None:
    say_some(alice, chat, 2)
    bob.post(f"/chats/{chat}/read", {"number": 1})
    shy = {"alice": alice, "bob": bob}[private]
    async with opened(alice) as hers, opened(bob) as his:
        shy.patch("/me", {"read_receipts": False})
        for device, person in ((hers, alice), (his, bob)):
            told = await device.update("chat.updated")
            assert told == person.get(f"/chats/{chat}")
            assert told["marks"]["peer"]["read"] is None
            assert told["marks"]["me"]["read"] is not None
        bob.post(f"/chats/{chat}/read", {"number": 2})
        assert (await his.update("chat.updated"))["marks"]["me"]["read"] == 2
        assert "chat.updated" in await kinds_heard(hers, alice), "it was delivered too"
        shy.patch("/me", {"read_receipts": True})
        told = await hers.update("chat.updated")
        assert told["marks"]["peer"] == {"delivered": 2, "read": 2}


async def test_with_private_receipts_reading_alone_is_not_told(
    alice: Person, bob: Person, chat: str
) -> None:
    say_some(alice, chat, 1)
    bob.post(f"/chats/{chat}/delivered", {"number": 1})
    async with opened(alice) as hers:
        bob.patch("/me", {"read_receipts": False})
        await hers.update("chat.updated")
        answer = bob.post(f"/chats/{chat}/read", {"number": 1})
        assert answer["marks"] == {
            "me": {"delivered": 1, "read": 1},
            "peer": {"delivered": 1, "read": None},
        }
        assert await heard(hers, alice) == []


async def test_the_switch_is_told_in_an_empty_chat_as_well(alice: Person, chat: str) -> None:
    async with opened(alice) as hers:
        alice.patch("/me", {"read_receipts": False})
        assert await hers.update("chat.updated") == alice.get(f"/chats/{chat}")


async def test_marked_as_unread_ends_by_reading(alice: Person, bob: Person, chat: str) -> None:
    say_some(alice, chat, 1)
    bob.post(f"/chats/{chat}/read", {"number": 1})
    bob.patch(f"/chats/{chat}", {"marked_unread": True})
    async with opened(alice) as hers, opened(bob) as his:
        await his.do("chat.delivered", chat=chat, number=1)
        assert bob.get(f"/chats/{chat}")["marked_unread"] is True
        await his.do("chat.read", chat=chat, number=1)
        assert (await his.update("chat.updated"))["marked_unread"] is False
        assert await heard(hers, alice) == []
    assert bob.get(f"/chats/{chat}")["marked_unread"] is False
