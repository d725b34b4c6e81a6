"""Publishing to the other processes. Nothing ever waits for it.

Notes are collected while one bundle is under way and leave in the next. When Redis fails, the
publisher rests a moment and drops what comes meanwhile: the hubs find out from the database.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import redis.asyncio
from channels.layers import get_channel_layer
from django.conf import settings

from project.metrics import DROPPED
from project.sync import sealing

logger = logging.getLogger(__name__)

TIMEOUT = 0.5
REST_SECONDS = 2.0
LIMIT = 20_000
BUNDLE = 500
GROUP = "hubs"
"""The channel layer's group of all hubs."""
CHANNEL = f"{settings.LAYER_PREFIX}__group__{GROUP}"
"""The Redis channel behind that group, as the pub/sub layer names it."""


def as_layer_message(bundle: sealing.Bundle) -> bytes:
    """The bytes that the layer's own `group_send` would publish for this bundle."""
    layer = get_channel_layer()
    message: bytes = layer.serialize({"type": "sync.bundle", "body": sealing.seal(bundle)})
    return message


class Publisher:
    """One per hub, whose name it signs with. `failed` is called when a bundle did not leave."""

    def __init__(self, name: str, failed: Callable[[], None]) -> None:
        self._name = name
        self._failed = failed
        self._waiting: list[sealing.Note] = []
        self._greeting = False
        self._task: asyncio.Task[None] | None = None
        self._redis = redis.asyncio.Redis.from_url(
            settings.REDIS_URL, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT
        )

    def publish(self, note: sealing.Note) -> None:
        """Have it sent with the next bundle."""
        if len(self._waiting) >= LIMIT:
            DROPPED.inc()
            return
        self._waiting.append(note)
        self._wake()

    def greet(self) -> None:
        """Have a bundle sent, be it an empty one."""
        self._greeting = True
        self._wake()

    def _wake(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        await self._redis.aclose()

    async def _run(self) -> None:
        try:
            while self._waiting or self._greeting:
                notes, self._waiting = self._waiting[:BUNDLE], self._waiting[BUNDLE:]
                self._greeting = False
                await self._send(notes)
        finally:
            self._task = None

    async def _send(self, notes: list[sealing.Note]) -> None:
        message = as_layer_message(sealing.Bundle(self._name, notes))
        try:
            await asyncio.wait_for(self._redis.publish(CHANNEL, message), TIMEOUT)
        except (redis.RedisError, OSError, TimeoutError) as error:
            logger.warning("Redis is away, hints are not published: %r", error)
            self._failed()
            await asyncio.sleep(REST_SECONDS)
            DROPPED.inc(len(notes) + len(self._waiting))
            self._waiting.clear()
