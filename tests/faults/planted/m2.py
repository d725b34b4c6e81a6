"""M2: a message is answered and told before its transaction is committed."""

import asyncio
from collections.abc import Sequence
from typing import Any

import psycopg

from asgi import application
from chat import store
from chat.outgoing import Outgoing
from chat.store import Stored, Writer

DELAY = 0.05

_committing: set[asyncio.Task[None]] = set()


async def write(self: Writer, batch: Sequence[Outgoing]) -> list[Stored]:
    """On a connection of its own, which commits a moment after this has returned."""
    while True:
        try:
            connection = await store.connect()
            await connection.set_autocommit(False)
            cursor = await connection.execute(store.SQL, store.arguments(batch), binary=True)
            stored = [Stored(*row) for row in await cursor.fetchall()]
        except (psycopg.Error, OSError):
            await asyncio.sleep(0.1)
            continue
        task = asyncio.create_task(_commit(connection))
        _committing.add(task)
        task.add_done_callback(_committing.discard)
        return stored


async def _commit(connection: psycopg.AsyncConnection[Any]) -> None:
    await asyncio.sleep(DELAY)
    try:
        await connection.commit()
        await connection.close()
    except psycopg.Error:
        return  # and nobody hears of it


Writer.write = write  # type: ignore[method-assign]

__all__ = ["application"]
