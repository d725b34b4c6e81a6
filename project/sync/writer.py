"""A connection that writes batches by calling one database function."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import psycopg
from django.conf import settings

from project.errors import Problem

logger = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")

RETRY_SECONDS = 5.0
PAUSE = 0.1

# A plan made while the tables were empty would scan them from end to end for ever after.
OPTIONS = (
    "-c enable_seqscan=off -c plan_cache_mode=force_generic_plan -c jit=off"
    " -c statement_timeout=5s -c lock_timeout=2s -c idle_in_transaction_session_timeout=5s"
)


def is_bad_content(error: Exception) -> bool:
    """Whether items spoiled their batch, rather than the state of the world: text that cannot be
    stored, or one client_id twice in it."""
    return isinstance(error, psycopg.DataError | psycopg.IntegrityError | UnicodeError)


class Writer(Generic[T, R]):
    """`sql` calls the function with one array per parameter, `arguments` makes these of a batch and
    `row` makes a result of each row.

    After a failure whose outcome is unknown the same batch is written again, so the function must
    do no harm when it is repeated.
    """

    def __init__(
        self,
        sql: str,
        arguments: Callable[[Sequence[T]], list[list[Any]]],
        row: Callable[..., R],
    ) -> None:
        self._sql = sql
        self._arguments = arguments
        self._row = row
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def write(self, batch: Sequence[T]) -> list[R]:
        """Raises `unavailable` when it is not known whether the batch was stored."""
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
                        "Not known to be stored; repeat the same command.",
                        retry_after=1,
                    ) from error
                await asyncio.sleep(PAUSE)

    async def _write(self, batch: Sequence[T]) -> list[R]:
        if self._connection is None or self._connection.closed:
            self._connection = await connect()
        arguments = self._arguments(batch)
        cursor = await self._connection.execute(self._sql, arguments, prepare=True, binary=True)
        return [self._row(*values) for values in await cursor.fetchall()]

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None


async def connect() -> psycopg.AsyncConnection[Any]:
    """A connection for writers: each statement is a transaction of its own."""
    return await psycopg.AsyncConnection.connect(
        settings.DATABASE_URL, autocommit=True, options=OPTIONS, connect_timeout=2
    )
