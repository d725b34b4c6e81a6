"""Events become items: once for each key, in groups, for whoever is to hear of them."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from feed.public import publish
from project.errors import Problem
from tests.apart import apart
from tests.devices import opened
from tests.feed.publishing import feed_of, take_back, tell
from tests.people import Person


def test_an_item_tells_what_happened(alice: Person, bob: Person) -> None:
    reference = {"type": "book", "id": "7"}
    tell(alice, kind="contact.joined", actor=bob.id, reference=reference, group="joined", key="k")
    (item,) = feed_of(alice)
    assert alice.get(f"/feed/{item['id']}") == item
    assert (item["kind"], item["reference"]) == ("contact.joined", reference)
    assert (item["title"], item["group"]) == ("Bob is on Confab", "joined")
    assert [actor["id"] for actor in item["actors"]] == [bob.id]
    assert (item["actor_count"], item["event_count"]) == (1, 1)
    assert item["seen_at"] is item["read_at"] is None
    assert alice.get("/feed/counts") == {"unseen": 1, "unread": 1}
    assert alice.get("/bootstrap")["feed"] == [item]
    assert feed_of(bob) == []


def test_a_repeat_makes_nothing(alice: Person) -> None:
    assert tell(alice, key="once") == 1
    (item,) = feed_of(alice)
    alice.post("/feed/read", {"ids": [item["id"]]})
    assert tell(alice, key="once", group="another") == 0
    (after,) = feed_of(alice)
    assert after["read_at"] is not None
    assert alice.get("/feed/counts") == {"unseen": 0, "unread": 0}


def test_nobody_hears_of_themselves_or_of_whom_they_block(
    alice: Person, bob: Person, mallory: Person
) -> None:
    alice.put(f"/blocks/{mallory.id}")
    assert tell(alice, bob, mallory, actor=mallory.id, kind="contact.joined") == 1
    assert (feed_of(alice), feed_of(mallory), len(feed_of(bob))) == ([], [], 1)


def test_a_group_counts_since_it_was_read(alice: Person, bob: Person, mallory: Person) -> None:
    def joined(*people: Person) -> dict[str, Any]:
        for person in people:
            tell(alice, kind="contact.joined", actor=person.id, group="joined")
        return feed_of(alice)[0]

    tell(alice)
    first = joined(bob, mallory, bob)
    assert (first["event_count"], first["actor_count"]) == (3, 2)
    assert first["title"] == "Bob and 1 more of your contacts are on Confab"
    assert [actor["name"] for actor in first["actors"]] == ["Bob", "Mallory"]
    tell(alice)
    alice.post("/feed/read", {"ids": [first["id"]]})
    again = joined(mallory)
    assert (again["id"], again["event_count"], again["actor_count"]) == (first["id"], 1, 1)
    assert again["seen_at"] is again["read_at"] is None
    assert again["updated_at"] > first["updated_at"]
    assert again["created_at"] == first["created_at"]
    assert len(feed_of(alice)) == 3


def test_many_at_once_are_one_item(alice: Person) -> None:
    """Parallel events of one group, some of them told twice."""
    keys = [f"event {number % 180}" for number in range(200)]
    actors = [1000 + number % 7 for number in range(200)]

    def one(number: int) -> int:
        actor = 1000 + int(keys[number].split()[1]) % 7
        return tell(alice, kind="contact.joined", key=keys[number], actor=actor, group="crowd")

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(200))) == 180
    (item,) = feed_of(alice)
    assert (item["event_count"], item["actor_count"]) == (180, len(set(actors)))
    assert len(item["actors"]) == 3
    assert alice.get("/feed/counts") == {"unseen": 1, "unread": 1}


def test_what_is_taken_back_lowers_the_count(alice: Person) -> None:
    for key in "abc":
        tell(alice, key=key, group="three", actor=ord(key))
    assert take_back(alice, key="b") == 1
    assert take_back(alice, key="b") == 0
    (item,) = feed_of(alice)
    assert (item["event_count"], item["actor_count"]) == (2, 2)
    take_back(alice, key="a")
    take_back(alice, key="c")
    assert feed_of(alice) == []
    assert tell(alice, key="c", group="three") == 0
    assert feed_of(alice) == []


async def test_devices_are_told_the_same_object(
    alice: Person, bob: Person, mallory: Person
) -> None:
    async with opened(alice) as device, opened(alice, "/ws/feed/") as part:
        about = {"type": "book", "id": "7"}
        event: dict[str, Any] = {"kind": "contact.joined", "group": "g", "reference": about}
        tell(alice, actor=bob.id, **event)
        created = await device.update("notification.created")
        assert created == await part.update("notification.created") == feed_of(alice)[0]
        tell(alice, actor=mallory.id, **event)
        updated = await device.update("notification.updated")
        assert updated == feed_of(alice)[0]
        assert (updated["event_count"], updated["actor_count"]) == (2, 2)
        await asyncio.to_thread(alice.delete, f"/feed/{created['id']}")
        assert await device.update("notification.removed") == {"id": created["id"]}
        tell(alice, actor=bob.id, **event)
        again = await device.update("notification.created")
        assert again == feed_of(alice)[0]
        assert (again["id"], again["event_count"]) == (created["id"], 1)


async def test_what_is_rolled_back_is_told_to_nobody(alice: Person) -> None:
    class Undone(Exception):
        pass

    def undone() -> None:
        with transaction.atomic():
            assert publish(kind="import.finished", recipients=[alice.id], dedupe_key="never") == 1
            raise Undone

    async with opened(alice) as device:
        with pytest.raises(Undone):
            apart(undone)
        tell(alice, key="sentinel")
        assert (await device.update("notification.created"))["group"] == "sentinel"
    assert len(feed_of(alice)) == 1
    assert alice.get("/feed/counts") == {"unseen": 1, "unread": 1}


def test_ten_thousand_people_take_a_handful_of_statements(alice: Person, bob: Person) -> None:
    """Most of them have left; what counts is that nothing grows with their number but the rows."""
    people = [alice.id, bob.id, *map(str, range(10_000, 19_998))]

    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert publish(kind="import.finished", recipients=people, dedupe_key="all") == 2
        return len(queries)

    assert apart(counted) <= 15
    assert len(feed_of(alice)) == len(feed_of(bob)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "no.such"},
        {"dedupe_key": ""},
        {"dedupe_key": "x" * 201},
        {"group": ""},
        {"reference": {"type": "a"}},
        {"data": {"text": "\x00"}},
        {"data": {"text": "x" * 9000}},
    ],
)
def test_what_cannot_be_published_is_refused(alice: Person, wrong: dict[str, Any]) -> None:
    given: dict[str, Any] = {
        "kind": "import.finished",
        "dedupe_key": "k",
        "recipients": [alice.id],
        **wrong,
    }
    with pytest.raises(Problem) as refused:
        publish(**given)
    assert refused.value.code == "validation"
