"""What a block means for a chat: the blocked one notices nothing, the other hears nothing."""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
from threading import Event

import pytest

from tests.chat.conversation import everything, heard, kinds_heard, numbers, reply
from tests.devices import Device, opened
from tests.people import Person


async def test_whoever_blocks_can_neither_send_nor_open_a_new_chat(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    alice.say(chat, "before")
    alice.put(f"/blocks/{bob.id}")
    assert alice.say(chat, "no", status=403)["code"] == "forbidden"
    assert alice.post("/chats", {"user": bob.id}, 200)["id"] == chat
    alice.put(f"/blocks/{carol.id}")
    assert alice.post("/chats", {"user": carol.id}, 403)["code"] == "forbidden"
    problem = alice.patch(f"/chats/{chat}/messages/1", {"text": "no"}, 403)
    assert problem["code"] == "forbidden"
    async with opened(alice) as hers:
        refused = await hers.refused("message.send", chat=chat, client_id="k", text="no")
        assert refused["code"] == "forbidden"
        assert (await hers.do("chat.open", user=bob.id))["id"] == chat
        assert (await hers.refused("chat.open", user=carol.id))["code"] == "forbidden"
    assert bob.texts(chat) == ["before"]
    alice.delete(f"/blocks/{bob.id}")
    alice.say(chat, "again")
    assert bob.texts(chat) == ["before", "again"]


async def test_the_blocked_one_still_sends_and_opens(alice: Person, bob: Person, chat: str) -> None:
    alice.put(f"/blocks/{bob.id}")
    async with opened(bob) as his:
        sent = await his.say(chat, "hello?")
        assert await his.update("message.created") == sent
        assert (await his.do("chat.open", user=alice.id))["id"] == chat
    assert bob.post("/chats", {"user": alice.id}, 200)["last_message"] == sent
    assert reply(bob, chat, 1, "still?")["number"] == 2
    assert bob.texts(chat) == ["hello?", "still?"]


async def test_nothing_of_it_reaches_the_blocker_also_later(
    alice: Person, bob: Person, chat: str
) -> None:
    bob.say(chat, "before")
    start = alice.get("/bootstrap")
    alice.put(f"/blocks/{bob.id}")
    async with opened(alice) as hers, opened(bob) as his:
        await his.say(chat, "by socket")
        bob.say(chat, "by rest")
        bob.patch(f"/chats/{chat}/messages/2", {"text": "a later version"}, 403)
        bob.delete(f"/chats/{chat}/messages/3", **{"for": "everyone"})
        bob.post(f"/chats/{chat}/read", {"number": 3})
        assert "message.created" not in [f["kind"] for f in await heard(hers, alice)]
    alice.delete(f"/blocks/{bob.id}")
    bob.patch(f"/chats/{chat}/messages/2", {"text": "a later version"})
    shown = everything(alice, chat)
    assert numbers(alice, chat) == [1]
    assert shown["chat"]["last_message"]["text"] == "before"
    assert (shown["chat"]["unread_count"], shown["chat"]["last_number"]) == (1, 3)
    for hidden in (2, 3):
        alice.get(f"/chats/{chat}/messages/{hidden}", 404)
    updates = alice.get("/updates", epoch=start["epoch"], pts=0, limit=200)
    async with opened(alice, epoch=start["epoch"], pts=0) as device:
        told = json.dumps([shown, updates, list(device.kept)])
    assert "before" in told
    for text in ("by socket", "by rest", "a later version"):
        assert text not in told


def test_a_stranger_who_was_blocked_before_is_not_even_listed(alice: Person, bob: Person) -> None:
    alice.put(f"/blocks/{bob.id}")
    before = alice.get("/bootstrap")
    chat = bob.post("/chats", {"user": alice.id}, 201)["id"]
    bob.say(chat, "hello")
    bob.patch("/me", {"name": "Robert"})
    bob.patch("/me", {"read_receipts": False})
    assert alice.get("/bootstrap") == before
    assert alice.get("/chats")["results"] == []


def test_what_is_hidden_moves_no_chat_in_the_list(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    def listed(person: Person) -> list[tuple[str, str, int]]:
        chats = person.get("/chats")["results"]
        return [(chat["id"], chat["updated_at"], chat["unread_count"]) for chat in chats]

    bob.say(chat, "before")
    for person in (alice, bob):
        carol.say(carol.post("/chats", {"user": person.id}, 201)["id"], "later")
    alice.put(f"/blocks/{bob.id}")
    hers, his = listed(alice), listed(bob)
    assert his[1][0] == chat
    bob.say(chat, "hidden")
    assert listed(alice) == hers
    assert listed(bob)[0][0] == chat
    assert listed(bob)[0][1] > his[1][1]


async def test_what_was_sent_meanwhile_is_never_delivered(
    alice: Person, bob: Person, chat: str
) -> None:
    bob.say(chat, "before")
    alice.post(f"/chats/{chat}/read", {"number": 1})
    alice.put(f"/blocks/{bob.id}")
    async with opened(bob) as his:
        bob.say(chat, "meanwhile")
        answer = alice.post(f"/chats/{chat}/read", {"number": 2})
        assert answer["marks"]["me"] == {"delivered": 1, "read": 1}
        assert alice.post(f"/chats/{chat}/delivered", {"number": 2}) == answer
        assert await kinds_heard(his, bob) == ["message.created"]
    assert bob.get(f"/chats/{chat}")["marks"]["peer"] == {"delivered": 1, "read": 1}


async def test_typing_is_accepted_and_goes_nowhere(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    other = carol.post("/chats", {"user": alice.id}, 201)["id"]
    alice.put(f"/blocks/{bob.id}")
    async with opened(alice) as hers, opened(bob) as his, opened(carol) as theirs:
        assert await his.do("typing", chat=chat, on=True) == {}
        assert await hers.do("typing", chat=chat, on=True) == {}
        await theirs.do("typing", chat=other, on=True)
        seen = await hers.signal("typing")
        assert seen == {"chat": other, "user": carol.id, "on": True}
        carol.say(carol.post("/chats", {"user": bob.id}, 201)["id"], "sentinel")
        await his.update("message.created")
        signals = [f["data"]["on"] for f in (*hers.kept, *his.kept) if f["type"] == "signal"]
        assert True not in signals


@pytest.mark.parametrize("blocker", ["alice", "bob"])
async def test_neither_knows_the_others_presence(
    alice: Person, bob: Person, chat: str, blocker: str
) -> None:
    me, peer = (alice, bob) if blocker == "alice" else (bob, alice)
    alice.say(chat, "hello")
    async with opened(alice) as hers, opened(bob) as his:
        (seen,) = (await hers.do("presence.watch", users=[bob.id]))["presence"]
        assert seen["online"] is True
        me.put(f"/blocks/{peer.id}")
        for device, other in ((hers, bob), (his, alice)):
            (seen,) = (await device.do("presence.watch", users=[other.id]))["presence"]
            assert seen == {"user": other.id, "online": False, "last_seen": None}


async def test_after_a_block_is_answered_nothing_more_arrives(
    alice: Person, bob: Person, chat: str
) -> None:
    """Some two hundred messages, by both doors, while the block is made."""
    blocked = Event()
    count = itertools.count()

    def by_rest() -> None:
        for _ in range(20):
            blocked.wait(0 if next(count) < 40 else 10)
            bob.say(chat, secrets.token_hex(4))

    async def by_socket(device: Device) -> None:
        left = 25
        while left:
            await device.say(chat, secrets.token_hex(4))
            left -= blocked.is_set()

    def block() -> list[str]:
        alice.put(f"/blocks/{bob.id}")
        seen = alice.texts(chat)
        blocked.set()
        return seen

    bob.say(chat, "first")
    async with opened(alice) as hers, opened(bob) as one, opened(bob) as two:
        sending = [asyncio.to_thread(by_rest) for _ in range(5)]
        sending += [by_socket(one), by_socket(two)]
        seen, *_ = await asyncio.gather(asyncio.to_thread(block), *sending)
        told = await heard(hers, alice)
        for device in (one, two):
            own = [f["kind"] for f in await heard(device, bob)]
            assert own.count("message.created") == bob.get(f"/chats/{chat}")["last_number"] - 1
    created = [f["data"]["text"] for f in told if f["kind"] == "message.created"]
    assert alice.texts(chat) == seen
    assert ["first", *created] == seen
    assert alice.get(f"/chats/{chat}")["last_number"] > len(seen) + 100


async def test_no_edit_slips_past_a_block_that_is_answered(
    alice: Person, bob: Person, chat: str
) -> None:
    bob.say(chat, "0")

    def edit(texts: range) -> None:
        for text in texts:
            answer = bob.http.patch(f"/chats/{chat}/messages/1", json={"text": str(text)})
            assert answer.status_code in (200, 403)

    def block() -> list[str]:
        alice.put(f"/blocks/{bob.id}")
        return alice.texts(chat)

    edits = [asyncio.to_thread(edit, range(start, start + 15)) for start in (100, 200, 300)]
    seen, *_ = await asyncio.gather(asyncio.to_thread(block), *edits)
    assert alice.texts(chat) == seen


async def test_the_blocked_one_goes_on_seeing_what_they_saw(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    alice.say(chat, "one")
    bob.post(f"/chats/{chat}/read", {"number": 1})
    before = alice.get(f"/chats/{chat}")
    bob.put(f"/blocks/{alice.id}")
    async with opened(alice) as hers:
        alice.say(chat, "two")
        bob.patch("/me", {"name": "Robert", "about": "Somebody else", "read_receipts": False})
        carol.post("/chats", {"user": bob.id}, 201)
        bob.post(f"/chats/{chat}/read", {"number": 2})
        assert {frame["kind"] for frame in await heard(hers, alice)} == {"message.created"}
        for shown in (
            alice.get(f"/chats/{chat}"),
            alice.get("/bootstrap")["chats"][0],
            alice.patch(f"/chats/{chat}", {"pinned": True}),
        ):
            assert shown["peer"] == before["peer"]
            assert shown["marks"]["peer"] == before["marks"]["peer"]
        assert alice.get(f"/users/{bob.id}")["name"] == before["peer"]["name"]
        assert carol.get(f"/users/{bob.id}")["name"] == "Robert"
        await heard(hers, alice)
        bob.delete(f"/blocks/{alice.id}")
        (told,) = await heard(hers, alice)
        assert told["kind"] == "chat.updated"
        assert told["data"]["peer"]["name"] == "Robert"
        assert told["data"]["marks"]["peer"]["read"] is None


def test_a_forward_of_the_blockers_names_nobody(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    bob.say(chat, "mine")
    target = alice.post("/chats", {"user": carol.id}, 201)["id"]
    alice.post(
        f"/chats/{chat}/messages/1/forward",
        {"targets": [{"chat": target, "client_id": "forward"}]},
    )
    for viewer in (alice, carol):
        assert viewer.get(f"/chats/{target}/messages/1")["forward"]["name"] == "Bob"
    bob.put(f"/blocks/{carol.id}")
    shown = carol.get(f"/chats/{target}/messages/1")["forward"]
    assert shown.get("name") is shown.get("sender") is None
    assert alice.get(f"/chats/{target}/messages/1")["forward"]["name"] == "Bob"
