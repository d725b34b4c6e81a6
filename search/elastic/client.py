"""The connection to Elasticsearch, and the breaker that keeps a sick server from being waited
for."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
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
from search.elastic.definition import alias

logger = logging.getLogger(__name__)

WRITE_SECONDS = 8.0
PROBE_SECONDS = 0.5
SLOW_IN_A_ROW = 3
REST_SECONDS = 5.0
"""Between two looks at a server that has failed."""

WRONG = (ApiError, TransportError, KeyError, TypeError, ValueError)
"""What is raised for a server that is away, refuses, or talks nonsense."""


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
    """Open after a failure, until a thread finds Elasticsearch `well`: whoever searches meanwhile
    does not wait for that."""

    def __init__(self, well: Callable[[], bool]) -> None:
        self._well = well
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._closed.set()
        self._slow = 0

    def closed(self) -> bool:
        return self._closed.is_set()

    def failed(self) -> None:
        self._open(REST_SECONDS)

    def slow(self) -> None:
        """Something took too long. Of a server that is well it was dear, so it is looked at at
        once; but several in a row, and it is the server that is slow."""
        with self._lock:
            self._slow += 1
            rest = REST_SECONDS if self._slow >= SLOW_IN_A_ROW else 0.0
        self._open(rest)

    def worked(self) -> None:
        with self._lock:
            self._slow = 0
        self._closed.set()

    def _open(self, rest: float) -> None:
        with self._lock:
            if not self.closed():
                return
            self._closed.clear()
        threading.Thread(target=self._look, args=(rest,), daemon=True).start()

    def _look(self, rest: float) -> None:
        while not self._closed.wait(rest):
            try:
                if self._well():
                    self._closed.set()
            except Exception:
                logger.exception("Elasticsearch was not looked at, by a mistake of ours")
            rest = REST_SECONDS


def _pings() -> bool:
    return bool(client().options(request_timeout=PROBE_SECONDS).ping())


def insist_on_all(answer: Any) -> None:
    """Raises ValueError where only a part was searched."""
    if answer["timed_out"] or answer["_shards"]["failed"]:
        raise ValueError("only a part was searched")


def _finds() -> bool:
    """Whether it finds as much as nothing in our index, which a server that was wiped does not."""
    try:
        answer = client().options(request_timeout=PROBE_SECONDS).search(index=alias(), size=0)
        insist_on_all(answer)
        return bool(answer["hits"]["hits"] == [])
    except WRONG:
        return False


searches = Breaker(_finds)
work = Breaker(_pings)
"""Of work in the background, which also fills a server that was wiped."""


def answers() -> bool:
    """Whether Elasticsearch answers, and soon. Work in the background asks before it begins: one
    that hangs would take a process of the workers every second."""
    if not work.closed():
        return False
    there = _pings()
    if not there:
        work.failed()
    return there


@contextmanager
def guarded() -> Iterator[Elasticsearch]:
    """A client for one search. Raises `Away` at once while the breaker is open, and for whatever
    goes wrong inside. A server that refuses one query, or is slow with one, is well: others have
    other queries."""
    if not searches.closed():
        raise Away
    try:
        yield _asking(client(), settings.ELASTICSEARCH_SECONDS)
    except BadRequestError as error:
        searches.worked()
        logger.warning("Elasticsearch refused a query: %r", error)
        raise Away from error
    except ConnectionTimeout as error:
        searches.slow()
        logger.warning("Elasticsearch: %r", error)
        raise Away from error
    except WRONG as error:
        searches.failed()
        logger.warning("Elasticsearch: %r", error)
        raise Away from error
    except BaseException:
        searches.failed()
        raise
    searches.worked()


@contextmanager
def writing() -> Iterator[Elasticsearch]:
    """A client for writing, with time. Raises `Away` for what is no fault of what is written."""
    try:
        yield client()
    except (ApiError, TransportError) as error:
        raise Away(repr(error)) from error
