"""Deleting messages, for oneself and for everyone."""

from __future__ import annotations

import json

import pytest

from chat.models import Revision
from tests.chat.conversation import everything, heard, kinds_heard, numbers, reply
from tests.chat.test_editing import age
from tests.devices import opened
from tests.people import Person

ME = {"for": "me"}
EVERYONE = {"for": "everyone"}


def tombstone_of(message: dict[str, object]) -> dict[str, object]:
    empty: dict[str, object] = {"text": "", "reply_to": None, "hashtags": [], "edited_at": None}
    return message | empty | {"deleted": True}


async def test_a_tombstone_stays_for_everyone_everywhere(
    alice: Person, bob: Person, chat: str
) -> None:
    sent = alice.say(chat, "secret #tag")
    async with opened(alice) as hers, opened(bob) as his:
        assert await hers.do("message.delete", chat=chat, number=1, **EVERYONE) == {}
        for device in (hers, his):
            told = await device.update("message.deleted")
            assert told == {"chat": chat, "number": 1, "for": "everyone"}
        assert "message.updated" not in await kinds_heard(his, bob)
    for person in (alice, bob):
        assert person.get(f"/chats/{chat}/messages/1") == tombstone_of(sent)
        assert person.get(f"/chats/{chat}/messages")["results"] == [tombstone_of(sent)]
        assert person.get(f"/chats/{chat}")["last_message"] == tombstone_of(sent)
        assert person.get("/chats")["results"][0]["last_message"] == tombstone_of(sent)


async def test_the_unread_count_falls_and_is_told(alice: Person, bob: Person, chat: str) -> None:
    for text in ("one", "two", "three"):
        alice.say(chat, text)
    async with opened(bob) as his:
        alice.delete(f"/chats/{chat}/messages/2", **EVERYONE)
        assert (await his.update("chat.updated"))["unread_count"] == 2
        bob.delete(f"/chats/{chat}/messages/3", **ME)
        told = await his.update("chat.updated")
    assert told == bob.get(f"/chats/{chat}")
    assert told["unread_count"] == 1
    assert told["last_message"]["number"] == 2
    assert told["last_number"] == 3


async def test_no_later_answer_holds_the_text(alice: Person, bob: Person, chat: str) -> None:
    """Replay from the start, catching up, bootstrap, history, list, quotes, the sender's repeat."""
    start = bob.get("/bootstrap")
    alice.say(chat, "frankincense", client_id="k")
    reply(bob, chat, 1, "thanks")
    alice.patch(f"/chats/{chat}/messages/1", {"text": "frankincense and myrrh"})
    alice.delete(f"/chats/{chat}/messages/1", **EVERYONE)
    answers = [alice.say(chat, "frankincense", client_id="k", status=200)]
    for person in (alice, bob):
        answers += [everything(person, chat), person.get("/chats")]
        answers.append(person.get("/updates", epoch=start["epoch"], pts=0, limit=200))
    for person in (alice, bob):
        async with opened(person, epoch=start["epoch"], pts=0) as device:
            assert device.kept
            answers += device.kept
    assert "frankincense" not in json.dumps(answers)
    assert "myrrh" not in json.dumps(answers)


def test_what_it_said_before_its_edits_is_erased_too(alice: Person, chat: str) -> None:
    alice.say(chat, "one")
    alice.patch(f"/chats/{chat}/messages/1", {"text": "two"})
    kept = Revision.objects.filter(chat_id=int(chat))
    assert kept.exists()
    alice.delete(f"/chats/{chat}/messages/1", **EVERYONE)
    assert not kept.exists()


async def test_quotes_of_an_erased_message_are_emptied(
    alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, "said")
    reply(bob, chat, 1, "really?")
    async with opened(alice) as hers, opened(bob) as his:
        alice.delete(f"/chats/{chat}/messages/1", **EVERYONE)
        for device, person in ((hers, alice), (his, bob)):
            told = await heard(device, person)
            assert [frame["kind"] for frame in told] == ["message.deleted", "chat.updated"]
            quoting = person.get(f"/chats/{chat}/messages/2")
            assert quoting["reply_to"] == {"number": 1, "sender": alice.id, "text": ""}
            assert told[1]["data"]["last_message"] == quoting


async def test_quotes_of_what_i_deleted_for_me_are_emptied_for_me(
    alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, "said")
    answer = reply(bob, chat, 1, "really?")
    async with opened(alice) as hers, opened(bob) as his:
        alice.delete(f"/chats/{chat}/messages/1", **ME)
        await hers.update("message.deleted")
        quoting = alice.get(f"/chats/{chat}/messages/2")
        assert quoting["reply_to"] == {"number": 1, "sender": alice.id, "text": ""}
        assert await heard(his, bob) == []
    assert bob.get(f"/chats/{chat}/messages/2") == answer


async def test_what_i_deleted_for_me_is_gone_for_me_alone(
    alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, "one")
    two = bob.say(chat, "two")
    before = everything(bob, chat)
    async with opened(alice) as phone, opened(alice) as laptop:
        await phone.do("message.delete", chat=chat, number=2, **ME)
        for device in (phone, laptop):
            told = await device.update("message.deleted")
            assert told == {"chat": chat, "number": 2, "for": "me"}
    assert everything(bob, chat) == before
    assert bob.get(f"/chats/{chat}/messages/2") == two
    alice.get(f"/chats/{chat}/messages/2", 404)
    assert numbers(alice, chat) == [1]
    shown = alice.get(f"/chats/{chat}")
    assert (shown["last_message"]["number"], shown["last_number"]) == (1, 2)


def test_nobody_answers_what_they_deleted(alice: Person, bob: Person, chat: str) -> None:
    bob.say(chat, "one")
    alice.delete(f"/chats/{chat}/messages/1", **ME)
    body = {"client_id": "k", "text": "to that", "reply_to": 1}
    problem = alice.post(f"/chats/{chat}/messages", body, 400)
    assert problem["errors"][0]["pointer"] == "/reply_to"
    reply(bob, chat, 1, "the peer may")


@pytest.mark.parametrize("scope", ["me", "everyone"])
async def test_deleting_again_is_harmless(
    alice: Person, bob: Person, chat: str, scope: str
) -> None:
    alice.say(chat, "gone")
    alice.delete(f"/chats/{chat}/messages/1", **{"for": scope})
    before = everything(bob, chat)
    async with opened(alice) as hers:
        assert await hers.do("message.delete", chat=chat, number=1, **{"for": scope}) == {}
        assert await heard(hers, alice) == []
    assert everything(bob, chat) == before


def test_only_the_sender_deletes_for_everyone(alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "hers")
    before = everything(alice, chat)
    problem = bob.delete(f"/chats/{chat}/messages/1", 403, **EVERYONE)
    assert problem["code"] == "forbidden"
    alice.delete(f"/chats/{chat}/messages/1", **EVERYONE)
    bob.delete(f"/chats/{chat}/messages/1", 403, **EVERYONE)
    assert before["chat"]["last_message"]["text"] == "hers"


def test_a_sender_erases_also_what_they_see_no_more(alice: Person, bob: Person, chat: str) -> None:
    for text in ("one", "two"):
        alice.say(chat, text)
    path = f"/chats/{chat}/messages"
    alice.delete(f"{path}/1", **{"for": "me"})
    alice.delete(f"{path}/1", **{"for": "everyone"})
    alice.delete(f"/chats/{chat}")
    alice.delete(f"{path}/2", **{"for": "everyone"})
    assert [m["deleted"] for m in bob.get(path)["results"]] == [True, True]
    bob.delete(f"{path}/1", **{"for": "me"})
    bob.delete(f"{path}/1", 404, **{"for": "everyone"})


def test_the_window_is_48_hours_and_has_no_meaning_for_me(
    alice: Person, bob: Person, chat: str
) -> None:
    for text in ("one", "two"):
        alice.say(chat, text)
    age(chat, 1, hours=47, minutes=59)
    age(chat, 2, hours=48, seconds=1)
    alice.delete(f"/chats/{chat}/messages/1", **EVERYONE)
    problem = alice.delete(f"/chats/{chat}/messages/2", 403, **EVERYONE)
    assert problem["code"] == "forbidden"
    assert bob.texts(chat) == ["", "two"]
    alice.delete(f"/chats/{chat}/messages/2", **ME)
    assert numbers(alice, chat) == [1]


def test_a_tombstone_can_be_deleted_for_me(alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "gone")
    alice.delete(f"/chats/{chat}/messages/1", **EVERYONE)
    bob.delete(f"/chats/{chat}/messages/1", **ME)
    assert numbers(bob, chat) == []
    assert numbers(alice, chat) == [1]


@pytest.mark.parametrize("query", [{}, {"for": "us"}, {"for": "me", "x": "1"}, {"for": ""}])
def test_a_deletion_says_for_whom(alice: Person, chat: str, query: dict[str, str]) -> None:
    alice.say(chat, "stays")
    assert alice.delete(f"/chats/{chat}/messages/1", 400, **query)["code"] == "validation"
    assert alice.texts(chat) == ["stays"]


@pytest.mark.parametrize("number", ["2", "0", "x", "9" * 12])
@pytest.mark.parametrize("scope", ["me", "everyone"])
def test_there_must_be_such_a_message(alice: Person, chat: str, number: str, scope: str) -> None:
    alice.say(chat, "one")
    alice.delete(f"/chats/{chat}/messages/{number}", 404, **{"for": scope})
