"""Which updates a change of a message makes, for each side of its chat."""

from __future__ import annotations

from collections.abc import Iterable

from chat.models import Message, Participant
from project.sync.log import Entry


def sees(side: Participant, message: Message) -> bool:
    return side.user_id not in message.hidden_from and message.number > side.cleared


def entries_of_change(sides: Iterable[Participant], message: Message) -> list[Entry]:
    return [
        Entry(side.user_id, "message.updated", message.chat_id, message.number)
        for side in sides
        if sees(side, message)
    ]


def entries_of_deletion(side: Participant, message: Message) -> list[Entry]:
    """The deletion, and the chat: its unread count, its last message or, for a device that was away
    and never saw the message, its marks may be others now."""
    return [
        Entry(side.user_id, "message.deleted", message.chat_id, message.number),
        Entry(side.user_id, "chat.updated", message.chat_id),
    ]
