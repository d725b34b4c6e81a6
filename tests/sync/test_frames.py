"""The envelope: what a client may send, and that everything is answered exactly once."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest

from tests.devices import Device, opened
from tests.people import Person
from tests.sync.closing import goodbye

PROBLEM = {"type", "title", "status", "code", "detail", "request_id", "errors"}


async def only_answer(device: Device) -> dict[str, Any]:
    """The answer to what was sent; a `ping` after it shows that there is no second one."""
    await device.raw('{"type":"ping","id":"after"}')
    answers = [await device.next(lambda f: f["type"] in ("reply", "error")) for _ in range(2)]
    assert answers[1] == {"type": "reply", "id": "after", "data": {}}
    return answers[0]


@pytest.mark.parametrize(
    ("frame", "command_id"),
    [
        ('{"type":"nonsense","id":"1","data":{}}', "1"),
        ('{"type":"","id":"1","data":{}}', "1"),
        ('{"type":"ready","id":"1","data":{}}', "1"),
        ('{"type":"ping","data":{}}', None),
        ('{"type":"ping","id":null,"data":{}}', None),
        ('{"type":"ping","id":1,"data":{}}', None),
        ('{"type":"ping","id":["1"],"data":{}}', None),
        ('{"type":"ping","id":"1","data":[]}', "1"),
        ('{"type":"ping","id":"1","data":null}', "1"),
        ('{"type":"ping","id":"1","data":"{}"}', "1"),
        ('{"type":"ping","id":"1","data":{"more":1}}', "1"),
        ('{"type":"ping","id":"1","data":{},"more":1}', "1"),
        ('{"type":7,"id":"1","data":{}}', "1"),
        ('{"id":"1","data":{}}', "1"),
        ("{}", None),
        ('{"type":"chat.read","id":"1","data":{"chat":1,"number":1}}', "1"),
        ('{"type":"chat.read","id":"1","data":{"chat":"1","number":"1"}}', "1"),
        ('{"type":"chat.read","id":"1","data":{"chat":"1","number":1.5}}', "1"),
        ('{"type":"chat.read","id":"1","data":{"chat":"1","number":-1}}', "1"),
        ('{"type":"chat.read","id":"1","data":{"chat":"1","number":1e400}}', "1"),
        ('{"type":"chat.read","id":"1","data":{"chat":"1"}}', "1"),
        ('{"type":"typing","id":"1","data":{"chat":"1","on":1}}', "1"),
        ('{"type":"message.send","id":"1"}', "1"),
    ],
)
async def test_a_bad_object_is_answered_by_one_error(
    alice: Person, frame: str, command_id: str | None
) -> None:
    async with opened(alice) as device:
        await device.raw(frame)
        answer = await only_answer(device)
    assert (answer["type"], answer["id"]) == ("error", command_id)
    assert set(answer["error"]) == PROBLEM
    assert (answer["error"]["status"], answer["error"]["code"]) == (400, "validation")


async def test_the_error_names_the_field(alice: Person, chat: str) -> None:
    async with opened(alice) as device:
        error = await device.refused("message.send", chat=chat, client_id="k", text="hi", colour=1)
        assert error["errors"][0]["pointer"] == "/colour"
        error = await device.refused("message.send", chat=chat, client_id="k")
        assert error["errors"][0]["pointer"] == "/text"
        error = await device.refused("message.send", chat=chat, client_id="k" * 65, text="hi")
        assert error["errors"][0]["pointer"] == "/client_id"


async def test_an_id_has_at_most_64_characters(alice: Person) -> None:
    async with opened(alice) as device:
        await device.raw(json.dumps({"type": "ping", "id": "é" * 64, "data": {}}))
        assert await only_answer(device) == {"type": "reply", "id": "é" * 64, "data": {}}
        await device.raw(json.dumps({"type": "ping", "id": "x" * 65, "data": {}}))
        assert (await only_answer(device))["error"]["code"] == "validation"


async def test_one_id_may_be_used_again(alice: Person) -> None:
    async with opened(alice) as device:
        for _ in range(2):
            await device.raw('{"type":"ping","id":"same"}')
        answers = [await device.frame("reply") for _ in range(2)]
    assert answers == [{"type": "reply", "id": "same", "data": {}}] * 2


@pytest.mark.parametrize(
    "frame",
    [
        "",
        " ",
        "ping",
        "{",
        '{"type":"ping","id":"1"',
        "[]",
        '[{"type":"ping","id":"1"}]',
        '"ping"',
        "7",
        "null",
        "true",
        '{"type":"ping","id":"1"}{}',
        b'{"type":"ping","id":"1"}',
        b"",
        '{"type":"ping","id":"1","data":{"x":"' + "x" * 65_536 + '"}}',
        '{"type":"ping","id":"1","data":{"x":"' + "ü" * 40_000 + '"}}',
    ],
)
async def test_what_is_no_object_or_too_large_closes(alice: Person, frame: str | bytes) -> None:
    async with opened(alice) as device:
        await device.raw(frame)
        assert (await goodbye(device))["code"] == 4400


async def test_the_largest_frame_is_read(alice: Person) -> None:
    start, end = '{"type":"ping","id":"1","data":{"x":"', '"}}'
    async with opened(alice) as device:
        await device.raw(start + "x" * (65_536 - len(start + end)) + end)
        assert (await only_answer(device))["type"] == "error"


async def test_good_and_bad_are_answered_in_order(alice: Person, chat: str) -> None:
    """Slow ones and quick ones, refused and done: each has its place."""
    frames: list[dict[str, Any]] = []
    for number in range(0, 60, 5):
        client_id = secrets.token_hex(8)
        sent = {"chat": chat, "client_id": client_id, "text": "x"}
        frames += [
            {"type": "message.send", "id": str(number), "data": sent},
            {"type": "ping", "id": str(number + 1)},
            {"type": "nonsense", "id": str(number + 2)},
            {"type": "chat.read", "id": str(number + 3), "data": {"chat": "1", "number": 1}},
            {"type": "chat.read", "id": str(number + 4), "data": {"chat": chat, "number": 1}},
        ]
    async with opened(alice) as device:
        for frame in frames:
            await device.raw(json.dumps(frame))
        answers = [await device.next(lambda f: f["type"] in ("reply", "error")) for _ in frames]
    assert [answer["id"] for answer in answers] == [frame["id"] for frame in frames]
    assert [a["type"] for a in answers] == ["reply", "reply", "error", "error", "reply"] * 12
    assert [a["error"]["code"] for a in answers if "error" in a][:2] == ["validation", "not_found"]


async def test_a_command_sees_the_effect_of_the_one_before(alice: Person, chat: str) -> None:
    async with opened(alice) as device:
        for number in range(1, 11):
            sent = {"chat": chat, "client_id": secrets.token_hex(8), "text": "x"}
            edit = {"chat": chat, "number": number, "text": "y"}
            await device.raw(json.dumps({"type": "message.send", "id": "s", "data": sent}))
            await device.raw(json.dumps({"type": "message.edit", "id": "e", "data": edit}))
        answers = [await device.next(lambda f: f["type"] in ("reply", "error")) for _ in range(20)]
    assert [a["error"]["detail"] for a in answers if a["type"] == "error"] == []
    assert answers[-1]["data"]["text"] == "y"


async def test_a_reply_holds_the_rest_answer(alice: Person, bob: Person, chat: str) -> None:
    async with opened(alice) as device:
        sent = await device.say(chat, "one")
        assert sent == alice.get(f"/chats/{chat}/messages/1")
        assert await device.do("chat.open", user=bob.id) == alice.get(f"/chats/{chat}")
        edited = await device.do("message.edit", chat=chat, number=1, text="two")
        assert edited == alice.get(f"/chats/{chat}/messages/1")
        marks = await device.do("chat.read", chat=chat, number=1)
        assert marks == alice.post(f"/chats/{chat}/read", {"number": 1})
        assert await device.do("message.delete", chat=chat, number=1, **{"for": "me"}) == {}


async def test_an_error_without_a_command_has_an_id_for_the_log(alice: Person) -> None:
    async with opened(alice) as device:
        await device.raw('{"type":"ping","id":7}')
        answer = await device.frame("error")
        assert answer["id"] is None
        assert len(answer["error"]["request_id"]) == 32
