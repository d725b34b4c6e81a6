"""One socket's commands: each answered exactly once, in the order in which they came.

Direct commands of one kind (sends, say) run side by side, so that they share batches; any other
command waits until all before it are done. So a client's commands take effect in their order.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any

from django.conf import settings

from project import wire
from project.errors import Problem
from project.problems import note, problem_for
from project.sync import frames, threads
from project.sync.commands import COMMANDS, Command, told_parts

if TYPE_CHECKING:
    from project.sync.socket import Socket


_limits = settings.SOCKET  # asking Django's settings for it takes longer than a look into it


class Slot:
    """The place of one answer; `text` is None until it is known."""

    __slots__ = ("command_id", "text")

    def __init__(self, command_id: str | None) -> None:
        self.command_id = command_id
        self.text: str | None = None


class Conversation:
    __slots__ = (
        "_all_answered",
        "_backlog",
        "_direct",
        "_direct_name",
        "_idle",
        "_slots",
        "_socket",
        "_worker",
    )

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._slots: deque[Slot] = deque()
        self._backlog: deque[tuple[Slot, Command, Any]] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._direct = 0
        self._direct_name = ""
        self._idle: asyncio.Event | None = None
        self._all_answered: asyncio.Event | None = None

    def take(self, frame: frames.Frame) -> None:
        """A frame has come. Whatever is wrong with it becomes its answer."""
        slot = self._open(frame.id)
        if slot is None:
            return
        try:
            command, data = self._parse(frame)
        except Problem as problem:
            self._fail(slot, problem)
            return
        if command.direct is not None and self._worker is None and self._may_join(command):
            self._start_direct(slot, command, data)
            return
        self._backlog.append((slot, command, data))
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())

    def refuse(self, command_id: str | None, problem: Problem) -> None:
        """Answer a frame that could not be read at all."""
        slot = self._open(command_id)
        if slot is not None:
            self._fail(slot, problem)

    async def answered(self) -> None:
        """Wait until every command that was taken has its answer."""
        if self._slots:
            self._all_answered = asyncio.Event()
            await self._all_answered.wait()

    def stop(self) -> None:
        self._slots.clear()
        self._backlog.clear()
        if self._worker is not None:
            self._worker.cancel()

    def _open(self, command_id: str | None) -> Slot | None:
        if len(self._slots) >= _limits["outstanding"]:
            self._socket.close_soon(4429, "flooding", 5)
            return None
        slot = Slot(command_id)
        self._slots.append(slot)
        return slot

    def _parse(self, frame: frames.Frame) -> tuple[Command, Any]:
        if frame.id is None or len(frame.id) > 64:
            raise Problem("validation", "A command needs an id of at most 64 characters.")
        command = COMMANDS.get(frame.type)
        part = self._socket.part
        if command is None or (part and told_parts(command.name) not in (part, "both")):
            raise Problem("validation", "There is no such command here.")
        if command.rate is not None:
            command.rate.take(self._socket.user_id)
        return command, wire.decode(command.shape, bytes(frame.data))

    def _may_join(self, command: Command) -> bool:
        """Whether a direct command may run beside those under way."""
        return not self._direct or self._direct_name == command.name

    def _start_direct(self, slot: Slot, command: Command, data: Any) -> None:
        self._direct += 1
        self._direct_name = command.name

        def answered(result: bytes | Problem) -> None:
            self._direct -= 1
            if self._direct == 0 and self._idle is not None:
                self._idle.set()
            if isinstance(result, Problem):
                self._fail(slot, result)
            else:
                self._answer(slot, result.decode())

        assert command.direct is not None
        try:
            command.direct(self._socket, data, answered)
        except Problem as problem:
            answered(problem)

    async def _work(self) -> None:
        try:
            while self._backlog:
                slot, command, data = self._backlog.popleft()
                if command.direct is None or not self._may_join(command):
                    await self._direct_done()
                if command.direct is not None:
                    self._start_direct(slot, command, data)
                else:
                    await self._perform(slot, command, data)
        finally:
            self._worker = None

    async def _direct_done(self) -> None:
        while self._direct:
            self._idle = asyncio.Event()
            await self._idle.wait()
        self._idle = None

    async def _perform(self, slot: Slot, command: Command, data: Any) -> None:
        try:
            if command.service is not None:
                result = await threads.run(command.service, self._socket.user_id, data)
            else:
                assert command.on_loop is not None
                result = await command.on_loop(self._socket, data)
        except Exception as error:
            note(error, command.name)
            self._fail(slot, problem_for(error))
            return
        self._answer(slot, "{}" if result is None else wire.encode(result).decode())

    def _answer(self, slot: Slot, data: str) -> None:
        command_id = wire.encode(slot.command_id).decode()
        self._fill(slot, f'{{"type":"reply","id":{command_id},"data":{data}}}')

    def _fail(self, slot: Slot, problem: Problem) -> None:
        self._fill(slot, frames.error_text(slot.command_id, problem))

    def _fill(self, slot: Slot, text: str) -> None:
        """The answer is known; it leaves when all before it have left."""
        slot.text = text
        slots = self._slots
        while slots and (ready := slots[0].text) is not None:
            slots.popleft()
            self._socket.outlet.push(ready)
        if not slots and self._all_answered is not None:
            self._all_answered.set()
