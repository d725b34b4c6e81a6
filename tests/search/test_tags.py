"""Private tags and hashtags: found, counted, renamed."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.chat.conversation import heard
from tests.chat.test_tags import label, tags, unlabel
from tests.devices import opened
from tests.people import Person
from tests.search.engines import Engine, search, texts


def listed(person: Person) -> list[tuple[str, str, int]]:
    return [(t["tag"], t["kind"], t["count"]) for t in person.get("/tags")["results"]]


def rename(person: Person, tag: str, to: str, status: int = 200) -> Any:
    return person.patch(f"/tags/{quote(tag, safe='')}", {"tag": to}, status)


@pytest.mark.parametrize(
    ("text", "hashtags"),
    [
        ("#हिन्दी भाषा", ["हिन्दी"]),
        ("＃東京 tonight", ["東京"]),
        ("#می\u200cخواهم", ["می\u200cخواهم"]),
        ("#Straße #STRASSE", ["strasse"]),
        ("#cafe\u0301", ["café"]),
        ("x#y &#39; https://a.example/#z #1 ##q #_", ["_"]),
    ],
)
def test_hashtags_are_whole_words_in_every_script(
    alice: Person, chat: str, text: str, hashtags: list[str]
) -> None:
    assert alice.say(chat, text)["hashtags"] == hashtags
    edited = alice.patch(f"/chats/{chat}/messages/1", {"text": f"{text} "})
    assert edited["hashtags"] == hashtags


def test_both_kinds_are_found_and_counted(
    engine: Engine, alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, "one #Rome")
    alice.say(chat, "two #rome #paris")
    bob.say(chat, "three")
    label(alice, chat, "Rome", 3)
    label(alice, chat, "rome", 2)
    label(bob, chat, "his own", 3)
    for _ in engine.twice():
        assert texts(alice, "#ROME", sort="newest") == ["three", "two #rome #paris", "one #Rome"]
        assert texts(bob, "tag:rome", sort="newest") == ["two #rome #paris", "one #Rome"]
        assert texts(bob, 'tag:"His Own"') == ["three"]
        assert texts(alice, 'tag:"his own"') == []
        facet = search(alice, "#rome")["facets"]["tag"]
        assert [(f["value"], f["count"]) for f in facet] == [("rome", 3), ("paris", 1)]
        assert [f["value"] for f in search(bob, "three")["facets"]["tag"]] == ["his own"]
        assert listed(alice) == [
            ("Rome", "private", 2),
            ("rome", "hashtag", 2),
            ("paris", "hashtag", 1),
        ]
        assert [tag for tag in listed(bob) if tag[1] == "private"] == [("his own", "private", 1)]


def test_case_makes_no_other_tag(alice: Person, chat: str) -> None:
    alice.say(chat, "one")
    label(alice, chat, "Work")
    assert label(alice, chat, "WORK")["tags"] == ["Work"]
    assert unlabel(alice, chat, "work")["tags"] == []


def tagged_by_both(alice: Person, bob: Person, chat: str) -> None:
    """Alice has `old` on the first two messages and `new` on the second; Bob has his own `old`."""
    for text in ("one", "two", "three"):
        alice.say(chat, text)
    label(alice, chat, "old", 1)
    label(alice, chat, "Old", 2)
    label(alice, chat, "new", 2)
    label(bob, chat, "old", 1)


def test_renaming_joins_what_becomes_one(
    engine: Engine, alice: Person, bob: Person, chat: str
) -> None:
    tagged_by_both(alice, bob, chat)
    assert rename(alice, "OLD", "New") == {"tag": "New", "kind": "private", "count": 2}
    assert tags(alice, chat, 2) == ["New"]
    assert tags(bob, chat, 1) == ["old"]
    for _ in engine.twice():
        assert texts(alice, "tag:old") == []
        assert texts(alice, "tag:new", sort="newest") == ["two", "one"]
        assert listed(alice) == [("New", "private", 2)]


async def test_renaming_tells_my_devices_alone(alice: Person, bob: Person, chat: str) -> None:
    tagged_by_both(alice, bob, chat)
    async with opened(alice) as device, opened(bob) as other:
        rename(alice, "OLD", "New")
        told = [await device.update("message.updated") for _ in range(2)]
        assert await heard(other, bob) == []
    assert {(each["number"], tuple(each["tags"])) for each in told} == {
        (1, ("New",)),
        (2, ("New",)),
    }


def test_what_cannot_be_renamed(alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "one #public")
    label(bob, chat, "his")
    label(alice, chat, "mine")
    for tag in ("public", "his", "nothing"):
        assert rename(alice, tag, "x", 404)["code"] == "not_found"
    for to in ("", "  ", "x" * 65, "a\nb"):
        assert rename(alice, "mine", to, 400)["errors"][0]["pointer"] == "/tag"
    assert tags(alice, chat) == ["mine"]
    assert rename(alice, "mine", "MINE")["tag"] == "MINE"
    assert tags(alice, chat) == ["MINE"]
