"""Reactions: one emoji each, seen by both, gone with the message."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote

import pytest

from tests.apart import apart
from tests.chat.conversation import Json, everything, heard, numbers, send
from tests.chat.files import ready_image
from tests.chat.test_shapes import MESSAGE, update_of
from tests.devices import Device, opened
from tests.people import Person

EVERYONE = {"for": "everyone"}
ME = {"for": "me"}

EMOJI = {
    "plain": "👍",
    "with a selector": "❤️",
    "without the selector": "❤",
    "as plain text": "❤\ufe0e",
    "with a selector that it needs not": "👍\ufe0f",
    "text by default": "☺️",
    "flag": "🇦🇹",
    "flag of a part": "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "rainbow flag": "🏳️‍🌈",
    "skin tone": "👋🏽",
    "family": "👨‍👩‍👧‍👦",
    "two skin tones": "🫱🏻‍🫲🏿",
    "couple with tones": "👩🏻‍❤️‍💋‍👨🏿",
    "keycap": "1️⃣",
    "keycap of a hash": "#️⃣",
    "person in a profession": "🧑🏽‍🚀",
    "mark": "‼️",
}
NO_EMOJI = {
    "letter": "a",
    "word": "like",
    "digit": "1",
    "sign": "#",
    "two": "👍👍",
    "two kinds": "👍❤️",
    "flag and a half": "🇦🇹🇦",
    "half a flag": "🇦",
    "emoji and text": "👍a",
    "text and emoji": "a👍",
    "space before": " 👍",
    "space after": "👍 ",
    "line end": "👍\n",
    "joiner alone": "\u200d",
    "joiner at the end": "👩\u200d",
    "selector alone": "\ufe0f",
    "two selectors": "❤\ufe0f\ufe0f",
    "selector for text after another": "❤\ufe0f\ufe0e",
    "text and a selector": "a\ufe0f",
    "skin tone alone": "🏽",
    "shortcode": ":thumbs_up:",
    "33 letters": "x" * 33,
    "33 emoji": "👍" * 33,
    "very long": "👍" * 500,
    "right to left": "\u202e👍",
    "tag without a flag": "👍\U000e0067\U000e007f",
    "markup": "<b>",
    "percent": "%F0%9F%91%8D",
}


def path_of(chat: str, emoji: str, number: int = 1) -> str:
    return f"/chats/{chat}/messages/{number}/reactions/{quote(emoji, safe='')}"


def react(person: Person, chat: str, emoji: str, number: int = 1, status: int = 200) -> Any:
    return person.put(path_of(chat, emoji, number), status)


def unreact(person: Person, chat: str, emoji: str, number: int = 1, status: int = 200) -> Any:
    return person.delete(path_of(chat, emoji, number), status)


def reactions(person: Person, chat: str, number: int = 1) -> Any:
    return person.get(f"/chats/{chat}/messages/{number}")["reactions"]


async def test_a_reaction_reaches_both_in_the_same_shape(
    alice: Person, bob: Person, chat: str
) -> None:
    sent = alice.say(chat, "hi")
    async with opened(alice) as hers, opened(bob) as his:
        answer = react(bob, chat, "👍")
        assert answer.keys() == MESSAGE
        assert answer == sent | {"reactions": [{"emoji": "👍", "users": [bob.id]}]}
        for device in (hers, his):
            assert await device.update("message.updated") == answer
        taken = unreact(bob, chat, "👍")
        assert taken == sent
        for device in (hers, his):
            assert await device.update("message.updated") == sent
        both = await his.do("message.react", chat=chat, number=1, emoji="👍")
        assert both == answer
        for device in (hers, his):
            assert await device.update("message.updated") == answer
    for person in (alice, bob):
        assert person.get(f"/chats/{chat}/messages/1") == answer
        assert person.get(f"/chats/{chat}/messages")["results"] == [answer]
        assert person.get(f"/chats/{chat}")["last_message"] == answer
        assert person.get("/bootstrap")["chats"][0]["last_message"] == answer
        assert update_of(person, "message.updated") == answer


async def test_the_socket_does_the_same(alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "hi")
    async with opened(bob) as his:
        given = {"chat": chat, "number": 1, "emoji": "❤️"}
        answer = await his.do("message.react", **given)
        assert react(bob, chat, "❤️") == answer
        for written in ("❤️", "❤", "❤\ufe0e"):
            assert await his.do("message.react", **given | {"emoji": written}) == answer
        taken = await his.do("message.unreact", **given)
        assert taken["reactions"] == []
        assert unreact(bob, chat, "❤️") == taken
        for emoji in ("a", "", "👍👍", "x" * 33):
            for command in ("message.react", "message.unreact"):
                refused = await his.refused(command, **given | {"emoji": emoji})
                assert (refused["code"], refused["errors"][0]["pointer"]) == (
                    "validation",
                    "/emoji",
                )
        for number, code in ((9, "not_found"), (0, "validation"), (-1, "validation")):
            refused = await his.refused("message.react", **given | {"number": number})
            assert refused["code"] == code


@pytest.mark.parametrize("times", [2, 3])
async def test_again_changes_nothing_and_tells_nobody(
    alice: Person, bob: Person, chat: str, times: int
) -> None:
    alice.say(chat, "hi")
    answer = react(bob, chat, "👍")
    async with opened(alice) as hers, opened(bob) as his:
        for _ in range(times):
            assert react(bob, chat, "👍") == answer
        assert await heard(hers, alice) == await heard(his, bob) == []
    taken = unreact(bob, chat, "👍")
    async with opened(alice) as hers, opened(bob) as his:
        for _ in range(times):
            assert unreact(bob, chat, "👍") == taken
        assert unreact(alice, chat, "❤️") == taken
        assert await heard(hers, alice) == await heard(his, bob) == []


@pytest.mark.parametrize("name", EMOJI)
async def test_an_emoji_is_taken(alice: Person, bob: Person, chat: str, name: str) -> None:
    emoji = EMOJI[name]
    alice.say(chat, "hi")
    (reaction,) = react(bob, chat, emoji)["reactions"]
    assert reaction["users"] == [bob.id]
    plain = emoji.replace("\ufe0e", "").replace("\ufe0f", "")
    assert reaction["emoji"].replace("\ufe0f", "") == plain
    async with opened(alice) as hers:
        answer = await hers.do("message.react", chat=chat, number=1, emoji=emoji)
    assert answer["reactions"] == [reaction | {"users": [bob.id, alice.id]}]
    for person in (alice, bob):
        answer = unreact(person, chat, emoji)
    assert answer["reactions"] == []


@pytest.mark.parametrize("name", NO_EMOJI)
async def test_what_is_no_emoji_is_refused(
    alice: Person, bob: Person, chat: str, name: str
) -> None:
    alice.say(chat, "hi")
    text = NO_EMOJI[name]
    for call in (react, unreact):
        problem = call(bob, chat, text, status=400)
        assert (problem["code"], problem["errors"][0]["pointer"]) == ("validation", "/emoji")
    async with opened(bob) as his:
        refused = await his.refused("message.react", chat=chat, number=1, emoji=text)
        assert refused["code"] == "validation"
    assert reactions(alice, chat) == []


@pytest.mark.parametrize(
    ("segment", "status"),
    [
        ("%F0%9F%91%8D", 200),
        ("%f0%9f%91%8d", 200),
        ("👍", 200),
        ("%25F0%259F%2591%258D", 400),
        ("%F0%9F%91", 400),
        ("%FF", 400),
        ("%ED%A0%BD%ED%B1%8D", 400),
        ("%F0%9F%91%8D%00", 404),
        ("%00", 404),
        ("%2F", 404),
        ("%F0%9F%91%8D%2F", 404),
        ("", 404),
        ("%E2%9D%A4%EF%B8%8F", 200),
    ],
)
def test_the_path_is_read_as_it_is_written(
    alice: Person, chat: str, segment: str, status: int
) -> None:
    alice.say(chat, "hi")
    answer = alice.http.put(f"/chats/{chat}/messages/1/reactions/{segment}")
    assert answer.status_code == status, answer.text
    assert len(reactions(alice, chat)) == (status == 200)


def test_two_ways_to_write_one_emoji_are_one_reaction(
    alice: Person, bob: Person, chat: str
) -> None:
    """Some devices write a heart with the selector that makes it colourful, some without it."""
    alice.say(chat, "hi")
    react(alice, chat, "❤️")
    (reaction,) = react(bob, chat, "❤")["reactions"]
    assert reaction["users"] == [alice.id, bob.id]


def test_both_may_react_with_several(alice: Person, bob: Person, chat: str) -> None:
    """In the order in which they came, the same for both; taking one away moves no other."""
    alice.say(chat, "hi")
    react(alice, chat, "👍")
    react(bob, chat, "❤️")
    react(bob, chat, "👍")
    react(alice, chat, "🎉")
    assert (
        reactions(alice, chat)
        == reactions(bob, chat)
        == [
            {"emoji": "👍", "users": [alice.id, bob.id]},
            {"emoji": "❤️", "users": [bob.id]},
            {"emoji": "🎉", "users": [alice.id]},
        ]
    )
    unreact(bob, chat, "❤️")
    assert [r["emoji"] for r in reactions(bob, chat)] == ["👍", "🎉"]
    react(alice, chat, "❤️")
    assert [r["emoji"] for r in reactions(bob, chat)] == ["👍", "🎉", "❤️"]
    alice.patch(f"/chats/{chat}/messages/1", {"text": "edited"})
    assert [r["emoji"] for r in reactions(bob, chat)] == ["👍", "🎉", "❤️"]


def many() -> list[str]:
    return [chr(0x1F600 + number) for number in range(40)]


def test_one_person_can_put_so_many_and_no_more(alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "hi")
    statuses = [bob.http.put(path_of(chat, emoji)).status_code for emoji in many()]
    allowed = statuses.count(200)
    assert statuses == [200] * 20 + [400] * 20
    assert len(reactions(alice, chat)) == allowed
    assert len(react(alice, chat, many()[-1])["reactions"]) == allowed + 1
    react(bob, chat, many()[0])
    unreact(bob, chat, many()[0])
    react(bob, chat, many()[-1])


async def test_twenty_at_once_are_all_there_once(alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "hi")
    async with opened(alice) as hers, opened(bob) as his:
        asked = [
            asyncio.to_thread(react, person, chat, emoji)
            for person in (alice, bob)
            for emoji in ("👍", "❤️", "🎉", "😮", "😢") * 2
        ]
        told = [d.do("message.react", chat=chat, number=1, emoji="👍") for d in (hers, his)]
        await asyncio.gather(*asked, *told)
        shown = reactions(alice, chat)
        assert reactions(bob, chat) == shown
        assert sorted(r["emoji"] for r in shown) == sorted(["👍", "❤️", "🎉", "😮", "😢"])
        assert all(sorted(r["users"]) == sorted([alice.id, bob.id]) for r in shown)
        for device, person in ((hers, alice), (his, bob)):
            frames = await heard(device, person)
            assert frames[-1]["data"]["reactions"] == shown
            assert len(frames) == 10


async def test_on_and_off_at_once_ends_in_one_of_both(
    alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, "hi")
    calls = [asyncio.to_thread((react, unreact)[n % 2], bob, chat, "👍") for n in range(20)]
    await asyncio.gather(*calls)
    assert reactions(alice, chat) in ([], [{"emoji": "👍", "users": [bob.id]}])
    assert unreact(bob, chat, "👍")["reactions"] == []


async def test_a_reaction_makes_nothing_unread_and_moves_no_chat(
    alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    alice.say(chat, "hi")
    other = alice.post("/chats", {"user": carol.id}, 201)["id"]
    alice.say(other, "later")
    bob.post(f"/chats/{chat}/read", {"number": 1})
    react(alice, chat, "👍")
    assert bob.get(f"/chats/{chat}")["unread_count"] == 0
    assert [c["id"] for c in alice.get("/chats")["results"]] == [other, chat]


# Where there is nothing to react to


@pytest.mark.parametrize("call", [react, unreact])
@pytest.mark.parametrize("who", ["sender", "peer"])
def test_a_tombstone_takes_none(alice: Person, bob: Person, chat: str, who: str, call: Any) -> None:
    alice.say(chat, "hi")
    react(bob, chat, "👍")
    alice.delete(f"/chats/{chat}/messages/1", **EVERYONE)
    person = alice if who == "sender" else bob
    assert call(person, chat, "👍", status=403)["code"] == "forbidden"
    assert reactions(bob, chat) == []


@pytest.mark.parametrize("call", [react, unreact])
@pytest.mark.parametrize("how", ["deleted", "cleared"])
def test_what_i_cannot_see_takes_none_of_mine(
    alice: Person, bob: Person, chat: str, how: str, call: Any
) -> None:
    alice.say(chat, "hi")
    if how == "deleted":
        bob.delete(f"/chats/{chat}/messages/1", **ME)
    else:
        bob.delete(f"/chats/{chat}")
    assert call(bob, chat, "👍", status=404)["code"] == "not_found"
    assert call(bob, chat, "👍", number=2, status=404)["code"] == "not_found"
    assert reactions(alice, chat) == []


async def test_my_reaction_stays_on_what_i_deleted_for_me(
    alice: Person, bob: Person, chat: str
) -> None:
    """It was shared; deleting for me takes it out of my history alone."""
    alice.say(chat, "hi")
    react(bob, chat, "👍")
    bob.delete(f"/chats/{chat}/messages/1", **ME)
    assert reactions(alice, chat) == [{"emoji": "👍", "users": [bob.id]}]
    async with opened(bob) as his:
        react(alice, chat, "❤️")
        assert await heard(his, bob) == []
    assert numbers(bob, chat) == []


@pytest.mark.parametrize("call", [react, unreact])
def test_a_stranger_cannot_react(alice: Person, mallory: Person, chat: str, call: Any) -> None:
    alice.say(chat, "hi")
    there = call(mallory, chat, "👍", status=404)
    nowhere = call(mallory, "119122759945641793", "👍", status=404)
    assert there | {"request_id": 0} == nowhere | {"request_id": 0}
    assert reactions(alice, chat) == []


async def test_all_are_erased_with_the_message(alice: Person, bob: Person, chat: str) -> None:
    from chat.models import Message

    start = bob.get("/bootstrap")
    alice.say(chat, "hi")
    for person in (alice, bob):
        react(person, chat, "🦩")
    alice.delete(f"/chats/{chat}/messages/1", **EVERYONE)
    for person in (alice, bob):
        assert reactions(person, chat) == []
        assert "🦩" not in str(everything(person, chat))
    assert "🦩" not in str(bob.get("/updates", epoch=start["epoch"], pts=0, limit=200))
    kept = apart(lambda: list(Message.objects.filter(chat_id=int(chat)).values()))
    assert "🦩" not in str(kept)


# Blocks


async def test_whoever_blocks_cannot_react_there(alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "hers")
    bob.say(chat, "his")
    react(alice, chat, "👍", number=2)
    alice.put(f"/blocks/{bob.id}")
    async with opened(bob) as his:
        for number in (1, 2):
            assert react(alice, chat, "❤️", number=number, status=403)["code"] == "forbidden"
        assert await heard(his, bob) == []
    assert reactions(bob, chat, 2) == [{"emoji": "👍", "users": [alice.id]}]


async def test_a_reaction_of_the_blocked_one_never_arrives(
    alice: Person, bob: Person, chat: str
) -> None:
    """To them it looks as if it had."""
    alice.say(chat, "hers")
    bob.say(chat, "his")
    mine = [{"emoji": "👍", "users": [bob.id]}]
    before = [everything(alice, chat)]
    alice.put(f"/blocks/{bob.id}")
    async with opened(alice) as hers, opened(bob) as his:
        for number in (1, 2):
            assert react(bob, chat, "👍", number=number)["reactions"] == mine
            assert (await his.update("message.updated"))["reactions"] == mine
            assert reactions(bob, chat, number) == mine
        assert await heard(hers, alice) == []
    alice.delete(f"/blocks/{bob.id}")
    alice.patch(f"/chats/{chat}/messages/1", {"text": "edited"})
    assert [reactions(alice, chat, number) for number in (1, 2)] == [[], []]
    assert before[0]["chat"]["last_message"]["reactions"] == []
    assert "👍" not in str(everything(alice, chat))


async def test_a_reaction_that_the_blocked_one_takes_away(
    alice: Person, bob: Person, chat: str
) -> None:
    """It may go for both or stay for the blocker, but each is told what they see."""
    alice.say(chat, "hers")
    react(bob, chat, "👍")
    alice.put(f"/blocks/{bob.id}")
    async with opened(alice) as hers, opened(bob) as his:
        assert unreact(bob, chat, "👍")["reactions"] == []
        assert (await his.update("message.updated"))["reactions"] == []
        await_frames = await heard(hers, alice)
    shown = [{"emoji": "👍", "users": [bob.id]}]
    for frame in await_frames:
        shown = frame["data"]["reactions"]
    assert reactions(alice, chat) == shown


def test_what_was_there_before_a_block_stays(alice: Person, bob: Person, chat: str) -> None:
    alice.say(chat, "hers")
    react(bob, chat, "👍")
    alice.put(f"/blocks/{bob.id}")
    there: list[Json] = [{"emoji": "👍", "users": [bob.id]}]
    assert reactions(alice, chat) == reactions(bob, chat) == there


async def test_no_reaction_slips_past_a_block_that_is_answered(
    alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, "hers")

    def on_and_off(emojis: list[str]) -> None:
        for emoji in emojis:
            react(bob, chat, emoji)
            unreact(bob, chat, emoji)

    def block() -> Any:
        alice.put(f"/blocks/{bob.id}")
        return reactions(alice, chat)

    busy = [asyncio.to_thread(on_and_off, many()[start : start + 8]) for start in (0, 8, 16)]
    seen, *_ = await asyncio.gather(asyncio.to_thread(block), *busy)
    for emoji in many()[30:33]:
        react(bob, chat, emoji)
    later = reactions(alice, chat)
    assert [r for r in later if r not in seen] == []


async def test_a_message_that_i_react_to_by_many_devices(
    alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, "hi")

    async def press(device: Device, emoji: str) -> None:
        await device.do("message.react", chat=chat, number=1, emoji=emoji)

    async with opened(bob) as phone, opened(bob) as laptop:
        await asyncio.gather(press(phone, "👍"), press(laptop, "❤️"))
        for device in (phone, laptop):
            frames = [f for f in await heard(device, bob) if f["kind"] == "message.updated"]
            last = frames[-1]["data"]["reactions"]
            assert sorted(r["emoji"] for r in last) == sorted(["👍", "❤️"])
            assert last == reactions(bob, chat)


def test_a_file_can_be_reacted_to(alice: Person, bob: Person, chat: str) -> None:
    sent = send(alice, chat, file=ready_image(alice))
    assert react(bob, chat, "😍")["file"] == sent["file"]
