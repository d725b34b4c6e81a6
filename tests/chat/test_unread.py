"""Unread counts are exact, whatever happened."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.chat.conversation import Json
from tests.people import Person


def counted(person: Person, read: int, history: list[Json]) -> int:
    """The unread messages, counted from the whole history."""
    return sum(
        message["number"] > read and message["sender"] != person.id and not message["deleted"]
        for message in history
    )


def check(person: Person, chat: str) -> None:
    shown: Json = person.get(f"/chats/{chat}")
    history = person.get(f"/chats/{chat}/messages", limit=200)["results"]
    assert shown["unread_count"] == counted(person, shown["marks"]["me"]["read"], history)
    assert shown["last_message"] == (history[-1] if history else None)
    snapshot = person.get("/bootstrap")
    assert snapshot["chats"] in ([shown], [])
    assert snapshot["chats"] or shown["last_message"] is None
    assert snapshot["counts"]["chats_unread"] == (shown["unread_count"] > 0)


def delete(person: Person, chat: str, number: int, scope: str) -> None:
    path = f"/chats/{chat}/messages/{number}"
    answer = person.http.request("DELETE", path, params={"for": scope})
    assert answer.status_code in (204, 403, 404)


def edit(person: Person, chat: str, number: int) -> None:
    path = f"/chats/{chat}/messages/{number}"
    answer = person.http.patch(path, json={"text": "another"})
    assert answer.status_code in (200, 403, 404)


def block(person: Person, peer: Person, chat: str) -> None:
    """What is sent meanwhile is never seen."""
    person.put(f"/blocks/{peer.id}")
    peer.say(chat, "unseen")
    person.delete(f"/blocks/{peer.id}")


@pytest.mark.parametrize("seed", [1, 2])
def test_the_count_is_that_of_the_history(alice: Person, bob: Person, chat: str, seed: int) -> None:
    chance = random.Random(seed)
    alice.say(chat, "first")
    last = 1
    for _ in range(30):
        me, peer = chance.sample([alice, bob], 2)
        number = chance.randint(1, last)
        deeds: list[tuple[int, Callable[[], Any]]] = [
            (8, partial(me.say, chat, "hi")),
            (3, partial(me.post, f"/chats/{chat}/read", {"number": number})),
            (2, partial(me.post, f"/chats/{chat}/delivered", {"number": number})),
            (3, partial(delete, me, chat, number, "me")),
            (3, partial(delete, me, chat, number, "everyone")),
            (2, partial(edit, me, chat, number)),
            (1, partial(block, me, peer, chat)),
            (1, partial(me.delete, f"/chats/{chat}")),
        ]
        (deed,) = chance.choices([d for _, d in deeds], [weight for weight, _ in deeds])
        deed()
        last = alice.get(f"/chats/{chat}")["last_number"]
        check(me, chat)
        check(peer, chat)


def test_chats_unread_leaves_out_muted_ones(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    bob.say(chat, "hi")
    carol.say(carol.post("/chats", {"user": alice.id}, 201)["id"], "hi")
    assert alice.get("/bootstrap")["counts"]["chats_unread"] == 2
    alice.patch(f"/chats/{chat}", {"muted_until": "2100-01-01T00:00:00Z"})
    assert alice.get("/bootstrap")["counts"]["chats_unread"] == 1
    alice.patch(f"/chats/{chat}", {"muted_until": "2020-01-01T00:00:00Z"})
    assert alice.get("/bootstrap")["counts"]["chats_unread"] == 2
