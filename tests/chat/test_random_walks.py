"""Two people do anything at once, by both doors; in the end their devices hold what GET shows."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from chat.services.auditing import audit_chat
from tests.apart import apart
from tests.chat.conversation import Json, heard
from tests.chat.files import reads, ready_file, ready_image
from tests.chat.test_forwarding import opened_with
from tests.chat.test_updates_fold import caught_up, folded
from tests.devices import Device, opened
from tests.faults import outbox
from tests.faults.outbox import Operation
from tests.people import Person

STEPS = 45
FILES = 8
WEIGHTS = [8, 5, 4, 3, 2, 6, 8, 5, 3, 0.3, 1]
REFUSED = {400, 403, 404, 409}
EMOJI = ["👍", "❤️", "❤", "👨‍👩‍👧‍👦"]
LABELS = ["to do", "später"]


def plain(method: str, path: str) -> Operation:
    """What only REST has, and needs no body."""
    return Operation("", "", {}, method, path, None, {}, {})


@dataclass
class Walker:
    """One person, who does something at random, usually with one of the newest messages. `last` is
    shared: the last known number in each chat."""

    person: Person
    peer: Person
    device: Device
    chats: list[str]
    files: list[str]
    chance: random.Random
    last: Counter[str]
    blocks: bool
    count: int = 0

    async def walk(self) -> None:
        for _ in range(STEPS):
            await self.perform(self.something())

    async def perform(self, operation: Operation) -> None:
        """By a door at random; it may be refused, but never fail."""
        if operation.command and self.chance.random() < 0.5:
            answer = await self.device.ask(operation.command, **operation.data)
            status = answer["error"]["status"] if answer["type"] == "error" else 200
            data = answer.get("data")
        else:
            response = await asyncio.to_thread(
                self.person.http.request,
                operation.method,
                operation.path,
                json=operation.body,
                params=operation.query or None,
            )
            status, data = response.status_code, response.json() if response.content else None
        assert status in {200, 201, 204} | REFUSED, operation
        self.learn(data or {})

    def learn(self, answer: Json) -> None:
        """Which messages there are by now."""
        found = [result.get("message", {}) for result in answer.get("results", [])]
        for message in (answer, *found):
            if "number" in message:
                chat = message["chat"]
                self.last[chat] = max(self.last[chat], message["number"])

    def something(self) -> Operation:
        chat = self.chats[0] if self.chance.random() < 0.7 else self.chance.choice(self.chats)
        number = max(1, self.last[chat] - self.chance.choice([0, 0, 1, 1, 2, 3, 5, 8]))
        place, on = (chat, number), self.chance.random() < 0.7
        match self.chance.choices(range(11), WEIGHTS)[0]:
            case 0:
                return self.send(chat, reply_to=number) if on else self.send(chat)
            case 1 if self.files:
                return self.send(chat, file=self.files.pop())
            case 2:
                return outbox.edit(*place, f"edited {self.tick()}")
            case 3:
                return outbox.delete(*place, "everyone", "")
            case 4:
                return outbox.delete(*place, "me", "")
            case 5:
                target = self.chance.choice(self.chats)
                return outbox.forward(*place, target, f"forward {self.tick()}")
            case 6:
                return outbox.react(*place, self.chance.choice(EMOJI), on)
            case 7:
                return outbox.tag(*place, self.chance.choice(LABELS), on)
            case 8:
                return outbox.mark(*place, self.chance.choice(["read", "delivered"]))
            case 9:
                return plain("DELETE", f"/chats/{chat}")
            case 10 if self.blocks:
                return plain("PUT" if on else "DELETE", f"/blocks/{self.peer.id}")
        return self.send(chat, no_forward=True)

    def send(self, chat: str, **more: Any) -> Operation:
        cid = f"sent {self.tick()}"
        return outbox.send(chat, cid, f"{cid} #tag", **more)

    def tick(self) -> int:
        self.count += 1
        return self.count

    async def make_peace(self) -> None:
        """Who was blocked was not told of marks; a message and its receipt bring all up to date."""
        await self.perform(plain("DELETE", f"/blocks/{self.peer.id}"))

    async def say_last_words(self) -> None:
        for chat in self.chats:
            await self.device.say(chat, "last words")

    async def read_last_words(self) -> None:
        for chat in self.chats:
            last = self.person.get(f"/chats/{chat}")["last_number"]
            await self.perform(outbox.mark(chat, last, "read"))


def unread_of(person: Person, chat: Json, messages: list[Json]) -> int:
    """Counted by hand."""
    read = chat["marks"]["me"]["read"]
    news = [m for m in messages if m["sender"] != person.id and m["number"] > read]
    return sum(not message["deleted"] for message in news)


def check_what_is_shown(person: Person, chats: list[str]) -> dict[str, dict[int, Json]]:
    """The whole history, after a look at whether it fits the chats and the files."""
    listed = {chat["id"]: chat for chat in person.get("/bootstrap")["chats"]}
    shown = {}
    for chat in chats:
        wrong = apart(partial(audit_chat, int(chat)))
        assert wrong == 0, "what is kept follows from the messages"
        messages = person.get(f"/chats/{chat}/messages", limit=200)["results"]
        if chat in listed:
            assert listed[chat] == person.get(f"/chats/{chat}")
            assert listed[chat]["last_message"] == (messages[-1] if messages else None)
            assert listed[chat]["unread_count"] == unread_of(person, listed[chat], messages)
        for message in messages:
            if message["file"]:
                assert message["file"]["state"] == "ready"
                assert reads(person, message["file"]["id"])
        shown[chat] = {message["number"]: message for message in messages}
    return shown


def check_files(files: list[str]) -> None:
    """One is there as long as it is unused or a message holds it, and no longer."""
    from chat.models import Message
    from project.files.models import File

    ids = [int(file) for file in files]
    holding = Message.objects.filter(file_id__in=ids)
    held = set(apart(lambda: list(holding.values_list("file_id", flat=True))))
    rows = dict(apart(lambda: list(File.objects.filter(pk__in=ids).values_list("pk", "used_at"))))
    assert held == {file for file, used_at in rows.items() if used_at is not None}


def check_fold(person: Person, start: Json, updates: list[Json], shown: Any) -> None:
    numbers = [update["pts"] for update in updates]
    assert numbers == list(range(start["pts"] + 1, start["pts"] + 1 + len(numbers)))
    state = folded(person, start, updates)
    fresh = {chat["id"]: chat | {"updated_at": ""} for chat in person.get("/bootstrap")["chats"]}
    assert {c: v | {"updated_at": ""} for c, v in state.chats.items()} == fresh
    for chat, messages in shown.items():
        assert state.messages.get(chat, {}) == messages


@pytest.mark.parametrize("blocks", [False, True], ids=["friendly", "with blocks"])
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_whatever_two_people_do_their_devices_hold_what_is_shown(
    alice: Person, bob: Person, carol: Person, chat: str, seed: int, blocks: bool
) -> None:
    last: Counter[str] = Counter()
    people = {
        alice.id: (alice, bob, [chat, opened_with(alice, carol)]),
        bob.id: (bob, alice, [chat, opened_with(bob, carol)]),
    }
    files = {
        who: [(ready_file, ready_image)[n % 2](person) for n in range(FILES)]
        for who, (person, _, _) in people.items()
    }
    every_file = [file for own in files.values() for file in own]
    starts = {who: person.get("/bootstrap") for who, (person, _, _) in people.items()}
    async with opened(alice) as hers, opened(bob) as his:
        walkers = [
            Walker(person, peer, device, chats, files[person.id], chance, last, blocks)
            for device, (person, peer, chats) in zip((hers, his), people.values(), strict=True)
            for chance in [random.Random(f"{seed} {person.name}")]
        ]
        await asyncio.gather(*(walker.walk() for walker in walkers))
        if blocks:
            for stage in ("make_peace", "say_last_words", "read_last_words"):
                for walker in walkers:
                    await getattr(walker, stage)()
        check_files(every_file)
        for walker in walkers:
            person, start = walker.person, starts[walker.person.id]
            shown = check_what_is_shown(person, walker.chats)
            missed = caught_up(person, start["epoch"], start["pts"], limit=7)
            check_fold(person, start, await heard(walker.device, person, feed=True), shown)
            check_fold(person, start, missed, shown)
