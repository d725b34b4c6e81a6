"""`message.send`, the hot path: batches to the database, then the answer, then everyone's devices.

What leaves here leaves after the commit. Nothing waits for Redis.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from itertools import chain
from operator import attrgetter

from django.conf import settings

from chat import previews
from chat.doors.inputs import SendCommand
from chat.doors.limits import SENDING
from chat.doors.wire import Message
from chat.presence import typing
from chat.reading import selectors
from chat.sending import statements
from chat.sending.outgoing import Outgoing, formerly, prepare
from chat.sending.statements import Stored
from feed.public import touch
from project import wire
from project.errors import Problem
from project.metrics import MESSAGES
from project.sync import frames, hints, log, threads
from project.sync.batching import Batcher
from project.sync.commands import Answered, direct_command
from project.sync.hub import Hub, beside_every_hub
from project.sync.socket import Socket
from project.sync.writer import Writer

logger = logging.getLogger(__name__)

KIND = "message.created"


class _Writer(Writer[Outgoing, Stored]):
    """Counts what it stores and lets the feed look after it, once for a batch."""

    async def write(self, batch: Sequence[Outgoing], deadline: float) -> list[Stored]:
        results = await super().write(batch, deadline)
        sent = [
            (outgoing.sender_id, stored.peer)
            for outgoing, stored in zip(batch, results, strict=True)
            if stored.outcome == "sent"
        ]
        MESSAGES.inc(len(sent))
        if sent:
            touch(chain.from_iterable(sent))
        return results


def _writer(*, keep: bool = True) -> _Writer:
    return _Writer(statements.SEND, statements.messages_as_arrays, Stored, keep)


@beside_every_hub
class Sender:
    """The writers of one process. A chat is with one of them at a time, which keeps its order."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        writers = [_writer() for _ in range(settings.WRITERS)]
        self._batcher = Batcher[Outgoing, Stored](
            [writer.write for writer in writers],
            _writer(keep=False).write,
            attrgetter("chat_id"),
        )
        hub.closers.extend(writer.close for writer in writers)

    def send(self, outgoing: Outgoing, answered: Answered) -> None:
        """Store it with whatever else is waiting; then answer and tell both people's devices."""

        def done(result: Stored | Problem) -> None:
            if isinstance(result, Problem):
                answered(result)
                return
            if result.outcome == "reused" and outgoing.former:
                self.send(formerly(outgoing), answered)
                return
            if result.outcome == "sent":
                typing.message_sent(self._hub, outgoing.chat_id, outgoing.sender_id, result.peer)
                if previews.wanted(outgoing.text):
                    previews.fetch_soon(outgoing.chat_id, result.number)
            if result.outcome == "sent" and outgoing.plain:
                answered(self._tell(outgoing, result))
            else:
                self._answer_otherwise(outgoing, result, answered)

        self._batcher.put(outgoing, done)

    def _tell(self, outgoing: Outgoing, stored: Stored) -> bytes:
        """The new message looks the same to both, so it is rendered once for all."""
        data = wire.encode(message_of(outgoing, stored))
        assert stored.sender_pts is not None
        self._offer(outgoing.sender_id, stored.sender_pts, data)
        if stored.peer_pts is not None:
            self._offer(stored.peer, stored.peer_pts, data)
        return data

    def _offer(self, user_id: int, pts: int, data: bytes) -> None:
        self._hub.committed(user_id, pts, KIND, frames.update_text(pts, KIND, data))

    def _answer_otherwise(self, outgoing: Outgoing, stored: Stored, answered: Answered) -> None:
        refusal = stored.refusal()
        if refusal is not None:
            answered(refusal)
            return
        task = asyncio.create_task(self._answer_from_database(outgoing, stored, answered))
        _running.add(task)
        task.add_done_callback(_running.discard)

    async def _answer_from_database(
        self, outgoing: Outgoing, stored: Stored, answered: Answered
    ) -> None:
        """A repeat, or a message that shows more than its own row. A repeat hints again: the first
        time may have ended between the commit and the hint."""
        try:
            message = await threads.run(
                selectors.sent_message, outgoing.sender_id, outgoing.chat_id, stored.number
            )
            heads = await threads.run(log.heads_of, (outgoing.sender_id, stored.peer))
        except Exception as error:
            logger.warning("a stored message could not be shown: %r", error)
            answered(Problem("unavailable", retry_after=1))
            return
        answered(wire.encode(message))
        hints.tell(list(heads.items()))


_running: set[asyncio.Task[None]] = set()


def message_of(outgoing: Outgoing, stored: Stored) -> Message:
    """A plain message as it is right after it was sent."""
    return Message(
        chat=str(outgoing.chat_id),
        number=stored.number,
        client_id=outgoing.client_id,
        sender=str(outgoing.sender_id),
        text=outgoing.text,
        hashtags=outgoing.hashtags,
        created_at=wire.moment(stored.at),
    )


@direct_command("message.send", SendCommand, Message, rate=SENDING)
def send_message(socket: Socket, given: SendCommand, answered: Answered) -> None:
    """Send a message"""
    outgoing = prepare(socket.user_id, given.chat, given)
    socket.hub.companion(Sender).send(outgoing, answered)
