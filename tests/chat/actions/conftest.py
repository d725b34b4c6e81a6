"""A message with an action, and a hook that takes notes."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.chat.conversation import Json, send
from tests.conftest import own_redis, serving
from tests.people import Person

if TYPE_CHECKING:
    from chat.doors.hooks import Triggered


@pytest.fixture(scope="package")
def server() -> Iterator[str]:
    """One with a queue of its own, which no worker empties: these tests run hooks themselves."""
    with serving(REDIS_URL=own_redis()) as url:
        yield url


@pytest.fixture
def name() -> Iterator[str]:
    """An action's name that only this test knows."""
    from chat.doors.hooks import HOOKS

    made = "do " + secrets.token_hex(6)
    yield made
    HOOKS.pop(made, None)


@pytest.fixture
def asked(alice: Person, chat: str, name: str) -> Json:
    """Alice's message with an action, the first of the chat."""
    return send(alice, chat, text="Shall we?", action={"name": name, "params": {"order": 7}})


@pytest.fixture
def calls(name: str) -> list[Triggered]:
    """What the hook of this name was called with."""
    from chat.doors.hooks import action_hook

    made: list[Triggered] = []
    action_hook(name)(made.append)
    return made
