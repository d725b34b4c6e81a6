"""Catching up: whatever the way, a device ends with what the server shows."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.chat.conversation import Json, heard, reply, settled
from tests.devices import FOLLOWING, opened
from tests.faults.folding import State
from tests.people import Person


def caught_up(person: Person, epoch: str, pts: int, limit: int) -> list[Json]:
    """All updates after a position, page by page."""
    found: list[Json] = []
    more = True
    while more:
        page = person.get("/updates", epoch=epoch, pts=pts, limit=limit)
        assert len(page["updates"]) <= limit
        found += page["updates"]
        pts, more = page["pts"], page["more"]
    return found


def live(chat: str, alice: Person, bob: Person) -> None:
    """One of everything."""
    alice.say(chat, "one")
    bob.say(chat, "two")
    reply(alice, chat, 2, "three")
    alice.patch(f"/chats/{chat}/messages/1", {"text": "first"})
    alice.post(f"/chats/{chat}/read", {"number": 3})
    bob.post(f"/chats/{chat}/read", {"number": 3})
    bob.delete(f"/chats/{chat}/messages/2", **{"for": "everyone"})
    alice.delete(f"/chats/{chat}/messages/1", **{"for": "me"})
    alice.patch(f"/chats/{chat}", {"pinned": True})


async def test_the_socket_and_rest_tell_the_same(alice: Person, bob: Person, chat: str) -> None:
    start = alice.get("/bootstrap")
    epoch, pts = start["epoch"], start["pts"]
    async with opened(alice) as hers:
        live(chat, alice, bob)
        told = await heard(hers, alice, feed=True)
    assert [frame["pts"] for frame in told] == list(range(pts + 1, pts + 1 + len(told)))
    settled(alice, bob)
    async with opened(alice, epoch=epoch, pts=pts) as again:
        replayed = [frame for frame in again.kept if frame["type"] == "update"]
    missed = caught_up(alice, epoch, pts, limit=200)
    assert caught_up(alice, epoch, pts, limit=1) == missed
    assert caught_up(alice, epoch, pts, limit=4) == missed
    assert [{k: frame[k] for k in ("pts", "kind", "data")} for frame in replayed] == missed
    assert [update["pts"] for update in missed][: len(told)] == [frame["pts"] for frame in told]


async def test_old_updates_show_the_present(alice: Person, bob: Person, chat: str) -> None:
    start = bob.get("/bootstrap")
    live(chat, alice, bob)
    updates = caught_up(bob, start["epoch"], start["pts"], limit=50)
    for update in updates:
        data, kind = update["data"], update["kind"]
        if kind in ("message.created", "message.updated"):
            assert data == bob.get(f"/chats/{chat}/messages/{data['number']}")
        elif kind == "chat.updated":
            assert data == bob.get(f"/chats/{chat}")
    created = [u["data"] for u in updates if u["kind"] == "message.created"]
    assert [(m["text"], m["deleted"]) for m in created] == [
        ("first", False),
        ("", True),
        ("three", False),
    ]


@pytest.mark.parametrize("how", ["deleted", "cleared"])
async def test_an_update_of_what_is_gone_is_its_removal(
    alice: Person, bob: Person, chat: str, how: str
) -> None:
    start = bob.get("/bootstrap")
    alice.say(chat, "one")
    alice.patch(f"/chats/{chat}/messages/1", {"text": "first"})
    if how == "deleted":
        bob.delete(f"/chats/{chat}/messages/1", **{"for": "me"})
    else:
        bob.delete(f"/chats/{chat}")
    removal = {"chat": chat, "number": 1, "for": "me"}
    updates = caught_up(bob, start["epoch"], start["pts"], limit=50)
    kinds = {u["kind"] for u in updates if not u["kind"].startswith(FOLLOWING)}
    assert kinds == {"chat.updated", "message.deleted"}
    removals = [u["data"] for u in updates if u["kind"] == "message.deleted"]
    assert removals == [removal] * (3 if how == "deleted" else 2)
    async with opened(bob, epoch=start["epoch"], pts=start["pts"]) as his:
        assert await his.update("message.deleted") == removal


def deed(chance: random.Random, me: Person, chat: str, last: int) -> None:
    """Something at random; what is refused is refused."""
    number = chance.randint(1, last)
    path = f"/chats/{chat}/messages/{number}"
    match chance.randint(0, 8):
        case 0 | 1:
            me.say(chat, f"text {last}")
        case 2:
            body = {"client_id": f"{me.id} {last}", "text": "reply", "reply_to": number}
            me.http.post(f"/chats/{chat}/messages", json=body)
        case 3:
            me.http.patch(path, json={"text": f"edited {last}"})
        case 4:
            me.http.request("DELETE", path, params={"for": "everyone"})
        case 5:
            me.http.request("DELETE", path, params={"for": "me"})
        case 6:
            me.post(f"/chats/{chat}/read", {"number": number})
        case 7:
            me.post(f"/chats/{chat}/delivered", {"number": number})
        case 8 if chance.random() < 0.4:
            me.delete(f"/chats/{chat}")


def folded(person: Person, start: Json, updates: list[Json]) -> State:
    state = State(user=person.id)
    state.start(start)
    for update in updates:
        if unknown := state.unknown_chat(update["kind"], update["data"]):
            state.hold(person.get(f"/chats/{unknown}"))
        state.apply(update["pts"], update["kind"], update["data"])
    return state


def shown(person: Person, chat: str) -> tuple[Any, dict[int, Json]]:
    """The chats and messages that the server shows; `updated_at` is no part of the fold."""
    chats = {c["id"]: c | {"updated_at": ""} for c in person.get("/bootstrap")["chats"]}
    page = person.get(f"/chats/{chat}/messages", limit=200)
    return chats, {message["number"]: message for message in page["results"]}


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_device_that_folds_updates_holds_what_the_server_shows(
    alice: Person, bob: Person, chat: str, seed: int
) -> None:
    chance = random.Random(seed)
    alice.say(chat, "first")
    starts = {person.id: person.get("/bootstrap") for person in (alice, bob)}
    first = alice.get(f"/chats/{chat}/messages/1")
    async with opened(alice) as hers, opened(bob) as his:
        for _ in range(40):
            last = alice.get(f"/chats/{chat}")["last_number"]
            deed(chance, chance.choice([alice, bob]), chat, last)
        alice.say(chat, "last")
        for device, person in ((hers, alice), (his, bob)):
            start = starts[person.id]
            chats, messages = shown(person, chat)
            missed = caught_up(person, start["epoch"], start["pts"], limit=7)
            for updates in (await heard(device, person, feed=True), missed):
                state = folded(person, start, updates)
                held = {c: v | {"updated_at": ""} for c, v in state.chats.items()}
                assert held == chats
                known = {1: first} if 1 in messages else {}
                assert known | state.messages[chat] == known | messages
