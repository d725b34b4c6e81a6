"""Redis for synchronous code: rates, tickets, leases, hints, what may be forgotten."""

from __future__ import annotations

from functools import cache

import redis
from django.conf import settings

TIMEOUT = 1.0


@cache
def connect(url: str | None = None) -> redis.Redis:
    """One client for the process and address (`REDIS_URL` if none is given); it keeps a pool of
    connections."""
    return redis.Redis.from_url(
        url or settings.REDIS_URL,
        socket_timeout=TIMEOUT,
        socket_connect_timeout=TIMEOUT,
        health_check_interval=25,
        max_connections=50,
    )
