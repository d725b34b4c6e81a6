"""One `client_id`, one message, for ever."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chat.conversation import everything, heard, reply
from tests.devices import opened
from tests.people import Person


def test_a_repeat_after_an_edit_answers_the_message_as_it_is_now(alice: Person, chat: str) -> None:
    alice.say(chat, "frist", client_id="k")
    edited = alice.patch(f"/chats/{chat}/messages/1", {"text": "first"})
    assert alice.say(chat, "frist", client_id="k", status=200) == edited
    assert alice.say(chat, "first", client_id="k", status=409)["code"] == "client_id_reused"
    assert alice.texts(chat) == ["first"]


async def test_a_repeat_after_deletion_answers_the_tombstone(
    alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, "secret", client_id="k")
    alice.delete(f"/chats/{chat}/messages/1", **{"for": "everyone"})
    before = everything(bob, chat)
    repeated = alice.say(chat, "secret", client_id="k", status=200)
    assert (repeated["number"], repeated["deleted"], repeated["text"]) == (1, True, "")
    async with opened(alice) as device:
        assert await device.say(chat, "secret", client_id="k") == repeated
    assert alice.say(chat, "other", client_id="k", status=409)["code"] == "client_id_reused"
    assert everything(bob, chat) == before


def test_a_repeat_after_clearing_brings_nothing_back(alice: Person, chat: str) -> None:
    first = alice.say(chat, "gone", client_id="k")
    alice.delete(f"/chats/{chat}")
    assert alice.say(chat, "gone", client_id="k", status=200)["number"] == first["number"]
    assert alice.texts(chat) == []
    assert alice.get("/chats")["results"] == []


async def test_a_client_id_belongs_to_one_chat(alice: Person, carol: Person, chat: str) -> None:
    other = alice.post("/chats", {"user": carol.id}, 201)["id"]
    alice.say(chat, "same", client_id="k")
    assert alice.say(other, "same", client_id="k", status=409)["code"] == "client_id_reused"
    async with opened(alice) as device:
        refused = await device.refused("message.send", chat=other, client_id="k", text="same")
    assert refused["code"] == "client_id_reused"
    assert alice.texts(other) == []


def test_two_people_may_use_the_same_client_id(alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "mine", client_id="k")
    bob.say(chat, "mine too", client_id="k")
    assert alice.texts(chat) == ["mine", "mine too"]


def test_the_quoted_message_is_part_of_the_content(alice: Person, chat: str) -> None:
    alice.say(chat, "one")
    alice.say(chat, "two")
    answer = reply(alice, chat, 1, "yes")
    body = {"client_id": answer["client_id"], "text": "yes"}
    assert alice.post(f"/chats/{chat}/messages", {**body, "reply_to": 1}, 200) == answer
    for other in (body, {**body, "reply_to": 2}, {**body, "reply_to": 1, "text": "no"}):
        assert alice.post(f"/chats/{chat}/messages", other, 409)["code"] == "client_id_reused"


async def test_a_repeat_tells_nobody_anything(alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "once", client_id="k")
    async with opened(alice) as hers, opened(bob) as his:
        alice.say(chat, "once", client_id="k", status=200)
        await hers.say(chat, "once", client_id="k")
        assert await heard(hers, alice) == await heard(his, bob) == []


def test_a_repeat_after_a_block_is_still_a_repeat(alice: Person, bob: Person, chat: str) -> None:
    sent = alice.say(chat, "before", client_id="k")
    alice.put(f"/blocks/{bob.id}")
    assert alice.say(chat, "before", client_id="k", status=200) == sent


@pytest.mark.parametrize("given", ["", "x" * 65, None, 7, "a\x00b"])
def test_what_is_no_client_id_is_named(alice: Person, chat: str, given: Any) -> None:
    body = {"client_id": given, "text": "hi"}
    assert alice.post(f"/chats/{chat}/messages", body, 400)["code"] == "validation"
    assert alice.texts(chat) == []


def test_a_client_id_has_up_to_64_characters_of_any_kind(alice: Person, chat: str) -> None:
    for given in ("x", "\U0001f600" * 64, "a b/c\n"):
        sent = alice.say(chat, "hi", client_id=given)
        assert sent["client_id"] == given
        assert alice.say(chat, "hi", client_id=given, status=200) == sent
