"""Unread messages in the feed: one item for each chat, which agrees with the chat."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from chat.reading import standing
from feed.following import follower
from tests.apart import apart
from tests.chat.conversation import send
from tests.devices import opened
from tests.feed.publishing import feed_of
from tests.people import Person
from tests.waiting import until

Json = dict[str, Any]


def follow(*people: Person) -> None:
    """What the worker does, now."""
    apart(lambda: follower.follow([int(person.id) for person in people]))


def item_of(person: Person, chat: str) -> Json | None:
    follow(person)
    return next((item for item in feed_of(person) if item["group"] == chat), None)


def test_messages_of_a_chat_are_one_item(alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "one")
    first = item_of(bob, chat)
    assert first is not None
    alice.say(chat, "two")
    item = item_of(bob, chat)
    assert item is not None
    assert item["id"] == first["id"]
    assert (item["kind"], item["event_count"], item["actor_count"]) == ("message.received", 2, 1)
    assert (item["title"], item["body"]) == ("Alice", "two")
    assert item["reference"] == {"type": "chat", "id": chat}
    assert [actor["id"] for actor in item["actors"]] == [alice.id]
    assert item["updated_at"] == alice.get(f"/chats/{chat}/messages/2")["created_at"]
    assert item_of(alice, chat) is None
    assert bob.get("/feed/counts") == {"unseen": 1, "unread": 1}


def test_reading_the_chat_reads_its_item(alice: Person, bob: Person, chat: str) -> None:
    for text in ("one", "two", "three"):
        alice.say(chat, text)
    follow(bob)
    bob.post(f"/chats/{chat}/read", {"number": 2})
    item = item_of(bob, chat)
    assert item is not None
    assert (item["event_count"], item["read_at"]) == (1, None)
    bob.post(f"/chats/{chat}/read", {"number": 3})
    item = item_of(bob, chat)
    assert item is not None
    assert item["read_at"] is not None
    assert bob.get("/feed/counts") == {"unseen": 0, "unread": 0}
    alice.say(chat, "four")
    again = item_of(bob, chat)
    assert again is not None
    assert (again["id"], again["event_count"], again["read_at"]) == (item["id"], 1, None)


def test_what_was_read_at_once_comes_read(alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "hi")
    bob.say(chat, "hello")
    item = item_of(bob, chat)
    assert item is not None
    assert item["read_at"] is not None
    assert bob.get("/feed/counts") == {"unseen": 0, "unread": 0}


def test_reading_the_item_leaves_the_chat(alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "one")
    alice.say(chat, "two")
    item = item_of(bob, chat)
    assert item is not None
    bob.post("/feed/read", {"ids": [item["id"]]})
    alice.delete(f"/chats/{chat}/messages/1", **{"for": "everyone"})
    now = item_of(bob, chat)
    assert now is not None
    assert (now["event_count"], now["read_at"] is None) == (1, False)
    assert bob.get(f"/chats/{chat}")["unread_count"] == 1
    alice.say(chat, "three")
    now = item_of(bob, chat)
    assert now is not None
    assert (now["event_count"], now["read_at"]) == (1, None)


@pytest.mark.parametrize("how", ["for everyone", "for me", "clear"])
def test_the_last_message_takes_the_item_along(
    alice: Person, bob: Person, chat: str, how: str
) -> None:
    alice.say(chat, "one")
    alice.say(chat, "two")
    follow(bob)

    def delete(number: int) -> None:
        if how == "for everyone":
            alice.delete(f"/chats/{chat}/messages/{number}", **{"for": "everyone"})
        elif how == "for me":
            bob.delete(f"/chats/{chat}/messages/{number}", **{"for": "me"})
        else:
            bob.delete(f"/chats/{chat}")

    delete(2)
    item = item_of(bob, chat)
    if how != "clear":
        assert item is not None
        assert (item["event_count"], item["body"]) == (1, "one")
        delete(1)
    assert item_of(bob, chat) is None
    assert bob.get("/feed/counts") == {"unseen": 0, "unread": 0}
    alice.say(chat, "three")
    item = item_of(bob, chat)
    assert item is not None
    assert (item["event_count"], item["body"]) == (1, "three")


def test_a_deleted_text_is_not_shown_before_anyone_has_followed(
    alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, "secret")
    assert item_of(bob, chat) is not None
    alice.delete(f"/chats/{chat}/messages/1", **{"for": "everyone"})
    assert "secret" not in bob.http.get("/feed").text


def test_the_blocked_make_no_items(alice: Person, bob: Person, chat: str) -> None:
    bob.put(f"/blocks/{alice.id}")
    alice.say(chat, "hidden")
    assert item_of(bob, chat) is None
    bob.delete(f"/blocks/{alice.id}")
    assert item_of(bob, chat) is None
    alice.say(chat, "seen")
    item = item_of(bob, chat)
    assert item is not None
    assert (item["event_count"], item["body"]) == (1, "seen")


def test_muted_chats_have_items(alice: Person, bob: Person, chat: str) -> None:
    bob.patch(f"/chats/{chat}", {"muted_until": "2090-01-01T00:00:00Z"})
    alice.say(chat, "quietly")
    assert item_of(bob, chat) is not None
    assert bob.get("/bootstrap")["counts"] == {
        "chats_unread": 0,
        "feed": {"unseen": 1, "unread": 1},
    }


def test_archived_stays_so_until_the_next_message(alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "one")
    item = item_of(bob, chat)
    assert item is not None
    bob.delete(f"/feed/{item['id']}")
    bob.post(f"/chats/{chat}/delivered", {"number": 1})
    assert item_of(bob, chat) is None
    alice.say(chat, "two")
    again = item_of(bob, chat)
    assert again is not None
    assert (again["id"], again["event_count"]) == (item["id"], 1)


def test_following_again_changes_nothing(alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "one")
    follow(alice, bob)
    follow(alice, bob)
    before = bob.get("/bootstrap")
    follow(alice, bob)
    assert apart(follower.sweep) >= 0
    assert bob.get("/bootstrap") == before


async def test_devices_learn_of_it_all_by_themselves(
    alice: Person, bob: Person, chat: str, worker: None
) -> None:
    """A message over the socket, and its item on the feed's part by way of the worker."""
    send(alice, chat, text="are you there?")
    await asyncio.to_thread(until, lambda: [i for i in feed_of(bob) if i["group"] == chat])
    async with opened(bob, "/ws/feed/") as device, opened(bob) as other, opened(alice) as hers:
        await hers.say(chat, "hello")
        told = await device.update("notification.updated")
        assert (told["event_count"], told["body"]) == (2, "hello")
        await other.do("chat.read", chat=chat, number=2)
        while (await device.update("notification.updated"))["read_at"] is None:
            pass
        while (await other.update("counts.updated"))["chats_unread"]:
            pass
    assert bob.get("/feed/counts") == {"unseen": 0, "unread": 0}


def test_files_and_buttons_have_words_too(alice: Person, bob: Person, chat: str) -> None:
    send(alice, chat, action={"name": "buy"})
    item = item_of(bob, chat)
    assert item is not None
    assert item["body"] == str(standing.LABELS["action"])
