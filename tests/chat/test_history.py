"""Reading a chat's history in pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.people import Person, make_person


@pytest.fixture
def ten(alice: Person, chat: str) -> str:
    """A chat with ten messages."""
    for number in range(1, 11):
        alice.say(chat, str(number))
    return chat


@pytest.fixture(scope="module")
def reader(server: str) -> Iterator[Person]:
    """Somebody with one chat of ten messages, which no test changes."""
    person, peer = make_person(server, "reader"), make_person(server, "peer")
    chat = person.post("/chats", {"user": peer.id}, 201)["id"]
    for number in range(1, 11):
        person.say(chat, str(number))
    yield person
    for each in (person, peer):
        each.http.close()


@pytest.fixture
def read(reader: Person) -> str:
    """The reader's chat."""
    return str(reader.get("/chats")["results"][0]["id"])


def page(person: Person, chat: str, **query: Any) -> tuple[list[int], bool, bool]:
    answer = person.get(f"/chats/{chat}/messages", **query)
    assert answer.keys() == {"results", "has_more_before", "has_more_after"}
    numbers = [message["number"] for message in answer["results"]]
    return numbers, answer["has_more_before"], answer["has_more_after"]


def test_an_empty_chat_has_no_more_on_either_side(alice: Person, chat: str) -> None:
    for query in ({}, {"before": 5}, {"after": 0}, {"after": 5}, {"around": 1}):
        assert page(alice, chat, **query) == ([], False, False)


@pytest.mark.parametrize(
    ("query", "numbers", "before", "after"),
    [
        ({}, range(1, 11), False, False),
        ({"limit": 3}, [8, 9, 10], True, False),
        ({"limit": 10}, range(1, 11), False, False),
        ({"before": 8, "limit": 3}, [5, 6, 7], True, True),
        ({"before": 4, "limit": 3}, [1, 2, 3], False, True),
        ({"before": 4, "limit": 2}, [2, 3], True, True),
        ({"before": 1}, [], False, True),
        ({"before": 100, "limit": 2}, [9, 10], True, False),
        ({"after": 0, "limit": 3}, [1, 2, 3], False, True),
        ({"after": 7, "limit": 3}, [8, 9, 10], True, False),
        ({"after": 7, "limit": 2}, [8, 9], True, True),
        ({"after": 10}, [], True, False),
        ({"after": 2**31 - 1}, [], True, False),
        ({"around": 5, "limit": 4}, [3, 4, 5, 6], True, True),
        ({"around": 5, "limit": 1}, [5], True, True),
        ({"around": 1, "limit": 4}, [1, 2], False, True),
        ({"around": 10, "limit": 4}, [8, 9, 10], True, False),
        ({"around": 100, "limit": 4}, [9, 10], True, False),
        ({"around": 5}, range(1, 11), False, False),
    ],
)
def test_pages(
    reader: Person, read: str, query: Any, numbers: Any, before: bool, after: bool
) -> None:
    assert page(reader, read, **query) == (list(numbers), before, after)


def test_holes_are_skipped_and_pages_stay_full(alice: Person, bob: Person, ten: str) -> None:
    for number in (1, 5, 6):
        bob.delete(f"/chats/{ten}/messages/{number}", **{"for": "me"})
    assert page(bob, ten, before=8, limit=3) == ([3, 4, 7], True, True)
    assert page(bob, ten, after=4, limit=2) == ([7, 8], True, True)
    assert page(bob, ten, around=5, limit=2) == ([4, 7], True, True)
    assert page(bob, ten, before=3) == ([2], False, True)
    assert page(bob, ten, after=1, limit=1) == ([2], False, True)
    assert page(alice, ten, before=8, limit=3) == ([5, 6, 7], True, True)


def test_what_was_cleared_is_not_more(bob: Person, alice: Person, ten: str) -> None:
    bob.delete(f"/chats/{ten}")
    assert page(bob, ten, after=0) == ([], False, False)
    assert page(bob, ten, before=5) == ([], False, False)
    alice.say(ten, "11")
    assert page(bob, ten, limit=1) == ([11], False, False)
    assert page(bob, ten, before=11) == ([], False, True)


def test_walking_either_way_meets_every_message_once(reader: Person, read: str) -> None:
    upwards: list[int] = []
    more = True
    while more:
        numbers, _, more = page(reader, read, after=upwards[-1] if upwards else 0, limit=3)
        upwards += numbers
    downwards, more, _ = page(reader, read, limit=3)
    while more:
        numbers, more, _ = page(reader, read, before=downwards[0], limit=3)
        downwards = numbers + downwards
    assert upwards == downwards == list(range(1, 11))


@pytest.mark.parametrize(
    "query",
    [
        {"before": 5, "after": 1}, {"before": 5, "around": 1}, {"after": 5, "around": 1},
        {"before": 0}, {"before": -1}, {"after": -1}, {"around": 0}, {"around": "x"},
        {"before": 2**31}, {"after": 2**80}, {"limit": 0}, {"limit": 201}, {"limit": "x"},
        {"before": ""}, {"cursor": "x"}, {"after": "1.5"},
    ],
)  # fmt: skip
def test_bad_questions_are_refused(reader: Person, read: str, query: Any) -> None:
    problem = reader.get(f"/chats/{read}/messages", 400, **query)
    assert problem["code"] == "validation"
    assert problem["errors"][0]["pointer"].lstrip("/") in query


@pytest.mark.parametrize("number", ["11", "0", "x", "-1", "1.0", "9" * 30])
def test_there_is_no_other_message(reader: Person, read: str, number: str) -> None:
    assert reader.get(f"/chats/{read}/messages/{number}", 404)["code"] == "not_found"
