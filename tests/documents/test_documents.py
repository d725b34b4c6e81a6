"""The two documents say what there is, and what there is keeps to them."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from project.schema import checks
from project.sync.commands import COMMANDS
from project.sync.kinds import KINDS, SIGNALS
from project.urls import OPERATIONS
from tests.devices import Device, opened
from tests.people import Person

HOME = "urn:document"


@pytest.fixture
def openapi(alice: Person) -> dict[str, Any]:
    document: dict[str, Any] = alice.get("/schema")
    return document


@pytest.fixture
def asyncapi(alice: Person) -> dict[str, Any]:
    document: dict[str, Any] = alice.get("/asyncapi")
    return document


def exact(document: dict[str, Any]) -> dict[str, Any]:
    """The document, but no object may have members that it does not name; of a problem's it names
    only those that all have."""
    strict = copy.deepcopy(document)
    for name, shape in strict["components"]["schemas"].items():
        if name != "Problem" and "properties" in shape:
            shape["additionalProperties"] = False
    return strict


def faults(document: dict[str, Any], pointer: str, value: Any) -> list[str]:
    """What the schema at `pointer` has against the value."""
    registry: Registry[Any] = Registry().with_resource(
        HOME, DRAFT202012.create_resource(exact(document))
    )
    validator = Draft202012Validator({"$ref": f"{HOME}#{pointer}"}, registry=registry)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def escaped(text: str) -> str:
    return text.replace("~", "~0").replace("/", "~1")


def test_openapi_keeps_to_its_rules(openapi: dict[str, Any]) -> None:
    assert list(checks.faults_of_openapi(openapi)) == []


def test_asyncapi_keeps_to_its_rules(asyncapi: dict[str, Any]) -> None:
    assert list(checks.faults_of_asyncapi(asyncapi)) == []


def test_a_broken_document_is_found_out(openapi: dict[str, Any], asyncapi: dict[str, Any]) -> None:
    openapi["paths"]["/api/v1/me"]["get"]["responses"] = 7
    assert any("paths" in fault for fault in checks.faults_of_openapi(openapi))
    del asyncapi["components"]["messages"]["ready"]["payload"]
    asyncapi["operations"]["send_ws"]["messages"].append({"$ref": "#/components/messages/bye"})
    asyncapi["channels"]["ws"]["messages"]["x"] = {"$ref": "#/components/messages/x"}
    found = "\n".join(checks.faults_of_asyncapi(asyncapi))
    assert "messages/ready: has no payload" in found
    assert "is not carried by its channel" in found
    assert "#/components/messages/x leads nowhere" in found


def test_openapi_names_every_operation_and_no_other(openapi: dict[str, Any]) -> None:
    named = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in openapi["paths"].items()
        for method in methods
    }
    assert named == {(operation.method, operation.path) for operation in OPERATIONS}


def test_asyncapi_names_every_command_update_and_signal(asyncapi: dict[str, Any]) -> None:
    messages = asyncapi["components"]["messages"].keys()
    by_head: dict[str, set[str]] = {}
    for name in messages:
        head, _, rest = name.partition(".")
        by_head.setdefault(head, set()).add(rest)
    assert by_head["command"] == by_head["reply"] == COMMANDS.keys()
    assert by_head["update"] == KINDS.keys()
    assert by_head["signal"] == SIGNALS.keys() >= {"typing", "presence"}
    assert {"ready", "synced", "heartbeat", "bye", "error", "auth"} <= messages
    assert {channel["address"] for channel in asyncapi["channels"].values()} == {
        "/ws/",
        "/ws/chat/",
        "/ws/feed/",
    }


def calls(chat: str, bob: Person) -> Iterator[tuple[str, str, str, Any]]:
    """Method, the path in the document, the path called, and the body."""
    inside = f"/chats/{chat}"
    one = f"{inside}/messages/1"
    text = {"client_id": "a", "text": "hello #tag"}
    yield "POST", "/chats/{chat}/messages", f"{inside}/messages", text
    yield "POST", "/chats/{chat}/messages", f"{inside}/messages", text
    reply = {"client_id": "b", "text": "a reply", "reply_to": 1}
    yield "POST", "/chats/{chat}/messages", f"{inside}/messages", reply
    yield "GET", "/chats/{chat}/messages", f"{inside}/messages?limit=1", None
    yield "GET", "/chats/{chat}/messages/{number}", one, None
    yield "PATCH", "/chats/{chat}/messages/{number}", one, {"text": "edited"}
    yield "POST", "/chats/{chat}/read", f"{inside}/read", {"number": 2}
    yield "POST", "/chats/{chat}/read", f"{inside}/read", {"number": 99}
    yield "GET", "/chats", "/chats", None
    yield "POST", "/chats", "/chats", {"user": bob.id}
    yield "POST", "/chats", "/chats", {"user": "1"}
    yield "GET", "/chats/{chat}", inside, None
    yield "PATCH", "/chats/{chat}", inside, {"muted_until": "2030-01-01T00:00:00Z"}
    yield "DELETE", "/chats/{chat}/messages/{number}", f"{one}?for=everyone", None
    yield "GET", "/chats/{chat}/messages", f"{inside}/messages", None
    yield "GET", "/me", "/me", None
    yield "PATCH", "/me", "/me", {"name": ""}
    yield "GET", "/users/{user}", f"/users/{bob.id}", None
    yield "PUT", "/blocks/{user}", f"/blocks/{bob.id}", None
    yield "GET", "/blocks", "/blocks", None
    yield "GET", "/auth/sessions", "/auth/sessions", None
    yield "POST", "/auth/ticket", "/auth/ticket", None
    yield "GET", "/bootstrap", "/bootstrap", None
    yield "GET", "/updates", "/updates?epoch=other&pts=0", None
    yield "GET", "/health/ready", "/health/ready", None
    yield "DELETE", "/chats/{chat}", inside, None


def test_answers_keep_to_openapi(
    alice: Person, bob: Person, chat: str, openapi: dict[str, Any]
) -> None:
    seen = set()
    for method, path, address, body in calls(chat, bob):
        response = alice.http.request(method, address, json=body)
        status = str(response.status_code)
        place = f"/paths/{escaped('/api/v1' + path)}/{method.lower()}/responses/{status}"
        described = checks.resolved(openapi, f"#{place}")
        seen.add(status)
        if "content" not in described:
            assert response.content == b""
            continue
        kind = response.headers["Content-Type"]
        pointer = f"{place}/content/{escaped(kind)}/schema"
        assert faults(openapi, pointer, response.json()) == [], (method, path, response.text)
    assert seen >= {"200", "201", "204", "400", "404", "410"}


def message_of(frame: dict[str, Any], asked: dict[str, str]) -> str:
    """The name that the document gives to a frame; `asked` tells the command behind an answer."""
    match frame["type"]:
        case "reply":
            return f"reply.{asked[frame['id']]}"
        case "update" | "signal":
            return f"{frame['type']}.{frame['kind']}"
    return str(frame["type"])


async def converse(hers: Device, his: Device, chat: str, bob: Person) -> dict[str, str]:
    """A little of everything. Returns the commands by their ids."""
    one = {"chat": chat, "number": 1}
    commands: list[tuple[str, dict[str, Any]]] = [
        ("message.send", {"chat": chat, "client_id": "x", "text": "hello"}),
        ("message.edit", one | {"text": "edited"}),
        ("chat.open", {"user": bob.id}),
        ("chat.read", one),
        ("chat.delivered", one),
        ("typing", {"chat": chat, "on": True}),
        ("presence.watch", {"users": [bob.id]}),
        ("message.delete", one | {"for": "everyone"}),
        ("chat.open", {"user": "1"}),
        ("ping", {}),
    ]
    asked = {}
    for number, (name, data) in enumerate(commands):
        asked[str(number)] = name
        await hers.raw(json.dumps({"type": name, "id": str(number), "data": data}))
    await hers.next(lambda frame: frame.get("id") == str(len(commands) - 1))
    await his.update("message.deleted")
    await his.raw("[]")
    await his.closed()
    return asked


async def test_frames_keep_to_asyncapi(
    alice: Person, bob: Person, chat: str, asyncapi: dict[str, Any]
) -> None:
    seen = set()
    async with opened(alice) as hers, opened(bob) as his:
        frames: list[dict[str, Any]] = []
        for device in (hers, his):
            frames.append({"type": "ready", "data": device.ready})
            frames.append({"type": "synced", "pts": 0})
        asked = await converse(hers, his, chat, bob)
        for frame in (*frames, *hers.kept, *his.kept):
            name = message_of(frame, asked)
            seen.add(name)
            pointer = f"/components/messages/{name}/payload"
            assert faults(asyncapi, pointer, frame) == [], (name, frame)
    assert seen >= {
        *(f"reply.{name}" for name in ("message.send", "chat.open", "presence.watch")),
        *(f"update.{name}" for name in ("message.created", "message.updated", "chat.updated")),
        *("ready", "error", "bye", "signal.typing"),
    }


def test_both_are_served_to_everyone(server: str) -> None:
    from tests.people import client

    with client(server) as http:
        for name in ("/schema", "/asyncapi"):
            response = http.get(name)
            assert response.status_code == 200
            assert response.headers["Content-Type"] == "application/json"
