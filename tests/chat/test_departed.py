"""A chat whose other person left: what they said stays, and one may go on tidying up."""

from __future__ import annotations

import pytest

from tests.accounts.test_leaving import leave, wait_for_erasure
from tests.chat.conversation import Json, send
from tests.chat.files import is_kept, reads, ready_file
from tests.chat.test_forwarding import forwarded, opened_with
from tests.devices import opened
from tests.people import PASSWORD, Person

EVERYONE = {"for": "everyone"}


@pytest.fixture
def files(worker: None, alice: Person, bob: Person, chat: str) -> dict[str, str]:
    """Each one's file; Alice has sent the first message, Bob the second, and Alice has left."""
    files = {"hers": ready_file(alice), "his": ready_file(bob)}
    send(alice, chat, file=files["hers"], text="her caption")
    send(bob, chat, file=files["his"], text="his caption")
    leave(alice, password=PASSWORD)
    wait_for_erasure(alice)
    return files


def test_everything_in_it_can_still_be_done(
    bob: Person, carol: Person, chat: str, files: dict[str, str]
) -> None:
    for number in (1, 2):
        path = f"/chats/{chat}/messages/{number}"
        assert len(bob.put(f"{path}/reactions/👍", 200)["reactions"]) == 1
        assert bob.delete(f"{path}/reactions/👍", 200)["reactions"] == []
        assert bob.put(f"{path}/tags/old", 200)["tags"] == ["old"]
        sent = forwarded(bob, chat, number, opened_with(bob, carol))
        assert sent["file"]["id"] == files["hers" if number == 1 else "his"]
    assert bob.patch(f"/chats/{chat}/messages/2", {"text": "new"})["text"] == "new"
    bob.delete(f"/chats/{chat}/messages/2", **EVERYONE)
    bob.delete(f"/chats/{chat}/messages/1", **{"for": "me"})
    bob.delete(f"/chats/{chat}")


def test_what_they_sent_stays_with_its_file(bob: Person, chat: str, files: dict[str, str]) -> None:
    assert is_kept(files["hers"])
    assert reads(bob, files["hers"])
    assert bob.get(f"/chats/{chat}/messages/1")["file"]["id"] == files["hers"]


async def test_their_reactions_and_names_are_no_ones_any_more(
    worker: None, alice: Person, bob: Person, carol: Person, chat: str
) -> None:
    bob.say(chat, "words")
    alice.put(f"/chats/{chat}/messages/1/reactions/👍", 200)
    alice.put(f"/chats/{chat}/messages/1/tags/secret", 200)
    leave(alice, password=PASSWORD)
    async with opened(bob) as his:
        shown: Json = await his.do("message.react", chat=chat, number=1, emoji="👍")
    assert shown["reactions"] == [{"emoji": "👍", "users": [alice.id, bob.id]}]
    assert alice.name not in str(shown)
