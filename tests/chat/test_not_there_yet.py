"""An update whose message cannot be found yet is no deletion: devices wait for the message."""

from __future__ import annotations

import asyncio

from django.db import transaction

from project.sync import log, threads
from tests.devices import opened
from tests.people import Person


def write_ahead(person: Person, kind: str, chat: str, number: int | None = None) -> int:
    """A log row that can be seen before what it tells of, as on two nodes that commit apart; the
    position before it."""
    with transaction.atomic():
        entry = log.Entry(int(person.id), kind, int(chat), number)
        log.append_and_tell_on_commit([entry])
        return log.position_of(int(person.id)).pts - 1


async def test_a_message_that_comes_after_its_update_is_told_and_not_deleted(
    alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, "one")
    async with opened(bob) as device:
        pts = await threads.run(write_ahead, bob, "message.created", chat, 2)
        cursor = {"epoch": device.ready["epoch"], "pts": pts}
        problem = await asyncio.to_thread(bob.get, "/updates", 503, **cursor)
        assert (problem["code"], problem["retry_after"]) == ("unavailable", 1)
        sent = await asyncio.to_thread(alice.say, chat, "two")
        assert await device.update("message.created") == sent
        assert await device.update("message.created") == sent
        assert not any(frame.get("kind") == "message.deleted" for frame in device.kept)
        told = await asyncio.to_thread(bob.get, "/updates", **cursor)
    found = [u["data"] for u in told["updates"] if u["kind"].startswith("message.")]
    assert found == [sent, sent]


def test_what_stands_before_it_is_told_meanwhile(alice: Person, bob: Person, chat: str) -> None:
    start = bob.get("/bootstrap")
    sent = alice.say(chat, "one")
    pts = write_ahead(bob, "message.deleted", chat, 7)
    page = bob.get("/updates", epoch=start["epoch"], pts=start["pts"])
    assert sent in [u["data"] for u in page["updates"]]
    assert (page["pts"], page["more"]) == (pts, True)


def test_a_chat_that_cannot_be_found_breaks_nothing(alice: Person, bob: Person) -> None:
    start = bob.get("/bootstrap")
    pts = write_ahead(bob, "chat.updated", str(2**40))
    bob.get("/updates", 503, epoch=start["epoch"], pts=pts)
