"""Private labels on messages: mine alone."""

from __future__ import annotations

import asyncio
import json
import unicodedata
from typing import Any
from urllib.parse import quote

import pytest

from tests.chat.conversation import everything, heard, numbers
from tests.chat.test_own_data import copy_of, lines_of
from tests.chat.test_shapes import MESSAGE, update_of
from tests.devices import opened
from tests.people import Person

EVERYONE = {"for": "everyone"}
ME = {"for": "me"}


def path_of(chat: str, tag: str, number: int = 1) -> str:
    return f"/chats/{chat}/messages/{number}/tags/{quote(tag, safe='')}"


def label(person: Person, chat: str, tag: str, number: int = 1, status: int = 200) -> Any:
    return person.put(path_of(chat, tag, number), status)


def unlabel(person: Person, chat: str, tag: str, number: int = 1, status: int = 200) -> Any:
    return person.delete(path_of(chat, tag, number), status)


def tags(person: Person, chat: str, number: int = 1) -> Any:
    return person.get(f"/chats/{chat}/messages/{number}")["tags"]


@pytest.mark.parametrize("who", ["sender", "peer"])
async def test_a_label_is_shown_to_me_everywhere_and_to_the_other_nowhere(
    alice: Person, bob: Person, chat: str, who: str
) -> None:
    me, other = (alice, bob) if who == "sender" else (bob, alice)
    sent = alice.say(chat, "the bill")
    before = everything(other, chat)
    async with opened(me) as mine, opened(other) as others:
        answer = label(me, chat, "to-pay")
        assert answer.keys() == MESSAGE
        assert answer == sent | {"tags": ["to-pay"]}
        assert await mine.update("message.updated") == answer
        assert await heard(others, other) == []
        assert [frame for frame in others.kept if "to-pay" in json.dumps(frame)] == []
    assert me.get(f"/chats/{chat}/messages/1") == answer
    assert me.get(f"/chats/{chat}/messages")["results"] == [answer]
    assert me.get(f"/chats/{chat}")["last_message"] == answer
    assert me.get("/bootstrap")["chats"][0]["last_message"] == answer
    assert update_of(me, "message.updated") == answer
    after = everything(other, chat)
    assert after["chat"] == before["chat"]
    assert after["history"] == before["history"]


async def test_what_changes_later_shows_each_their_own(
    alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, "one")
    label(alice, chat, "hers")
    label(bob, chat, "his")
    async with opened(alice) as hers, opened(bob) as his:
        alice.patch(f"/chats/{chat}/messages/1", {"text": "two"})
        bob.put(f"/chats/{chat}/messages/1/reactions/👍", 200)
        for device, person, own in ((hers, alice, "hers"), (his, bob, "his")):
            frames = await heard(device, person)
            assert [frame["data"]["tags"] for frame in frames] == [[own], [own]]
            assert tags(person, chat) == [own]


async def test_the_answer_to_a_sender_holds_their_own_alone(
    alice: Person, bob: Person, chat: str
) -> None:
    """A repeat, a quote, an edit, a forward, a report: whatever shows the message."""
    alice.say(chat, "one", client_id="k")
    label(bob, chat, "his secret")
    answers = [
        alice.say(chat, "one", client_id="k", status=200),
        alice.patch(f"/chats/{chat}/messages/1", {"text": "two"}),
        alice.put(f"/chats/{chat}/messages/1/reactions/👍", 200),
        alice.post(
            f"/chats/{chat}/messages/1/forward", {"targets": [{"chat": chat, "client_id": "f"}]}
        ),
        label(alice, chat, "hers"),
        everything(alice, chat),
    ]
    async with opened(alice, epoch=alice.get("/bootstrap")["epoch"], pts=0) as hers:
        answers.append(list(hers.kept))
    assert "his secret" not in json.dumps(answers)
    assert tags(bob, chat) == ["his secret"]


def test_a_report_shows_no_label(alice: Person, bob: Person, chat: str) -> None:
    """Neither the reporter's, which are not the operators' business, nor the reported one's."""
    from chat.models import Report

    bob.say(chat, "an insult")
    for person in (alice, bob):
        label(person, chat, "private label")
    made = alice.post("/reports", {"chat": chat, "reason": "spam", "number": 1}, 201)
    kept = Report.objects.get(pk=int(made["id"])).snapshot
    assert "private label" not in json.dumps(kept)
    assert kept["messages"][0]["text"] == "an insult"


async def test_again_changes_nothing_and_tells_nobody(alice: Person, chat: str) -> None:
    alice.say(chat, "one")
    answer = label(alice, chat, "x")
    async with opened(alice) as hers:
        assert label(alice, chat, "x") == answer
        assert await heard(hers, alice) == []
        taken = unlabel(alice, chat, "x")
        assert taken["tags"] == []
        assert await hers.update("message.updated") == taken
        assert unlabel(alice, chat, "x") == taken
        assert unlabel(alice, chat, "y") == taken
        assert await heard(hers, alice) == []


@pytest.mark.parametrize(
    "tag",
    ["x", "to pay", "über", "日本", "a/b", "50%", "#hash", "?", "x" * 64, "ü" * 64, "👍" * 64],
)
def test_a_label_is_up_to_64_characters_of_any_kind(alice: Person, chat: str, tag: str) -> None:
    alice.say(chat, "one")
    if "/" in tag:  # it would be another path
        label(alice, chat, tag, status=404)
        return
    assert label(alice, chat, tag)["tags"] == [tag]
    assert unlabel(alice, chat, tag)["tags"] == []


@pytest.mark.parametrize(
    "tag",
    ["x" * 65, "👍" * 65, "\u200b", "\u0301", " ", "\t", "\u3000", "a\nb", "a\u0007b", "x" * 5000],
)
def test_what_cannot_be_a_label_is_refused(alice: Person, chat: str, tag: str) -> None:
    alice.say(chat, "one")
    problem = label(alice, chat, tag, status=400)
    assert (problem["code"], problem["errors"][0]["pointer"]) == ("validation", "/tag")
    assert tags(alice, chat) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (unicodedata.normalize("NFD", "über"), unicodedata.normalize("NFC", "über")),
        ("to pay", " to pay "),
    ],
)
def test_two_ways_to_write_a_label_are_one(alice: Person, chat: str, one: str, other: str) -> None:
    alice.say(chat, "one")
    answer = label(alice, chat, one)
    assert label(alice, chat, other) == answer
    assert len(answer["tags"]) == 1
    assert unlabel(alice, chat, other)["tags"] == []


def test_a_message_has_so_many_labels_and_no_more(alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "one")
    statuses = [alice.http.put(path_of(chat, f"t{n:02}")).status_code for n in range(40)]
    allowed = statuses.count(200)
    assert statuses == [200] * 20 + [400] * 20
    assert tags(alice, chat) == [f"t{n:02}" for n in range(allowed)]
    assert label(bob, chat, "his")["tags"] == ["his"]
    unlabel(alice, chat, "t00")
    assert len(label(alice, chat, "another")["tags"]) == allowed


async def test_twenty_at_once_are_all_there_once(alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "one")
    given = [f"t{n}" for n in range(5)]
    calls = [
        asyncio.to_thread(label, person, chat, tag) for person in (alice, bob) for tag in given * 2
    ]
    await asyncio.gather(*calls)
    for person in (alice, bob):
        assert sorted(tags(person, chat)) == given


@pytest.mark.parametrize("call", [label, unlabel])
@pytest.mark.parametrize("how", ["deleted", "cleared"])
def test_what_i_cannot_see_has_no_labels(
    alice: Person, bob: Person, chat: str, how: str, call: Any
) -> None:
    from chat.models import Tag

    alice.say(chat, "one")
    label(bob, chat, "kept")
    if how == "deleted":
        bob.delete(f"/chats/{chat}/messages/1", **ME)
    else:
        bob.delete(f"/chats/{chat}")
    for number in (1, 2):
        assert call(bob, chat, "kept", number, 404)["code"] == "not_found"
    assert numbers(bob, chat) == []
    assert "kept" not in json.dumps([everything(bob, chat), bob.get("/chats")])
    assert not Tag.objects.filter(user_id=int(bob.id)).exists()


def test_both_peoples_labels_go_with_a_message_that_is_erased(
    alice: Person, bob: Person, chat: str
) -> None:
    from chat.models import Tag

    alice.say(chat, "one")
    for person in (alice, bob):
        label(person, chat, "zebra")
    alice.delete(f"/chats/{chat}/messages/1", **EVERYONE)
    for person in (alice, bob):
        assert tags(person, chat) == []
        assert "zebra" not in json.dumps(everything(person, chat))
        assert label(person, chat, "zebra", status=403)["code"] == "forbidden"
    assert not Tag.objects.filter(chat_id=int(chat)).exists()


def test_a_block_is_no_reason_not_to_label(alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "one")
    alice.put(f"/blocks/{bob.id}")
    for person in (alice, bob):
        assert label(person, chat, "evidence")["tags"] == ["evidence"]


@pytest.mark.parametrize("call", [label, unlabel])
def test_a_stranger_labels_nothing(alice: Person, mallory: Person, chat: str, call: Any) -> None:
    alice.say(chat, "one")
    there = call(mallory, chat, "x", status=404)
    nowhere = call(mallory, "119122759945641793", "x", status=404)
    assert there | {"request_id": 0} == nowhere | {"request_id": 0}


def test_a_copy_of_my_data_holds_my_labels_and_not_the_others(
    worker: None, alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, "mine")
    bob.say(chat, "his")
    for number in (1, 2):
        label(alice, chat, f"hers {number}", number)
        label(bob, chat, f"foreign {number}", number)
    copy = copy_of(alice)
    (said,) = lines_of(copy, "messages")
    assert said["tags"] == ["hers 1"]
    names = [name for name in copy.namelist() if name.endswith(".jsonl")]
    whole = "".join(copy.read(name).decode() for name in names)
    assert "hers 2" in whole
    assert "foreign" not in whole
