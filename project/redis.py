"""Redis for synchronous code: rates, tickets, leases, hints, what may be forgotten."""

from __future__ import annotations

from functools import cache
from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.exceptions import MasterDownError, ReadOnlyError, RedisError, ResponseError
from redis.retry import Retry

TIMEOUT = 1.0


class Demoted(RedisError):
    """The node at the other end takes no writes any more: another one is the primary. No error of a
    connection: those make redis-py begin a watched transaction again, and so for as long as there
    is no other primary. No answer either: a pipeline would read on, from what is cut."""


class _Faithful:
    """A failover cuts no connections: those to the node that was the primary stay, and every write
    on them is refused, for ever. So they are given up, and the call is made once more on a new one,
    whose name leads to the new primary. Nothing was written, so nothing is written twice."""

    def __init__(self, **options: Any) -> None:
        if not options.get("retry_on_timeout"):  # Celery's workers begin anew by themselves
            options["retry"] = options.get("retry") or Retry(NoBackoff(), 1, (Demoted,))
        super().__init__(**options)

    def read_response(self, *args: Any, **options: Any) -> Any:
        try:
            return super().read_response(*args, **options)  # type: ignore[misc]
        except ResponseError as error:
            # Before Redis 7 what a script is refused comes within an error of the script's.
            demoted = isinstance(error, ReadOnlyError | MasterDownError)
            if not demoted and "-READONLY" not in str(error):
                raise
            self.disconnect()  # type: ignore[attr-defined]
            raise Demoted(str(error)) from error


class Connection(_Faithful, redis.Connection):
    pass


class SSLConnection(_Faithful, redis.SSLConnection):
    pass


@cache
def connect(url: str | None = None) -> redis.Redis:
    """One client for the process and address (`REDIS_URL` if none is given); it keeps a pool of
    connections."""
    url = url or settings.REDIS_URL
    kinds = {"redis": Connection, "rediss": SSLConnection, "unix": redis.UnixDomainSocketConnection}
    return redis.Redis.from_url(
        url,
        connection_class=kinds[url.partition(":")[0]],
        socket_timeout=TIMEOUT,
        socket_connect_timeout=TIMEOUT,
        health_check_interval=25,
        max_connections=50,
    )


def publishing(link: redis.Redis) -> Any:
    """A pipeline to publish on. A replica takes what is published, and only those who listen there
    hear it; a write beside it is refused, which leads to the primary."""
    pipeline = link.pipeline(transaction=False)
    pipeline.set("confab.publishing", "", ex=60)
    return pipeline
