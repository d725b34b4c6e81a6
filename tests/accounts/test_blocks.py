"""Blocking people."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.people import Person, make_person


def test_a_block_is_listed_until_it_is_lifted(alice: Person, bob: Person) -> None:
    alice.put(f"/blocks/{bob.id}")
    alice.put(f"/blocks/{bob.id}")
    (listed,) = alice.get("/blocks")["results"]
    assert listed["user"] == alice.get(f"/users/{bob.id}")
    assert bob.get("/blocks")["results"] == []
    alice.delete(f"/blocks/{bob.id}")
    alice.delete(f"/blocks/{bob.id}")
    assert alice.get("/blocks") == {"results": [], "next": None}


def test_nobody_blocks_themselves_or_nobody(alice: Person) -> None:
    assert alice.put(f"/blocks/{alice.id}", 400)["errors"][0]["pointer"] == "/user"
    assert alice.put("/blocks/1", 404)["code"] == "not_found"
    assert alice.delete("/blocks/x", 404)["code"] == "not_found"


def test_blocks_come_in_pages_that_stay_in_place(server: str, alice: Person) -> None:
    people = [make_person(server, "someone") for _ in range(5)]
    for person in people:
        alice.put(f"/blocks/{person.id}")
        person.http.close()
    first = alice.get("/blocks", limit=2)
    alice.put(f"/blocks/{make_person(server, 'late').id}")
    second = alice.get("/blocks", limit=3, cursor=first["next"])
    listed = [entry["user"]["id"] for entry in first["results"] + second["results"]]
    assert listed == [person.id for person in reversed(people)]
    assert second["next"] is None
    assert alice.get("/blocks", 400, cursor="x")["errors"][0]["pointer"] == "/cursor"
    assert alice.get("/blocks", 400, limit=201)["code"] == "validation"


def test_what_a_blocked_person_sends_is_never_seen(alice: Person, bob: Person, chat: str) -> None:
    bob.say(chat, "before")
    alice.put(f"/blocks/{bob.id}")
    bob.say(chat, "meanwhile")
    alice.delete(f"/blocks/{bob.id}")
    bob.say(chat, "after")
    assert alice.texts(chat) == ["before", "after"]
    assert bob.texts(chat) == ["before", "meanwhile", "after"]


def test_two_who_block_each_other_at_once_both_succeed(alice: Person, bob: Person) -> None:
    def both(_: int) -> None:
        with ThreadPoolExecutor(2) as pair:
            list(pair.map(lambda p: p[0].put(f"/blocks/{p[1].id}"), [(alice, bob), (bob, alice)]))

    for turn in range(5):
        both(turn)
    assert len(alice.get("/blocks")["results"]) == len(bob.get("/blocks")["results"]) == 1
