"""The connection to Elasticsearch, and the breaker that keeps a sick server from being waited
for."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from elasticsearch import ApiError, Elasticsearch, TransportError

from search.elastic import Away

logger = logging.getLogger(__name__)

WRITE_SECONDS = 8.0
PING_SECONDS = 0.5
REST_SECONDS = 5.0
"""So long nobody asks after a failure; then one request tries."""


@cache
def client() -> Elasticsearch:
    """One for the process. Nothing is tried twice: whoever asks knows what to do instead."""
    return Elasticsearch(
        settings.ELASTICSEARCH_URL,
        request_timeout=WRITE_SECONDS,
        max_retries=0,
        retry_on_timeout=False,
        connections_per_node=12,
    )


class Breaker:
    """Open after a failure. When it has rested, a single request is let through to try."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0

    def closed(self) -> bool:
        with self._lock:
            now = time.monotonic()
            if now < self._until:
                return False
            if self._until:
                self._until = now + REST_SECONDS  # the others wait for how this one fares
            return True

    def resting(self) -> bool:
        """Whether there is no use in asking, and nobody's turn to try."""
        with self._lock:
            return time.monotonic() < self._until

    def failed(self) -> None:
        with self._lock:
            self._until = time.monotonic() + REST_SECONDS

    def worked(self) -> None:
        with self._lock:
            self._until = 0.0


breaker = Breaker()


def answers() -> bool:
    """Whether Elasticsearch answers, and soon. Work in the background asks before it begins: one
    that hangs would take a process of the workers every second."""
    if not breaker.closed():
        return False
    there = client().options(request_timeout=PING_SECONDS).ping()
    (breaker.worked if there else breaker.failed)()
    return bool(there)


@contextmanager
def guarded() -> Iterator[Elasticsearch]:
    """A client for one search. Raises `Away` at once while the breaker is open, and for whatever
    goes wrong inside."""
    if not breaker.closed():
        raise Away
    try:
        yield client().options(request_timeout=settings.ELASTICSEARCH_SECONDS)
    except (ApiError, TransportError, KeyError, TypeError, ValueError) as error:
        breaker.failed()
        logger.warning("Elasticsearch: %r", error)
        raise Away from error
    except BaseException:
        breaker.failed()
        raise
    breaker.worked()


@contextmanager
def writing() -> Iterator[Elasticsearch]:
    """A client for writing, with time. Raises `Away` for what is no fault of what is written."""
    try:
        yield client()
    except (ApiError, TransportError) as error:
        raise Away(repr(error)) from error
