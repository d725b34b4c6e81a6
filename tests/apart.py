"""The database as somebody else's."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def apart(work: Callable[[], T]) -> T:
    """In a thread and on a connection of its own, so also in a test on an event loop, where Django
    refuses to ask the database."""

    def run() -> T:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()
