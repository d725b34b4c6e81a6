"""A row that somebody keeps stops whoever needs it, and nobody else."""

from __future__ import annotations

import json
import time

import psycopg
import pytest

from tests.conftest import engines
from tests.devices import opened
from tests.people import Person, make_person

SOON = 2.0
"""Seconds. Before, the batch waited as a whole for 2 s, and again, and again."""


@pytest.fixture
def beside(server: str, alice: Person, chat: str) -> str:
    """Another chat of Alice's, which the same writer serves: there is one while little waits."""
    other = make_person(server, "other")
    other.http.close()
    return str(alice.post("/chats", {"user": other.id}, 201)["id"])


async def test_a_held_chat_waits_in_its_order_and_the_others_do_not(
    alice: Person, bob: Person, chat: str, beside: str
) -> None:
    async with (
        opened(alice) as stuck,
        opened(alice) as free,
        opened(bob) as reader,
        await psycopg.AsyncConnection.connect(engines.database_url) as keeper,
    ):
        await keeper.execute("select from chat_chat where id = %s for update", [int(chat)])
        for number in (1, 2, 3):
            data = {"chat": chat, "client_id": f"held {number}", "text": f"{number}"}
            await stuck.raw(json.dumps({"type": "message.send", "id": str(number), "data": data}))
        seconds = []
        for number in range(10):
            since = time.monotonic()
            await free.say(beside, f"{number}")
            seconds.append(time.monotonic() - since)
        await keeper.rollback()
        answers = [await stuck.frame("reply") for _ in range(3)]
        assert [answer["data"]["number"] for answer in answers] == [1, 2, 3]
        assert [answer["data"]["text"] for answer in answers] == ["1", "2", "3"]
        for number in (1, 2, 3):
            assert (await reader.update("message.created"))["number"] == number
    assert max(seconds) < SOON, seconds


async def test_one_who_waits_for_too_long_is_told(alice: Person, chat: str) -> None:
    """With a row that is kept for longer than anybody waits."""
    async with (
        opened(alice) as device,
        await psycopg.AsyncConnection.connect(engines.database_url) as keeper,
    ):
        await keeper.execute("set idle_in_transaction_session_timeout = 0")
        await keeper.execute("select from chat_chat where id = %s for update", [int(chat)])
        refused = await device.refused("message.send", chat=chat, client_id="1", text="1")
        assert (refused["code"], refused["retry_after"]) == ("unavailable", 1)
        await keeper.rollback()
        assert (await device.say(chat, "1", client_id="1"))["number"] == 1
