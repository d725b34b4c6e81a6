"""Who is online, across processes: a lease per person and hub, in Redis, renewed while it lasts.

A process that dies renews nothing, so its people go offline by themselves. While Redis is away each
process knows only its own.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from itertools import islice

import redis.asyncio
from django.conf import settings
from redis.commands.core import AsyncScript

logger = logging.getLogger(__name__)

SECONDS = 60
RENEW_SECONDS = 25
TIMEOUT = 0.5
SLICE = 250
"""People in one call: a few milliseconds of the loop."""

_HOLD = """
for _, key in ipairs(KEYS) do
    redis.call("ZADD", key, ARGV[2], ARGV[1])
    redis.call("EXPIRE", key, ARGV[3])
end"""
_DROP = """
for _, key in ipairs(KEYS) do redis.call("ZREM", key, ARGV[1]) end"""
_ONLINE = """
local online = {}
for place, key in ipairs(KEYS) do
    if redis.call("ZCOUNT", key, ARGV[1], "+inf") > 0 then online[#online + 1] = place end
end
return online"""


def key_of(user_id: int) -> str:
    """A sorted set in Redis: each hub that holds a lease, and until when (Unix seconds)."""
    return f"confab.online.{user_id}"


def slices(people: Iterable[int]) -> Iterator[list[int]]:
    """All of them, at most SLICE at a time."""
    rest = iter(people)
    while part := list(islice(rest, SLICE)):
        yield part


class Leases:
    """`hub` is the name under which this process holds its leases. Everything is done a slice of
    people at a time, and the loop goes on in between."""

    def __init__(self, hub: str) -> None:
        self._hub = hub
        self._redis = redis.asyncio.Redis.from_url(
            settings.REDIS_URL, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT
        )
        self._hold, self._drop, self._online = map(
            self._redis.register_script, (_HOLD, _DROP, _ONLINE)
        )

    async def hold(self, user_ids: Iterable[int]) -> bool:
        """Take or renew the leases of these people; whether that was done for all."""
        until = time.time() + SECONDS
        done = await self._each(self._hold, user_ids, self._hub, until, SECONDS)
        return all(answer is not None for _, answer in done)

    async def drop(self, user_ids: Iterable[int]) -> None:
        await self._each(self._drop, user_ids, self._hub)

    async def online(self, user_ids: Iterable[int]) -> set[int] | None:
        """Those with a lease that has not run out. None while Redis is away: nothing is known then,
        least of all that they are gone."""
        found: set[int] = set()
        for asked, places in await self._each(self._online, user_ids, time.time()):
            if places is None:
                return None
            found.update(asked[place - 1] for place in places)
        return found

    async def _each(
        self, script: AsyncScript, user_ids: Iterable[int], *arguments: str | float
    ) -> list[tuple[list[int], list[int] | None]]:
        """Run the script for slices of the people; each with its answer, the last one with None if
        Redis fails."""
        answers: list[tuple[list[int], list[int] | None]] = []
        for asked in slices(list(user_ids)):
            try:
                keys = [key_of(user_id) for user_id in asked]
                answers.append((asked, await script(keys=keys, args=arguments) or []))
            except (redis.RedisError, OSError) as error:
                logger.warning("leases: %r", error)
                await self._redis.connection_pool.disconnect(False)  # it may be a replica by now
                return [*answers, (asked, None)]
        return answers

    async def close(self) -> None:
        await self._redis.aclose()
