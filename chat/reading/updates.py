"""How chat's updates look when they are read: the present state, as this person may see it.

Messages are never taken out of their table and chats neither, so one that is not there is not there
yet: only a tombstone, a clearing or a hiding is a removal.
"""

from __future__ import annotations

from collections.abc import Sequence

from chat.doors.wire import Chat, Message, MessageDeleted
from chat.reading import selectors
from chat.reading.overview import chats_of
from chat.reading.shapes import viewed_outputs
from project.sync.kinds import NOT_FOUND, Rendered, kind
from project.sync.log import Row


def _key(row: Row) -> tuple[int, int]:
    return row.subject or 0, row.number or 0


@kind("message.created", Message)
@kind("message.updated", Message)
def render_messages(user_id: int, rows: Sequence[Row]) -> list[Rendered]:
    """The message as it is now; what this person can no longer see arrives as its removal."""
    found = selectors.views_of(user_id, map(_key, rows))
    seen = {key: view for key, view in found.items() if view is not None}
    outputs = dict(zip(seen, viewed_outputs(list(seen.values())), strict=True))
    return [
        Rendered(row.kind, outputs[key])
        if (key := _key(row)) in outputs
        else (_removal(row) if key in found else NOT_FOUND)
        for row in rows
    ]


@kind("message.deleted", MessageDeleted)
def render_deletions(user_id: int, rows: Sequence[Row]) -> list[Rendered]:
    """For everyone if it was erased, unless this person had taken it away before."""
    stored = selectors.messages_by_number(map(_key, rows))

    def deletion(row: Row) -> Rendered:
        if (message := stored.get(_key(row))) is None:
            return NOT_FOUND
        erased = message.deleted_at is not None and user_id not in message.hidden_from
        return _removal(row, "everyone" if erased else "me")

    return [deletion(row) for row in rows]


@kind("chat.updated", Chat)
def render_chats(user_id: int, rows: Sequence[Row]) -> list[Rendered]:
    pairs = [(user_id, row.subject or 0) for row in rows]
    chats = chats_of(pairs)
    return [Rendered("chat.updated", chats[pair]) if pair in chats else NOT_FOUND for pair in pairs]


def _removal(row: Row, scope: str = "me") -> Rendered:
    chat, number = _key(row)
    data = MessageDeleted(chat=str(chat), number=number, scope=scope)  # type: ignore[arg-type]
    return Rendered("message.deleted", data)
