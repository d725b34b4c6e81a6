"""Every REST call and every socket command, by everyone who should or should not make it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx
import pytest

from project.sync.commands import COMMANDS
from project.urls import OPERATIONS
from tests.chat.conversation import send
from tests.chat.files import ready_file
from tests.contacts.books import entry, number, worked_off
from tests.devices import address, dialled, opened
from tests.feed.publishing import feed_of, tell
from tests.files.uploads import announced
from tests.people import Person, client
from tests.permissions.matrix import PUBLIC, REST, SOCKET, Call

NOWHERE = "119122759945641793"


@dataclass
class Stage:
    """Alice opened the chat and wrote its only message to Bob; Mallory has no part in it."""

    alice: Person
    bob: Person
    mallory: Person
    chat: str

    @cached_property
    def export(self) -> str:
        return str(self.alice.post("/me/export", status=202)["id"])

    @cached_property
    def pending(self) -> str:
        """A file of Alice's that waits for its bytes."""
        return str(announced(self.alice, b"some notes")["id"])

    @cached_property
    def ready(self) -> str:
        """A file of Alice's that she has not sent."""
        return ready_file(self.alice)

    @cached_property
    def item(self) -> str:
        """An item of Alice's feed."""
        tell(self.alice)
        return str(feed_of(self.alice)[0]["id"])

    @cached_property
    def contact(self) -> str:
        """Alice's only contact."""
        return str(worked_off(self.alice, [entry(1, "Somebody", number())])["contact"])

    @cached_property
    def job(self) -> str:
        """Her only import, which is done."""
        return str(worked_off(self.alice, [entry(1, "Somebody", number())])["import"])

    @cached_property
    def invite(self) -> str:
        answer = self.alice.post("/contacts/invites", {"channel": "link"})
        return str(answer["results"][0]["invite"]["id"])

    @cached_property
    def device(self) -> str:
        """Where Alice is pushed to."""
        given = {"platform": "ios", "token": secrets.token_hex(32)}
        return str(self.alice.post("/devices", given, 201)["id"])

    def person(self, who: str) -> Person:
        return {"owner": self.alice, "peer": self.bob, "stranger": self.mallory}[who]

    def fill(self, given: Any, chat: str | None = None) -> Any:
        """This stage's ids in place of the names in braces."""
        text = json.dumps(given)
        ids = {"chat": chat or self.chat, "alice": self.alice.id, "bob": self.bob.id}
        for name, value in ids.items() | {("session", self.alice.session)}:
            text = text.replace(f"{{{name}}}", value)
        for name in ("export", "pending", "ready", "item", "device", "contact", "job", "invite"):
            if f"{{{name}}}" in text:  # made only where they are asked for
                text = text.replace(f"{{{name}}}", getattr(self, name))
        return json.loads(text)

    def call(
        self, http: httpx.Client, name: str, call: Call, chat: str | None = None
    ) -> httpx.Response:
        method, _, path = name.partition(" ")
        return http.request(
            method,
            self.fill(call.path or path, chat),
            json=self.fill(call.body, chat),
            params=call.query,
        )

    def history(self) -> Any:
        return self.alice.get(f"/chats/{self.chat}/messages")


@pytest.fixture
def stage(alice: Person, bob: Person, mallory: Person, chat: str) -> Stage:
    send(alice, chat, text="hello", action={"name": "do"})
    return Stage(alice, bob, mallory, chat)


@pytest.fixture
def anybody(server: str) -> Iterator[httpx.Client]:
    """Who is not logged in."""
    with client(server) as http:
        yield http


def nameless(response: httpx.Response) -> Any:
    """The answer without the only member that may differ between two refusals."""
    return {key: value for key, value in response.json().items() if key != "request_id"}


def test_every_operation_and_command_is_in_the_matrix() -> None:
    named = {f"{operation.method} {operation.path}": operation for operation in OPERATIONS}
    assert named.keys() == REST.keys() | PUBLIC
    assert {name for name, operation in named.items() if operation.public} == PUBLIC
    assert COMMANDS.keys() == SOCKET.keys()


@pytest.mark.parametrize("name", REST)
def test_a_call(stage: Stage, anybody: httpx.Client, name: str) -> None:
    call, before = REST[name], stage.history()
    refused = stage.call(anybody, name, call)
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    for who, status in call.expected().items():
        response = stage.call(stage.person(who).http, name, call)
        assert response.status_code == status, (who, response.text)
        if who == "stranger":
            assert stage.history() == before
    if call.stranger == 404 and "{chat}" in call.path:
        there = stage.call(stage.mallory.http, name, call)
        nowhere = stage.call(stage.mallory.http, name, call, chat=NOWHERE)
        assert nameless(there) == nameless(nowhere)
    stage.alice.http.post("/auth/logout")
    revoked = stage.call(stage.alice.http, name, call)
    assert (revoked.status_code, revoked.json()["reason"]) == (401, "revoked")


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_public_call_asks_for_no_session(anybody: httpx.Client, name: str) -> None:
    method, _, path = name.partition(" ")
    response = anybody.request(method, path, json=None if method == "GET" else {})
    answered = 200 if method == "GET" else 400
    # Whatever is named so is not there.
    assert response.status_code == (404 if "{" in path else answered), response.text


@pytest.mark.parametrize("name", SOCKET)
async def test_a_command(stage: Stage, name: str) -> None:
    call, before = SOCKET[name], stage.history()
    data = stage.fill(call.body)
    async with dialled(address(stage.alice.server, "/ws/")) as device:
        await device.raw(json.dumps({"type": name, "id": "1", "data": data}))
        assert await device.closed() == 4401
    for who, code in call.expected().items():
        async with opened(stage.person(who)) as device:
            answer = await device.ask(name, **data)
            assert answer.get("error", {}).get("code") == code, (who, answer)
            if who != "stranger":
                continue
            assert stage.history() == before
            if code == "not_found":
                nowhere = await device.ask(name, **stage.fill(call.body, NOWHERE))
                assert nowhere["error"] | {"request_id": 0} == answer["error"] | {"request_id": 0}
