"""What the embedding application puts along: it comes back as it was, and counts as content."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

import httpx
import pytest

from tests.chat.conversation import Json, everything, send
from tests.chat.files import ready_file
from tests.devices import opened
from tests.people import Person

EVERYONE = {"for": "everyone"}
REFERENCE = {"type": "order", "id": "7"}
ACTION = {"name": "pay", "params": {"amount": 12.5, "currency": "EUR"}}


def nested(depth: int) -> Json:
    """An object in objects."""
    value: Json = {"at": "the bottom"}
    for _ in range(depth):
        value = {"a": value}
    return value


def lists(depth: int) -> Json:
    value: Any = 0
    for _ in range(depth):
        value = [value]
    return {"a": value}


PARAMS: list[Json] = [
    {},
    {"": ""},
    {"null": None, "yes": True, "no": False, "zero": 0, "minus": -1, "text": 'a\nb\t\\"/'},
    {"nested": {"list": [1, [2, {"three": [None]}]], "empty": [{}, []]}},
    {"ünïcödé": "日本 👨‍👩‍👧 \u202e\ufeff", "key with spaces": 1},
    {"fraction": 0.1, "small": 1e-9, "precise": 3.141592653589793, "whole": 2.0},
    {"max": 2**63 - 1, "min": -(2**63), "unsigned": 2**64 - 1, "safe": 2**53},
    {"__proto__": {"constructor": 1}, "$where": "1", "%s": "{0}", "text": "'; drop table x; --"},
    {"type": "text", "name": "other", "params": {"params": {}}},
    {"html": "<script>alert(1)</script>", "escape": "\\u0041"},
    {str(number): number for number in range(300)},
    nested(63),
    lists(63),
]


@pytest.mark.parametrize("params", PARAMS, ids=lambda value: json.dumps(value)[:40])
@pytest.mark.parametrize("door", ["socket", "rest"])
async def test_params_come_back_as_they_were(
    alice: Person, bob: Person, chat: str, door: str, params: Json
) -> None:
    body = {"client_id": "k", "action": {"name": "do", "params": params}}
    async with opened(alice) as hers, opened(bob) as his:
        if door == "socket":
            sent = await hers.do("message.send", chat=chat, **body)
        else:
            sent = alice.post(f"/chats/{chat}/messages", body, 201)
        assert (sent["type"], sent["text"]) == ("action", "")
        assert same(sent["action"], body["action"])
        assert await hers.update("message.created") == sent
        assert await his.update("message.created") == sent
        assert await hers.do("message.send", chat=chat, **body) == sent
    assert alice.post(f"/chats/{chat}/messages", body, 200) == sent
    for person in (alice, bob):
        shown = everything(person, chat)
        assert shown["history"]["results"] == [sent]
        assert shown["chat"]["last_message"] == sent
        assert shown["bootstrap"]["chats"][0]["last_message"] == sent


def raw_message(client_id: str, params: str) -> str:
    """A message's JSON with params just as they are written here."""
    action = '{"name":"do","params":' + params + "}"
    return f'{{"client_id":"{client_id}","action":{action}}}'


def posted(person: Person, chat: str, params: str) -> httpx.Response:
    headers = {"Content-Type": "application/json"}
    body = raw_message("k", params)
    return person.http.post(f"/chats/{chat}/messages", content=body, headers=headers)


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same JSON types: to Python 1, 1.0 and True are equal."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


@pytest.mark.parametrize(
    "params", [{"n": 1e300}, {"n": -1e308}, {"n": 1e-300}, {"n": 5e-324}, {"n": 1.5e16}]
)
def test_extreme_numbers_keep_their_value(
    alice: Person, bob: Person, chat: str, params: Json
) -> None:
    send(alice, chat, action={"name": "do", "params": params})
    for person in (alice, bob):
        shown = person.get(f"/chats/{chat}/messages/1")["action"]["params"]
        assert float(shown["n"]) == params["n"]
        assert person.get("/bootstrap")["chats"][0]["last_message"]["action"]["params"] == shown


@pytest.mark.parametrize(
    "raw",
    [
        "1e999",
        "-1e999",
        "NaN",
        "Infinity",
        "1" * 400,
        "-" + "9" * 3000,
        "0." + "1" * 3000,
        "1e-999",
        '"\\ud800"',
        '"\\u0000"',
        '{"\\u0000":1}',
        '{"\\udfff":1}',
        "[" * 900 + "]" * 900,
        "[" * 2000 + "]" * 2000,
        '{"a":' * 600 + "1" + "}" * 600,
        '{"a":1,"a":2}',
    ],
    ids=lambda raw: raw[:20],
)
async def test_what_is_vicious_is_refused_or_can_be_read(
    alice: Person, bob: Person, chat: str, raw: str
) -> None:
    """Whatever was taken, nobody's device chokes on it: not now and not at the next start."""
    params = '{"x":' + raw + "}"
    answer = posted(alice, chat, params)
    assert answer.status_code in (201, 400), answer.text
    async with opened(alice) as hers:
        data = raw_message("j", params).replace("{", f'{{"chat":"{chat}",', 1)
        await hers.raw('{"type":"message.send","id":"x","data":' + data + "}")
        reply = await hers.next(lambda frame: frame["type"] in ("reply", "error"))
        assert reply["type"] == ("reply" if answer.status_code == 201 else "error"), reply
    stored = 2 * (answer.status_code == 201)
    for person in (alice, bob):
        shown = everything(person, chat)
        assert len(shown["history"]["results"]) == stored
        start = shown["bootstrap"]
        person.get("/updates", epoch=start["epoch"], pts=0, limit=200)
        async with opened(person, epoch=start["epoch"], pts=0) as device:
            kinds = [f["kind"] for f in device.kept if f["type"] == "update"]
            assert kinds.count("message.created") == stored


@pytest.mark.parametrize("depth", [65, 100, 300, 900, 950, 970, 990, 1500, 2000])
def test_depth_has_an_end(alice: Person, bob: Person, chat: str, depth: int) -> None:
    """Deeper ones could not be read by the people's devices, nor by everything on the server."""
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        answer = posted(alice, chat, '{"x":' + opening * depth + "1" + closing * depth + "}")
        assert answer.status_code == 400, answer.text
        assert answer.json()["code"] == "validation"
    assert bob.get(f"/chats/{chat}")["last_number"] == 0


def padded(size: int) -> Json:
    """Params of so many bytes as JSON."""
    empty = len(json.dumps({"x": ""}, separators=(",", ":")))
    return {"x": "x" * (size - empty)}


def test_params_have_up_to_4096_bytes(alice: Person, bob: Person, chat: str) -> None:
    sent = send(alice, chat, action={"name": "do", "params": padded(4096)})
    assert sent["action"]["params"] == padded(4096)
    problem = send(alice, chat, 400, action={"name": "do", "params": padded(4097)})
    assert problem["errors"][0]["pointer"] == "/action/params"
    wide = {"x": "ü" * 2044}  # two bytes each
    assert send(alice, chat, action={"name": "do", "params": wide})["action"]["params"] == wide
    send(alice, chat, 400, action={"name": "do", "params": {"x": "ü" * 2045}})
    assert bob.get(f"/chats/{chat}")["last_number"] == 2


def test_bytes_are_counted_without_white_space(alice: Person, chat: str) -> None:
    answer = posted(alice, chat, "{" + " " * 5000 + '"a" : 1}')
    assert answer.status_code == 201
    assert answer.json()["action"]["params"] == {"a": 1}


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"action": {}}, "/action/name"),
        ({"action": {"name": ""}}, "/action/name"),
        ({"action": {"name": "x" * 41}}, "/action/name"),
        ({"action": {"name": 1}}, "/action/name"),
        ({"action": {"name": "do", "params": []}}, "/action/params"),
        ({"action": {"name": "do", "params": None}}, "/action/params"),
        ({"action": {"name": "do", "params": "{}"}}, "/action/params"),
        ({"action": {"name": "do", "more": 1}}, "/action/more"),
        ({"action": "do"}, "/action"),
        ({"action": []}, "/action"),
        ({"reference": {}, "text": "x"}, "/reference/"),
        ({"reference": {"type": "a"}, "text": "x"}, "/reference/id"),
        ({"reference": {"id": "a"}, "text": "x"}, "/reference/type"),
        ({"reference": {"type": "a", "id": 7}, "text": "x"}, "/reference/id"),
        ({"reference": {"type": "x" * 501, "id": "a"}, "text": "x"}, "/reference/type"),
        ({"reference": {"type": "a", "id": "x" * 501}, "text": "x"}, "/reference/id"),
        ({"reference": {"type": "a", "id": "a", "more": 1}, "text": "x"}, "/reference/more"),
        ({"reference": {"type": "a\u0000", "id": "a"}, "text": "x"}, "/reference/type"),
        ({"reference": "order 7", "text": "x"}, "/reference"),
        ({"reference": REFERENCE}, "/text"),
        ({"no_forward": True}, "/text"),
        ({"no_forward": 1, "text": "x"}, "/no_forward"),
        ({"no_forward": None, "text": "x"}, "/no_forward"),
        ({"action": {"name": "do"}, "text": " "}, "/text"),
    ],
)
def test_what_does_not_fit_is_named(alice: Person, chat: str, given: Json, pointer: str) -> None:
    problem = send(alice, chat, 400, **given)
    assert problem["code"] == "validation"
    assert problem["errors"][0]["pointer"].startswith(pointer)
    assert alice.texts(chat) == []


def test_the_longest_ones(alice: Person, bob: Person, chat: str) -> None:
    reference = {"type": "ü" * 500, "id": "👍" * 500}
    action = {"name": "ü" * 40, "params": {}}
    sent = send(alice, chat, reference=reference, action=action)
    assert (sent["reference"], sent["action"]) == (reference, action)
    assert bob.get(f"/chats/{chat}/messages/1") == sent


def test_a_text_may_have_a_reference_and_stays_a_text(
    alice: Person, bob: Person, chat: str
) -> None:
    sent = send(alice, chat, text="about that order", reference=REFERENCE)
    assert (sent["type"], sent["reference"], sent["action"]) == ("text", REFERENCE, None)
    edited = alice.patch(f"/chats/{chat}/messages/1", {"text": "about this order"})
    assert edited["reference"] == REFERENCE
    assert bob.get(f"/chats/{chat}/messages/1") == edited


def test_params_may_be_left_out(alice: Person, chat: str) -> None:
    sent = send(alice, chat, action={"name": "do"})
    assert sent["action"] == {"name": "do", "params": {}}


def test_all_at_once(alice: Person, bob: Person, chat: str) -> None:
    given = {"reference": REFERENCE, "action": ACTION, "no_forward": True, "text": "#all"}
    sent = send(alice, chat, file=ready_file(alice), **given)
    assert sent | given == sent
    assert sent["type"] == "action"
    assert bob.get(f"/chats/{chat}/messages/1") == sent
    alice.delete(f"/chats/{chat}/messages/1", **EVERYONE)
    stone = bob.get(f"/chats/{chat}/messages/1")
    assert [stone[name] for name in ("reference", "action", "file", "hashtags")] == [
        None,
        None,
        None,
        [],
    ]


# What counts as the same message

FULL: Json = {
    "text": "words",
    "reply_to": 1,
    "reference": REFERENCE,
    "action": ACTION,
    "no_forward": True,
}


@pytest.mark.parametrize(
    "change",
    [
        {"text": "other"},
        {"reply_to": 2},
        {"reply_to": None},
        {"reference": {"type": "order", "id": "8"}},
        {"reference": {"type": "basket", "id": "7"}},
        {"reference": None},
        {"action": {"name": "refund", "params": ACTION["params"]}},
        {"action": {"name": "pay", "params": {"amount": 12, "currency": "EUR"}}},
        {"action": {"name": "pay"}},
        {"action": None},
        {"no_forward": False},
    ],
    ids=str,
)
async def test_the_same_client_id_with_anything_else_is_refused(
    alice: Person, bob: Person, chat: str, change: Json
) -> None:
    bob.say(chat, "one")
    bob.say(chat, "two")
    sent = send(alice, chat, client_id="k", **FULL)
    assert send(alice, chat, 200, client_id="k", **FULL) == sent
    changed = {name: value for name, value in (FULL | change).items() if value is not None}
    assert send(alice, chat, 409, client_id="k", **changed)["code"] == "client_id_reused"
    async with opened(alice) as hers:
        data = {"chat": chat, "client_id": "k"}
        assert await hers.do("message.send", **data, **FULL) == sent
        refused = await hers.refused("message.send", **data, **changed)
        assert refused["code"] == "client_id_reused"
    assert bob.get(f"/chats/{chat}")["last_number"] == 3


def test_another_file_is_another_message(alice: Person, bob: Person, chat: str) -> None:
    file, other = ready_file(alice), ready_file(alice)
    sent = send(alice, chat, client_id="k", text="one", file=file)
    assert send(alice, chat, 200, client_id="k", text="one", file=file) == sent
    assert send(alice, chat, 409, client_id="k", text="one")["code"] == "client_id_reused"
    send(alice, chat, 409, client_id="k", text="one", file=other)
    assert send(alice, chat, file=other)["number"] == 2


def test_the_order_of_members_is_not_content(alice: Person, bob: Person, chat: str) -> None:
    """A client that kept the params as an object may write its members in another order."""
    one = {"name": "do", "params": {"a": 1, "b": {"c": 2, "d": 3}}}
    other = {"name": "do", "params": {"b": {"d": 3, "c": 2}, "a": 1}}
    sent = send(alice, chat, client_id="k", action=one)
    assert send(alice, chat, 200, client_id="k", action=other) == sent


def test_what_is_left_out_and_what_is_its_default_are_the_same(
    alice: Person, bob: Person, chat: str
) -> None:
    sent = send(alice, chat, client_id="k", text="words")
    explicit = {"type": "text", "no_forward": False, "reply_to": None, "reference": None}
    again = send(alice, chat, 200, client_id="k", text="words", file=None, action=None, **explicit)
    assert again == sent
    for carried in ({"file": ready_file(alice)}, {"action": {"name": "do"}}):
        sent = send(alice, chat, client_id=str(carried), **carried)
        again = send(alice, chat, 200, client_id=str(carried), type=sent["type"], **carried)
        assert again == sent


@pytest.mark.parametrize("quoting", [False, True])
def test_a_message_of_before_is_still_known_by_its_content(
    alice: Person, bob: Person, chat: str, quoting: bool
) -> None:
    """A client that sent a text before the server learnt of files, and heard no answer, repeats it
    after: what it said must be the same to the server then."""
    from chat.models import Message
    from project import wire
    from project.keys import key_for

    bob.say(chat, "question")
    reply_to = 1 if quoting else None
    content = wire.encode((int(chat), "text", "words", reply_to))
    key = key_for("message fingerprint")
    old = hashlib.blake2b(content, key=key, digest_size=16).digest()
    body = {"text": "words", "client_id": "k"} | ({"reply_to": 1} if quoting else {})
    sent = send(alice, chat, **body)
    stored = Message.objects.filter(chat_id=int(chat), number=2)
    assert bytes(stored.get().fingerprint) == old
    assert stored.update(created_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)) == 1
    again = send(alice, chat, 200, **body)
    assert again | {"created_at": sent["created_at"]} == sent
    send(alice, chat, 409, **body | {"no_forward": True})


def test_params_come_back_as_they_were_sent_and_do_not_grow(
    alice: Person, bob: Person, chat: str
) -> None:
    """As numbers of PostgreSQL each of these has 309 digits, or loses its sign."""
    params = '{"big":[' + ",".join(["1e308"] * 600) + '],"zero":-0.0,"long":' + "9" * 40 + "}"
    body = f'{{"client_id":"big","action":{{"name":"go","params":{params}}}}}'
    sent = alice.http.post(
        f"/chats/{chat}/messages", content=body, headers={"Content-Type": "application/json"}
    )
    assert sent.status_code == 201
    for answer in (sent, bob.http.get(f"/chats/{chat}/messages/1")):
        assert params in answer.text
        assert len(answer.content) < 2 * len(body)
    carol = alice.post("/chats", {"user": bob.id}, 200)["id"]
    target = {"chat": carol, "client_id": "forward"}
    forwarded = alice.http.post(f"/chats/{chat}/messages/1/forward", json={"targets": [target]})
    assert params in forwarded.text


def test_params_of_earlier_releases_are_read(alice: Person, chat: str) -> None:
    from chat.models import Message

    send(alice, chat, action={"name": "go", "params": {"n": 1}})
    kept = Message.objects.filter(chat_id=chat, number=1)
    kept.update(action={"name": "go", "params": {"n": 2}})
    shown = alice.get(f"/chats/{chat}/messages/1")["action"]
    assert shown == {"name": "go", "params": {"n": 2}}
