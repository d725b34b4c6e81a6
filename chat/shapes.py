"""Messages and marks as they look to one of a chat's two people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from chat.models import Message, Participant
from chat.wire import Marks, MyMarks, PeerMarks, Quote
from chat.wire import Message as MessageOutput
from project.wire import moment, moment_or_none


class Viewed(NamedTuple):
    """A message that `viewer_id` may see, who has cleared the chat up to `cleared`."""

    viewer_id: int
    cleared: int
    chat_id: int
    number: int
    sender_id: int
    client_id: str
    type: str
    text: str
    hashtags: list[str]
    reply_to: int | None
    created_at: dt.datetime
    edited_at: dt.datetime | None
    deleted_at: dt.datetime | None


def viewed(mine: Participant, message: Message) -> Viewed:
    """A message from the side of the chat that it is seen from."""
    return Viewed(
        mine.user_id,
        mine.cleared,
        message.chat_id,
        message.number,
        message.sender_id,
        message.client_id,
        message.type,
        message.text,
        message.hashtags,
        message.reply_to,
        message.created_at,
        message.edited_at,
        message.deleted_at,
    )


def message_outputs(mine: Participant, messages: Sequence[Message]) -> list[MessageOutput]:
    """Messages of one chat as this side sees them."""
    return viewed_outputs([viewed(mine, message) for message in messages])


def viewed_outputs(messages: Sequence[Viewed]) -> list[MessageOutput]:
    """The outputs, in order; one query for all quotes, none when there are none."""
    quoted = {
        (message.chat_id, message.reply_to)
        for message in messages
        if message.reply_to is not None and message.deleted_at is None
    }
    found = Message.objects.filter(pk__in=list(quoted)) if quoted else []
    originals = {(original.chat_id, original.number): original for original in found}
    return [_output(m, originals.get((m.chat_id, m.reply_to or 0))) for m in messages]


def _output(message: Viewed, original: Message | None) -> MessageOutput:
    deleted = message.deleted_at is not None
    quote = None if deleted or original is None else _quote(message, original)
    return MessageOutput(
        chat=str(message.chat_id),
        number=message.number,
        client_id=message.client_id,
        sender=str(message.sender_id),
        type=message.type,
        text=message.text,
        reply_to=quote,
        hashtags=message.hashtags,
        created_at=moment(message.created_at),
        edited_at=None if deleted else moment_or_none(message.edited_at),
        deleted=deleted,
    )


def _quote(quoting: Viewed, original: Message) -> Quote:
    """Empty when the original is deleted, or when this person can no longer read it."""
    gone = original.number <= quoting.cleared or quoting.viewer_id in original.hidden_from
    text = "" if gone else original.text
    return Quote(number=original.number, sender=str(original.sender_id), text=text)


def marks_output(
    delivered: int, read: int, peer_delivered: int, peer_read: int, *, hidden: bool
) -> Marks:
    """`hidden`: one of the two keeps read receipts private, which hides the peer's."""
    return Marks(
        me=MyMarks(delivered=delivered, read=read),
        peer=PeerMarks(delivered=peer_delivered, read=None if hidden else peer_read),
    )
