"""Alice and Bob have a chat; Mallory must not find it by any command and any route."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chat.conversation import everything
from tests.devices import opened
from tests.people import Person

SEND = {"client_id": "k", "text": "hi"}
FORWARD = {"targets": [{"chat": "1", "client_id": "k"}]}

COMMANDS: dict[str, dict[str, Any]] = {
    "message.send": SEND,
    "message.edit": {"number": 1, "text": "hi"},
    "message.delete": {"number": 1, "for": "everyone"},
    "message.forward": {"number": 1} | FORWARD,
    "message.react": {"number": 1, "emoji": "👍"},
    "message.unreact": {"number": 1, "emoji": "👍"},
    "chat.read": {"number": 1},
    "chat.delivered": {"number": 1},
    "typing": {"on": True},
}
"""What names a chat. The others name people: see the tests of opening and of presence."""
OF_PEOPLE = {"chat.open", "presence.watch"}

ROUTES: list[tuple[str, str, Any]] = [
    ("GET", "/chats/{chat}", None),
    ("PATCH", "/chats/{chat}", {"pinned": True}),
    ("DELETE", "/chats/{chat}", None),
    ("GET", "/chats/{chat}/messages", None),
    ("GET", "/chats/{chat}/messages?after=0", None),
    ("POST", "/chats/{chat}/messages", SEND),
    ("POST", "/chats/{chat}/messages", SEND | {"reply_to": 1}),
    ("GET", "/chats/{chat}/messages/1", None),
    ("PATCH", "/chats/{chat}/messages/1", {"text": "hi"}),
    ("DELETE", "/chats/{chat}/messages/1?for=me", None),
    ("DELETE", "/chats/{chat}/messages/1?for=everyone", None),
    ("POST", "/chats/{chat}/messages/1/forward", FORWARD),
    ("POST", "/chats/{chat}/messages/1/action", {}),
    ("PUT", "/chats/{chat}/messages/1/reactions/👍", None),
    ("DELETE", "/chats/{chat}/messages/1/reactions/👍", None),
    ("PUT", "/chats/{chat}/messages/1/tags/mine", None),
    ("DELETE", "/chats/{chat}/messages/1/tags/mine", None),
    ("POST", "/chats/{chat}/read", {"number": 1}),
    ("POST", "/chats/{chat}/delivered", {"number": 1}),
]


def refusal(person: Person, method: str, path: str, body: Any) -> Any:
    """The refusal, without what differs from request to request."""
    problem = person.call(method, path, 404, body)
    problem.pop("request_id")
    return problem


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_no_route_tells_a_strangers_chat_from_none(
    alice: Person, bob: Person, mallory: Person, chat: str, method: str, path: str, body: Any
) -> None:
    alice.say(chat, "private")
    before = [everything(person, chat) for person in (alice, bob)]
    nothing = mallory.get("/bootstrap")
    there = refusal(mallory, method, path.format(chat=chat), body)
    assert there["code"] == "not_found"
    for nowhere in ("1", "x", "9" * 19, "9" * 40, "-1"):
        assert refusal(mallory, method, path.format(chat=nowhere), body) == there
    assert [everything(person, chat) for person in (alice, bob)] == before
    assert mallory.get("/bootstrap") == nothing


@pytest.mark.parametrize("command", COMMANDS)
async def test_no_command_tells_a_strangers_chat_from_none(
    alice: Person, bob: Person, mallory: Person, chat: str, command: str
) -> None:
    alice.say(chat, "private")
    before = [everything(person, chat) for person in (alice, bob)]
    async with opened(mallory) as device:
        refusals = []
        for target in (chat, "1", "x", "9" * 19):
            refused = await device.refused(command, chat=target, **COMMANDS[command])
            refused.pop("request_id")
            refusals.append(refused)
    assert refusals[0]["code"] == "not_found"
    assert refusals == [refusals[0]] * 4
    assert [everything(person, chat) for person in (alice, bob)] == before


def test_without_a_token_there_is_nothing(alice: Person, chat: str) -> None:
    headers = {"Authorization": ""}
    for method, path, body in ROUTES:
        answer = alice.http.request(method, path.format(chat=chat), json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_a_message_of_another_chat_cannot_be_quoted(
    alice: Person, bob: Person, mallory: Person, chat: str
) -> None:
    for text in ("private", "too"):
        alice.say(chat, text)
    own = mallory.post("/chats", {"user": bob.id}, 201)["id"]
    mallory.say(own, "one")
    problem = mallory.post(f"/chats/{own}/messages", SEND | {"reply_to": 2}, 400)
    assert problem["errors"][0]["pointer"] == "/reply_to"


def pattern_of(path: str) -> str:
    """The operation's path, with parameters in place of what the tests fill in."""
    named = (("/1", "/{number}"), ("👍", "{emoji}"), ("/mine", "/{tag}"))
    bare = path.partition("?")[0]
    for given, name in named:
        bare = bare.replace(given, name)
    return bare


def test_every_command_and_route_of_chat_is_here(server: str) -> None:
    from chat.doors.views import operations
    from project.sync.commands import COMMANDS as REGISTERED

    named = {name for name in REGISTERED if name.startswith(("message.", "chat.", "typing"))}
    assert named - OF_PEOPLE == set(COMMANDS)
    routes = {(method, pattern_of(path)) for method, path, _ in ROUTES}
    assert routes >= {(o.method, o.path) for o in operations if "{chat}" in o.path}
