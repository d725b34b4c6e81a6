"""Whole chats, as each of their people sees them: one statement, since two show two moments.

It serves the list, the bootstrap, a single chat and every `chat.updated`, for one person or for all
whom a batch of receipts concerns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection

from accounts.public import Seen, seen
from chat.doors.wire import Chat, Message
from chat.reading.shapes import COLUMNS, marks_output, viewed_outputs, viewed_row
from project.wire import moment, moment_or_none

Pair = tuple[int, int]
"""A person and one of their chats, by id."""

SQL = """
select
    me.user_id, c.id, peer.user_id, c.last_number, c.created_at,
    greatest(c.active_at, me.sent_at, me.changed_at),
    me.delivered, me.read, me.cleared, me.muted_until, me.archived, me.pinned, me.marked_unread,
    coalesce(peer.shown_delivered, peer.delivered), coalesce(peer.shown_read, peer.read),
    greatest(c.last_number - greatest(me.read, me.cleared) - me.gone, 0), LAST
from unnest(%s::bigint[], %s::bigint[]) asked (user_id, chat_id)
join chat_participant me on me.chat_id = asked.chat_id and me.user_id = asked.user_id
join chat_participant peer on peer.chat_id = asked.chat_id and peer.user_id <> asked.user_id
join chat_chat c on c.id = asked.chat_id
left join chat_message last on last.chat_id = c.id
    and last.number = c.last_number - me.hidden_tail and last.number > me.cleared
""".replace("LAST", ", ".join(f"last.{column}" for column in COLUMNS))


class Row(NamedTuple):
    """A chat from one side, without the last message."""

    user_id: int
    chat_id: int
    peer_id: int
    last_number: int
    created_at: dt.datetime
    updated_at: dt.datetime
    delivered: int
    read: int
    cleared: int
    muted_until: dt.datetime | None
    archived: bool
    pinned: bool
    marked_unread: bool
    peer_delivered: int
    peer_read: int
    unread: int


_WIDTH = len(Row._fields)


def chats_of(pairs: Iterable[Pair]) -> dict[Pair, Chat]:
    """Each pair's chat as this person sees it. Pairs of strangers are left out."""
    asked = list(dict.fromkeys(pairs))
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(SQL, [[user_id for user_id, _ in asked], [chat_id for _, chat_id in asked]])
        found = cursor.fetchall()
    rows = [Row(*values[:_WIDTH]) for values in found]
    last = _last_messages(rows, found)
    known = seen(
        pair for row in rows for pair in ((row.user_id, row.peer_id), (row.user_id, row.user_id))
    )
    return {
        (row.user_id, row.chat_id): _output(row, known, last.get((row.user_id, row.chat_id)))
        for row in rows
    }


def chat_of(user_id: int, chat_id: int) -> Chat:
    """One chat, as one of its people sees it."""
    return chats_of([(user_id, chat_id)])[user_id, chat_id]


def _last_messages(rows: Sequence[Row], found: Sequence[Any]) -> dict[Pair, Message]:
    viewed = [
        viewed_row(row.user_id, row.cleared, values[_WIDTH:])
        for row, values in zip(rows, found, strict=True)
        if values[_WIDTH] is not None
    ]
    outputs = viewed_outputs(viewed)
    return {(v.viewer_id, v.chat_id): o for v, o in zip(viewed, outputs, strict=True)}


def _output(row: Row, known: dict[Pair, Seen], last: Message | None) -> Chat:
    me, peer = known[row.user_id, row.user_id], known[row.user_id, row.peer_id]
    private = not (me.receipts and peer.receipts)
    return Chat(
        id=str(row.chat_id),
        peer=peer.user,
        last_number=row.last_number,
        last_message=last,
        unread_count=row.unread,
        marks=marks_output(
            row.delivered, row.read, row.peer_delivered, row.peer_read, hidden=private
        ),
        cleared_number=row.cleared,
        muted_until=moment_or_none(row.muted_until),
        archived=row.archived,
        pinned=row.pinned,
        marked_unread=row.marked_unread,
        created_at=moment(row.created_at),
        updated_at=moment(row.updated_at),
    )
