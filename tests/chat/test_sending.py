"""Sending text, by socket and by REST."""

from __future__ import annotations

import asyncio
import secrets

import pytest

from tests.devices import Device, opened
from tests.people import Person


async def test_a_message_reaches_both_people_in_the_same_shape(
    alice: Person, bob: Person, chat: str
) -> None:
    async with opened(alice) as hers, opened(bob) as his:
        sent = await hers.say(chat, "hello #World")
        assert sent["number"] == 1
        assert sent["text"] == "hello #World"
        assert sent["hashtags"] == ["world"]
        assert sent["sender"] == alice.id
        told = await his.update("chat.updated")
        assert told["id"] == chat
        assert await his.update("message.created") == sent
        assert await hers.update("message.created") == sent
    assert bob.get(f"/chats/{chat}/messages/1") == sent


async def test_every_device_of_the_sender_is_told(alice: Person, chat: str) -> None:
    async with opened(alice) as phone, opened(alice) as laptop:
        sent = await phone.say(chat, "from the phone")
        assert await laptop.update("message.created") == sent
        assert await phone.update("message.created") == sent


async def test_a_repeat_answers_the_first_message_and_changes_nothing(
    alice: Person, bob: Person, chat: str
) -> None:
    async with opened(alice) as device:
        first = await device.say(chat, "once", client_id="k-1")
        assert await device.say(chat, "once", client_id="k-1") == first
    assert alice.say(chat, "once", client_id="k-1", status=200) == first
    assert alice.texts(chat) == ["once"]
    assert bob.get(f"/chats/{chat}")["unread_count"] == 1


async def test_a_client_id_cannot_say_something_else(alice: Person, chat: str) -> None:
    alice.say(chat, "this", client_id="k-2")
    problem = alice.say(chat, "that", client_id="k-2", status=409)
    assert problem["code"] == "client_id_reused"
    async with opened(alice) as device:
        refused = await device.refused("message.send", chat=chat, client_id="k-2", text="that")
    assert refused["code"] == "client_id_reused"
    assert alice.texts(chat) == ["this"]


async def test_fifty_parallel_repeats_over_both_doors_make_one_message(
    alice: Person, bob: Person, chat: str
) -> None:
    async def by_socket(device: Device) -> object:
        return await device.say(chat, "storm", client_id="k-3")

    def by_rest() -> object:
        response = alice.http.post(
            f"/chats/{chat}/messages", json={"client_id": "k-3", "text": "storm"}
        )
        return response.json()

    async with opened(alice) as one, opened(alice) as other:
        asked = [asyncio.to_thread(by_rest) for _ in range(10)]
        sockets = [by_socket(device) for device in (one, other)]
        answers = await asyncio.gather(*asked, *sockets)
    assert all(answer == answers[0] for answer in answers)
    assert bob.texts(chat) == ["storm"]


async def test_pipelined_messages_keep_their_order(alice: Person, bob: Person, chat: str) -> None:
    async with opened(alice) as device:
        for number in range(40):
            await device.raw(
                f'{{"type":"message.send","id":"{number}","data":{{"chat":"{chat}",'
                f'"client_id":"{secrets.token_hex(8)}","text":"{number}"}}}}'
            )
        replies = [await device.frame("reply") for _ in range(40)]
    assert [reply["id"] for reply in replies] == [str(number) for number in range(40)]
    assert bob.texts(chat) == [str(number) for number in range(40)]


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "\u2003"])
async def test_only_white_space_says_nothing(alice: Person, chat: str, text: str) -> None:
    problem = alice.say(chat, text, status=400)
    assert problem["code"] == "validation"
    assert problem["errors"][0]["pointer"] == "/text"


async def test_text_is_kept_as_it_came(alice: Person, bob: Person, chat: str) -> None:
    text = "  \u202eright to left, \U0001f469\u200d\U0001f680, tabs\t and\r\nlines  "
    alice.say(chat, text)
    assert bob.texts(chat) == [text]


async def test_the_longest_text_passes_and_one_more_does_not(alice: Person, chat: str) -> None:
    alice.say(chat, "\U0001f600" * 16_000)
    assert alice.say(chat, "x" * 16_001, status=400)["code"] == "validation"


async def test_a_stranger_can_neither_send_nor_learn_that_the_chat_exists(
    mallory: Person, chat: str
) -> None:
    there = mallory.say(chat, "hi", status=404)
    nowhere = mallory.say("123456789", "hi", status=404)
    for problem in (there, nowhere):
        problem.pop("request_id")
    assert there == nowhere
    async with opened(mallory) as device:
        refused = await device.refused("message.send", chat=chat, client_id="m", text="hi")
    assert refused["code"] == "not_found"


async def test_one_bad_command_does_not_spoil_its_batch(
    alice: Person, bob: Person, chat: str
) -> None:
    async with opened(alice) as device:
        for command_id, target in (("1", chat), ("2", "999"), ("3", chat)):
            await device.raw(
                f'{{"type":"message.send","id":"{command_id}","data":{{"chat":"{target}",'
                f'"client_id":"{secrets.token_hex(8)}","text":"{command_id}"}}}}'
            )
        answers = [await device.answer(number) for number in ("1", "2", "3")]
    assert [answer["type"] for answer in answers] == ["reply", "error", "reply"]
    assert bob.texts(chat) == ["1", "3"]
