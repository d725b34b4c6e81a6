"""The list of chats, and how one's own side of a chat is arranged."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chat.conversation import heard
from tests.devices import opened
from tests.people import Person, make_person


@pytest.fixture
def chats(server: str, alice: Person) -> list[str]:
    """Five of Alice's chats, the one with the newest message first."""
    made = []
    for number in range(5):
        friend = make_person(server, f"friend{number}")
        friend.http.close()
        made.append(alice.post("/chats", {"user": friend.id}, 201)["id"])
    for chat in made:
        alice.say(chat, "hi")
    return made[::-1]


def ids(page: Any) -> list[str]:
    return [chat["id"] for chat in page["results"]]


def test_newest_activity_comes_first(alice: Person, bob: Person, chats: list[str]) -> None:
    assert ids(alice.get("/chats")) == chats
    alice.say(chats[3], "again")
    moved = [chats[3], *chats[:3], chats[4]]
    page = alice.get("/chats")
    assert ids(page) == moved
    assert page["next"] is None
    assert alice.get("/bootstrap")["chats"] == page["results"]
    new = alice.post("/chats", {"user": bob.id}, 201)["id"]
    assert ids(alice.get("/chats")) == [new, *moved]


def test_an_edit_or_a_receipt_is_no_activity(alice: Person, chats: list[str]) -> None:
    alice.patch(f"/chats/{chats[4]}/messages/1", {"text": "other"})
    alice.post(f"/chats/{chats[3]}/read", {"number": 1})
    alice.patch(f"/chats/{chats[2]}", {"pinned": True})
    assert ids(alice.get("/chats")) == chats


def test_pages_stay_in_place_while_chats_arrive(
    alice: Person, bob: Person, chats: list[str]
) -> None:
    first = alice.get("/chats", limit=2)
    assert ids(first) == chats[:2]
    alice.say(alice.post("/chats", {"user": bob.id}, 201)["id"], "new")
    alice.say(chats[0], "newer")
    second = alice.get("/chats", limit=2, cursor=first["next"])
    third = alice.get("/chats", limit=2, cursor=second["next"])
    assert ids(second) + ids(third) == chats[2:]
    assert third["next"] is None


def test_a_full_last_page_has_no_next(alice: Person, chats: list[str]) -> None:
    assert alice.get("/chats", limit=5)["next"] is None
    page = alice.get("/chats", limit=4)
    assert ids(alice.get("/chats", limit=1, cursor=page["next"])) == [chats[4]]


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "", "9" * 30])
def test_a_limit_has_bounds(alice: Person, limit: str) -> None:
    problem = alice.get("/chats", 400, limit=limit)
    assert problem["code"] == "validation"
    assert problem["errors"][0]["pointer"] == "/limit"


def test_both_bounds_are_good(alice: Person, chats: list[str]) -> None:
    assert len(alice.get("/chats", limit=1)["results"]) == 1
    assert ids(alice.get("/chats", limit=200)) == chats


@pytest.mark.parametrize(
    "cursor",
    [
        "", "x", "====", "AAAA", "\u00e9", "a" * 5000, "eA", "MjAyNi0xMS0yNXwx", "fDE",
        "MjAyNi0xMS0yNVQxMjowMDowMHwx", "MDAwMS0wMS0wMVQwMDowMDowMCsxNDowMHwx",
        "OTk5OS0xMi0zMVQyMzo1OTo1OS0xNDowMHwx",
    ],
)  # fmt: skip
def test_a_cursor_that_is_none_of_ours_is_refused(alice: Person, cursor: str) -> None:
    problem = alice.get("/chats", 400, cursor=cursor)
    assert problem["code"] == "validation"
    assert problem["errors"][0]["pointer"] == "/cursor"


def test_an_unknown_parameter_is_refused(alice: Person) -> None:
    problem = alice.get("/chats", 400, page="2")
    assert problem["errors"][0]["pointer"] == "/page"


@pytest.mark.parametrize("name", ["archived", "pinned", "marked_unread"])
async def test_a_chat_is_arranged_for_me_alone(
    alice: Person, bob: Person, chat: str, name: str
) -> None:
    bob.say(chat, "hi")
    before = bob.get(f"/chats/{chat}")
    async with opened(alice) as hers, opened(bob) as his:
        shown = alice.patch(f"/chats/{chat}", {name: True})
        assert shown[name] is True
        assert await hers.update("chat.updated") == shown == alice.get(f"/chats/{chat}")
        assert alice.patch(f"/chats/{chat}", {name: True}) == shown
        assert alice.patch(f"/chats/{chat}", {}) == shown
        assert await heard(hers, alice) == await heard(his, bob) == []
        assert alice.patch(f"/chats/{chat}", {name: False})[name] is False
    assert bob.get(f"/chats/{chat}") == before


def test_a_chat_is_muted_until_a_moment(alice: Person, chat: str) -> None:
    path = f"/chats/{chat}"
    shown = alice.patch(path, {"muted_until": "2100-05-01T14:00:00.5+02:00"})
    assert shown["muted_until"] == "2100-05-01T12:00:00.500Z"
    assert alice.patch(path, {"archived": True})["muted_until"] == shown["muted_until"]
    assert alice.patch(path, {"muted_until": None})["muted_until"] is None


@pytest.mark.parametrize(
    "given",
    [
        "", "tomorrow", "2100-05-01", "2100-05-01T12:00:00", "2100-13-01T12:00:00Z", 4102444800,
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2100-05-01T12:00:00Z\x00", True,
        "12026-05-01T12:00:00Z",
    ],
)  # fmt: skip
def test_what_is_no_moment_is_refused(alice: Person, chat: str, given: Any) -> None:
    problem = alice.patch(f"/chats/{chat}", {"muted_until": given}, 400)
    assert problem["code"] == "validation"
    assert alice.get(f"/chats/{chat}")["muted_until"] is None


@pytest.mark.parametrize(
    "body",
    [{"pinned": 1}, {"archived": None}, {"marked_unread": "true"}, {"peer": "1"}, [], 5],
)
def test_settings_are_not_guessed(alice: Person, chat: str, body: Any) -> None:
    assert alice.patch(f"/chats/{chat}", body, 400)["code"] == "validation"


async def test_a_chat_whose_only_message_i_took_away_stays_in_my_list(
    alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, "hello")
    async with opened(bob) as his:
        bob.delete(f"/chats/{chat}/messages/1", **{"for": "me"})
        told = await his.update("chat.updated")
    assert told["last_message"] is None
    assert bob.get("/chats")["results"] == [told]
