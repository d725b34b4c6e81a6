"""The connection to Elasticsearch, and the breaker that keeps a sick server from being waited
for."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any

import msgspec
from django.conf import settings
from elasticsearch import (
    ApiError,
    BadRequestError,
    ConnectionTimeout,
    Elasticsearch,
    TransportError,
)
from elasticsearch.serializer import JsonSerializer

from search.elastic import Away

logger = logging.getLogger(__name__)

WRITE_SECONDS = 8.0
PING_SECONDS = 0.5
SIGN_SECONDS = 0.03
"""Whoever answers a ping so soon is well, and the search that it was too slow for dear."""

SLOW_IN_A_ROW = 3
REST_SECONDS = 5.0
"""So long nobody asks after a failure; then one request tries."""


class _Json(JsonSerializer):
    """What a rebuild sends is made while it also builds what comes next, so it had better be quick:
    msgspec takes a fifth of the usual time."""

    def json_dumps(self, data: Any) -> bytes:
        return msgspec.json.encode(data)

    def json_loads(self, data: bytes) -> Any:
        try:
            return msgspec.json.decode(data)
        except msgspec.DecodeError as error:
            raise ValueError(str(error)) from error


@cache
def client() -> Elasticsearch:
    """One for the process. Nothing is tried twice: whoever asks knows what to do instead."""
    return Elasticsearch(
        settings.ELASTICSEARCH_URL,
        request_timeout=WRITE_SECONDS,
        max_retries=0,
        retry_on_timeout=False,
        connections_per_node=12,
        serializers={JsonSerializer.mimetype: _Json()},
    )


@lru_cache(maxsize=1)
def _asking(whole: Elasticsearch, seconds: float) -> Elasticsearch:
    """The same one for searches, which wait so long. To make it takes as long as to ask PostgreSQL
    something."""
    return whole.options(request_timeout=seconds)


class Breaker:
    """Open after a failure. When it has rested, a single request is let through to try."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._slow = 0

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

    def slow(self) -> None:
        """One search took too long, of a server that is well; several in a row, and it is not."""
        with self._lock:
            self._slow += 1
            resting = self._slow >= SLOW_IN_A_ROW
            self._until = time.monotonic() + REST_SECONDS if resting else 0.0

    def worked(self) -> None:
        with self._lock:
            self._until, self._slow = 0.0, 0


breaker = Breaker()


def answers() -> bool:
    """Whether Elasticsearch answers, and soon. Work in the background asks before it begins: one
    that hangs would take a process of the workers every second."""
    if not breaker.closed():
        return False
    there = _pings(PING_SECONDS)
    (breaker.worked if there else breaker.failed)()
    return there


def _pings(seconds: float) -> bool:
    return bool(client().options(request_timeout=seconds).ping())


@contextmanager
def guarded() -> Iterator[Elasticsearch]:
    """A client for one search. Raises `Away` at once while the breaker is open, and for whatever
    goes wrong inside. A server that refuses one query, or is slow with one, is well: others have
    other queries."""
    if not breaker.closed():
        raise Away
    try:
        yield _asking(client(), settings.ELASTICSEARCH_SECONDS)
    except BadRequestError as error:
        breaker.worked()
        logger.warning("Elasticsearch refused a query: %r", error)
        raise Away from error
    except ConnectionTimeout as error:
        (breaker.slow if _pings(SIGN_SECONDS) else breaker.failed)()
        logger.warning("Elasticsearch: %r", error)
        raise Away from error
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
