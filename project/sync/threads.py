"""Where synchronous code runs for the sockets: a few threads, each with one database connection.

`database_sync_to_async` would give all sockets of the process one thread; this gives them as many
as the connection pool serves, and returns the connection after each call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.conf import settings
from django.db import connections

T = TypeVar("T")

_executor = ThreadPoolExecutor(max(2, settings.POOL_SIZE - 4), thread_name_prefix="sync-db")


def _call(function: Callable[..., T], args: tuple[Any, ...]) -> T:
    try:
        return function(*args)
    finally:
        connections.close_all()


async def run(function: Callable[..., T], *args: Any) -> T:
    """Call a synchronous function that may query the database, without holding up the loop."""
    return await asyncio.get_running_loop().run_in_executor(_executor, _call, function, args)
