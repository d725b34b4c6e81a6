"""What the devices do: random operations over many chats, a few of them hot."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Coroutine
from typing import Any, NamedTuple

from tests.faults import outbox
from tests.faults.device import Device
from tests.faults.rest import Refused, Unknown
from tests.faults.uploads import upload

Json = dict[str, Any]

MIX = {
    "send": 62,
    "send_twice": 6,
    "send_again": 3,
    "reuse": 1,
    "read": 10,
    "delivered": 4,
    "edit": 6,
    "delete_everyone": 2,
    "delete_me": 3,
    "send_file": 4,
    "upload": 0,
    "send_private": 1,
    "forward": 4,
    "react": 5,
    "tag": 2,
    "reconnect": 3,
    "snapshot": 1,
    "history": 1,
}
WORDS = [
    "tea",
    "rain",
    "über",
    "日本語",
    "🙂",
    "later",
    "yes",
    "no",
    "train",
    "naïve",
    "\u200d",
    "ok",
]
EMOJI = ["👍", "❤️", "🎉", "👨‍👩‍👧‍👦"]
LABELS = ["to do", "später"]
OUTSTANDING = 12
LARGEST = 400_000
"""Bytes of an upload."""


class Sent(NamedTuple):
    chat: str
    cid: str
    text: str


class Workload:
    """`rate` operations a second over all devices, chosen by `rng` alone."""

    def __init__(
        self,
        devices: list[Device],
        hot: set[str],
        rng: random.Random,
        rate: float,
        mix: dict[str, int],
    ) -> None:
        self._devices = devices
        self._hot = hot
        self._rng = rng
        self._pause = 1 / rate
        self._mix = MIX | mix
        self._sent: dict[str, list[Sent]] = {device.name: [] for device in devices}
        self._acked: dict[str, list[Sent]] = {device.name: [] for device in devices}
        self._tasks: set[asyncio.Task[None]] = set()
        self._deleted: set[tuple[str, int]] = set()

    async def run(self) -> None:
        """Start operations until cancelled; those under way go on."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            device = self._rng.choice(self._devices)
            name = self._rng.choices(list(self._mix), list(self._mix.values()))[0]
            if device.outbox.pending < OUTSTANDING:
                task = asyncio.create_task(self._guarded(getattr(self, f"_{name}")(device)))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            due = max(due + self._pause, loop.time() - 1)
            await asyncio.sleep(max(0, due - loop.time()))

    async def finish(self, seconds: float) -> int:
        """Wait for what is under way; the number of operations that got no answer in time."""
        if not self._tasks:
            return 0
        _, undone = await asyncio.wait(self._tasks, timeout=seconds)
        for task in undone:
            task.cancel()
        return len(undone)

    async def _guarded(self, operation: Coroutine[Any, Any, None]) -> None:
        try:
            await operation
        except (Unknown, Refused):  # a read; the device reads again another time
            return

    # Operations

    def _chat(self, device: Device) -> str:
        hot = [chat for chat in device.person.chats if chat in self._hot]
        return self._rng.choice(hot if hot and self._rng.random() < 0.5 else device.person.chats)

    def _cid(self, device: Device) -> str:
        return f"{device.name}-{uuid.UUID(int=self._rng.getrandbits(128)).hex[:12]}"

    def _text(self, cid: str) -> str:
        return f"{cid} {' '.join(self._rng.choices(WORDS, k=self._rng.randint(1, 12)))}"

    async def _send(self, device: Device, double: bool = False) -> None:
        cid = self._cid(device)
        sent = Sent(self._chat(device), cid, self._text(cid))
        self._sent[device.name].append(sent)
        if await device.outbox.perform(outbox.send(*sent), double):
            self._acked[device.name].append(sent)

    async def _send_twice(self, device: Device) -> None:
        await self._send(device, double=True)

    async def _send_again(self, device: Device) -> None:
        if sent := self._sent[device.name]:
            await device.outbox.perform(outbox.send(*self._rng.choice(sent)))

    async def _reuse(self, device: Device) -> None:
        """An old client_id with another text: it must be refused."""
        if sent := self._acked[device.name]:
            old = self._rng.choice(sent)
            await device.outbox.perform(outbox.send(old.chat, old.cid, old.text + "!", "reuse"))

    async def _send_file(self, device: Device) -> None:
        """Each file is sent once; forwards share it."""
        if device.person.files:
            cid = self._cid(device)
            file = device.person.files.pop()
            await device.outbox.perform(outbox.send(self._chat(device), cid, cid, file=file))

    async def _upload(self, device: Device) -> None:
        """Bring a file and send it; nobody else has these bytes."""
        content = self._rng.randbytes(self._rng.randint(1, LARGEST))
        if file := await upload(device, content):
            cid = self._cid(device)
            await device.outbox.perform(outbox.send(self._chat(device), cid, cid, file=file))

    async def _send_private(self, device: Device) -> None:
        """What is not to be forwarded."""
        cid = self._cid(device)
        sent = outbox.send(self._chat(device), cid, self._text(cid), no_forward=True)
        await device.outbox.perform(sent)

    def _held(self, device: Device) -> Json | None:
        """Any message that the device has, tombstones among them."""
        held = list(device.state.messages.get(self._chat(device), {}).values())
        return self._rng.choice(held) if held else None

    async def _forward(self, device: Device) -> None:
        if (message := self._held(device)) is not None:
            place = message["chat"], message["number"]
            target, cid = self._chat(device), self._cid(device)
            await device.outbox.perform(outbox.forward(*place, target, cid))

    async def _react(self, device: Device) -> None:
        if (message := self._held(device)) is not None:
            place = message["chat"], message["number"]
            emoji, on = self._rng.choice(EMOJI), self._rng.random() < 0.7
            await device.outbox.perform(outbox.react(*place, emoji, on))

    async def _tag(self, device: Device) -> None:
        if (message := self._held(device)) is not None:
            place = message["chat"], message["number"]
            label, on = self._rng.choice(LABELS), self._rng.random() < 0.7
            await device.outbox.perform(outbox.tag(*place, label, on))

    def _own(self, device: Device) -> Json | None:
        """A message of one's own that is still there."""
        held = device.state.messages.get(self._chat(device), {}).values()
        own = [m for m in held if m["sender"] == device.person.user and not m["deleted"]]
        own = [m for m in own if (m["chat"], m["number"]) not in self._deleted]
        return self._rng.choice(own) if own else None

    async def _edit(self, device: Device) -> None:
        if (message := self._own(device)) is not None:
            text = self._text(f"{message['client_id']} v{self._rng.getrandbits(32):x}")
            await device.outbox.perform(outbox.edit(message["chat"], message["number"], text))

    async def _delete_everyone(self, device: Device) -> None:
        if (message := self._own(device)) is not None:
            self._deleted.add((message["chat"], message["number"]))
            place = message["chat"], message["number"]
            await device.outbox.perform(outbox.delete(*place, "everyone", message["text"]))

    async def _delete_me(self, device: Device) -> None:
        if (message := self._held(device)) is not None:
            place = message["chat"], message["number"]
            await device.outbox.perform(outbox.delete(*place, "me", message["text"]))

    async def _mark(self, device: Device, which: str) -> None:
        """Usually the newest message, at times an older one: marks must not go back."""
        chat = device.state.chats.get(self._chat(device))
        if chat and (last := chat["last_number"]):
            number = last if self._rng.random() < 0.7 else self._rng.randint(1, last)
            await device.outbox.perform(outbox.mark(chat["id"], number, which))

    async def _read(self, device: Device) -> None:
        await self._mark(device, "read")

    async def _delivered(self, device: Device) -> None:
        await self._mark(device, "delivered")

    async def _reconnect(self, device: Device) -> None:
        if (connection := device.connection) is not None:
            if self._rng.random() < 0.5:
                connection.cut()
            else:
                await connection.close()

    async def _snapshot(self, device: Device) -> None:
        await device.snapshot()

    async def _history(self, device: Device) -> None:
        await device.read_history(self._chat(device))
