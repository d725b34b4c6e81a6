"""Editing messages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from chat.models import Message, Revision
from tests.chat.conversation import everything, heard, kinds_heard, reply
from tests.devices import opened
from tests.people import Person


def age(chat: str, number: int, **ago: float) -> None:
    """Let a message have been sent so long ago."""
    at = timezone.now() - dt.timedelta(**ago)
    assert Message.objects.filter(chat_id=int(chat), number=number).update(created_at=at) == 1


async def test_an_edit_reaches_both_people_in_the_same_shape(
    alice: Person, bob: Person, chat: str
) -> None:
    sent = alice.say(chat, "frist")
    async with opened(alice) as hers, opened(bob) as his:
        edited = await hers.do("message.edit", chat=chat, number=1, text="first")
        assert edited["edited_at"] is not None
        assert edited == sent | {"text": "first", "edited_at": edited["edited_at"]}
        assert await hers.update("message.updated") == edited
        assert await his.update("message.updated") == edited
    for person in (alice, bob):
        assert person.get(f"/chats/{chat}/messages/1") == edited
        assert person.get(f"/chats/{chat}")["last_message"] == edited


def test_hashtags_follow_the_text(alice: Person, chat: str) -> None:
    alice.say(chat, "#one and #two")
    assert alice.patch(f"/chats/{chat}/messages/1", {"text": "#Two #３"})["hashtags"] == ["two"]
    for none in ("none", "https://example.com/#part", "https://example.com/?q=#part"):
        assert alice.patch(f"/chats/{chat}/messages/1", {"text": none})["hashtags"] == []


def test_every_earlier_text_is_kept_aside(alice: Person, chat: str) -> None:
    for text in ("one", "two", "three"):
        if text == "one":
            alice.say(chat, text)
        else:
            alice.patch(f"/chats/{chat}/messages/1", {"text": text})
    kept = Revision.objects.filter(chat_id=int(chat), number=1).order_by("pk")
    assert [revision.text for revision in kept] == ["one", "two"]
    assert kept[0].written_at < kept[0].replaced_at <= kept[1].written_at


async def test_an_edit_that_changes_nothing_tells_nothing(
    alice: Person, bob: Person, chat: str
) -> None:
    sent = alice.say(chat, "same")
    async with opened(alice) as hers, opened(bob) as his:
        assert await hers.do("message.edit", chat=chat, number=1, text="same") == sent
        assert await heard(hers, alice) == await heard(his, bob) == []


async def test_nobody_edits_what_the_other_said(alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "hers")
    before = everything(alice, chat)
    assert bob.patch(f"/chats/{chat}/messages/1", {"text": "x"}, 403)["code"] == "forbidden"
    async with opened(bob) as device:
        refused = await device.refused("message.edit", chat=chat, number=1, text="x")
    assert refused["code"] == "forbidden"
    assert everything(alice, chat) == before


def test_a_deleted_message_cannot_be_edited(alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "gone")
    alice.delete(f"/chats/{chat}/messages/1", **{"for": "everyone"})
    before = everything(bob, chat)
    assert alice.patch(f"/chats/{chat}/messages/1", {"text": "back"}, 403)["code"] == "forbidden"
    assert everything(bob, chat) == before


def test_what_i_deleted_for_me_or_cleared_cannot_be_edited(alice: Person, chat: str) -> None:
    alice.say(chat, "one")
    alice.say(chat, "two")
    alice.delete(f"/chats/{chat}/messages/1", **{"for": "me"})
    alice.patch(f"/chats/{chat}/messages/1", {"text": "x"}, 404)
    alice.delete(f"/chats/{chat}")
    alice.patch(f"/chats/{chat}/messages/2", {"text": "x"}, 404)


@pytest.mark.parametrize("text", ["", " \n", "\u2003", "x" * 16_001])
def test_an_edit_obeys_the_rules_of_text(alice: Person, chat: str, text: str) -> None:
    alice.say(chat, "said")
    problem = alice.patch(f"/chats/{chat}/messages/1", {"text": text}, 400)
    assert problem["code"] == "validation"
    assert problem["errors"][0]["pointer"] == "/text"
    assert alice.texts(chat) == ["said"]


def test_the_window_is_48_hours(alice: Person, chat: str) -> None:
    alice.say(chat, "yesterday")
    age(chat, 1, hours=47, minutes=59)
    alice.patch(f"/chats/{chat}/messages/1", {"text": "the day before"})
    age(chat, 1, hours=48, seconds=1)
    assert alice.patch(f"/chats/{chat}/messages/1", {"text": "x"}, 403)["code"] == "forbidden"
    assert alice.texts(chat) == ["the day before"]


@pytest.mark.parametrize("number", ["2", "0", "x", "-1", "9" * 12])
def test_there_must_be_such_a_message(alice: Person, chat: str, number: str) -> None:
    alice.say(chat, "one")
    alice.patch(f"/chats/{chat}/messages/{number}", {"text": "x"}, 404)


async def test_those_who_quote_a_message_show_its_new_text(
    alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, "frist")
    reply(bob, chat, 1, "what?")
    async with opened(alice) as hers, opened(bob) as his:
        alice.patch(f"/chats/{chat}/messages/1", {"text": "first"})
        quoting = bob.get(f"/chats/{chat}/messages/2")
        assert quoting["reply_to"] == {"number": 1, "sender": alice.id, "text": "first"}
        for device, person in ((hers, alice), (his, bob)):
            told = await heard(device, person)
            assert [frame["data"]["number"] for frame in told] == [1]


async def test_an_edit_does_not_reach_whoever_cannot_see_the_message(
    alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, "one")
    alice.say(chat, "two")
    bob.delete(f"/chats/{chat}/messages/2", **{"for": "me"})
    async with opened(bob) as his:
        alice.patch(f"/chats/{chat}/messages/2", {"text": "changed"})
        assert await kinds_heard(his, bob) == []
        bob.delete(f"/chats/{chat}")
        await his.update("chat.updated")
        alice.patch(f"/chats/{chat}/messages/1", {"text": "changed"})
        assert await kinds_heard(his, bob) == []
