"""M2: a message is answered and told before its transaction is committed."""

import asyncio
from collections.abc import Sequence
from typing import Any

import psycopg

from asgi import application
from project.sync import writer
from project.sync.writer import Writer
from tests.faults.planted.surgery import replace

DELAY = 0.2

_committing: set[asyncio.Task[None]] = set()


async def write(self: Writer[Any, Any], batch: Sequence[Any], deadline: float) -> list[Any]:
    """On a connection of its own, which commits a moment after this has returned."""
    while True:
        try:
            connection = await writer.connect()
            await connection.set_autocommit(False)
            cursor = await connection.execute(self._sql, self._arguments(batch), binary=True)
            rows = [self._row(*values) for values in await cursor.fetchall()]
        except (psycopg.OperationalError, OSError):
            await asyncio.sleep(0.1)
            continue
        task = asyncio.create_task(_commit(connection))
        _committing.add(task)
        task.add_done_callback(_committing.discard)
        return rows


async def _commit(connection: psycopg.AsyncConnection[Any]) -> None:
    await asyncio.sleep(DELAY)
    try:
        await connection.commit()
        await connection.close()
    except psycopg.Error:
        return  # and nobody hears of it


replace(Writer, "write", write)

__all__ = ["application"]
