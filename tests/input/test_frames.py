"""Whatever comes over a socket is answered, or closes that socket with a code; no other one."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from project.sync.commands import COMMANDS
from tests.devices import opened
from tests.input.test_rest import refused
from tests.input.wires import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    TEXT,
    Wire,
    frame,
    header,
    wired,
)
from tests.people import Person
from tests.sync.conftest import process_of

PROTOCOL = {1002, 1007, 1009}
END = '{"type":"ping","id":"end"}'
ACTION = '{"chat":"1","client_id":"x","action":{"name":"x","params":{"x":%s}}}'
FORWARD = "message.forward"
TARGET = '{"chat":"9223372036854775808","client_id":"x"}'


def command(data: str, name: str = "chat.read") -> str:
    return f'{{"type":"{name}","id":"x","data":{data}}}'


async def fate(wire: Wire) -> tuple[str, int | None]:
    """How the server took what was sent: the type of its answer, and its close code."""
    await wire.say(END)
    alive = await wire.until("end")
    answers = [answer["type"] for answer in wire.answers() if answer.get("id") != "end"]
    assert len(answers) <= 1
    assert alive or wire.code is not None, "a socket must not die without a code"
    if wire.code is not None and wire.code >= 4000:
        assert wire.frames[-1]["type"] == "bye"
        assert wire.frames[-1]["data"]["code"] == wire.code
    return (answers or ["nothing"])[0], wire.code


@pytest.mark.parametrize(
    "text",
    [
        command('{"chat":"1","number":' + "9" * 5000 + "}"),
        command('{"chat":"1","number":-' + "9" * 5000 + "}"),
        command('{"chat":"1","number":1e999}'),
        command('{"chat":"1","number":9223372036854775808}'),
        command('{"chat":"' + "9" * 5000 + '","number":1}'),
        command('{"chat":"\\ud800","number":1}'),
        command('{"chat":"\\u0000","number":1}'),
        command('{"chat":"1; drop table chat_chat","number":1}'),
        command("[" * 30_000 + "]" * 30_000),
        command('{"a":' * 9_000 + "1" + "}" * 9_000),
        command("{" + ",".join(f'"{n}":0' for n in range(5_000)) + "}"),
        command('{"chat":"1","client_id":"\\u0000","text":"x"}', "message.send"),
        command('{"chat":"1","client_id":"x","text":"\\ud800"}', "message.send"),
        command('{"chat":"1","client_id":"x","text":"a\\u0000b"}', "message.send"),
        command('{"chat":"1","client_id":"x","file":"1"}', "message.send"),
        command('{"chat":"1","client_id":"x","file":"' + "9" * 5000 + '"}', "message.send"),
        command('{"chat":"1","client_id":"x","file":"\\u0000"}', "message.send"),
        command('{"chat":"1","client_id":"x","text":"x","reference":{}}', "message.send"),
        command('{"chat":"1","client_id":"x","action":{"name":"\\ud800"}}', "message.send"),
        command(ACTION % '{"\\u0000":1}', "message.send"),
        command(ACTION % ("[" * 970 + "]" * 970), "message.send"),
        command(ACTION % ('{"a":' * 5_000 + "1" + "}" * 5_000), "message.send"),
        command(ACTION % ('"' + "x" * 5_000 + '"'), "message.send"),
        command(ACTION % "1e999", "message.send"),
        command('{"chat":"1","number":1,"emoji":"\\ud800"}', "message.react"),
        command('{"chat":"1","number":1,"emoji":"\\u0000"}', "message.react"),
        command('{"chat":"1","number":1,"emoji":"' + "👍" * 5_000 + '"}', "message.react"),
        command('{"chat":"1","number":1,"emoji":["👍"]}', "message.unreact"),
        command('{"chat":"1","number":1,"targets":[' + "[" * 9_000 + "]" * 9_000 + "]}", FORWARD),
        command('{"chat":"1","number":1,"targets":[' + ",".join(["{}"] * 9_000) + "]}", FORWARD),
        command('{"users":[' + ",".join(['"1"'] * 10_000) + "]}", "presence.watch"),
        command('{"users":["' + "9" * 400 + '"]}', "presence.watch"),
        command('{"access":"' + "x" * 60_000 + '"}', "auth.refresh"),
        '{"type":"__proto__","id":"x","data":{}}',
        '{"type":"websocket.close","id":"x","data":{}}',
        '{"type":"' + "x" * 60_000 + '","id":"x","data":{}}',
    ],
    ids=lambda text: text[:60],
)
async def test_a_vicious_object_is_answered(alice: Person, text: str) -> None:
    async with wired(alice) as wire:
        await wire.say(text)
        assert await fate(wire) == ("error", None)


@pytest.mark.parametrize(
    "text",
    [
        command('{"users":["9999999999999999999"]}', "presence.watch"),
        command('{"users":["9223372036854775808","-1","","x"]}', "presence.watch"),
        command('{"user":"9999999999999999999"}', "chat.open"),
        command('{"chat":"9999999999999999999","number":1}'),
        command('{"chat":"1","number":2147483647}', "message.edit"),
        command('{"chat":"1","number":2147483647,"emoji":"👍"}', "message.react"),
        command('{"chat":"1","client_id":"x","file":"9999999999999999999"}', "message.send"),
        command('{"chat":"1","client_id":"x","file":"9223372036854775808"}', "message.send"),
        command(f'{{"chat":"9999999999999999999","number":1,"targets":[{TARGET}]}}', FORWARD),
        command('{"chat":"9223372036854775807","on":true}', "typing"),
    ],
)
async def test_numbers_at_the_edge_are_no_crash(alice: Person, text: str) -> None:
    async with wired(alice) as wire:
        await wire.say(text)
        kind, code = await fate(wire)
        assert kind in ("reply", "error")
        assert code is None


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
async def test_numbers_that_are_none_do_not_pass(alice: Person, text: str) -> None:
    async with wired(alice) as wire:
        await wire.say(command('{"chat":"1","number":' + text + "}"))
        assert await fate(wire) in (("error", None), ("nothing", 4400))


@pytest.mark.parametrize(
    "text",
    ['{"type":"ping","id":"a\x00"}', "[" * 60_000, "\x00", "\ufeff{}", "{" * 60_000, "'{}'"],
    ids=repr,
)
async def test_what_is_no_json_closes(alice: Person, text: str) -> None:
    async with wired(alice) as wire:
        await wire.say(text[:65_000])
        kind, code = await fate(wire)
        assert (kind, code) == ("nothing", 4400) or kind == "error"


async def test_the_same_key_twice_does_not_confuse(alice: Person) -> None:
    async with wired(alice) as wire:
        await wire.say('{"type":"nonsense","type":"ping","id":"x","data":{},"data":{}}')
        kind, code = await fate(wire)
        assert kind in ("reply", "error")
        assert code is None


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("bad UTF-8", [frame(TEXT, b'{"type":"\xff"}')]),
        ("surrogate in UTF-8", [frame(TEXT, b'{"type":"\xed\xa0\x80"}')]),
        ("overlong UTF-8", [frame(TEXT, b"\xc0\xaf")]),
        ("UTF-8 cut short", [frame(TEXT, b'{"type":"\xe2\x82')]),
        ("not masked", [frame(TEXT, b"{}", mask=False)]),
        ("reserved bits", [frame(TEXT, b"{}", reserved=7)]),
        ("compressed, unasked", [frame(TEXT, b"{}", reserved=4)]),
        ("unknown opcode", [frame(3, b"{}")]),
        ("continuation of nothing", [frame(CONTINUATION, b"{}")]),
        ("a text in a text", [frame(TEXT, b"{", fin=False), frame(TEXT, b"}")]),
        ("a long ping", [frame(PING, b"x" * 126)]),
        ("a ping in fragments", [frame(PING, b"x", fin=False)]),
        ("a bad close code", [frame(CLOSE, b"\x00\x01")]),
        ("a close of one byte", [frame(CLOSE, b"\x03")]),
        ("a gibibyte announced", [header(TEXT, 2**30)]),
        ("more than there is", [header(TEXT, 2**63 - 1)]),
        (
            "too much in fragments",
            [
                frame(TEXT, b"{" * 60_000, fin=False),
                frame(CONTINUATION, b"{" * 60_000, fin=False),
                header(CONTINUATION, 60_000, fin=False),
            ],
        ),
    ],
)
async def test_frames_against_the_protocol_close(
    alice: Person, name: str, parts: list[bytes]
) -> None:
    async with wired(alice) as wire:
        await wire.send(*parts)
        assert await wire.ended() in PROTOCOL, name


async def test_binary_closes(alice: Person) -> None:
    async with wired(alice) as wire:
        await wire.send(frame(BINARY, b'{"type":"ping","id":"x"}'))
        assert await fate(wire) == ("nothing", 4400)


async def test_single_bytes_and_tiny_fragments_make_a_command(alice: Person) -> None:
    text = END.encode()
    pieces = [frame(CONTINUATION, text[i : i + 1], fin=False) for i in range(1, len(text) - 1)]
    whole = b"".join([frame(TEXT, text[:1], fin=False), *pieces, frame(CONTINUATION, text[-1:])])
    async with wired(alice) as wire:
        await wire.send(*(whole[i : i + 1] for i in range(len(whole))))
        assert await wire.until("end") == {"type": "reply", "id": "end", "data": {}}


async def test_pings_between_fragments_and_many_of_them_are_borne(alice: Person) -> None:
    async with wired(alice) as wire:
        await wire.send(frame(TEXT, b'{"type":"ping",', fin=False))
        await wire.send(*[frame(PING, b"x" * 100)] * 3000)
        await wire.send(frame(CONTINUATION, b'"id":"end"}'))
        assert await wire.until("end")


async def test_a_flood_is_answered_or_closed(alice: Person) -> None:
    async with wired(alice) as wire:
        flood = b"".join(frame(TEXT, f'{{"type":"ping","id":"{n}"}}'.encode()) for n in range(5000))
        await wire.send(flood)
        await wire.say(END)
        await wire.until("end")
        ids = [answer["id"] for answer in wire.answers() if answer["id"] != "end"]
        assert ids == [str(n) for n in range(len(ids))]
        assert (len(ids) == 5000 and wire.code is None) or wire.code == 4429


async def test_whoever_vanishes_takes_nobody_along(alice: Person, bob: Person, chat: str) -> None:
    """Half a frame, half a command, or a command whose answer nobody will hear."""
    sent = {"chat": chat, "client_id": "last words", "text": "x"}
    last = json.dumps({"type": "message.send", "id": "1", "data": sent}).encode()
    async with opened(bob) as device:
        for part in (header(TEXT, 100), frame(TEXT, b"{", fin=False), frame(TEXT, last)):
            async with wired(alice) as wire:
                await wire.send(part)
        assert (await device.update("message.created"))["client_id"] == "last words"
        assert await device.do("ping") == {}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
names = st.sampled_from([*COMMANDS, "ready", "feed.seen", ""])
FIELDS = (
    "chat number text client_id user users on for emoji targets type file reply_to reference action"
    " no_forward"
)
keys = st.sampled_from(FIELDS.split())
envelopes = st.fixed_dictionaries(
    {"type": names | json_values},
    optional={
        "id": st.text(max_size=70) | json_values,
        "data": st.dictionaries(keys, json_values, max_size=4) | json_values,
        "more": json_values,
    },
)
objects = envelopes.map(json.dumps)


@given(texts=st.lists(objects, max_size=25))
@settings(
    max_examples=40,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_objects_are_answered_once_each_and_in_order(alice: Person, texts: list[str]) -> None:
    async def run() -> None:
        async with wired(alice) as wire:
            for text in texts:
                await wire.say(text)
            await wire.say('{"type":"ping","id":"the very last one"}')
            last = await wire.until("the very last one")
            assert last is not None, (wire.code, texts)
            assert len(wire.answers()) == len(texts) + 1
            for text, answer in zip(texts, wire.answers(), strict=False):
                given = json.loads(text).get("id")
                assert answer["id"] in (given, None)

    asyncio.run(run())


@given(garbage=st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
@settings(
    max_examples=40,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_text_is_answered_or_closes_with_a_code(alice: Person, garbage: bytes) -> None:
    async def run() -> None:
        async with wired(alice) as wire:
            await wire.send(frame(TEXT, garbage))
            kind, code = await fate(wire)
            assert kind != "nothing" or code in {4400, *PROTOCOL}

    asyncio.run(run())


def test_a_server_without_sockets_says_so(gunicorn: str) -> None:
    """At once, so that a proxy that leads them to the wrong server is noticed."""
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    answer = httpx.get(gunicorn + "/ws/", headers=upgrade | {"Sec-WebSocket-Key": "x" * 22 + "=="})
    refused(answer, 404, "not_found")


async def test_all_that_costs_the_server_no_memory(alice: Person) -> None:
    process = process_of(alice.server)

    async def storm() -> None:
        for _ in range(30):
            async with wired(alice) as wire:
                await wire.say(command("[" * 30_000 + "]" * 30_000))
                await wire.send(frame(TEXT, b"{" * 60_000, fin=False), header(CONTINUATION, 60_000))
                await wire.send(b"x" * 1000)

    await storm()
    before = process.memory_info().rss
    await storm()
    assert process.memory_info().rss - before < 16 * 2**20
    alive = await asyncio.to_thread(httpx.get, alice.server + "/health/live")
    assert alive.status_code == 200
