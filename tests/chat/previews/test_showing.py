"""Previews on messages: who is told, and when one must not appear.

They are made in this process here; `tests/embedding` has them made by a worker.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import pytest
from django.test import override_settings

from chat import previews as preview_settings
from chat.models import Message
from chat.previews import keeping
from chat.previews.reach import Reach
from chat.services import previews
from project.redis import connect
from tests.apart import apart
from tests.chat.conversation import Json, heard, send
from tests.chat.previews.sites import Site, page, reach_of
from tests.devices import opened
from tests.people import Person

ME, EVERYONE = {"for": "me"}, {"for": "everyone"}


def test_nothing_is_wanted_unless_the_setting_is_on() -> None:
    assert not preview_settings.wanted("http://a.example")
    with override_settings(LINK_PREVIEWS=True):
        assert preview_settings.wanted("http://a.example")
        assert not preview_settings.wanted("no link")
        assert not preview_settings.wanted("://")


@pytest.fixture
def link(stranger: Site) -> str:
    """A link that no other test uses, to a page with everything."""
    path = "/" + secrets.token_hex(8)
    stranger.paths[path] = page(
        "<title>T</title><meta property='og:title' content='Shoes'>"
        "<meta property='og:description' content='Red ones'>"
        "<meta property='og:site_name' content='A Shop'>"
    )
    return "http://www.shop.example" + path


def add(stranger: Site, chat: str, number: int = 1) -> None:
    previews.add_preview(int(chat), number, reach_of(stranger))


def shown(link: str) -> Json:
    return {"url": link, "title": "Shoes", "description": "Red ones", "site": "A Shop"}


async def test_both_are_told_what_the_link_leads_to(
    stranger: Site, link: str, alice: Person, bob: Person, chat: str
) -> None:
    async with opened(alice) as hers, opened(bob) as his:
        sent = alice.say(chat, f"look: {link}.")
        assert "preview" not in sent
        await asyncio.to_thread(apart, lambda: add(stranger, chat))
        wanted = sent | {"preview": shown(link)}
        assert await hers.update("message.updated") == wanted
        assert await his.update("message.updated") == wanted
    for person in (alice, bob):
        assert person.get(f"/chats/{chat}/messages/1") == wanted
        assert person.get(f"/chats/{chat}")["last_message"] == wanted


def test_without_a_site_name_the_host_is_shown(stranger: Site, alice: Person, chat: str) -> None:
    path = "/" + secrets.token_hex(8)
    stranger.paths[path] = page("<title>T</title>")
    alice.say(chat, f"http://www.Shop.example{path}")
    add(stranger, chat)
    assert alice.get(f"/chats/{chat}/messages/1")["preview"]["site"] == "shop.example"


async def test_making_it_again_changes_nothing(
    stranger: Site, link: str, alice: Person, chat: str
) -> None:
    alice.say(chat, link)
    async with opened(alice) as hers:
        await asyncio.to_thread(apart, lambda: add(stranger, chat))
        await asyncio.to_thread(apart, lambda: add(stranger, chat))
        assert [frame["kind"] for frame in await heard(hers, alice)] == ["message.updated"]


def test_a_page_is_fetched_once_for_all(
    stranger: Site, link: str, alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, link)
    bob.say(chat, f"yes, {link}")
    add(stranger, chat, 1)
    add(stranger, chat, 2)
    assert bob.get(f"/chats/{chat}/messages/2")["preview"] == shown(link)
    assert len(stranger.requests) == 1


def test_a_page_that_gives_nothing_is_left_alone(stranger: Site, alice: Person, chat: str) -> None:
    gone = f"http://shop.example/{secrets.token_hex(8)}"
    for number in (1, 2):
        alice.say(chat, gone)
        add(stranger, chat, number)
        assert "preview" not in alice.get(f"/chats/{chat}/messages/{number}")
    assert len(stranger.requests) == 1


def fetching(stranger: Site, link: str, meanwhile: Any) -> Reach:
    """A reach that lets something happen while the page is fetched."""
    reach = reach_of(stranger)

    def resolve(host: str, port: int) -> list[str]:
        meanwhile()
        return reach.resolve(host, port)

    return reach._replace(resolve=resolve)


def test_a_message_that_is_deleted_meanwhile_gets_none(
    stranger: Site, link: str, alice: Person, chat: str
) -> None:
    alice.say(chat, link)
    reach = fetching(stranger, link, lambda: alice.delete(f"/chats/{chat}/messages/1", **EVERYONE))
    previews.add_preview(int(chat), 1, reach)
    assert len(stranger.requests) == 1
    assert Message.objects.get(chat_id=int(chat), number=1).preview is None


def test_a_message_that_says_something_else_meanwhile_gets_none(
    stranger: Site, link: str, alice: Person, chat: str
) -> None:
    alice.say(chat, link)
    reach = fetching(
        stranger, link, lambda: alice.patch(f"/chats/{chat}/messages/1", {"text": link + "x"})
    )
    previews.add_preview(int(chat), 1, reach)
    assert len(stranger.requests) == 1
    assert "preview" not in alice.get(f"/chats/{chat}/messages/1")


def test_it_is_erased_with_the_message(
    stranger: Site, link: str, alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, link)
    add(stranger, chat)
    report = bob.post("/reports", {"chat": chat, "reason": "spam", "number": 1}, 201)
    alice.delete(f"/chats/{chat}/messages/1", **EVERYONE)
    assert "preview" not in bob.get(f"/chats/{chat}/messages/1")
    assert Message.objects.get(chat_id=int(chat), number=1).preview is None
    add(stranger, chat)
    assert Message.objects.get(chat_id=int(chat), number=1).preview is None
    from chat.models import Report

    (kept,) = Report.objects.get(pk=int(report["id"])).snapshot["messages"]
    assert kept["preview"] == shown(link)


def test_an_edit_keeps_it_as_long_as_the_link_is_the_same(
    stranger: Site, link: str, alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, link)
    add(stranger, chat)
    kept = alice.patch(f"/chats/{chat}/messages/1", {"text": f"look: {link}"})
    assert kept["preview"] == shown(link)
    other = alice.patch(f"/chats/{chat}/messages/1", {"text": f"{link}/other"})
    assert "preview" not in other
    add(stranger, chat)
    assert "preview" not in bob.get(f"/chats/{chat}/messages/1")
    alice.patch(f"/chats/{chat}/messages/1", {"text": link})
    add(stranger, chat)
    assert bob.get(f"/chats/{chat}/messages/1")["preview"] == shown(link)
    assert "preview" not in alice.patch(f"/chats/{chat}/messages/1", {"text": "no link"})


async def test_who_does_not_see_the_message_learns_nothing(
    stranger: Site, link: str, alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, link)
    bob.delete(f"/chats/{chat}/messages/1", **ME)
    async with opened(bob) as his:
        await asyncio.to_thread(apart, lambda: add(stranger, chat))
        assert await heard(his, bob) == []
    assert alice.get(f"/chats/{chat}/messages/1")["preview"] == shown(link)


def test_one_person_has_so_many_pages_fetched_and_no_more(
    stranger: Site, alice: Person, bob: Person, chat: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "FETCHES_AN_HOUR", 3)
    links = []
    for _ in range(5):
        path = "/" + secrets.token_hex(8)
        stranger.paths[path] = page("<title>T</title>")
        links.append(f"http://shop.example{path}")
    with override_settings(RATE_LIMITS="enforce"):
        for number, each in enumerate(links, 1):
            send(alice, chat, text=each)
            add(stranger, chat, number)
        assert len(stranger.requests) == 3
        bob.say(chat, links[4])
        add(stranger, chat, 6)
        bob.say(chat, links[0])
        add(stranger, chat, 7)
    with_preview = [
        m["number"] for m in alice.get(f"/chats/{chat}/messages")["results"] if "preview" in m
    ]
    assert with_preview == [1, 2, 3, 6, 7]


@override_settings(REDIS_URL="redis://127.0.0.1:1/0")
def test_without_redis_nothing_is_fetched(
    stranger: Site, link: str, alice: Person, chat: str
) -> None:
    alice.say(chat, link)
    connect.cache_clear()
    try:
        add(stranger, chat)
    finally:
        connect.cache_clear()
    assert stranger.requests == []
