"""The way to another company: lent to few at a time, and to nobody for a while after it failed.

Whoever waits here waits on a thread that serves people, and anybody can make it wait with a token
that proves nothing. So a company that hangs costs two threads at most, and then none.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from accounts.providers import away

AT_ONCE = 2
REMEMBERED = 30.0
"""Seconds for which a failure speaks for the next ones."""


class Way:
    """The way to one company, `name` as people know it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._failed_at: float | None = None

    def failed(self) -> None:
        """The company did not answer."""
        self._failed_at = time.monotonic()

    def opened(self) -> None:
        """It did."""
        self._failed_at = None

    @property
    def is_barred(self) -> bool:
        failed = self._failed_at
        return failed is not None and time.monotonic() - failed < REMEMBERED

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Ask, or wait for somebody who asks, within this. Raises `unavailable` at once where
        others do already, or did in vain."""
        if self.is_barred or not self._places.acquire(blocking=False):
            raise self.away()
        try:
            yield
        finally:
            self._places.release()

    def away(self) -> Exception:
        return away(self._name)
