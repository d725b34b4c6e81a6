"""The two database functions that chat's hot paths call, from the writers and from REST alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection

from chat.sending.outgoing import Outgoing, no_file
from project.errors import Problem, invalid

SEND = (
    "select * from chat_send_messages_2("
    "%b::bigint[], %b::bigint[], %b::text[], %b::bytea[], %b::text[], %b::text[], %b::int[],"
    " %b::text[], %b::bigint[], %b::text[])"
)
MARK = "select * from chat_move_marks_2(%b::bigint[], %b::bigint[], %b::int[], %b::boolean[])"


def _refusal(outcome: str) -> Problem | None:
    match outcome:
        case "not_found":
            return Problem("not_found")
        case "forbidden":
            return Problem("forbidden", "You have blocked this person.")
        case "reused":
            return Problem("client_id_reused")
        case "no_reply":
            return invalid("/reply_to", "There is no such message.")
        case "no_file":
            return no_file()
        case "beyond":
            return invalid("/number", "The chat has no such message yet.")
    return None


class Stored(NamedTuple):
    """What became of one message. `peer_pts` is null when the peer is not to know."""

    outcome: str
    number: int
    at: dt.datetime
    sender_pts: int | None
    peer: int
    peer_pts: int | None

    def refusal(self) -> Problem | None:
        """Why the message was not stored; None when it was, now or before."""
        return _refusal(self.outcome)


class Mark(NamedTuple):
    """One receipt: `reader_id` has received, or with `read` also read, up to `number`."""

    reader_id: int
    chat_id: int
    number: int
    read: bool


class Marked(NamedTuple):
    """What became of one receipt. A null position: that person learns nothing."""

    outcome: str
    peer: int
    my_pts: int | None
    peer_pts: int | None

    def refusal(self) -> Problem | None:
        """Why the mark was refused; None when it was taken."""
        return _refusal(self.outcome)


def messages_as_arrays(batch: Sequence[Outgoing]) -> list[list[Any]]:
    """The arguments of `SEND`; what no message of the batch has is an empty array."""
    columns: list[list[Any]] = [list(column) for column in zip(*batch, strict=True)]
    always, tags, rare = columns[:5], columns[5], columns[6:10]
    return [
        *always,
        [" ".join(found) for found in tags] if any(tags) else [],
        *(column if any(column) else [] for column in rare),
    ]


def marks_as_arrays(batch: Sequence[Mark]) -> list[list[Any]]:
    """The arguments of `MARK`."""
    return [list(column) for column in zip(*batch, strict=True)]


def call(sql: str, arguments: list[list[Any]]) -> list[tuple[Any, ...]]:
    """Call one of the functions in the present transaction, on Django's connection."""
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("%b", "%s"), arguments)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
