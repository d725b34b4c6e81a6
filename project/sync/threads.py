"""Where synchronous code runs for the sockets: a few threads, each with one database connection.

`database_sync_to_async` would give all sockets of the process one thread; this gives them as many
as the connection pool serves, and returns the connection after each call. What lets sockets in and
keeps them up to date has threads of its own, so that no command, however long it takes, is in its
way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.conf import settings
from django.db import connections

from project.errors import Problem

T = TypeVar("T")

SECONDS = 10.0
"""How long anybody waits for a call. It goes on until PostgreSQL's own limits end it."""

_SYNCING = 3
_commands = ThreadPoolExecutor(max(2, settings.POOL_SIZE - 2 - _SYNCING), thread_name_prefix="db")
_syncing = ThreadPoolExecutor(_SYNCING, thread_name_prefix="sync-db")


def _call(function: Callable[..., T], args: tuple[Any, ...]) -> T:
    try:
        return function(*args)
    finally:
        connections.close_all()


async def run(function: Callable[..., T], *args: Any) -> T:
    """Call a synchronous function that may query the database, without holding up the loop. Raises
    `unavailable` when that takes too long: it is not known then what became of it."""
    return await _bounded(_commands, function, args)


async def run_to_sync(function: Callable[..., T], *args: Any) -> T:
    """The same for handshakes, for reading logs and for comparing heads."""
    return await _bounded(_syncing, function, args)


async def _bounded(
    executor: ThreadPoolExecutor, function: Callable[..., T], args: tuple[Any, ...]
) -> T:
    try:
        async with asyncio.timeout(SECONDS):
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(executor, _call, function, args)
    except TimeoutError as error:
        raise Problem("unavailable", "This takes too long now.", retry_after=1) from error
