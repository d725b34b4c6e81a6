"""`/ws/chat/` and `/ws/feed/`: parts of the one log, and what concerns the person on both."""

from __future__ import annotations

from typing import Any

import pytest

from project.sync import hints
from tests.devices import FOLLOWING, Device, opened
from tests.people import Person

CHAT = ("message.", "chat.", "file.", "me.", "session.")
FEED = ("notification.", "counts.", "import.", "contact.", "me.", "session.")


def updates(device: Device) -> list[dict[str, Any]]:
    return [frame for frame in device.kept if frame["type"] == "update"]


async def all_of(person: Person, path: str, **cursor: Any) -> list[dict[str, Any]]:
    """What a device on this path is told of what it missed, without what follows by itself."""
    async with opened(person, path, **cursor) as device:
        return [u for u in updates(device) if not u["kind"].startswith(FOLLOWING)]


async def test_each_tells_its_part_in_rising_positions(
    alice: Person, bob: Person, chat: str
) -> None:
    epoch = bob.get("/bootstrap")["epoch"]
    alice.say(chat, "one")
    bob.patch("/me", {"about": "first"})
    alice.say(chat, "two")
    bob.patch("/me", {"about": "second"})
    whole = await all_of(bob, "/ws/", epoch=epoch, pts=0)
    by_chat = await all_of(bob, "/ws/chat/", epoch=epoch, pts=0)
    by_feed = await all_of(bob, "/ws/feed/", epoch=epoch, pts=0)
    assert by_chat == [u for u in whole if u["kind"].startswith(CHAT)]
    assert by_feed == [u for u in whole if u["kind"].startswith(FEED)]
    assert {u["kind"] for u in by_chat} == {"chat.updated", "message.created", "me.updated"}
    assert len([u for u in by_feed if u["kind"] == "me.updated"]) == 2
    pts = [u["pts"] for u in by_feed]
    assert pts == sorted(set(pts))


async def test_each_tells_its_part_live(alice: Person, bob: Person, chat: str) -> None:
    async with opened(bob, "/ws/feed/") as feed, opened(bob, "/ws/chat/") as talk:
        alice.say(chat, "not for the feed")
        assert (await talk.update("message.created"))["text"] == "not for the feed"
        bob.patch("/me", {"about": "for both"})
        assert (await talk.update("me.updated"))["about"] == "for both"
        assert (await feed.update("me.updated"))["about"] == "for both"
        assert not [u for u in updates(feed) if u["kind"].startswith(("message.", "chat."))]
        hints.signal([int(bob.id)], "presence", {"online": True})
        hints.signal([int(bob.id)], "import.progress", {"number": 1})
        assert await talk.signal("presence") == {"online": True}
        assert await feed.signal("import.progress") == {"number": 1}
        assert not {"presence", "typing"} & {frame.get("kind") for frame in feed.kept}
        alice.say(chat, "again")
        assert (await talk.update("message.created"))["text"] == "again"
        assert talk.pts > feed.pts > 0


async def test_a_part_goes_on_where_it_was(alice: Person, bob: Person, chat: str) -> None:
    """The position of `synced` counts all updates, so a part may go on from there."""
    alice.say(chat, "one")
    async with opened(bob, "/ws/feed/") as feed:
        epoch, pts = feed.ready["epoch"], feed.pts
    assert pts >= 2
    alice.say(chat, "two")
    bob.patch("/me", {"about": "changed"})
    async with opened(bob, "/ws/feed/", epoch=epoch, pts=pts) as feed:
        assert feed.ready["resumed"] is True
        assert [u["data"]["about"] for u in updates(feed) if u["kind"] == "me.updated"] == [
            "changed"
        ]
        assert feed.pts >= feed.ready["pts"]


@pytest.mark.parametrize(
    "command", ["message.send", "chat.open", "chat.read", "typing", "presence.watch"]
)
async def test_the_feed_takes_no_command_of_chat(alice: Person, command: str) -> None:
    async with opened(alice, "/ws/feed/") as device:
        assert (await device.refused(command))["code"] == "validation"


async def test_chat_takes_no_command_of_the_feed(alice: Person) -> None:
    async with opened(alice, "/ws/chat/") as device:
        assert (await device.refused("feed.seen", up_to="1"))["code"] == "validation"


@pytest.mark.parametrize("path", ["/ws/", "/ws/chat/", "/ws/feed/"])
async def test_the_connections_own_commands_are_taken_everywhere(alice: Person, path: str) -> None:
    async with opened(alice, path) as device:
        assert await device.do("ping") == {}
        renewed = await device.do("auth.refresh", access=alice.access)
        assert 0 < renewed["expires_in"] <= 600
