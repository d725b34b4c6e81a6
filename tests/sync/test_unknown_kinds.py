"""Two releases at once: of what a server does not know in the log it tells the position alone."""

from __future__ import annotations

from django.db import transaction

from project.sync import log, threads
from tests.devices import FOLLOWING, opened
from tests.people import Person

UNKNOWN = "poll.closed"


def write_unknown(person: Person, count: int = 1) -> None:
    """As a newer release does, or an app that is no longer installed."""
    entries = [log.Entry(int(person.id), UNKNOWN, number) for number in range(count)]
    with transaction.atomic():
        log.append_and_tell_on_commit(entries)


async def test_a_live_device_goes_on_after_it(alice: Person, bob: Person, chat: str) -> None:
    async with opened(bob) as device:
        alice.say(chat, "before")
        await device.update("message.created")
        await threads.run(write_unknown, bob, 3)
        alice.say(chat, "after")
        for _ in range(3):
            assert await device.update("skipped") == {}
        assert (await device.update("message.created"))["text"] == "after"


async def test_a_resuming_device_is_synced_past_it(alice: Person, bob: Person, chat: str) -> None:
    start = bob.get("/bootstrap")
    await threads.run(write_unknown, bob, 60)
    alice.say(chat, "after")
    await threads.run(write_unknown, bob)
    async with opened(bob, epoch=start["epoch"], pts=start["pts"]) as device:
        assert device.ready["resumed"] is True
        assert device.pts >= device.ready["pts"] >= start["pts"] + 63
        kinds = [frame["kind"] for frame in device.kept if frame["type"] == "update"]
        told = [kind for kind in kinds if not kind.startswith(FOLLOWING)]
        assert told == [*["skipped"] * 60, "chat.updated", "message.created", "skipped"]
        alice.say(chat, "live")
        await device.next(lambda f: f["type"] == "update" and f["data"].get("text") == "live")
        assert device.pts >= start["pts"] + 64


def test_rest_moves_the_cursor_over_it(alice: Person, bob: Person, chat: str) -> None:
    start = bob.get("/bootstrap")
    epoch, pts = start["epoch"], start["pts"]
    write_unknown(bob, 2)
    alice.say(chat, "after")
    page = bob.get("/updates", epoch=epoch, pts=pts, limit=1)
    skipped = {"pts": pts + 1, "kind": "skipped", "data": {}}
    assert page == {"updates": [skipped], "pts": pts + 1, "more": True}
    page = bob.get("/updates", epoch=epoch, pts=pts + 1)
    kinds = [(u["pts"] - pts, u["kind"]) for u in page["updates"]]
    assert kinds[:3] == [(2, "skipped"), (3, "chat.updated"), (4, "message.created")]
    assert page["pts"] == pts + 1 + len(kinds)
    assert page["more"] is False


async def test_a_socket_of_one_part_is_synced_past_it(alice: Person, bob: Person) -> None:
    start = bob.get("/bootstrap")
    await threads.run(write_unknown, bob, 3)
    cursor = {"epoch": start["epoch"], "pts": start["pts"]}
    async with opened(bob, "/ws/chat/", **cursor) as device:
        assert [frame["type"] for frame in device.kept] == []
        assert device.pts == start["pts"] + 3
