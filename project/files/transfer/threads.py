"""Where the disk is read and written for the event loop. Few threads: when the disk is slow it is
transfers that wait, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")

_executor = ThreadPoolExecutor(4, thread_name_prefix="files")


async def run(function: Callable[..., T], *args: Any) -> T:
    """Call a function that waits for the disk. It may not ask the database."""
    return await asyncio.get_running_loop().run_in_executor(_executor, function, *args)
