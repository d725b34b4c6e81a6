"""Nobody finds what history does not show, at once and also in the index."""

from __future__ import annotations

import json

import pytest

from tests.chat.test_tags import label
from tests.people import Person
from tests.search.engines import Engine, held, search, texts


def test_deleted_for_everyone(engine: Engine, alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "gone")
    alice.say(chat, "there")
    engine.catch_up()
    assert held(engine, chat) == [1, 2]
    alice.delete(f"/chats/{chat}/messages/1", **{"for": "everyone"})
    for _ in engine.twice():
        for person in (alice, bob):
            answer = search(person, "gone OR there")
            assert [r["message"]["number"] for r in answer["results"]] == [2]
            assert answer["total"] == 1
            assert [f["count"] for f in answer["facets"]["chat"]] == [1]
    assert held(engine, chat) == [2]


def test_deleted_for_me(engine: Engine, alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "hidden")
    engine.catch_up()
    bob.delete(f"/chats/{chat}/messages/1", **{"for": "me"})
    for _ in engine.twice():
        assert search(bob, "hidden")["total"] == 0
        assert texts(alice, "hidden") == ["hidden"]


def test_cleared(engine: Engine, alice: Person, bob: Person, chat: str) -> None:
    for number in range(3):
        alice.say(chat, f"before {number}")
    engine.catch_up()
    bob.delete(f"/chats/{chat}")
    alice.say(chat, "before all, after the clearing")
    for _ in engine.twice():
        answer = search(bob, "before")
        assert [r["message"]["number"] for r in answer["results"]] == [4]
        assert (answer["total"], answer["facets"]["chat"][0]["count"]) == (1, 1)
        assert search(alice, "before")["total"] == 4
    alice.delete(f"/chats/{chat}")
    engine.catch_up()
    assert held(engine, chat) == [4]


def test_what_was_sent_under_a_block_is_never_found(
    engine: Engine, alice: Person, bob: Person, chat: str
) -> None:
    bob.put(f"/blocks/{alice.id}")
    alice.say(chat, "unheard #unheard")
    for _ in engine.twice():
        assert search(bob, "unheard")["total"] == 0
        assert texts(alice, "unheard") == ["unheard #unheard"]
        assert "unheard" not in json.dumps(bob.get("/tags"))
    bob.delete(f"/blocks/{alice.id}")
    engine.catch_up()
    assert search(bob, "unheard")["total"] == 0


def test_a_reaction_under_a_block_is_its_own_alone(
    engine: Engine, alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, "quietly liked")
    alice.put(f"/blocks/{bob.id}")
    bob.put(f"/chats/{chat}/messages/1/reactions/👍", 200)
    for _ in engine.twice():
        assert texts(bob, "has:reaction") == ["quietly liked"]
        assert texts(alice, "has:reaction") == []


@pytest.mark.parametrize(
    "query",
    "secret -nothing from:@ALICE in:@ALICE #secrets has:link tag:mine is:unread".split(),
)
def test_a_stranger_finds_nothing(
    engine: Engine, alice: Person, bob: Person, mallory: Person, chat: str, query: str
) -> None:
    alice.say(chat, "secret https://example.com #secrets")
    label(bob, chat, "mine")
    asked = query.replace("ALICE", alice.get("/me")["username"])
    for _ in engine.twice():
        answer = search(mallory, asked, kinds="messages,files,contacts")
        assert (answer["results"], answer["total"], answer["next"]) == ([], 0, None)
        assert all(values == [] for values in answer["facets"].values())
    suggested = mallory.get("/search/suggest", q="secret")["results"]
    assert suggested == [] or {each["type"] for each in suggested} == {"recent"}
    assert mallory.get("/tags") == {"results": []}


def people(person: Person, q: str) -> set[str]:
    return {r["user"]["id"] for r in search(person, q, kinds="people", limit=200)["results"]}


def test_people_are_found_as_they_allow(
    engine: Engine, alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    """Carol has a chat with nobody, Alice and Bob with one another."""
    for person, audience in ((alice, "nobody"), (bob, "contacts"), (carol, "everyone")):
        person.patch(
            "/me", {"discoverable_by": audience, "name": "Zofia Łąka", "tags": ["bee keeping"]}
        )
    bob.post("/chats", {"user": alice.id}, 200)
    for _ in engine.twice():
        for query in ("zofia laka", "zof", 'tag:"Bee Keeping"'):
            assert people(alice, query) & {alice.id, bob.id, carol.id} == {bob.id, carol.id}
            assert people(carol, query) & {alice.id, bob.id, carol.id} == set()
            assert people(bob, query) & {alice.id, bob.id, carol.id} == {alice.id, carol.id}
    carol.patch("/me", {"discoverable_by": "nobody"})
    for _ in engine.twice():
        assert people(alice, "zofia") & {alice.id, bob.id, carol.id} == {bob.id}


def test_who_blocks_is_found_as_they_were(
    engine: Engine, alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, "hello")
    bob.say(chat, "hello")
    bob.put(f"/blocks/{alice.id}")
    bob.patch("/me", {"name": "Renamed Since", "about": "something new"})
    for _ in engine.twice():
        assert people(alice, "renamed") == set()
        assert people(alice, "new") & {bob.id} == set()
        assert people(alice, "bob") & {bob.id} == {bob.id}
        assert search(alice, "bob", kinds="people")["total"] >= 1


def test_suggestions(alice: Person, bob: Person, chat: str) -> None:
    name = bob.get("/me")["username"]
    alice.say(chat, "one")
    label(alice, chat, "To Pay")

    def suggested(q: str) -> list[tuple[str, str, str]]:
        results = alice.get("/search/suggest", q=q)["results"]
        return [(each["type"], each["value"], each["label"]) for each in results]

    assert ("operator", "from:", "from:") in suggested("fr")
    assert suggested("x from:@bo") == [("user", f"from:@{name}", "Bob")]
    assert suggested("in:b") == [("chat", f"in:@{name}", "Bob")]
    assert suggested("has:im") == [("operator", "has:image", "has:image")]
    assert ("tag", 'tag:"To Pay"', "To Pay") in suggested("#to")
    search(alice, "jup")
    search(alice, "jupiter  moons")
    assert suggested("jup") == [("recent", "jupiter moons", "jupiter moons")]
    assert suggested("") == [("recent", "jupiter moons", "jupiter moons")]
