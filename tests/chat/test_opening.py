"""Opening chats."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.chat.conversation import kinds_heard, profile
from tests.devices import opened
from tests.people import Person, client, make_person


def test_a_new_chat_is_201_and_an_old_one_200(alice: Person, bob: Person) -> None:
    made = alice.post("/chats", {"user": bob.id}, 201)
    assert alice.post("/chats", {"user": bob.id}, 200) == made
    assert bob.post("/chats", {"user": alice.id}, 200)["id"] == made["id"]


def test_a_new_chat_is_empty(alice: Person, bob: Person) -> None:
    chat = alice.post("/chats", {"user": bob.id}, 201)
    assert chat["peer"] == profile(alice, bob)
    assert chat["marks"] == {
        "me": {"delivered": 0, "read": 0},
        "peer": {"delivered": 0, "read": 0},
    }
    empty = {name: chat[name] for name in ("last_number", "last_message", "unread_count")}
    assert empty == {"last_number": 0, "last_message": None, "unread_count": 0}
    assert chat["cleared_number"] == 0
    assert [chat[name] for name in ("archived", "pinned", "marked_unread")] == [False] * 3
    assert alice.get(f"/chats/{chat['id']}/messages")["results"] == []


@pytest.mark.parametrize("both", [False, True])
def test_twenty_who_open_at_once_get_one_chat(alice: Person, bob: Person, both: bool) -> None:
    start = Barrier(20)

    def open_chat(turn: int) -> tuple[int, str]:
        me, peer = (bob, alice) if both and turn % 2 else (alice, bob)
        start.wait(10)
        answer = me.http.post("/chats", json={"user": peer.id})
        return answer.status_code, answer.json()["id"]

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(open_chat, range(20)))
    assert sorted(status for status, _ in answers) == [200] * 19 + [201]
    assert len({chat for _, chat in answers}) == 1
    assert [chat["id"] for chat in alice.get("/chats")["results"]] == [answers[0][1]]


def test_only_new_chats_are_limited(server: str, strict: str, alice: Person) -> None:
    people = [make_person(server, "stranger") for _ in range(40)]
    with client(strict, alice.access) as http:
        new = [http.post("/chats", json={"user": person.id}).status_code for person in people]
        old = [http.post("/chats", json={"user": people[0].id}).status_code for _ in range(40)]
    assert new[:30] == [201] * 30
    assert set(new) == {201, 429}
    assert old == [200] * 40
    for person in people:
        person.http.close()


async def test_nobody_chats_with_themselves(alice: Person) -> None:
    problem = alice.post("/chats", {"user": alice.id}, 400)
    assert problem["code"] == "validation"
    assert problem["errors"][0]["pointer"] == "/user"
    async with opened(alice) as device:
        refused = await device.refused("chat.open", user=alice.id)
    assert (refused["code"], refused["errors"]) == (problem["code"], problem["errors"])
    assert alice.get("/chats")["results"] == []


@pytest.mark.parametrize("user", ["1", "0", "-1", "x", "", "9" * 19, "１２", "1.0", " 1"])
async def test_a_chat_with_nobody_is_not_found(alice: Person, user: str) -> None:
    assert alice.post("/chats", {"user": user}, 404)["code"] == "not_found"
    async with opened(alice) as device:
        assert (await device.refused("chat.open", user=user))["code"] == "not_found"


async def test_opening_by_socket_is_opening_by_rest(alice: Person, bob: Person) -> None:
    async with opened(alice) as phone, opened(alice) as laptop:
        chat = await phone.do("chat.open", user=bob.id)
        assert await laptop.update("chat.updated") == chat
        assert await phone.update("chat.updated") == chat
        assert alice.post("/chats", {"user": bob.id}, 200) == chat
        assert await kinds_heard(laptop, alice) == []


async def test_the_peer_learns_of_a_chat_with_its_first_message(alice: Person, bob: Person) -> None:
    async with opened(bob) as device:
        chat = alice.post("/chats", {"user": bob.id}, 201)["id"]
        assert await kinds_heard(device, bob) == []
        assert bob.get("/chats")["results"] == bob.get("/bootstrap")["chats"] == []
        sent = alice.say(chat, "hello")
        told = await device.update("chat.updated")
        assert (told["id"], told["peer"]["id"]) == (chat, alice.id)
        assert await device.update("message.created") == sent
        alice.say(chat, "again")
        assert await kinds_heard(device, bob) == ["message.created"]
    (listed,) = bob.get("/chats")["results"]
    assert listed["unread_count"] == 2


def test_a_change_of_name_does_not_betray_an_empty_chat(alice: Person, bob: Person) -> None:
    alice.post("/chats", {"user": bob.id}, 201)
    before = bob.get("/bootstrap")
    alice.patch("/me", {"name": "Alicia"})
    assert bob.get("/bootstrap") == before
