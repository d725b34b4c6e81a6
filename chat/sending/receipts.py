"""`chat.read` and `chat.delivered`: every message brings some, so they are written in batches too.

What the two people are told is a whole chat each; a batch's chats are read in one statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from chat.doors.inputs import MarkCommand
from chat.doors.wire import Chat, MarkAnswer
from chat.reading.overview import Pair, chats_of
from chat.sending import statements
from chat.sending.statements import Mark, Marked
from feed.public import touch
from project import wire
from project.errors import Problem
from project.ids import parse_id
from project.sync import frames, threads
from project.sync.batching import Batcher
from project.sync.commands import Answered, direct_command
from project.sync.hub import Hub, beside_every_hub
from project.sync.socket import Socket
from project.sync.writer import Writer

KIND = "chat.updated"


class Outcome(NamedTuple):
    """What became of a receipt, and the chat as both now see it."""

    marked: Marked
    mine: Chat | None
    peers: Chat | None


def _writer(*, keep: bool = True) -> Writer[Mark, Marked]:
    return Writer(statements.MARK, statements.marks_as_arrays, Marked, keep)


@beside_every_hub
class Marker:
    """The writer of receipts of one process."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        writer, for_held = _writer(), _writer(keep=False)
        self._batcher = Batcher[Mark, Outcome](
            [partial(self._write, writer)], partial(self._write, for_held), attrgetter("chat_id")
        )
        hub.closers.append(writer.close)

    def mark(self, mark: Mark, answered: Answered) -> None:
        """Store it with whatever else is waiting; then answer and tell both people's devices."""

        def done(result: Outcome | Problem) -> None:
            if isinstance(result, Problem):
                answered(result)
            elif (refusal := result.marked.refusal()) is not None:
                answered(refusal)
            else:
                self._tell(mark, result)
                answered(_answer(result))

        self._batcher.put(mark, done)

    async def _write(
        self, writer: Writer[Mark, Marked], batch: Sequence[Mark], deadline: float
    ) -> list[Outcome]:
        results = await writer.write(batch, deadline)
        written = list(zip(batch, results, strict=True))
        if read := [m.reader_id for m, marked in written if m.read and marked.refusal() is None]:
            touch(read)
        pairs: list[Pair] = []
        for mark, marked in written:
            if marked.refusal() is None:
                pairs.append((mark.reader_id, mark.chat_id))
            if marked.peer_pts is not None:
                pairs.append((marked.peer, mark.chat_id))
        chats = await threads.run(chats_of, pairs)
        return [
            Outcome(
                marked,
                chats.get((mark.reader_id, mark.chat_id)),
                chats.get((marked.peer, mark.chat_id)),
            )
            for mark, marked in written
        ]

    def _tell(self, mark: Mark, outcome: Outcome) -> None:
        self._offer(mark.reader_id, outcome.marked.my_pts, outcome.mine)
        self._offer(outcome.marked.peer, outcome.marked.peer_pts, outcome.peers)

    def _offer(self, user_id: int, pts: int | None, chat: Chat | None) -> None:
        if pts is not None and chat is not None:
            text = frames.update_text(pts, KIND, wire.encode(chat))
            self._hub.committed(user_id, pts, KIND, text)


def _answer(outcome: Outcome) -> bytes | Problem:
    if outcome.mine is None:
        return Problem("not_found")
    answer = MarkAnswer(unread_count=outcome.mine.unread_count, marks=outcome.mine.marks)
    return wire.encode(answer)


def _mark(socket: Socket, given: MarkCommand, answered: Answered, *, read: bool) -> None:
    mark = Mark(socket.user_id, parse_id(given.chat), given.number, read)
    socket.hub.companion(Marker).mark(mark, answered)


@direct_command("chat.read", MarkCommand, MarkAnswer)
def mark_read(socket: Socket, given: MarkCommand, answered: Answered) -> None:
    """Move my read mark forward"""
    _mark(socket, given, answered, read=True)


@direct_command("chat.delivered", MarkCommand, MarkAnswer)
def mark_delivered(socket: Socket, given: MarkCommand, answered: Answered) -> None:
    """Move my delivered mark forward"""
    _mark(socket, given, answered, read=False)
