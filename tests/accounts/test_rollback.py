"""A change that fails leaves nothing behind: no row, no update, no message, no closed socket.

These requests are served in this process, where another app can be made to fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.test import Client

from tests.accounts.conftest import Register
from tests.accounts.mailbox import code_to
from tests.people import Person


class Refused(Exception):
    """What the other app raises."""


def refuse(*_: object) -> list[Any]:
    raise Refused


@pytest.fixture
def refusing(server: str) -> Iterator[None]:
    """Another app that fails whenever accounts announces something."""
    from accounts.doors import announcements

    lists: list[list[Any]] = [
        announcements.profile_changed,
        announcements.block_changed,
        announcements.person_joined,
        announcements.sessions_ended,
    ]
    for listeners in lists:
        listeners.append(refuse)
    yield
    for listeners in lists:
        listeners.remove(refuse)


def status_of(person: Person | None, method: str, path: str, body: Any = None) -> int:
    headers = {"Authorization": f"Bearer {person.access}"} if person else {}
    answer = Client(headers=headers).generic(
        method, f"/api/v1{path}", httpx.Request(method, "http://x", json=body).content,
        "application/json",
    )  # fmt: skip
    return int(answer.status_code)


def test_a_failed_change_of_name_leaves_the_old_one(alice: Person, refusing: None) -> None:
    before = alice.get("/bootstrap")
    assert status_of(alice, "PATCH", "/me", {"name": "Never"}) == 500
    assert alice.get("/bootstrap") == before


def test_a_failed_block_is_none(alice: Person, bob: Person, refusing: None) -> None:
    assert status_of(alice, "PUT", f"/blocks/{bob.id}") == 500
    assert alice.get("/blocks")["results"] == []


def test_a_failed_logout_leaves_the_session(alice: Person, refusing: None) -> None:
    before = alice.get("/bootstrap")["pts"]
    assert status_of(alice, "POST", "/auth/logout") == 500
    assert alice.get("/bootstrap")["pts"] == before


def test_a_failed_registration_makes_nobody_and_can_be_tried_again(
    http: httpx.Client, register: Register, email: str, refusing: None
) -> None:
    from accounts.models import User

    body = {"challenge": register(email)["challenge"], "code": code_to(email)}
    assert status_of(None, "POST", "/auth/email/verify", body) == 500
    assert not User.objects.filter(email=email).exists()
    assert http.post("/auth/email/verify", json=body).status_code == 200
