"""One object, the same wherever it is shown."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from tests.chat.conversation import profile
from tests.devices import opened
from tests.people import Person

MESSAGE = {
    "chat", "number", "client_id", "sender", "type", "text", "file", "reply_to", "forward",
    "reference", "action", "no_forward", "reactions", "tags", "hashtags", "created_at", "edited_at",
    "deleted",
}  # fmt: skip
CHAT = {
    "id", "peer", "last_number", "last_message", "unread_count", "marks", "cleared_number",
    "muted_until", "archived", "pinned", "marked_unread", "created_at", "updated_at",
}  # fmt: skip


def update_of(person: Person, kind: str) -> Any:
    """The data of this person's last update of a kind, by REST."""
    epoch = person.get("/bootstrap")["epoch"]
    updates = person.get("/updates", epoch=epoch, pts=0, limit=200)["updates"]
    return [update["data"] for update in updates if update["kind"] == kind][-1]


@pytest.mark.parametrize("quoting", [False, True])
@pytest.mark.parametrize("door", ["socket", "rest"])
async def test_a_new_message(
    alice: Person, bob: Person, chat: str, door: str, quoting: bool
) -> None:
    bob.say(chat, "first")
    body: dict[str, Any] = {"client_id": secrets.token_hex(8), "text": "#Hash"}
    if quoting:
        body["reply_to"] = 1
    path = f"/chats/{chat}/messages"
    async with opened(alice) as hers, opened(bob) as his:
        if door == "socket":
            sent = await hers.do("message.send", chat=chat, **body)
        else:
            sent = alice.post(path, body, 201)
        assert sent.keys() == MESSAGE
        assert sent["reply_to"] == (
            {"number": 1, "sender": bob.id, "text": "first"} if quoting else None
        )
        assert await hers.update("message.created") == sent
        assert await his.update("message.created") == sent
        assert await hers.do("message.send", chat=chat, **body) == sent
    assert alice.post(path, body, 200) == sent
    for person in (alice, bob):
        assert person.get(f"{path}/2") == sent
        assert person.get(path, limit=1)["results"] == [sent]
        assert person.get(f"/chats/{chat}")["last_message"] == sent
        assert person.get("/chats")["results"][0]["last_message"] == sent
        assert person.get("/bootstrap")["chats"][0]["last_message"] == sent
        assert update_of(person, "message.created") == sent


@pytest.mark.parametrize("door", ["socket", "rest"])
async def test_an_edited_message(alice: Person, bob: Person, chat: str, door: str) -> None:
    alice.say(chat, "one")
    path = f"/chats/{chat}/messages/1"
    async with opened(alice) as hers, opened(bob) as his:
        if door == "socket":
            edited = await hers.do("message.edit", chat=chat, number=1, text="two")
        else:
            edited = alice.patch(path, {"text": "two"})
        assert edited.keys() == MESSAGE
        assert await hers.update("message.updated") == edited
        assert await his.update("message.updated") == edited
    for person in (alice, bob):
        assert person.get(path) == edited
        assert update_of(person, "message.updated") == edited
        assert person.get(f"/chats/{chat}")["last_message"] == edited


async def test_a_chat(alice: Person, bob: Person, chat: str) -> None:
    bob.say(chat, "hi")
    async with opened(alice) as hers:
        shown = alice.patch(f"/chats/{chat}", {"archived": True})
        assert shown.keys() == CHAT
        assert await hers.update("chat.updated") == shown
        assert await hers.do("chat.open", user=bob.id) == shown
    assert alice.get(f"/chats/{chat}") == shown
    assert alice.post("/chats", {"user": bob.id}, 200) == shown
    assert alice.get("/chats")["results"] == [shown]
    assert alice.get("/bootstrap")["chats"] == [shown]
    assert update_of(alice, "chat.updated") == shown
    assert shown["peer"] == profile(alice, bob)


@pytest.mark.parametrize("mark", ["read", "delivered"])
async def test_a_receipt(alice: Person, bob: Person, chat: str, mark: str) -> None:
    bob.say(chat, "hi")
    bob.say(chat, "there")
    async with opened(alice) as hers:
        answer = await hers.do(f"chat.{mark}", chat=chat, number=1)
        assert answer.keys() == {"unread_count", "marks"}
        told = await hers.update("chat.updated")
    assert alice.post(f"/chats/{chat}/{mark}", {"number": 1}) == answer
    shown = alice.get(f"/chats/{chat}")
    assert told == shown
    assert answer == {"unread_count": shown["unread_count"], "marks": shown["marks"]}


@pytest.mark.parametrize(
    ("command", "method", "path", "data"),
    [
        ("message.edit", "PATCH", "/chats/{chat}/messages/9", {"number": 9, "text": "x"}),
        ("message.edit", "PATCH", "/chats/{chat}/messages/1", {"number": 1, "text": "x"}),
        ("message.edit", "PATCH", "/chats/{chat}/messages/2", {"number": 2, "text": " "}),
        ("message.send", "POST", "/chats/{chat}/messages", {"client_id": "k", "text": "other"}),
        ("message.send", "POST", "/chats/{chat}/messages", {"client_id": "j", "text": ""}),
        ("chat.read", "POST", "/chats/{chat}/read", {"number": 99}),
        ("chat.delivered", "POST", "/chats/{chat}/delivered", {"number": -1}),
    ],
)
async def test_a_refusal(
    alice: Person, bob: Person, chat: str, command: str, method: str, path: str, data: Any
) -> None:
    bob.say(chat, "his")
    alice.say(chat, "hers", client_id="k")
    async with opened(alice) as hers:
        refused = await hers.refused(command, chat=chat, **data)
    body = {name: value for name, value in data.items() if path.endswith(name) or name != "number"}
    answer = alice.http.request(method, path.format(chat=chat), json=body or data)
    problem = answer.json()
    assert answer.status_code == refused["status"] == problem["status"]
    for varying in (refused, problem):
        varying.pop("request_id")
    assert refused == problem
