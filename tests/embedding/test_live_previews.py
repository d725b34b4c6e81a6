"""Previews from the door to the device: sent, edited, forwarded, made by the previews' worker."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chat.conversation import Json, send
from tests.chat.previews.sites import Site, page, site
from tests.devices import Device, opened
from tests.people import Person

Say = Callable[[Device, Person, str, str], Json]


@pytest.fixture
def shop(trials: Path) -> Iterator[Site]:
    with site() as made:
        (trials / "port").write_text(str(made.port))
        yield made


@pytest.fixture
def link(shop: Site) -> str:
    path = "/" + secrets.token_hex(8)
    shop.paths[path] = page("<title>Shoes</title>")
    return "http://shop.example" + path


async def previewed(device: Device, number: int) -> Json:
    """The next update of a message that brings a preview."""
    frame = await device.next(
        lambda frame: (
            frame["type"] == "update"
            and frame["kind"] == "message.updated"
            and "preview" in frame["data"]
        )
    )
    data: Json = frame["data"]
    assert data["number"] == number
    preview: Json = data["preview"]
    return preview


@pytest.mark.parametrize("door", ["rest", "socket"])
async def test_a_link_that_is_sent(
    alice: Person, bob: Person, link: str, door: str, shop: Site
) -> None:
    chat = alice.post("/chats", {"user": bob.id}, 201)["id"]
    async with opened(alice) as hers, opened(bob) as his:
        if door == "rest":
            alice.say(chat, f"look {link}")
        else:
            await hers.say(chat, f"look {link}")
        wanted = {"url": link, "title": "Shoes", "description": "", "site": "shop.example"}
        assert await previewed(hers, 1) == await previewed(his, 1) == wanted
    assert len(shop.requests) == 1


async def test_a_link_that_comes_by_an_edit(alice: Person, bob: Person, link: str) -> None:
    chat = alice.post("/chats", {"user": bob.id}, 201)["id"]
    async with opened(bob) as his:
        alice.say(chat, "look")
        alice.patch(f"/chats/{chat}/messages/1", {"text": link})
        assert (await previewed(his, 1))["title"] == "Shoes"


async def test_a_link_that_is_forwarded(alice: Person, bob: Person, link: str) -> None:
    chat = alice.post("/chats", {"user": bob.id}, 201)["id"]
    async with opened(bob) as his:
        alice.say(chat, link)
        await previewed(his, 1)
        targets = [{"chat": chat, "client_id": "again"}]
        bob.post(f"/chats/{chat}/messages/1/forward", {"targets": targets})
        assert (await previewed(his, 2))["url"] == link


async def test_a_reply_with_a_link(alice: Person, bob: Person, link: str) -> None:
    chat = alice.post("/chats", {"user": bob.id}, 201)["id"]
    async with opened(alice) as hers:
        alice.say(chat, "where?")
        send(bob, chat, text=link, reply_to=1)
        assert (await previewed(hers, 2))["title"] == "Shoes"
