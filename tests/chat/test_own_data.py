"""What chat adds to the copy of one's own data, and forgets of who leaves."""

from __future__ import annotations

import io
import json
import time
import zipfile
from typing import Any

import httpx

from tests.people import Person

PATIENCE = 20


def copy_of(person: Person) -> zipfile.ZipFile:
    """Ask for the copy, wait until it is made, and bring it."""
    export = person.post("/me/export", status=202)
    deadline = time.monotonic() + PATIENCE
    while export["state"] != "ready":
        assert time.monotonic() < deadline, export
        export = person.get(f"/me/export/{export['id']}")
    path = export["url"].split("/", 3)[3]
    return zipfile.ZipFile(io.BytesIO(httpx.get(f"{person.server}/{path}").content))


def lines_of(copy: zipfile.ZipFile, name: str) -> list[Any]:
    return [json.loads(line) for line in copy.read(f"{name}.jsonl").splitlines()]


def test_a_copy_holds_my_chats_and_what_i_said_and_nobody_elses_words(
    worker: None, alice: Person, bob: Person, chat: str
) -> None:
    alice.say(chat, "mine")
    bob.say(chat, "his words")
    alice.say(chat, "mine too")
    alice.delete(f"/chats/{chat}/messages/3", **{"for": "everyone"})
    copy = copy_of(alice)
    assert lines_of(copy, "chats") == [alice.get(f"/chats/{chat}")]
    said = lines_of(copy, "messages")
    assert [(m["number"], m["text"], m["deleted"]) for m in said] == [
        (1, "mine", False),
        (3, "", True),
    ]
    assert said[0] == alice.get(f"/chats/{chat}/messages/1")


def test_earlier_versions_of_their_messages_go_with_who_leaves(
    alice: Person, bob: Person, chat: str
) -> None:
    from chat.models import Revision
    from chat.person import own_data

    alice.say(chat, "first")
    bob.say(chat, "first too")
    alice.patch(f"/chats/{chat}/messages/1", {"text": "second"})
    bob.patch(f"/chats/{chat}/messages/2", {"text": "second too"})
    assert own_data.erase_revisions(int(alice.id)) == 1
    assert own_data.erase_revisions(int(alice.id)) == 0
    left = Revision.objects.filter(chat_id=int(chat)).values_list("text", flat=True)
    assert list(left) == ["first too"]
