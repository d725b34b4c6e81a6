"""Who is online, across processes: a lease per person and hub, in Redis, renewed while it lasts.

A process that dies renews nothing, so its people go offline by themselves. While Redis is away each
process knows only its own.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable

import redis.asyncio
from django.conf import settings

logger = logging.getLogger(__name__)

SECONDS = 60
RENEW_SECONDS = 25
TIMEOUT = 0.5


def key_of(user_id: int) -> str:
    """A sorted set in Redis: each hub that holds a lease, and until when (Unix seconds)."""
    return f"confab.online.{user_id}"


class Leases:
    """`hub` is the name under which this process holds its leases."""

    def __init__(self, hub: str) -> None:
        self._hub = hub
        self._redis = redis.asyncio.Redis.from_url(
            settings.REDIS_URL, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT
        )

    async def hold(self, user_ids: Iterable[int]) -> None:
        """Take or renew the leases of these people."""
        until = time.time() + SECONDS
        pipeline = self._redis.pipeline(transaction=False)
        for user_id in user_ids:
            pipeline.zadd(key_of(user_id), {self._hub: until})
            pipeline.expire(key_of(user_id), SECONDS)
        await self._run(pipeline)

    async def drop(self, user_ids: Iterable[int]) -> None:
        pipeline = self._redis.pipeline(transaction=False)
        for user_id in user_ids:
            pipeline.zrem(key_of(user_id), self._hub)
        await self._run(pipeline)

    async def online(self, user_ids: Iterable[int]) -> set[int]:
        """Those with a lease that has not run out."""
        asked = list(user_ids)
        now = time.time()
        pipeline = self._redis.pipeline(transaction=False)
        for user_id in asked:
            pipeline.zcount(key_of(user_id), now, "+inf")
        counts = await self._run(pipeline)
        return {user_id for user_id, count in zip(asked, counts, strict=False) if count}

    async def _run(self, pipeline: redis.asyncio.client.Pipeline) -> list[int]:
        if not len(pipeline):
            return []
        try:
            return await pipeline.execute()
        except (redis.RedisError, OSError) as error:
            logger.warning("leases: %r", error)
            return []

    async def close(self) -> None:
        await self._redis.aclose()
