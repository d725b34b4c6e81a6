"""A connection that writes batches by calling one database function."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.conf import settings

from project.database import connections, durability
from project.database.connections import NoAnswerError
from project.database.sqlstates import Meaning, meaning_of
from project.errors import Problem

logger = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")

_GREETING = f"{connections.BACKEND}, {durability.ASKED}"
STATEMENT_SECONDS = 4.0  # a batch takes milliseconds
PAUSE = 0.1

# They come with the statement and end with it, since a session may be a pooler's. A plan made while
# the tables were empty would scan them from end to end for ever after; a stranger's lock on one row
# must not stop the batch of all others (see `Batcher`).
SETTINGS = {
    "enable_seqscan": "off",
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "lock_timeout": "150ms",
}


def with_settings(call: str) -> str:
    """The statement `call` as one that sets SETTINGS first: the function is on the inner side of a
    lateral join, so it runs when they are there."""
    values = " and ".join(
        f"set_config('{name}', '{value}', true) is not null" for name, value in SETTINGS.items()
    )
    return (
        f"select called.* from (select {values} as done offset 0) as settings,"  # noqa: S608
        f" lateral ({call} where settings.done offset 0) as called"
    )


def is_bad_content(error: Exception) -> bool:
    """Whether items spoiled their batch, rather than the state of the world: text that cannot be
    stored, or one client_id twice in it."""
    return meaning_of(error) is Meaning.CONTENT


def is_held(error: Exception) -> bool:
    """Whether the batch waited too long, for a row that somebody else has locked or for itself."""
    return meaning_of(error) is Meaning.HELD or isinstance(error, NoAnswerError)


class Connection(connections.AsyncConnection):
    prepares = True


class Writer(Generic[T, R]):
    """`sql` calls the function with one array per parameter, `arguments` makes these of a batch and
    `row` makes a result of each row. Without `keep` the connection is closed after each batch.

    After a failure whose outcome is unknown the same batch is written again, so the function must
    do no harm when it is repeated.
    """

    def __init__(
        self,
        sql: str,
        arguments: Callable[[Sequence[T]], list[list[Any]]],
        row: Callable[..., R],
        keep: bool = True,
    ) -> None:
        self._sql = with_settings(sql)
        self._arguments = arguments
        self._row = row
        self._keep = keep
        self._connection: Connection | None = None

    async def write(self, batch: Sequence[T], deadline: float) -> list[R]:
        """Raises `unavailable` when it is not known by `deadline` (of `time.monotonic`) whether the
        batch was stored, and whatever `is_bad_content` and `is_held` know."""
        while True:
            try:
                return await self._write(batch, deadline)
            except Exception as error:
                await self._judge(error, batch, deadline)
            finally:
                if not self._keep:
                    await self.close()
            await asyncio.sleep(PAUSE)

    async def _judge(self, error: Exception, batch: Sequence[T], deadline: float) -> None:
        """Return if the batch is to be written again."""
        meaning = meaning_of(error)
        if meaning in (Meaning.CONTENT, Meaning.HELD):
            raise error
        await self.close()
        if meaning is Meaning.OURS:
            raise error
        logger.warning("a batch is written again: %r", error)
        if time.monotonic() > deadline:
            raise Problem(
                "unavailable", "Not known to be stored; repeat the same command.", retry_after=1
            ) from error
        if isinstance(error, NoAnswerError) and len(batch) > 1 and await self._is_there():
            raise error  # the server is there, so it is the batch that takes too long

    async def _write(self, batch: Sequence[T], deadline: float) -> list[R]:
        arguments = self._arguments(batch)
        connection = await self._connected()
        connection.patience = min(STATEMENT_SECONDS, max(1.0, deadline - time.monotonic()))
        cursor = await connection.execute(
            self._sql, arguments, prepare=connection.prepares, binary=True
        )
        return [self._row(*values) for values in await cursor.fetchall()]

    async def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = await connect()
        return self._connection

    async def _is_there(self) -> bool:
        try:
            await self._connected()
        except Exception as error:
            logger.warning("PostgreSQL is away: %r", error)
            return False
        return True

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None


async def connect() -> Connection:
    """A connection for writers: each statement is a transaction of its own. Raises ForgetfulError
    for a server that may lose it."""
    link = {**settings.DATABASE_LINK, "connect_timeout": "2"}
    connection = await Connection.connect(**link, autocommit=True)
    connection.patience = STATEMENT_SECONDS
    answer = await (await connection.execute(_GREETING)).fetchone()
    assert answer is not None, "a select without from has a row"
    backend, *promises = answer
    durability.insist(*promises)
    connection.prepares = settings.DATABASE_PREPARE
    if connection.prepares is None:
        connection.prepares = not connections.is_pooled(connection, backend)
    return connection
