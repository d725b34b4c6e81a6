"""Calling the database function that stores messages, from the socket's writers and from REST."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import psycopg
from django.conf import settings

from chat.outgoing import Outgoing
from project.errors import CODES, Problem
from project.metrics import BATCH, MESSAGES

logger = logging.getLogger(__name__)

RETRY_SECONDS = 5.0
PAUSE = 0.1

SQL = (
    "select * from chat_send_messages("
    "%b::bigint[], %b::bigint[], %b::text[], %b::bytea[], %b::text[], %b::text[], %b::int[])"
)
# A plan made while the tables were empty would scan them from end to end for ever after.
OPTIONS = (
    "-c enable_seqscan=off -c plan_cache_mode=force_generic_plan -c jit=off"
    " -c statement_timeout=5s -c lock_timeout=2s -c idle_in_transaction_session_timeout=5s"
)
_REFUSALS = {
    "not_found": ("not_found", ""),
    "forbidden": ("forbidden", "You have blocked this person."),
    "reused": ("client_id_reused", ""),
    "no_reply": ("validation", "/reply_to: There is no such message."),
}


class Stored(NamedTuple):
    """What became of one command. `peer_pts` is null when the peer is not to know."""

    outcome: str
    number: int
    at: dt.datetime
    sender_pts: int | None
    peer: int
    peer_pts: int | None

    def refusal(self) -> Problem | None:
        """Why the message was not stored; None when it was, now or before."""
        refused = _REFUSALS.get(self.outcome)
        return Problem(refused[0], refused[1] or CODES[refused[0]].title) if refused else None


def arguments(batch: Sequence[Outgoing]) -> list[list[Any]]:
    """The batch as the function's arrays."""
    senders, chats, client_ids, fingerprints, texts, tags, replies = map(
        list, zip(*batch, strict=True)
    )
    return [
        senders,
        chats,
        client_ids,
        fingerprints,
        texts,
        [" ".join(found) for found in tags],
        [number or 0 for number in replies],
    ]


def is_bad_content(error: Exception) -> bool:
    """Whether items spoiled their batch, rather than the state of the world: text that cannot be
    stored, or one client_id twice in it."""
    return isinstance(error, psycopg.DataError | psycopg.IntegrityError | UnicodeError)


class Writer:
    """One connection that writes batches. After a failure whose outcome is unknown it writes the
    same batch again, which `client_id` makes harmless, and gives up only after seconds."""

    def __init__(self) -> None:
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def write(self, batch: Sequence[Outgoing]) -> list[Stored]:
        """Raises `unavailable` when it is not known whether the batch was stored: clients repeat it
        with the same client ids."""
        deadline = time.monotonic() + RETRY_SECONDS
        while True:
            try:
                return await self._write(batch)
            except (psycopg.OperationalError, psycopg.InterfaceError, OSError) as error:
                logger.warning("a batch is written again: %r", error)
                await self.close()
                if time.monotonic() > deadline:
                    raise Problem(
                        "unavailable",
                        "Not known to be stored; repeat it with the same client_id.",
                        retry_after=1,
                    ) from error
                await asyncio.sleep(PAUSE)

    async def _write(self, batch: Sequence[Outgoing]) -> list[Stored]:
        if self._connection is None or self._connection.closed:
            self._connection = await connect()
        cursor = await self._connection.execute(SQL, arguments(batch), prepare=True, binary=True)
        results = [Stored(*row) for row in await cursor.fetchall()]
        BATCH.observe(len(results))
        MESSAGES.inc(sum(stored.outcome == "sent" for stored in results))
        return results

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None


async def connect() -> psycopg.AsyncConnection[Any]:
    """A connection for the writers: each statement is a transaction of its own."""
    return await psycopg.AsyncConnection.connect(
        settings.DATABASE_URL, autocommit=True, options=OPTIONS, connect_timeout=2
    )
