"""Clearing a chat on one's own side."""

from __future__ import annotations

from tests.chat.conversation import everything, heard, numbers, reply
from tests.devices import opened
from tests.people import Person


async def test_a_cleared_chat_is_gone_for_me_alone(alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "one")
    bob.say(chat, "two")
    before = everything(bob, chat)
    async with opened(alice) as phone, opened(bob) as his:
        alice.delete(f"/chats/{chat}")
        told = await phone.update("chat.updated")
        assert await heard(his, bob) == []
    assert told == alice.get(f"/chats/{chat}")
    assert told["cleared_number"] == told["last_number"] == 2
    assert (told["last_message"], told["unread_count"]) == (None, 0)
    assert alice.texts(chat) == []
    assert alice.get("/chats")["results"] == alice.get("/bootstrap")["chats"] == []
    after = everything(bob, chat)
    assert (after["chat"], after["history"]) == (before["chat"], before["history"])


def test_single_messages_are_gone_too(alice: Person, bob: Person, chat: str) -> None:
    bob.say(chat, "one")
    alice.delete(f"/chats/{chat}")
    assert alice.get(f"/chats/{chat}/messages/1", 404)["code"] == "not_found"
    assert alice.get(f"/chats/{chat}/messages", around=1)["results"] == []
    alice.delete(f"/chats/{chat}/messages/1", 404, **{"for": "everyone"})


async def test_it_returns_with_the_next_message(alice: Person, bob: Person, chat: str) -> None:
    bob.say(chat, "one")
    alice.delete(f"/chats/{chat}")
    async with opened(alice) as hers:
        sent = bob.say(chat, "two")
        assert await hers.update("message.created") == sent
    (listed,) = alice.get("/chats")["results"]
    assert (listed["last_message"], listed["unread_count"]) == (sent, 1)
    assert (listed["cleared_number"], listed["last_number"]) == (1, 2)
    assert numbers(alice, chat) == [2]


def test_opening_it_again_lists_it_without_its_past(alice: Person, bob: Person, chat: str) -> None:
    bob.say(chat, "one")
    alice.delete(f"/chats/{chat}")
    assert alice.post("/chats", {"user": bob.id}, 200)["id"] == chat
    (listed,) = alice.get("/chats")["results"]
    assert listed["last_message"] is None
    assert alice.texts(chat) == []


def test_a_quote_of_what_i_cleared_is_empty_for_me(alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "one")
    alice.delete(f"/chats/{chat}")
    quoting = reply(bob, chat, 1, "about that")
    assert quoting["reply_to"]["text"] == "one"
    mine = alice.get(f"/chats/{chat}/messages/2")["reply_to"]
    assert mine == {"number": 1, "sender": alice.id, "text": ""}


def test_clearing_is_harmless_on_an_empty_chat_and_when_repeated(alice: Person, chat: str) -> None:
    alice.delete(f"/chats/{chat}")
    assert alice.get("/chats")["results"] == []
    alice.say(chat, "one")
    alice.delete(f"/chats/{chat}")
    alice.delete(f"/chats/{chat}")
    assert alice.get(f"/chats/{chat}")["cleared_number"] == 1


def test_marks_stay_where_they_are(alice: Person, bob: Person, chat: str) -> None:
    for text in ("one", "two"):
        bob.say(chat, text)
    alice.post(f"/chats/{chat}/read", {"number": 1})
    alice.delete(f"/chats/{chat}")
    assert alice.get(f"/chats/{chat}")["marks"]["me"] == {"delivered": 1, "read": 1}
    assert alice.post(f"/chats/{chat}/read", {"number": 2})["unread_count"] == 0
    assert bob.get(f"/chats/{chat}")["marks"]["peer"]["read"] == 1
